"""Joining a course."""

from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.exc import IntegrityError

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from courses.catalog.models import Course, CourseVersion
from courses.learning.models import Enrolment


def find_enrolment(person_id: int, course_id: int) -> Enrolment | None:
    """Return the person's enrolment in a course, or None."""
    return db.session.scalar(
        select(Enrolment).where(Enrolment.person_id == person_id, Enrolment.course_id == course_id)
    )


def enrol(person: Person, course: Course) -> Enrolment:
    """Enrol a person in the published version of a course; pressing the button twice enrols once.

    Unit and post are kept as they are now. Raises UserError (409) when the course cannot be joined.
    """
    found = find_enrolment(person.id, course.id)
    if found is not None:
        return found
    version = db.session.get(CourseVersion, course.current_version_id) if course.current_version_id else None
    if version is None or course.withdrawn_at is not None:
        raise UserError(_("这门课已经下架，不能再加入。可以看看别的课程"), 409)
    enrolment = Enrolment(
        person_id=person.id,
        course_id=course.id,
        version_id=version.id,
        required_count=required_count(version),
        **snapshot(person),
    )
    try:
        with db.session.begin_nested():
            db.session.add(enrolment)
    except IntegrityError:
        # The same button, pressed twice: the other request was a moment earlier.
        found = find_enrolment(person.id, course.id)
        if found is None:
            raise
        return found
    return enrolment


def required_count(version: CourseVersion) -> int:
    """Return how many lessons must be done to complete a version."""
    return version.required_count or version.lesson_count


def snapshot(person: Person) -> dict[str, object]:
    """Return unit and post of a person as they are now, in the columns of enrolments and ledger entries."""
    return {
        "unit_id": person.unit_id,
        "unit_path": person.unit.path if person.unit else "",
        "post": person.post,
    }


def read_again(enrolment: Enrolment) -> None:
    """Read an enrolment anew: another request of this person may have been waited for. One query, made once."""
    db.session.scalars(_again(), {"enrolment": enrolment.id}).one()


@cache
def _again() -> Select[Enrolment]:
    query = select(Enrolment).where(Enrolment.id == bindparam("enrolment"))
    return query.execution_options(populate_existing=True)


def touch(enrolment: Enrolment, lesson_id: int) -> None:
    """Note that the person has just studied a lesson; written at most once a minute, so that heartbeats stay cheap."""
    moment = now()
    last = enrolment.last_studied_at
    if enrolment.last_lesson_id == lesson_id and last is not None and (moment - last).total_seconds() < 60:
        return
    enrolment.last_lesson_id = lesson_id
    enrolment.last_studied_at = moment
    enrolment.started_at = enrolment.started_at or moment
    if enrolment.state == "enrolled":
        enrolment.state = "studying"
