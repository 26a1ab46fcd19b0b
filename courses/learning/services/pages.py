"""Loading a course or a lesson for the person who looks at it.

The queries of every page are made once: making one costs more than asking it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.orm import defer

from academy.db import db
from courses.catalog.models import Course, CourseVersion, LessonVersion
from courses.learning.models import Enrolment, LessonProgress
from courses.learning.services.outline import Line
from courses.lesson_types.registry import lesson_type
from courses.textbooks.models import Edition, Textbook


@dataclass(frozen=True)
class OpenCourse:
    """A course as one person meets it: the version under study, or the one published last."""

    course: Course
    version: CourseVersion
    enrolment: Enrolment | None

    @property
    def can_join(self) -> bool:
        """Whether the person may enrol."""
        return self.enrolment is None and self.course.withdrawn_at is None


def open_course(slug: str, person_id: int | None) -> OpenCourse | None:
    """Return the course called `slug`, or None when there is none that this person may see: one query.

    A course that was withdrawn is there for those who study it.
    """
    row = db.session.execute(_course_query(), {"slug": slug, "person_id": person_id or 0}).first()
    if row is None or (row[2] is None and row[0].withdrawn_at is not None):
        return None
    return OpenCourse(row[0], row[1], row[2])


@cache
def _course_query() -> Select[Course, CourseVersion, Enrolment]:
    own = and_(Enrolment.course_id == Course.id, Enrolment.person_id == bindparam("person_id"))
    return (
        select(Course, CourseVersion, Enrolment)
        .outerjoin(Enrolment, own)
        .join(
            CourseVersion,
            CourseVersion.id == func.coalesce(Enrolment.version_id, Course.current_version_id),
        )
        .where(Course.slug == bindparam("slug"))
        .options(defer(CourseVersion.search_text))
    )


def lesson_in(version_id: int, lesson_id: int) -> LessonVersion | None:
    """Return a lesson of a version with its content."""
    return db.session.scalar(_lesson_in(), {"version_id": version_id, "lesson_id": lesson_id})


@cache
def _lesson_in() -> Select[LessonVersion]:
    return select(LessonVersion).where(
        LessonVersion.version_id == bindparam("version_id"), LessonVersion.lesson_id == bindparam("lesson_id")
    )


def lesson_with_progress(
    version_id: int, lesson_id: int, enrolment_id: int
) -> tuple[LessonVersion | None, LessonProgress | None]:
    """Return a lesson of a version with its content, and how far an enrolment is in it: one query."""
    values = {"version_id": version_id, "lesson_id": lesson_id, "enrolment_id": enrolment_id}
    row = db.session.execute(_lesson_query(), values).first()
    return (row[0], row[1]) if row else (None, None)


@cache
def _lesson_query() -> Select[LessonVersion, LessonProgress]:
    own = and_(
        LessonProgress.lesson_id == LessonVersion.lesson_id,
        LessonProgress.enrolment_id == bindparam("enrolment_id"),
    )
    return (
        select(LessonVersion, LessonProgress)
        .outerjoin(LessonProgress, own)
        .where(LessonVersion.version_id == bindparam("version_id"), LessonVersion.lesson_id == bindparam("lesson_id"))
    )


def learners(course_id: int) -> int:
    """Return how many people have joined a course."""
    return db.session.scalar(select(func.count()).where(Enrolment.course_id == course_id)) or 0


def enrolments_in(person_id: int, course_ids: Iterable[int]) -> dict[int, Enrolment]:
    """Return the person's enrolments in some courses, by course."""
    query = select(Enrolment).where(Enrolment.person_id == person_id, Enrolment.course_id.in_(list(course_ids)))
    return {enrolment.course_id: enrolment for enrolment in db.session.scalars(query)}


def textbooks_of(lines: Iterable[Line]) -> list[tuple[Textbook, Edition]]:
    """Return the textbooks that the lessons of a course read from: no query where none does, else two."""
    reading = [line.id for line in lines if (kind := lesson_type(line.type)) and kind.measure == "reading"]
    if not reading:
        return []
    contents = db.session.scalars(select(LessonVersion.content).where(LessonVersion.id.in_(reading)))
    books = {content.get("textbook_id") for content in contents}
    query = (
        select(Textbook, Edition)
        .join(Edition, Edition.id == Textbook.current_edition_id)
        .where(Textbook.id.in_([book for book in books if isinstance(book, int)]))
        .order_by(Textbook.id)
        .options(defer(Edition.search_text))
    )
    return [(book, edition) for book, edition in db.session.execute(query)]
