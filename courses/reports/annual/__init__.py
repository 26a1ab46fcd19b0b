"""The annual requirement: who has met it, who is on the way, who is behind; down the tree to the persons."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from academy.accounts.models import POSTS
from academy.clock import now
from academy.errors import UserError
from academy.i18n import _, localized
from academy.i18n import lazy as _l
from academy.organizations.models import Unit
from academy.web.filters import local_date, show_date, show_datetime, show_hundredths
from academy.web.pagination import Page
from courses.credits.rules.requirements import BEHIND, MET, ON_WAY
from courses.credits.services import requirement_words as words
from courses.credits.services.requirement_people import Asking, PersonStanding, people_asked
from courses.formats.tables import Table
from courses.reports.annual.rules import Count
from courses.reports.base import Report, Request
from courses.reports.rules import per_cent
from courses.reports.scope import Place, place

PER_PAGE = 20
SHOWN = {
    "all": _l("全部"),
    BEHIND: words.STATES[BEHIND],
    ON_WAY: words.STATES[ON_WAY],
    MET: words.STATES[MET],
    "none": _l("没有任务"),
}
YEARS_BACK = 6


@dataclass(frozen=True)
class Filters:
    """What the report is asked for; `known_on` None is today."""

    place: Place
    year: int
    span: int
    post: str
    name: str
    shown: str
    today: date
    known_on: date | None

    @property
    def asking(self) -> Asking:
        """The requirements that are meant."""
        return Asking(self.year, self.span, self.known_on or self.today, self.known_on)

    def sentence(self) -> str:
        """Say what the figures cover."""
        return _(
            "%(year)s 年 · %(span)s的任务 · 截至 %(day)s 24:00 知道的情况",
            year=self.year,
            span=words.SPANS.get(self.span, self.span),
            day=show_date(self.known_on or self.today),
        )


def read_filters(request: Request) -> Filters:
    """Read the address. Raises UserError for a day that cannot be read, 404 for a unit out of reach."""
    given, today = request.arguments, local_date(now())
    year, span = given.get("year", ""), given.get("span", "")
    post, shown = given.get("post", ""), given.get("state", "")
    return Filters(
        place=place(request.person, given.get("unit", "")),
        year=int(year) if year in {str(each) for each in years(today)} else today.year,
        span=int(span) if span in {str(each) for each in words.SPANS} else 1,
        post=post if post in POSTS else "",
        name=given.get("name", "").strip()[:60],
        shown=shown if shown in SHOWN else "all",
        today=today,
        known_on=_day(given.get("to", ""), today),
    )


def years(today: date) -> list[int]:
    """Return the years that can be asked for."""
    return list(range(today.year, today.year - YEARS_BACK, -1))


def _day(text: str, today: date) -> date | None:
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise UserError(_("日期“%(text)s”看不懂，请写成 2026-07-09 这样", text=text[:20])) from error
    if day.year < 2000 or day > today:
        raise UserError(_("日期“%(text)s”要在今天或以前", text=text[:20]))
    return None if day == today else day


@dataclass
class UnitRow:
    """One line of the table of units; `unit` is None for those directly here or without a unit."""

    unit: Unit | None
    name: str
    count: Count


class Figures:
    """Everybody of the place, and the counts by unit: four queries, however many people there are."""

    def __init__(self, filters: Filters) -> None:
        self.filters = filters
        self.everybody = [
            who
            for who in people_asked(filters.asking, filters.place.within(Unit.path))
            if filters.post in ("", who.post) and filters.name in who.name
        ]

    @cached_property
    def total(self) -> Count:
        """All together."""
        return Count.of(who.standing for who in self.everybody)

    @cached_property
    def units(self) -> list[UnitRow]:
        """A row for each unit directly below, and one for the rest if there is any."""
        spot = self.filters.place
        by_unit: dict[int | None, list[PersonStanding]] = {unit.id: [] for unit in spot.children}
        for who in self.everybody:
            child = spot.child_of(who.unit_path)
            by_unit.setdefault(child.id if child else None, []).append(who)
        rest = by_unit.pop(None, [])
        rows = [
            UnitRow(unit, localized(unit, "name"), Count.of(who.standing for who in by_unit[unit.id]))
            for unit in spot.children
        ]
        if rest:
            name = _("本级") if spot.unit else _("未分配单位")
            rows.append(UnitRow(None, name, Count.of(who.standing for who in rest)))
        return rows

    @cached_property
    def people(self) -> list[PersonStanding]:
        """Those whose state is asked for."""
        shown = self.filters.shown
        if shown == "all":
            return self.everybody
        if shown == "none":
            return [who for who in self.everybody if who.standing is None]
        return [who for who in self.everybody if who.standing is not None and who.standing.state == shown]

    def page(self, number: int) -> Page[PersonStanding]:
        """Return one page of them."""
        total = len(self.people)
        number = min(number, max(1, -(-total // PER_PAGE)))
        return Page(self.people[(number - 1) * PER_PAGE : number * PER_PAGE], number, PER_PAGE, total)


class Annual(Report):
    """The report on annual requirements."""

    key = "annual"
    name = _l("年度任务完成情况")
    description = _l("按单位看达标人数，逐级看到个人和还差多少")
    icon = "calendar"
    order = 15
    parameters = ("unit", "year", "span", "post", "to", "name", "state")
    tables = {"units": _l("单位"), "people": _l("人员")}

    def page(self, request: Request) -> dict[str, Any]:
        """Return filters, counts and one page of persons."""
        filters = read_filters(request)
        figures = Figures(filters)
        return {
            "filters": filters,
            "total": figures.total,
            "units": figures.units,
            "people": figures.page(request.page),
            "unit_names": {unit.id: localized(unit, "name") for unit in filters.place.units},
            "years": years(filters.today),
            "spans": words.SPANS,
            "shown": SHOWN,
            "posts": POSTS,
            "words": words,
            "per_cent": per_cent,
        }

    def table(self, name: str, request: Request) -> Table:
        """Return one table with the same filters as the page."""
        filters = read_filters(request)
        notes = (
            f"{self.name}：{filters.place.name}",
            filters.sentence(),
            _("导出时间 %(time)s", time=show_datetime(now())),
        )
        figures = Figures(filters)
        if name == "people":
            return Table(str(self.tables[name]), _people_columns(), _people_rows(filters, figures), notes)
        rows = [[row.name, *_numbers(row.count)] for row in figures.units]
        rows.append([_("合计"), *_numbers(figures.total)])
        states = [str(words.STATES[state]) for state in (MET, ON_WAY, BEHIND)]
        columns = [_("单位"), _("有任务的人数"), *states, _("达标率"), _("没有任务")]
        return Table(str(self.tables[name]), columns, rows, notes)

    def rows_expected(self, request: Request) -> int:
        """Return the number of people."""
        return len(Figures(read_filters(request)).people)


def _numbers(count: Count) -> list[Any]:
    return [count.asked, count.met, count.on_way, count.behind, per_cent(count.rate), count.unasked]


def _people_columns() -> list[str]:
    hours = [_("必修"), _("选修"), _("合计"), _("应完成")]
    return [_("姓名"), _("单位"), _("岗位"), *hours, _("状态"), _("还差"), _("截止")]


def _people_rows(filters: Filters, figures: Figures) -> Iterator[list[Any]]:
    units = {unit.id: localized(unit, "name") for unit in filters.place.units}
    for who in figures.people:
        start = [who.name, units.get(who.unit_id or 0, ""), str(POSTS.get(who.post, who.post)) if who.post else ""]
        if who.standing is None:
            yield [*start, "", "", "", "", str(SHOWN["none"]), "", ""]
            continue
        earned, goal = who.standing.earned, who.standing.goal
        yield [
            *start,
            *(show_hundredths(amount) for amount in (earned.required, earned.elective, earned.total, goal.total)),
            str(words.STATES[who.standing.state]),
            words.missing_sentence(who.standing.missing),
            who.standing.period.due.isoformat(),
        ]


PLUGIN = Annual()
