"""What the home page shows: where to go on, what is under way, what it has earned, what to begin.

The queries are built once; only their values change.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, func, select

from academy.db import db
from courses.catalog.models import Course, CourseVersion
from courses.catalog.search import CARD, published
from courses.learning.models import Enrolment
from courses.learning.services.outline import Line, Outline, outlines
from courses.textbooks.models import Edition, EditionChapter, ReadingState, Textbook

CARDS = 4
TO_BEGIN = 3
LATEST = 6
_person: BindParameter[int] = bindparam("person_id")


@dataclass(slots=True)
class UnderWay:
    """A course that somebody studies, and the lesson to go on with; `card` has the columns of `_UNDER_WAY`."""

    card: Any
    outline: Outline
    next: Line | None

    @property
    def share(self) -> Fraction:
        """The share of the lessons that count which are done."""
        return course_share(self.card)


def course_share(enrolment: Any) -> Fraction:
    """Return the share of the lessons that count which are done, of an enrolment or of its columns."""
    return Fraction(enrolment.done_count, enrolment.required_count) if enrolment.required_count else Fraction(0)


def last_touched() -> ColumnElement[object]:
    """Return what enrolments are ordered by: when they were last studied, else begun."""
    return func.coalesce(Enrolment.last_studied_at, Enrolment.enrolled_at)


_UNDER_WAY = (
    select(
        *CARD,
        Enrolment.id.label("enrolment_id"),
        Enrolment.state,
        Enrolment.done_count,
        Enrolment.required_count,
        Enrolment.last_lesson_id,
        Enrolment.last_studied_at,
        func.count().over().label("total"),
    )
    .select_from(Enrolment)
    .join(Course, Course.id == Enrolment.course_id)
    .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
    .where(Enrolment.person_id == _person, Enrolment.state != "completed")
    .order_by(last_touched().desc(), Enrolment.id.desc())
    .limit(CARDS)
)


def under_way(person_id: int) -> tuple[list[UnderWay], int]:
    """Return the courses that somebody studies, the latest first, and how many there are: two queries."""
    cards = db.session.execute(_UNDER_WAY, {"person_id": person_id}).all()
    found = outlines([(card.version_id, card.enrolment_id) for card in cards])
    courses = [
        UnderWay(card, found[card.version_id], found[card.version_id].next(card.last_lesson_id)) for card in cards
    ]
    return courses, cards[0].total if cards else 0


_whole_book = (
    select(func.sum(EditionChapter.paragraph_count))
    .where(EditionChapter.edition_id == Textbook.current_edition_id)
    .correlate(Textbook)
    .scalar_subquery()
)
_other = ReadingState.__table__.alias("other_chapters")
_read_of_it = (
    select(func.sum(_other.c.shown_count))
    .where(_other.c.person_id == _person, _other.c.textbook_id == Textbook.id)
    .correlate(Textbook)
    .scalar_subquery()
)
_READING = (
    select(
        Textbook.slug,
        Edition.title,
        Edition.title_en,
        Edition.hue,
        EditionChapter.chapter_id,
        EditionChapter.title.label("chapter_title"),
        EditionChapter.title_en.label("chapter_title_en"),
        ReadingState.position_anchor,
        _whole_book.label("paragraphs"),
        _read_of_it.label("read"),
    )
    .select_from(ReadingState)
    .join(Textbook, Textbook.id == ReadingState.textbook_id)
    .join(Edition, Edition.id == Textbook.current_edition_id)
    .join(
        EditionChapter,
        (EditionChapter.edition_id == Textbook.current_edition_id)
        & (EditionChapter.chapter_id == ReadingState.chapter_id),
    )
    .where(ReadingState.person_id == _person)
    .order_by(ReadingState.updated_at.desc())
    .limit(1)
)


def reading_of(person_id: int) -> tuple[Any, Fraction] | None:
    """Return the textbook that somebody read last (columns of `_READING`) and the share read of it."""
    row = db.session.execute(_READING, {"person_id": person_id}).first()
    if row is None:
        return None
    return row, min(Fraction(1), Fraction(int(row.read or 0), int(row.paragraphs or 1)))


_TO_BEGIN = (
    published()
    .where(
        CourseVersion.obligation == "required",
        ~select(Enrolment.id).where(Enrolment.person_id == _person, Enrolment.course_id == Course.id).exists(),
    )
    .order_by(CourseVersion.published_at.desc(), Course.id.desc())
    .limit(TO_BEGIN)
)


def required_to_begin(person_id: int) -> list[Any]:
    """Return the cards of required courses that somebody has not joined, the latest first."""
    return list(db.session.execute(_TO_BEGIN, {"person_id": person_id}))


_LATEST = published().order_by(CourseVersion.published_at.desc(), Course.id.desc()).limit(LATEST)


def latest_courses() -> list[Any]:
    """Return the cards of the courses published last, for visitors."""
    return list(db.session.execute(_LATEST))
