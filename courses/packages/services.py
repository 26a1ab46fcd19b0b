"""Who works in a package, and how they stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select

from academy.accounts.models import Person
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from courses.catalog.models import LessonVersion
from courses.learning.models import Enrolment, LessonProgress, LessonWork
from courses.learning.services import take_work
from courses.learning.services.outcome import Outcome
from courses.learning.services.pages import lesson_in, open_course
from courses.learning.services.work import find_work
from courses.lesson_types.scorm.running import Heard, Run


@dataclass(frozen=True)
class Place:
    """A lesson under study by one person."""

    enrolment: Enrolment
    lesson: LessonVersion


def find_place(person_id: int, slug: str, lesson_id: int, sha256: str) -> Place | None:
    """Return the lesson where a package runs, or None when the person does not study it or it is another package now."""
    opened = open_course(slug, person_id)
    if opened is None or opened.enrolment is None:
        return None
    lesson = lesson_in(opened.version.id, lesson_id)
    if lesson is None or lesson.content.get("sha256") != sha256:
        return None
    return Place(opened.enrolment, lesson)


def state_at(place: Place) -> Mapping[str, Any]:
    """Return where somebody stands in a package; {} when it was never opened."""
    query = select(LessonProgress.id).where(
        LessonProgress.enrolment_id == place.enrolment.id, LessonProgress.lesson_id == place.lesson.lesson_id
    )
    identity = db.session.scalar(query)
    work = find_work(identity) if identity is not None else None
    return work.state if work else {}


def hear(place: Place | None, run: Run, values: Mapping[str, Any]) -> Outcome:
    """Take a report of a running package. Raises UserError when it does not count, and says why."""
    if place is None:
        raise UserError(_("老师换过这个课件包，这里做的不再记录。请关掉这一页，重新打开这一节"), 409)
    return take_work(run.person_id, place.enrolment, place.lesson, Heard(values, run))


def workers(
    course_id: int, lesson_id: int
) -> Select[Person, dict[str, Any], datetime, datetime | None, dict[str, Any]]:
    """Return the query of everybody who has worked in a lesson of a course, the last ones first."""
    return (
        select(Person, LessonWork.state, LessonWork.updated_at, LessonProgress.completed_at, LessonVersion.content)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .join(LessonProgress, LessonProgress.enrolment_id == Enrolment.id)
        .join(LessonWork, LessonWork.progress_id == LessonProgress.id)
        .join(LessonVersion, LessonVersion.id == LessonProgress.lesson_version_id)
        .where(Enrolment.course_id == course_id, LessonProgress.lesson_id == lesson_id)
        .order_by(LessonWork.updated_at.desc(), Person.id)
    )


def worker(
    course_id: int, lesson_id: int, person_id: int
) -> Row[Person, dict[str, Any], datetime, datetime | None, dict[str, Any]] | None:
    """Return one person's line of `workers`, or None."""
    return db.session.execute(workers(course_id, lesson_id).where(Person.id == person_id)).first()
