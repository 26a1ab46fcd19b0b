"""The sums of the completion report."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import case, func, select

from academy.db import db
from academy.i18n import _, localized
from academy.organizations.models import Unit
from courses.catalog.models import Course
from courses.learning.models import Enrolment
from courses.reports.completion.filters import STATES, Filters
from courses.reports.rules import Tally, trend


class Figures:
    """All sums of a report, from one grouped query."""

    def __init__(self, filters: Filters) -> None:
        self.total = Tally()
        self.by_unit: dict[int | None, Tally] = {unit.id: Tally() for unit in filters.place.children}
        self.by_course: dict[int, Tally] = {}
        self.by_both: dict[tuple[int | None, int], Tally] = {}
        state = filters.state()
        counts = [func.sum(case((state == name, 1), else_=0)) for name in STATES]
        query = (
            select(Enrolment.unit_path, Enrolment.course_id, *counts)
            .where(filters.chosen())
            .group_by(Enrolment.unit_path, Enrolment.course_id)
        )
        for path, course_id, *numbers in db.session.execute(query):
            child = filters.place.child_of(path)
            self._count(child.id if child else None, course_id, [int(number) for number in numbers])

    def _count(self, unit_id: int | None, course_id: int, numbers: list[int]) -> None:
        for tally in (
            self.total,
            self.by_unit.setdefault(unit_id, Tally()),
            self.by_course.setdefault(course_id, Tally()),
            self.by_both.setdefault((unit_id, course_id), Tally()),
        ):
            tally.add(*numbers)


@dataclass(frozen=True)
class UnitRow:
    """One line of the table of units; `unit` is None for those directly here or without a unit."""

    unit: Unit | None
    name: str
    tally: Tally
    by_course: list[Tally]


def unit_rows(filters: Filters, figures: Figures) -> list[UnitRow]:
    """Return a row for each child, and one for those directly in this unit or in none, if there are any."""
    courses = shown_courses(filters, figures)

    def row(unit: Unit | None, name: str) -> UnitRow:
        identity = unit.id if unit else None
        cells = [figures.by_both.get((identity, course.id), Tally()) for course in courses]
        return UnitRow(unit, name, figures.by_unit.get(identity, Tally()), cells)

    rows = [row(unit, localized(unit, "name")) for unit in filters.place.children]
    if figures.by_unit.get(None, Tally()).total:
        rows.append(row(None, _("本级") if filters.place.unit else _("未分配单位")))
    return rows


def shown_courses(filters: Filters, figures: Figures) -> list[Course]:
    """Return the courses that anybody has enrolled in, in the order of their titles."""
    return [course for course in filters.courses if course.id in figures.by_course]


def course_rows(filters: Filters, figures: Figures) -> list[tuple[Course, Tally]]:
    """Return the sums of each course."""
    return [(course, figures.by_course[course.id]) for course in shown_courses(filters, figures)]


def weekly(filters: Filters) -> list[dict[str, Any]]:
    """Return date and completion rate at the ends of the last ten weeks, from one query."""
    moments = filters.period.weeks()
    sums = []
    for moment in moments:
        sums.append(func.sum(case((Enrolment.completed_at < moment, 1), else_=0)))
        sums.append(func.sum(case((Enrolment.enrolled_at < moment, 1), else_=0)))
    numbers = [int(value or 0) for value in db.session.execute(select(*sums).where(filters.chosen())).one()]
    rates = trend(zip(numbers[::2], numbers[1::2], strict=True))
    return [
        {"day": moment, "shown_day": moment - timedelta(days=1), "rate": rate, "completed": done}
        for moment, rate, done in zip(moments, rates, numbers[::2], strict=True)
    ]
