"""The persons of the completion report."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, func, or_, select

from academy.accounts.models import POSTS, Person
from academy.clock import now
from academy.db import db
from academy.i18n import _, localized
from academy.organizations.models import Unit
from academy.web.filters import local_date, show_date, show_hundredths
from courses.catalog.models import Course
from courses.credits.models import LedgerEntry
from courses.learning.models import Enrolment
from courses.reports.completion.filters import SHOWN, STATES, Filters

EXPORT_PIECE = 1000


def people_query(filters: Filters) -> Select[Any]:
    """Return the query for the persons: enrolment, person, unit, course, state, credit hours."""
    state = filters.state().label("state")
    hours = (
        select(func.coalesce(func.sum(LedgerEntry.amount_hundredths), 0))
        .where(
            LedgerEntry.person_id == Enrolment.person_id,
            LedgerEntry.source_type == "course",
            LedgerEntry.source_id == Enrolment.course_id,
            LedgerEntry.created_at < filters.at,
        )
        .scalar_subquery()
    )
    query = (
        select(Enrolment, Person.name, Unit, Course, state, hours.label("hours"))
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Unit, Unit.id == Enrolment.unit_id)
        .join(Course, Course.id == Enrolment.course_id)
        .where(filters.chosen(), state.in_(SHOWN[filters.shown]))
        .order_by(Enrolment.unit_path, Person.name, Enrolment.id)
    )
    if filters.name:
        like = f"%{_escaped(filters.name)}%"
        query = query.where(or_(Person.name.like(like, escape="\\"), Person.phone.like(like, escape="\\")))
    return query


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def as_of_today(filters: Filters) -> bool:
    """Return whether the report tells of today: only then is the number of lessons done the one of the report."""
    return filters.period.last >= local_date(now())


def people_columns() -> list[str]:
    """Return the headings of the table of persons."""
    return [
        _("姓名"),
        _("单位"),
        _("岗位"),
        _("课程"),
        _("已学完"),
        _("应学"),
        _("学时"),
        _("状态"),
        _("报名"),
        _("最近学习"),
        _("结业"),
    ]


def _state(state: str, enrolment: Enrolment) -> str:
    """Write a state; who tested out can be told apart."""
    if state == "completed" and enrolment.completed_by == "test_out":
        return _("%(state)s（免修）", state=STATES[state])
    return str(STATES[state])


def people_rows(filters: Filters) -> Iterator[list[Any]]:
    """Yield the persons as text and numbers, in pieces, so that memory stays small."""
    today = as_of_today(filters)
    result = db.session.execute(people_query(filters).execution_options(yield_per=EXPORT_PIECE))
    for enrolment, name, unit, course, state, hours in result:
        yield [
            name,
            localized(unit, "name") if unit else "",
            str(POSTS.get(enrolment.post, enrolment.post)),
            localized(course, "title"),
            enrolment.done_count if today else "",
            enrolment.required_count if today else "",
            show_hundredths(hours),
            _state(state, enrolment),
            show_date(enrolment.enrolled_at),
            show_date(enrolment.last_studied_at) if today else "",
            show_date(enrolment.completed_at) if state == "completed" else "",
        ]
