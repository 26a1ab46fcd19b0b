"""Adding up the ledger: for a period (`earned_on`), as known at a moment (`created_at`). All sums are whole hundredths.

A total as known on a past day never changes again: entries are only appended, and corrections are entries of their own.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased, joinedload

from academy.db import db
from academy.web.filters import zone
from courses.credits.models import LedgerEntry


@dataclass
class YearTotal:
    """The sums of one year in hundredths. Kinds count what a reversal takes back under the kind of the entry reversed."""

    year: int
    total: int = 0
    by_obligation: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    by_kind: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    by_category: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    entries: int = 0

    def add(self, kind: str, obligation: str, category: str, amount: int, entries: int = 1) -> None:
        """Count more."""
        self.total += amount
        self.by_obligation[obligation] += amount
        self.by_kind[kind] += amount
        self.by_category[category] += amount
        self.entries += entries


def end_of(day: date) -> datetime:
    """Return the moment at which a day of the college is over."""
    return datetime.combine(day + timedelta(days=1), time(), zone())


def known(on: date | None) -> ColumnElement[bool]:
    """Return the condition for the entries that were known at the end of a day; all of them for None."""
    return LedgerEntry.created_at < end_of(on) if on else LedgerEntry.id.is_not(None)


def total(person_id: int, first: date, last: date, *, known_on: date | None = None) -> int:
    """Return the hundredths that somebody earned from `first` to `last` (both included), as known on a day: one query."""
    return sums([person_id], first, last, known_on=known_on).get(person_id, YearTotal(first.year)).total


def sums(
    person_ids: Sequence[int], first: date, last: date, *, known_on: date | None = None
) -> Mapping[int, YearTotal]:
    """Return the sums of a period for many people, by person id, only of those who have entries: one query."""
    reversed_entry = _reversed()
    kind = func.coalesce(reversed_entry.kind, LedgerEntry.kind)
    query = (
        select(
            LedgerEntry.person_id,
            kind,
            LedgerEntry.obligation,
            LedgerEntry.category,
            func.sum(LedgerEntry.amount_hundredths),
            func.count(),
        )
        .outerjoin(reversed_entry, reversed_entry.id == LedgerEntry.reverses_id)
        .where(LedgerEntry.person_id.in_(person_ids), LedgerEntry.earned_on.between(first, last), known(known_on))
        .group_by(LedgerEntry.person_id, kind, LedgerEntry.obligation, LedgerEntry.category)
    )
    found: dict[int, YearTotal] = {}
    for person_id, name, obligation, category, amount, entries in db.session.execute(query):
        found.setdefault(person_id, YearTotal(first.year)).add(name, obligation, category, int(amount), entries)
    return found


def _reversed() -> type[LedgerEntry]:
    return aliased(LedgerEntry)


def totals_by_year(person_id: int, *, known_on: date | None = None) -> list[YearTotal]:
    """Return the sums of each year in which somebody has entries, the latest first: one query."""
    query = select(LedgerEntry).where(LedgerEntry.person_id == person_id, known(known_on))
    return add_up(db.session.scalars(query))


def add_up(entries: Iterable[LedgerEntry]) -> list[YearTotal]:
    """Return the sums of each year out of entries that are at hand, with those that they reverse; the latest first."""
    rows = list(entries)
    kinds = {entry.id: entry.kind for entry in rows}
    years: dict[int, YearTotal] = {}
    for entry in rows:
        year = years.setdefault(entry.earned_on.year, YearTotal(entry.earned_on.year))
        kind = kinds.get(entry.reverses_id or 0, entry.kind)
        year.add(kind, entry.obligation, entry.category, entry.amount_hundredths)
    return [years[number] for number in sorted(years, reverse=True)]


def entries_of(person_id: int, *, year: int | None = None, known_on: date | None = None) -> list[LedgerEntry]:
    """Return somebody's entries with their units, the day they count for latest first: one query."""
    query = select(LedgerEntry).where(LedgerEntry.person_id == person_id, known(known_on))
    if year is not None:
        query = query.where(LedgerEntry.earned_on.between(date(year, 1, 1), date(year, 12, 31)))
    query = query.options(joinedload(LedgerEntry.unit))
    return list(db.session.scalars(query.order_by(LedgerEntry.earned_on.desc(), LedgerEntry.id.desc())))
