"""What people have done in a lesson that one works through, for the author of the course."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from academy.accounts.models import Person
from academy.db import db
from academy.i18n import _, localized
from academy.organizations.models import Unit
from academy.web.filters import show_datetime
from courses.catalog.models import Lesson
from courses.formats.tables import Table
from courses.learning.models import Enrolment, LessonProgress, LessonWork
from courses.lesson_types.base import LessonType

READ_AT_ONCE = 200


@dataclass(frozen=True)
class HandedIn:
    """One person's work in a lesson: what its type lets the author read; `done_at`: None while it is not done."""

    name: str
    unit: Unit | None
    at: datetime
    done_at: datetime | None
    text: str


def query_of(lesson: Lesson) -> Select[str, Unit, dict[str, Any], datetime, datetime | None]:
    """Return the query for everybody's work in a lesson, the newest first."""
    return (
        select(Person.name, Unit, LessonWork.state, LessonWork.updated_at, LessonProgress.completed_at)
        .join(LessonProgress, LessonProgress.id == LessonWork.progress_id)
        .join(Enrolment, Enrolment.id == LessonProgress.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Unit, Unit.id == Enrolment.unit_id)
        .where(LessonProgress.lesson_id == lesson.id)
        .order_by(LessonWork.updated_at.desc(), LessonWork.progress_id)
    )


def read(kind: LessonType, lesson: Lesson, rows: Any) -> list[HandedIn]:
    """Return what rows of the query say."""
    return [
        HandedIn(name, unit, at, done_at, kind.handed_in(lesson.content, state))
        for name, unit, state, at, done_at in rows
    ]


def as_table(kind: LessonType, lesson: Lesson) -> Table:
    """Return everybody's work as a table, read piece by piece."""

    def rows() -> Iterator[list[str]]:
        result = db.session.execute(query_of(lesson).execution_options(yield_per=READ_AT_ONCE))
        for each in (read(kind, lesson, [row])[0] for row in result):
            unit = localized(each.unit, "name") if each.unit else ""
            yield [each.name, unit, show_datetime(each.at), _("学完") if each.done_at else "", each.text]

    columns = [_("姓名"), _("单位"), _("时间"), _("状态"), _("内容")]
    return Table(localized(lesson, "title"), columns, rows())
