"""What the home page shows: where to go on, what is under way, what it has earned, what to begin."""

from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import ColumnElement, extract, func, select
from sqlalchemy.orm import defer

from academy.db import db
from courses.catalog.models import Course, CourseVersion, LessonVersion
from courses.catalog.search import published
from courses.learning.models import Enrolment, LedgerEntry
from courses.learning.services.outline import Line, Outline, outlines
from courses.textbooks.models import Edition, EditionChapter, ReadingState, Textbook

CARDS = 4


@dataclass(frozen=True)
class UnderWay:
    """A course that somebody studies, and the lesson to go on with."""

    enrolment: Enrolment
    course: Course
    version: CourseVersion
    outline: Outline
    next: Line | None

    @property
    def share(self) -> Fraction:
        """The share of the lessons that count which are done."""
        return course_share(self.enrolment)


@dataclass(frozen=True)
class Reading:
    """The textbook that somebody reads, and the place in it."""

    book: Textbook
    edition: Edition
    chapter: EditionChapter
    anchor: str
    share: Fraction


def course_share(enrolment: Enrolment) -> Fraction:
    """Return the share of the lessons that count which are done."""
    return Fraction(enrolment.done_count, enrolment.required_count) if enrolment.required_count else Fraction(0)


def last_touched() -> ColumnElement[object]:
    """Return what enrolments are ordered by: when they were last studied, else begun."""
    return func.coalesce(Enrolment.last_studied_at, Enrolment.enrolled_at)


def under_way(person_id: int, limit: int = CARDS) -> tuple[list[UnderWay], int]:
    """Return the courses that somebody studies, the latest first, and how many there are: two queries."""
    query = (
        select(Enrolment, Course, CourseVersion, func.count().over())
        .join(Course, Course.id == Enrolment.course_id)
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .where(Enrolment.person_id == person_id, Enrolment.state != "completed")
        .order_by(last_touched().desc(), Enrolment.id.desc())
        .limit(limit)
        .options(defer(CourseVersion.search_text))
    )
    rows = db.session.execute(query).all()
    found = outlines([(version.id, enrolment.id) for enrolment, _course, version, _total in rows])
    courses = [
        UnderWay(enrolment, course, version, found[version.id], found[version.id].next(enrolment.last_lesson_id))
        for enrolment, course, version, _total in rows
    ]
    return courses, rows[0][3] if rows else 0


def lesson_content(line: Line) -> LessonVersion:
    """Return the lesson with its content."""
    return db.session.get_one(LessonVersion, line.id)


def credit_of_year(person_id: int, year: int) -> dict[str, int]:
    """Return the hundredths of credit hours that somebody earned in a year, by obligation."""
    query = (
        select(LedgerEntry.obligation, func.sum(LedgerEntry.amount_hundredths))
        .where(LedgerEntry.person_id == person_id, extract("year", LedgerEntry.earned_on) == year)
        .group_by(LedgerEntry.obligation)
    )
    return {obligation: int(amount) for obligation, amount in db.session.execute(query)}


def reading_of(person_id: int) -> Reading | None:
    """Return the textbook that somebody read last: two queries."""
    query = (
        select(ReadingState, Textbook, Edition, EditionChapter)
        .join(Textbook, Textbook.id == ReadingState.textbook_id)
        .join(Edition, Edition.id == Textbook.current_edition_id)
        .join(
            EditionChapter,
            (EditionChapter.edition_id == Textbook.current_edition_id)
            & (EditionChapter.chapter_id == ReadingState.chapter_id),
        )
        .where(ReadingState.person_id == person_id)
        .order_by(ReadingState.updated_at.desc())
        .limit(1)
        .options(defer(ReadingState.shown), defer(Edition.search_text))
    )
    row = db.session.execute(query).first()
    if row is None:
        return None
    state, book, edition, chapter = row
    return Reading(book, edition, chapter, state.position_anchor, _share_of_book(person_id, book))


def _share_of_book(person_id: int, book: Textbook) -> Fraction:
    whole = select(func.coalesce(func.sum(EditionChapter.paragraph_count), 0)).where(
        EditionChapter.edition_id == book.current_edition_id
    )
    read = select(func.coalesce(func.sum(ReadingState.shown_count), 0)).where(
        ReadingState.person_id == person_id, ReadingState.textbook_id == book.id
    )
    total, shown = db.session.execute(select(whole.scalar_subquery(), read.scalar_subquery())).one()
    return min(Fraction(1), Fraction(int(shown), int(total))) if total else Fraction(0)


def required_to_begin(person_id: int, limit: int = 3) -> list[tuple[Course, CourseVersion]]:
    """Return required courses that somebody has not joined, the latest first."""
    joined = select(Enrolment.course_id).where(Enrolment.person_id == person_id)
    query = (
        published()
        .where(CourseVersion.obligation == "required", Course.id.not_in(joined))
        .order_by(CourseVersion.published_at.desc(), Course.id.desc())
        .limit(limit)
        .options(defer(CourseVersion.search_text))
    )
    return [(course, version) for course, version in db.session.execute(query)]


def latest_courses(limit: int = 6) -> list[tuple[Course, CourseVersion]]:
    """Return the courses published last, for visitors."""
    query = published().order_by(CourseVersion.published_at.desc(), Course.id.desc()).limit(limit)
    return [
        (course, version) for course, version in db.session.execute(query.options(defer(CourseVersion.search_text)))
    ]
