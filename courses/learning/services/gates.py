"""Which lessons somebody may study now. What is not open earns nothing, whichever way it is reported."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import and_, select

from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import localized
from courses.catalog.models import Course, CourseVersion, LessonVersion
from courses.completion.evaluate import Lock, Moment, course_lock, locks, restricts, restricts_lessons
from courses.completion.wording import Names, locked
from courses.learning.models import Enrolment, LessonProgress
from courses.learning.services.outcome import ReportRefused
from courses.learning.services.standing import lessons_of, rules_of


def completed_among(person_id: int, courses: Collection[int]) -> frozenset[int]:
    """Return which of these courses somebody has completed; no query when there are none."""
    if not courses:
        return frozenset()
    query = select(Enrolment.course_id).where(
        Enrolment.person_id == person_id, Enrolment.course_id.in_(list(courses)), Enrolment.state == "completed"
    )
    return frozenset(db.session.scalars(query))


def lock_of(enrolment: Enrolment, lesson_id: int) -> Lock | None:
    """Return why a lesson does not count now for somebody, or None. A course that is completed has no locks.

    One small query where the course restricts nothing.
    """
    if enrolment.state == "completed":
        return None
    rules = rules_of(enrolment.version_id)
    if not restricts(rules):
        return None
    completed = completed_among(enrolment.person_id, rules.get("courses", ()))
    if not restricts_lessons(rules):
        return course_lock(rules, now(), completed)
    order = [(lesson, required) for lesson, required, _key in lessons_of(enrolment.version_id)]
    done = select(LessonProgress.lesson_id).where(
        LessonProgress.enrolment_id == enrolment.id, LessonProgress.completed_at.is_not(None)
    )
    moment = Moment(now(), order, frozenset(db.session.scalars(done)), completed)
    return locks(rules, moment).get(lesson_id)


def check_open(enrolment: Enrolment, lesson_id: int) -> None:
    """Refuse what is reported of a lesson that does not count now, in a sentence.

    Raises ReportRefused (403) for a lesson that is not open yet, UserError (409) for a course that has closed.
    """
    lock = lock_of(enrolment, lesson_id)
    if lock is None:
        return
    sentence = locked(lock, names_for(lock, enrolment.version_id))
    if lock.sealed:
        raise ReportRefused(sentence, f"a lesson that is not open: {lock.reason}", 403)
    raise UserError(sentence, 409)


def ordinary(rules: Mapping[str, Any]) -> bool:
    """Return whether reports of a course with these rules need no look at when its lessons open."""
    return not restricts_lessons(rules) and course_lock(rules, now(), ()) is None


def names_for(lock: Lock, version_id: int) -> Names:
    """Return the names that the sentence about a lock needs."""
    lessons: dict[int, str] = {}
    if lock.lesson:
        query = select(LessonVersion.lesson_id, LessonVersion.title, LessonVersion.title_en).where(
            LessonVersion.version_id == version_id, LessonVersion.lesson_id == lock.lesson
        )
        lessons = {row.lesson_id: localized(row, "title") for row in db.session.execute(query)}
    return Names(lessons, {row.id: localized(row, "title") for row in courses_named(lock.courses)})


def courses_named(courses: Collection[int], person_id: int | None = None) -> list[Any]:
    """Return id, address and titles of courses as trainees see them, and how far somebody is; no query when there are none."""
    if not courses:
        return []
    own = and_(Enrolment.course_id == Course.id, Enrolment.person_id == (person_id or 0))
    query = (
        select(Course.id, Course.slug, CourseVersion.title, CourseVersion.title_en, Enrolment.state)
        .join(CourseVersion, CourseVersion.id == Course.current_version_id)
        .outerjoin(Enrolment, own)
        .where(Course.id.in_(list(courses)))
        .order_by(Course.id)
    )
    return list(db.session.execute(query))
