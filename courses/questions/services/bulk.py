"""Changing many questions at once: first what would become of each, then all of it in a few statements.

What is done twice is done once: a question that is as it should be already is left alone.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from academy.accounts.models import Person
from academy.audit.models import AuditEntry
from academy.audit.services import record
from academy.db import db
from academy.errors import UserError
from academy.i18n import _, ngettext
from courses.questions import rules
from courses.questions.asking import address, ids_in, number, packed, wanted_in
from courses.questions.filters import ANY
from courses.questions.models import Category, Question, QuestionVersion
from courses.questions.services.changes import (
    PIECE,
    Act,
    AddTags,
    GiveTo,
    Move,
    Restore,
    Retire,
    Row,
    SetDifficulty,
    TakeTags,
)
from courses.questions.services.finding import Wanted

# -- planning and doing --------------------------------------------------------------------------------------------


@dataclass
class Plan:
    """What would become of the questions: changed, so already, or left out with the reason; the last by reason."""

    act: Act
    changed: list[Row] = field(default_factory=list)
    same: list[Row] = field(default_factory=list)
    skipped: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def left_out(self) -> int:
        """How many are left out."""
        return sum(map(len, self.skipped.values()))


def plan(act: Act, ids: Collection[int], by: Person, *, for_update: bool = False) -> Plan:
    """Judge each of these questions. A query for every 500 of them."""
    found = Plan(act)
    for row in _rows(list(ids), for_update=for_update):
        if not rules.may_change(row.owner_id, by.id, by.role_names):
            found.skipped.setdefault(_("是别的老师的题，您不能修改"), []).append(row)
        elif act.done(row):
            found.same.append(row)
        elif why := act.refusal(row):
            found.skipped.setdefault(why, []).append(row)
        else:
            found.changed.append(row)
    return found


def _rows(ids: Sequence[int], *, for_update: bool) -> Iterable[Row]:
    for start in range(0, len(ids), PIECE):
        query = (
            select(
                Question.id,
                Question.owner_id,
                Question.category_id,
                Question.retired_at,
                QuestionVersion.number,
                QuestionVersion.type,
                QuestionVersion.difficulty,
                QuestionVersion.tags,
            )
            .join(Question.current)
            .where(Question.id.in_(ids[start : start + PIECE]))
            .order_by(Question.id)
        )
        if for_update:
            query = query.with_for_update(of=Question)
        for row in db.session.execute(query):
            yield Row(row[0], row[1], row[2], row[3] is not None, row[4], row[5], row[6], tuple(row[7]))


def carry_out(act: Act, ids: Collection[int], by: Person) -> tuple[Plan, AuditEntry | None]:
    """Do it to those questions that may be changed; return what became of them, and the entry in the log, if any.

    Raises UserError (403) when somebody who is no administrator gives questions away.
    """
    if isinstance(act, GiveTo) and "admin" not in by.role_names:
        raise UserError(_("只有管理员能更换题目的负责人"), 403)
    if isinstance(act, Move) and act.category_id is not None and db.session.get(Category, act.category_id) is None:
        raise UserError(_("这个分类已经不在了，请重新选"), 409)
    outcome = plan(act, ids, by, for_update=True)
    if not outcome.changed:
        return outcome, None
    act.apply(outcome.changed, by)
    before: dict[str, list[int]] = {}
    for row in outcome.changed:
        before.setdefault(act.before(row), []).append(row.id)
    entry = record(
        act.audit,
        label=ngettext("%(n)s 道题", "%(n)s 道题", len(outcome.changed), n=len(outcome.changed)),
        count=len(outcome.changed),
        ids=packed([row.id for row in outcome.changed]),
        before={key: packed(value) for key, value in before.items()},
        **act.told(),
    )
    db.session.flush()
    db.session.expire_all()
    return outcome, entry


# -- looking back, and undoing -------------------------------------------------------------------------------------

_UNDOABLE = {kind.audit for kind in (Move, Retire, Restore, GiveTo)}
AUDITS = {kind.audit for kind in (Move, Retire, Restore, GiveTo, AddTags, TakeTags, SetDifficulty)}


def change_of(entry_id: int, by: Person) -> AuditEntry | None:
    """Return the entry of one's own change of many questions (an administrator: of anybody's)."""
    entry = db.session.get(AuditEntry, entry_id)
    if entry is None or entry.action not in AUDITS:
        return None
    return entry if entry.actor_id == by.id or "admin" in by.role_names else None


def asked_for(values: "MultiDict[str, str]", by: Person) -> tuple[Wanted, dict[str, Any], AuditEntry | None]:
    """Return what an address asks for, the values of an address that asks for the same, and the change that it names.

    `change` is the number of a change whose questions are asked for, whatever their state; one that is not there (or is
    somebody else's) has no questions.
    """
    wanted = wanted_in(values, by.id)
    same = address(wanted, by.id)
    if not values.get("change"):
        return wanted, same, None
    entry_id = number(values["change"])
    entry = change_of(entry_id, by) if entry_id is not None else None
    ids = changed_by(entry) if entry is not None else ()
    state = wanted.state if "state" in values else ANY
    same.pop("id", None)
    same |= {"change": values["change"], **({"state": state} if state else {})}
    return replace(wanted, ids=ids, state=state), same, entry


def changed_by(entry: AuditEntry) -> tuple[int, ...]:
    """Return the questions that a change was about."""
    return ids_in([str(entry.detail.get("ids", ""))])


def may_undo(entry: AuditEntry) -> bool:
    """Whether a change can be taken back. Tags and difficulty cannot: versions are only added."""
    return entry.action in _UNDOABLE


def undo(entry: AuditEntry, by: Person) -> int:
    """Take a change back where nobody has changed the question since; return how many questions went back."""
    if not may_undo(entry):
        raise UserError(_("标签和难度的修改不能整批撤销，可以再改回去"), 409)
    done = _act_of(entry)
    count = 0
    for value, ids in entry.detail.get("before", {}).items():
        still = [row.id for row in _rows(ids_in([ids]), for_update=True) if done.done(row)]
        back = _back(entry.action, int(value) if value else None)
        count += len(carry_out(back, still, by)[0].changed) if back is not None else 0
    return count


def _act_of(entry: AuditEntry) -> Act:
    if entry.action == Move.audit:
        return Move(entry.detail.get("category_id"))
    if entry.action == GiveTo.audit:
        return GiveTo(entry.detail["owner_id"])
    return Retire() if entry.action == Retire.audit else Restore()


def _back(action: str, value: int | None) -> Act | None:
    """Return what takes one question back to what it was; None when the person or the shelf is gone."""
    if action == Retire.audit:
        return Restore()
    if action == Restore.audit:
        return Retire()
    if action == GiveTo.audit:
        person = db.session.get(Person, value) if value else None
        return GiveTo(person.id, person.name) if person else None
    category = db.session.get(Category, value) if value else None
    return Move(category.id if category else None, category.name if category else "") if category or not value else None
