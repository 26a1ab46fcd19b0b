"""Completion: units down the tree × courses, down to the persons.

What is counted are enrolments, with unit and post as they were when the person enrolled, so that a report of a past
period gives the same numbers after people have moved. States are as of the end of the period.
"""

from typing import Any

from sqlalchemy import func, select

from academy.accounts.models import POSTS
from academy.clock import now
from academy.db import db
from academy.i18n import _, localized
from academy.i18n import lazy as _l
from academy.web.filters import show_datetime
from academy.web.pagination import paginate
from courses.formats.tables import Table
from courses.learning.models import Enrolment
from courses.reports.base import Report, Request
from courses.reports.completion.figures import Figures, course_rows, shown_courses, unit_rows, weekly
from courses.reports.completion.filters import STATES, Filters, read_filters
from courses.reports.completion.people import as_of_today, people_columns, people_query, people_rows
from courses.reports.rules import Tally, per_cent
from courses.vocabulary import OBLIGATIONS

PEOPLE_PER_PAGE = 20


class Completion(Report):
    """The completion report."""

    key = "completion"
    name = _l("结业情况")
    description = _l("按单位和课程看结业人次，逐级看到个人")
    order = 10
    parameters = ("unit", "course", "post", "from", "to", "name", "state")
    tables = {"units": _l("单位"), "courses": _l("课程"), "people": _l("人员")}

    def page(self, request: Request) -> dict[str, Any]:
        """Return filters, sums, trend and one page of persons."""
        filters = read_filters(request)
        figures = Figures(filters)
        return {
            "filters": filters,
            "total": figures.total,
            "units": unit_rows(filters, figures),
            "courses": course_rows(filters, figures),
            "trend": weekly(filters),
            "people": paginate(people_query(filters), PEOPLE_PER_PAGE, request.page, scalars=False),
            "as_of_today": as_of_today(filters),
            "matrix_courses": shown_courses(filters, figures),
            "states": STATES,
            "posts": POSTS,
            "obligations": OBLIGATIONS,
            "per_cent": per_cent,
            "as_of": show_datetime(now()),
        }

    def table(self, name: str, request: Request) -> Table:
        """Return one table with the same filters as the page."""
        filters = read_filters(request)
        notes = (
            f"{self.name}：{filters.place.name}",
            filters.sentence(),
            _("导出时间 %(time)s", time=show_datetime(now())),
        )
        if name == "people":
            return Table(str(self.tables[name]), people_columns(), people_rows(filters), notes)
        make = {"units": _units_table, "courses": _courses_table}[name]
        columns, rows = make(filters, Figures(filters))
        return Table(str(self.tables[name]), columns, rows, notes)

    def rows_expected(self, request: Request) -> int:
        """Return the number of enrolments."""
        filters = read_filters(request)
        return db.session.scalar(select(func.count()).select_from(Enrolment).where(filters.chosen())) or 0


def _numbers(tally: Tally) -> list[Any]:
    return [tally.total, tally.completed, tally.studying, tally.enrolled, per_cent(tally.rate)]


def _headings(first: str) -> list[str]:
    return [first, _("报名人次"), *(str(name) for name in STATES.values()), _("结业率")]


def _units_table(filters: Filters, figures: Figures) -> tuple[list[str], list[list[Any]]]:
    courses = shown_courses(filters, figures)
    columns = [
        *_headings(_("单位")),
        *(_("%(course)s（已结业/报名）", course=localized(course, "title")) for course in courses),
    ]
    rows = [
        [row.name, *_numbers(row.tally), *(f"{cell.completed}/{cell.total}" for cell in row.by_course)]
        for row in unit_rows(filters, figures)
    ]
    sums = (figures.by_course[course.id] for course in courses)
    rows.append([_("合计"), *_numbers(figures.total), *(f"{cell.completed}/{cell.total}" for cell in sums)])
    return columns, rows


def _courses_table(filters: Filters, figures: Figures) -> tuple[list[str], list[list[Any]]]:
    rows = [
        [localized(course, "title"), *_numbers(tally), str(OBLIGATIONS[course.obligation])]
        for course, tally in course_rows(filters, figures)
    ]
    rows.append([_("合计"), *_numbers(figures.total), ""])
    return [*_headings(_("课程")), _("性质")], rows


PLUGIN = Completion()
