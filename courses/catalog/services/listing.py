"""The list of courses that a person may edit, and the versions of one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Row as SqlRow
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from academy.accounts.models import Person
from academy.db import db
from courses.catalog import learners
from courses.catalog.models import Chapter, Course, CourseVersion, Lesson

VERSIONS_SHOWN = 10


@dataclass(frozen=True)
class Row:
    """One course of the list, with what is counted of its draft and how many people study it."""

    course: Course
    chapters: int
    lessons: int
    learners: int
    owner_name: str


def listed(person: Person, words: str = "") -> Select[Course]:
    """Return the query for the courses that the person may edit: their own, for an administrator all; newest edit first."""
    query = select(Course).options(joinedload(Course.current_version))
    if "admin" not in person.role_names:
        query = query.where(Course.owner_id == person.id)
    if words:
        query = query.where(
            or_(*(column.icontains(words, autoescape=True) for column in (Course.title, Course.title_en, Course.slug)))
        )
    return query.order_by(Course.draft_changed_at.desc(), Course.id.desc())


def rows(courses: Sequence[Course]) -> list[Row]:
    """Return the rows of the list: four queries, however many courses there are."""
    ids = [course.id for course in courses]
    chapters = _count(select(Chapter.course_id, func.count()).where(Chapter.course_id.in_(ids)), Chapter.course_id)
    lessons = _count(
        select(Lesson.course_id, func.count()).where(Lesson.course_id.in_(ids), Lesson.removed_at.is_(None)),
        Lesson.course_id,
    )
    owners = {course.owner_id for course in courses if course.owner_id}
    query = select(Person.id, Person.name).where(Person.id.in_(sorted(owners)))
    names = {row.id: row.name for row in db.session.execute(query)}
    studied = learners.of_courses(ids)
    return [
        Row(
            course,
            chapters.get(course.id, 0),
            lessons.get(course.id, 0),
            studied.get(course.id, 0),
            names.get(course.owner_id or 0, ""),
        )
        for course in courses
    ]


def _count(query: Select[int, int], column: object) -> dict[int, int]:
    return {row[0]: row[1] for row in db.session.execute(query.group_by(column))}  # type: ignore[arg-type]


def versions_of(course: Course) -> Sequence[SqlRow[CourseVersion, str | None]]:
    """Return the newest published versions, each with the name of who published it. One query."""
    query = (
        select(CourseVersion, Person.name)
        .outerjoin(Person, Person.id == CourseVersion.published_by_id)
        .where(CourseVersion.course_id == course.id)
        .order_by(CourseVersion.number.desc())
        .limit(VERSIONS_SHOWN)
    )
    return db.session.execute(query).all()
