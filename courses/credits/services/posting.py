"""Entering hours, and taking them back. Nothing here changes or deletes an entry; the database would refuse it."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, insert, or_, select, text
from sqlalchemy.exc import IntegrityError

from academy.accounts.models import Person
from academy.audit.services import record
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from academy.web.filters import local_date, show_hundredths
from courses.credits.models import LedgerEntry
from courses.credits.rules import engine
from courses.credits.rules.facts import Facts
from courses.credits.rules.sets import Cap
from courses.credits.services.choosing import InForce, RulesMissing, in_force

log = logging.getLogger(__name__)

LOCK_SPACE = 7411
"""The first number of PostgreSQL's advisory locks of this room; the second is the person."""


@dataclass(frozen=True)
class Source:
    """Where hours come from: a type and number that the room above knows, its version, and its title as it was."""

    type: str
    id: int | None
    title: str
    version_id: int | None = None
    title_en: str = ""


@dataclass(frozen=True)
class Posting:
    """One entry to be made. `key` says what it is for; of the same key only one can ever stand."""

    key: str
    person: Person
    source: Source
    amount_hundredths: int
    obligation: str
    category: str
    earned_on: date
    kind: str = "earned"
    rule_set: str = ""
    rule_version: int = 1
    rule: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    entered_by: Person | None = None
    batch_id: int | None = None
    proof_id: int | None = None


def make_entry(posting: Posting) -> LedgerEntry:
    """Return the entry of a posting, with unit and post of the person as they are now; it is not added yet."""
    person = posting.person
    return LedgerEntry(
        key=posting.key,
        person_id=person.id,
        kind=posting.kind,
        amount_hundredths=posting.amount_hundredths,
        obligation=posting.obligation,
        category=posting.category,
        rule_set=posting.rule_set,
        rule_version=posting.rule_version,
        rule=posting.rule,
        source_type=posting.source.type,
        source_id=posting.source.id,
        source_version_id=posting.source.version_id,
        source_title=posting.source.title[:160],
        evidence={**posting.evidence, "title_en": posting.source.title_en},
        unit_id=person.unit_id,
        unit_path=person.unit.path if person.unit else "",
        post=person.post,
        earned_on=posting.earned_on,
        created_at=now(),
        entered_by_id=posting.entered_by.id if posting.entered_by else None,
        reason=posting.reason[:400],
        batch_id=posting.batch_id,
        proof_id=posting.proof_id,
    )


def post(posting: Posting) -> LedgerEntry | None:
    """Append an entry; None when one with the same key stands already, also when another request was a moment earlier."""
    if db.session.scalar(select(LedgerEntry.id).where(LedgerEntry.key == posting.key)) is not None:
        return None
    entry = make_entry(posting)
    try:
        with db.session.begin_nested():
            db.session.add(entry)
    except IntegrityError:
        if db.session.scalar(select(LedgerEntry.id).where(LedgerEntry.key == posting.key)) is None:
            raise
        return None
    return entry


def key_of(source: Source, person_id: int, place: int) -> str:
    """Return the key under which hours for a source stand, once: `place` is that of the rule among those of its category.

    It names no rule set on purpose: what was earned by one set cannot be earned again by the next.
    """
    return f"{source.type}:{source.id}:{place}:{person_id}"


def earn(
    person: Person, facts: Facts, source: Source, *, evidence: Mapping[str, Any] | None = None
) -> list[LedgerEntry]:
    """Enter what the rules in force give for facts (with the day in `facts.earned_on`): once for source, rule and person.

    Returns the entries just made: none when the rules give nothing or the hours stand there already. A rule under a cap
    that is used up gives nothing now and may give it later. Where the chosen rules are not installed nothing is entered
    and nobody is stopped from learning; once they are there, `flask learning recompute` enters the hours.
    """
    on = facts.earned_on or local_date(now())
    try:
        force = in_force(person.unit.path if person.unit else "", on)
    except RulesMissing as error:
        log.error("no hours for %s %s of person %s yet: %s", source.type, source.id, person.id, error.message)
        return []
    if _earned_by_another(person.id, source, force):
        return []
    places = {rule.key: place for place, rule in enumerate(force.version.rules_for(facts.category))}
    made = []
    for award in engine.evaluate(force.version, facts):
        amount, held = _under_caps(person, force, facts.category, source, on, award.hundredths)
        if not amount:
            continue
        entry = post(
            Posting(
                key=key_of(source, person.id, places[award.rule]),
                person=person,
                source=source,
                amount_hundredths=amount,
                obligation=facts.obligation,
                category=facts.category,
                earned_on=on,
                kind=award.kind,
                rule_set=force.rule_set.key,
                rule_version=force.version.number,
                rule=award.rule,
                evidence={**(evidence or {}), "facts": plain(facts), **_held(award.hundredths, held)},
            )
        )
        if entry is not None:
            made.append(entry)
    return made


def _earned_by_another(person_id: int, source: Source, force: InForce) -> bool:
    """Return whether another set or version has given hours for a source before, even if they were taken back."""
    query = select(LedgerEntry.id).where(
        LedgerEntry.person_id == person_id,
        LedgerEntry.source_type == source.type,
        LedgerEntry.source_id == source.id,
        or_(LedgerEntry.rule_set != force.rule_set.key, LedgerEntry.rule_version != force.version.number),
    )
    return db.session.scalar(query.limit(1)) is not None


def would_earn(person: Person, facts: Facts) -> int:
    """Return the hundredths that the rules in force give for facts, before caps."""
    try:
        force = in_force(person.unit.path if person.unit else "", facts.earned_on or local_date(now()))
    except RulesMissing:
        return 0
    return sum(award.hundredths for award in engine.evaluate(force.version, facts))


def has_entry(person_id: int, source_type: str, source_id: int) -> bool:
    """Return whether hours stand for a source, even if they were taken back later."""
    query = select(LedgerEntry.id).where(
        LedgerEntry.person_id == person_id,
        LedgerEntry.source_type == source_type,
        LedgerEntry.source_id == source_id,
    )
    return db.session.scalar(query.limit(1)) is not None


def plain(facts: Facts) -> dict[str, Any]:
    """Return the numbers of facts as exact text, for keeping: "0.5", "22/3"."""
    return {
        name: [_exact(item) for item in value] if isinstance(value, tuple) else _exact(value)
        for name, value in facts.numbers.items()
    }


def _exact(number: Any) -> str:
    hundredths = number * 100
    return show_hundredths(int(hundredths)) if hundredths.denominator == 1 else str(number)


def _held(full: int, cap: Cap | None) -> dict[str, Any]:
    return {"cap": {"full": full, "text": cap.text, "text_en": cap.text_en}} if cap else {}


def _under_caps(
    person: Person, force: InForce, category: str, source: Source, on: date, amount: int
) -> tuple[int, Cap | None]:
    if not any(cap.covers(category) for cap in force.version.caps):
        return amount, None
    lock_person(person.id)
    used = {
        place: _used(person.id, force.rule_set.key, cap, source, on) for place, cap in enumerate(force.version.caps)
    }
    return engine.capped(amount, category, force.version.caps, used)


def lock_person(person_id: int) -> None:
    """Let nobody else work out this person's caps until the transaction ends; SQLite has one writer at a time anyway."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:space, :id)"), {"space": LOCK_SPACE, "id": person_id})


def _used(person_id: int, set_key: str, cap: Cap, source: Source, on: date) -> int:
    query = select(func.coalesce(func.sum(LedgerEntry.amount_hundredths), 0)).where(
        LedgerEntry.person_id == person_id, LedgerEntry.rule_set == set_key
    )
    if cap.categories:
        query = query.where(LedgerEntry.category.in_(cap.categories))
    if cap.per == "course":
        query = query.where(LedgerEntry.source_type == source.type, LedgerEntry.source_id == source.id)
    elif cap.per == "day":
        query = query.where(LedgerEntry.earned_on == on)
    else:
        query = query.where(LedgerEntry.earned_on.between(date(on.year, 1, 1), date(on.year, 12, 31)))
    return int(db.session.scalar(query) or 0)


def reversal_of(entry: LedgerEntry) -> LedgerEntry | None:
    """Return the entry that takes `entry` back, or None."""
    return db.session.scalar(select(LedgerEntry).where(LedgerEntry.reverses_id == entry.id))


def make_reversal(entry: LedgerEntry, by: Person | None, reason: str) -> LedgerEntry:
    """Return the entry that takes another one back: same day, unit and source, so that every sum of the two is 0."""
    return LedgerEntry(
        key=f"reversal:{entry.id}",
        person_id=entry.person_id,
        kind="reversed",
        amount_hundredths=-entry.amount_hundredths,
        obligation=entry.obligation,
        category=entry.category,
        rule_set=entry.rule_set,
        rule_version=entry.rule_version,
        rule=entry.rule,
        source_type=entry.source_type,
        source_id=entry.source_id,
        source_version_id=entry.source_version_id,
        source_title=entry.source_title,
        evidence={"title_en": (entry.evidence or {}).get("title_en", "")},
        reverses_id=entry.id,
        batch_id=entry.batch_id,
        unit_id=entry.unit_id,
        unit_path=entry.unit_path,
        post=entry.post,
        earned_on=entry.earned_on,
        created_at=now(),
        entered_by_id=by.id if by else None,
        reason=reason[:400],
    )


def columns_of(entry: LedgerEntry) -> dict[str, Any]:
    """Return an entry that is not added yet as columns, for entering many at once."""
    return {column.name: getattr(entry, column.name) for column in LedgerEntry.__table__.columns if column.name != "id"}


def reverse_all(find: Callable[[], Sequence[LedgerEntry]], by: Person | None, reason: str) -> int:
    """Take back all entries that `find` returns, which are those that stand; return how many.

    They are looked for once more where somebody has taken back a single one at this very moment.
    """
    try:
        return _reverse_these(find(), by, reason)
    except IntegrityError:
        return _reverse_these(find(), by, reason)


def _reverse_these(entries: Sequence[LedgerEntry], by: Person | None, reason: str) -> int:
    if entries:
        with db.session.begin_nested():
            reversals = [columns_of(make_reversal(entry, by, reason)) for entry in entries]
            db.session.execute(insert(LedgerEntry), reversals)
    return len(entries)


def reverse(entry: LedgerEntry, by: Person | None, reason: str) -> LedgerEntry:
    """Take an entry back with a reason. Raises UserError when that was done before, for a reversal, and without a reason."""
    reason = reason.strip()
    if not reason:
        raise UserError(_("请写明冲正的原因，本人和以后查账的人都会看到"), field="reason")
    if entry.kind == "reversed":
        raise UserError(_("这一笔本身就是冲正，不能再冲正"), 409)
    if reversal_of(entry) is not None:
        raise UserError(_("这一笔已经冲正过了"), 409)
    reversal = make_reversal(entry, by, reason)
    try:
        with db.session.begin_nested():
            db.session.add(reversal)
    except IntegrityError as error:
        raise UserError(_("这一笔已经冲正过了"), 409) from error
    record(
        "credits.reversed", entry, label=entry.source_title, person=entry.person.name,
        hours=show_hundredths(entry.amount_hundredths), reason=reason,
    )  # fmt: skip
    return reversal
