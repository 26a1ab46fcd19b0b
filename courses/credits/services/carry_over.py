"""Carrying surplus hours over into the next year: looked at first, done once a year, and undone as a whole.

Of each person two ledger entries are made: the surplus leaves the required hours of the year, and comes back as electives
of the next one, so that the sum over the years stays what was earned.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from academy.accounts.models import Person
from academy.audit import labels
from academy.audit.services import record
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import SOURCE as SOURCE_LANGUAGE
from academy.i18n import _, using
from academy.i18n import lazy as _l
from academy.web.filters import local_date
from courses.credits.models import CarryOverRun, LedgerEntry
from courses.credits.rules import requirements as rules
from courses.credits.services.posting import reverse_all
from courses.credits.services.requirement_people import Asking, PersonStanding, people_asked

labels.register(
    {
        "carry_over.done": _l("把 %(subject)s 的多余学时结转到了下一年"),
        "carry_over.undone": _l("撤销了 %(subject)s 的学时结转"),
    }
)
SOURCE = "year"
CARRY = "surplus_to_next_year"
FROM, TO = _l("%(year)s 年的多余学时"), _l("转到 %(year)s 年的学时")
PIECE = 1000


@dataclass(frozen=True)
class Carried:
    """What one person carries over, in hundredths."""

    who: PersonStanding
    amount: int


def preview(year: int, most: int | None = None) -> Iterator[Carried]:
    """Yield who would carry over how much from a year: three queries. It counts what is in the ledger now."""
    asking = Asking(year, 1, min(local_date(now()), date(year, 12, 31)))
    for who in people_asked(asking):
        if who.standing is not None:
            amount = rules.carried(who.standing.goal, who.standing.earned, most)
            if amount > 0:
                yield Carried(who, amount)


def years_offered() -> list[int]:
    """Return the years that can be carried over: the last one and, from December on, the present one."""
    today = local_date(now())
    return [today.year - 1, today.year] if today.month == 12 else [today.year - 1]


def runs() -> list[CarryOverRun]:
    """Return all carryings over, the latest first."""
    return list(db.session.scalars(select(CarryOverRun).order_by(CarryOverRun.done_at.desc(), CarryOverRun.id.desc())))


def standing_run(year: int) -> CarryOverRun | None:
    """Return the carrying over of a year that has been done and not undone."""
    return db.session.scalar(select(CarryOverRun).where(CarryOverRun.year == year, CarryOverRun.undone_at.is_(None)))


def carry_over(year: int, by: Person | None, most: int | None = None) -> CarryOverRun:
    """Do it for a year. Raises UserError (409) when it has been done, or when nobody has anything to carry."""
    if standing_run(year) is not None:
        raise UserError(_("%(year)s 年已经结转过了。要重新算，请先撤销那一次", year=year), status=409)
    run = CarryOverRun(year=year, rule=CARRY, most_hundredths=most, done_by_id=by.id if by else None)
    try:
        with db.session.begin_nested():
            db.session.add(run)
    except IntegrityError as error:
        raise UserError(_("别人刚刚做了 %(year)s 年的结转", year=year), status=409) from error
    pieces: list[dict[str, Any]] = []
    for each in list(preview(year, most)):
        run.people += 1
        run.amount_hundredths += each.amount
        pieces += _entries(run, each, by)
        if len(pieces) >= PIECE:
            db.session.execute(insert(LedgerEntry), pieces)
            pieces = []
    if not run.people:
        raise UserError(_("%(year)s 年没有人有可以结转的学时", year=year), status=409)
    if pieces:
        db.session.execute(insert(LedgerEntry), pieces)
    db.session.flush()
    record("carry_over.done", run, label=str(year), people=run.people, hundredths=run.amount_hundredths)
    return run


def _entries(run: CarryOverRun, carried: Carried, by: Person | None) -> Iterator[dict[str, Any]]:
    standing = carried.who.standing
    assert standing is not None
    goal, earned = standing.goal, standing.earned
    common = {
        "person_id": carried.who.person_id,
        "kind": "carried_over",
        "category": "other",
        "rule": run.rule,
        "rule_version": run.rule_version,
        "source_type": SOURCE,
        "source_id": run.year,
        "unit_id": carried.who.unit_id,
        "unit_path": carried.who.unit_path,
        "post": carried.who.post,
        "entered_by_id": by.id if by else None,
        "created_at": run.done_at,
        "evidence": {
            "run": run.id,
            "requirement_id": standing.requirement.id,
            "goal": [goal.required, goal.elective, goal.total],
            "earned": [earned.required, earned.elective],
            "surplus": carried.amount,
        },
    }
    key = f"carry-over:{run.id}:{carried.who.person_id}"
    leaves = {"amount_hundredths": -carried.amount, "obligation": "required", "earned_on": date(run.year, 12, 31)}
    comes = {"amount_hundredths": carried.amount, "obligation": "elective", "earned_on": date(run.year + 1, 1, 1)}
    yield {**common, **leaves, **_titled(common, TO, run.year + 1), "key": f"{key}:out"}
    yield {**common, **comes, **_titled(common, FROM, run.year), "key": f"{key}:in"}


def _titled(common: dict[str, Any], title: Any, year: int) -> dict[str, Any]:
    """Return the title in Chinese, as of all entries, and beside it the English one."""
    with using(SOURCE_LANGUAGE):
        chinese = title % {"year": year}
    with using("en"):
        english = title % {"year": year}
    return {"source_title": chinese, "evidence": {**common["evidence"], "title_en": english}}


def undo(run: CarryOverRun, by: Person | None, reason: str) -> None:
    """Reverse all entries of a carrying over; a second time does nothing. Raises UserError when no reason is given."""
    if not reason.strip():
        raise UserError(_("请写明为什么撤销"), field="reason")
    db.session.execute(select(CarryOverRun.id).where(CarryOverRun.id == run.id).with_for_update())
    db.session.refresh(run)
    if run.undone_at is not None:
        return
    run.undone_at, run.undone_by_id = now(), by.id if by else None
    reversed_already = select(LedgerEntry.reverses_id).where(LedgerEntry.reverses_id.is_not(None))
    made = select(LedgerEntry).where(
        LedgerEntry.source_type == SOURCE,
        LedgerEntry.source_id == run.year,
        LedgerEntry.kind == "carried_over",
        LedgerEntry.id.not_in(reversed_already),
    )
    reverse_all(lambda: db.session.scalars(made).all(), by, reason.strip())
    record("carry_over.undone", run, label=str(run.year), reason=reason.strip()[:400])
    db.session.flush()
