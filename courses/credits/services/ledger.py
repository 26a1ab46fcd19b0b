"""Looking through the ledger: filters, sums down the tree, exports. List, sums and exports count the very same entries."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager

from academy.accounts.models import POSTS, Person
from academy.accounts.rules import normal_login
from academy.db import db
from academy.i18n import _, localized
from academy.organizations.models import Unit
from academy.organizations.places import Place
from academy.web.filters import show_date, show_datetime, show_hundredths
from courses.credits.models import LedgerEntry
from courses.credits.rules import installed
from courses.credits.services.explaining import title_of
from courses.credits.services.totals import known
from courses.credits.wording import CATEGORIES, KINDS
from courses.formats.tables import Table
from courses.vocabulary import OBLIGATIONS

EXPORT_PIECE = 1_000


@dataclass(frozen=True)
class Wanted:
    """Which entries: of a place, of some people, a year they count for (None: all), a kind, a category; as known on a day."""

    place: Place
    year: int | None = None
    words: str = ""
    kind: str = ""
    category: str = ""
    known_on: date | None = None
    person_id: int | None = None
    batch_id: int | None = None

    def condition(self) -> ColumnElement[bool]:
        """Return the condition; it needs `Person` joined."""
        conditions = [self.place.within(LedgerEntry.unit_path), known(self.known_on)]
        if self.year is not None:
            conditions.append(LedgerEntry.earned_on.between(date(self.year, 1, 1), date(self.year, 12, 31)))
        if self.kind:
            conditions.append(LedgerEntry.kind == self.kind)
        if self.category:
            conditions.append(LedgerEntry.category == self.category)
        if self.person_id is not None:
            conditions.append(LedgerEntry.person_id == self.person_id)
        if self.batch_id is not None:
            conditions.append(LedgerEntry.batch_id == self.batch_id)
        if self.words:
            conditions.append(_named(self.words))
        return and_(*conditions)


def _named(words: str) -> ColumnElement[bool]:
    login = normal_login(words)
    columns = [
        Person.name.icontains(words, autoescape=True),
        LedgerEntry.source_title.icontains(words, autoescape=True),
    ]
    if login:
        columns += [Person.username.contains(login, autoescape=True), Person.phone.contains(login, autoescape=True)]
    return or_(*columns)


@dataclass
class Sum:
    """Hours and numbers of entries: of a unit with everything below it, or of all."""

    name: str
    unit: Unit | None = None
    hundredths: int = 0
    entries: int = 0
    by_obligation: dict[str, int] = field(default_factory=dict)
    by_kind: dict[str, int] = field(default_factory=dict)

    def add(self, obligation: str, kind: str, amount: int, entries: int) -> None:
        """Count more."""
        self.hundredths += amount
        self.entries += entries
        self.by_obligation[obligation] = self.by_obligation.get(obligation, 0) + amount
        self.by_kind[kind] = self.by_kind.get(kind, 0) + amount


@dataclass(frozen=True)
class Sums:
    """The sum of everything, and of each unit below the place; entries of the place itself stand under its own name."""

    total: Sum
    units: list[Sum]


def entries(wanted: Wanted) -> Select[Any]:
    """Return the query for the entries with person and unit, the latest entered first."""
    return (
        select(LedgerEntry)
        .join(Person, Person.id == LedgerEntry.person_id)
        .outerjoin(Unit, Unit.id == LedgerEntry.unit_id)
        .where(wanted.condition())
        .options(contains_eager(LedgerEntry.person), contains_eager(LedgerEntry.unit))
        .order_by(LedgerEntry.created_at.desc(), LedgerEntry.id.desc())
    )


def sums(wanted: Wanted) -> Sums:
    """Return the sums of the same entries: one query, however many there are."""
    query = (
        select(
            LedgerEntry.unit_path,
            LedgerEntry.obligation,
            LedgerEntry.kind,
            func.sum(LedgerEntry.amount_hundredths),
            func.count(),
        )
        .join(Person, Person.id == LedgerEntry.person_id)
        .where(wanted.condition())
        .group_by(LedgerEntry.unit_path, LedgerEntry.obligation, LedgerEntry.kind)
    )
    place, total = wanted.place, Sum(wanted.place.name)
    units: dict[int, Sum] = {}
    for path, obligation, kind, amount, number in db.session.execute(query):
        child = place.child_of(path)
        name = (
            localized(child, "name") if child else (_("%(unit)s本级", unit=place.name) if place.unit else _("没有单位"))
        )
        line = units.setdefault(child.id if child else 0, Sum(name, child))
        for each in (total, line):
            each.add(obligation, kind, int(amount), number)
    order: Mapping[int, int] = {unit.id: position for position, unit in enumerate(place.children)}
    return Sums(total, sorted(units.values(), key=lambda each: order.get(each.unit.id, -1) if each.unit else -1))


def years() -> list[int]:
    """Return the years from the first to the last that entries count for, the latest first: one query."""
    first, last = db.session.execute(select(func.min(LedgerEntry.earned_on), func.max(LedgerEntry.earned_on))).one()
    return list(range(last.year, first.year - 1, -1)) if first else []


def table(wanted: Wanted, note: str) -> Table:
    """Return the entries as a table for a file."""
    columns = [
        _("编号"), _("姓名"), _("登录名"), _("单位"), _("岗位"), _("计入日期"), _("学时"), _("来历"), _("学习形式"), _("性质"), _("内容"),
        _("规则"), _("规则版本"), _("冲正编号"), _("说明"), _("入账时间"),
    ]  # fmt: skip
    return Table(_("学时台账"), columns, _rows(wanted), (note,))


def _rows(wanted: Wanted) -> Iterator[list[Any]]:
    result = db.session.scalars(entries(wanted).execution_options(yield_per=EXPORT_PIECE))
    for entry in result:
        found = installed.rule_set(entry.rule_set) if entry.rule_set else None
        yield [
            entry.id,
            entry.person.name,
            entry.person.username,
            localized(entry.unit, "name") if entry.unit else "",
            str(POSTS.get(entry.post, entry.post)) if entry.post else "",
            show_date(entry.earned_on),
            Decimal(entry.amount_hundredths) / 100,
            str(KINDS.get(entry.kind, entry.kind)),
            str(CATEGORIES.get(entry.category, entry.category)),
            str(OBLIGATIONS[entry.obligation]),
            title_of(entry),
            localized(found, "name") if found else entry.rule_set,
            entry.rule_version if entry.rule_set else "",
            entry.reverses_id or "",
            entry.reason,
            show_datetime(entry.created_at),
        ]


def hours_text(wanted: Wanted, total: Sum) -> str:
    """Return in one sentence what the figures cover, for the page and the export."""
    span = _("%(year)s 年", year=wanted.year) if wanted.year else _("全部年份")
    known_on = _("截至 %(day)s 入账的", day=show_date(wanted.known_on)) if wanted.known_on else _("现在入账的")
    return _(
        "%(place)s，%(span)s，%(known)s：%(n)s 笔，合计 %(hours)s 学时",
        place=wanted.place.name,
        span=span,
        known=known_on,
        n=total.entries,
        hours=show_hundredths(total.hundredths),
    )
