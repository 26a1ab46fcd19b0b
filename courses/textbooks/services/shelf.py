"""Reading: the shelf, a book with one's own progress, a chapter, and finding words in a book."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import defer

from academy.db import db
from academy.web.pagination import Page, paginate
from courses.textbooks.models import Edition, EditionChapter, Paragraph, ReaderSettings, ReadingState, Textbook
from courses.textbooks.rules.appearance import Appearance
from courses.textbooks.rules.searching import Piece, excerpt, words_of
from courses.textbooks.services.reading import share_of

PER_PAGE = 24
MOST_HITS = 200
ESCAPE = "\\"


@dataclass(frozen=True)
class Place:
    """Where somebody stopped reading."""

    chapter_id: int
    anchor: str
    at: datetime


@dataclass
class Shelved:
    """A book as it stands on the shelf; `shown` and `place` are of the person who looks."""

    book: Textbook
    edition: Edition
    chapters: int = 0
    characters: int = 0
    paragraphs: int = 0
    shown: int = 0
    place: Place | None = None

    @property
    def share(self) -> Fraction:
        """The share of the book that has been read."""
        return share_of(self.shown, self.paragraphs)


@dataclass
class OpenBook:
    """A published book with its contents, and how far the person who looks has read."""

    book: Textbook
    edition: Edition
    chapters: list[EditionChapter]
    states: dict[int, ReadingState] = field(default_factory=dict)

    def share(self, chapter: EditionChapter) -> Fraction:
        """The share of a chapter that has been read."""
        state = self.states.get(chapter.chapter_id)
        return share_of(state.shown_count, state.paragraph_count) if state else Fraction(0)

    @property
    def whole_share(self) -> Fraction:
        """The share of the book that has been read."""
        total = sum(chapter.paragraph_count for chapter in self.chapters)
        read = sum((self.share(chapter) * chapter.paragraph_count for chapter in self.chapters), Fraction(0))
        return read / total if total else Fraction(0)

    @property
    def place(self) -> Place | None:
        """Where the person stopped last."""
        present = {chapter.chapter_id for chapter in self.chapters}
        return _latest(state for state in self.states.values() if state.chapter_id in present)

    @property
    def characters(self) -> int:
        """The characters of the whole book."""
        return sum(chapter.characters for chapter in self.chapters)

    def at(self, chapter_id: int) -> int | None:
        """Return the place of a chapter in the contents, from 0."""
        return next((n for n, each in enumerate(self.chapters) if each.chapter_id == chapter_id), None)


@dataclass(frozen=True)
class Hit:
    """A paragraph in which all the words stand."""

    anchor: str
    pieces: list[Piece]


@dataclass
class Found:
    """The hits of one chapter."""

    chapter: EditionChapter
    hits: list[Hit] = field(default_factory=list)


def _published() -> Any:
    return select(Textbook, Edition).join(Edition, Edition.id == Textbook.current_edition_id)


def _contains(column: Any, word: str) -> ColumnElement[bool]:
    return column.contains(word, autoescape=True, escape=ESCAPE)


def _in_text(words: Sequence[str]) -> ColumnElement[bool]:
    return exists().where(
        EditionChapter.edition_id == Edition.id,
        Paragraph.edition_chapter_id == EditionChapter.id,
        *[_contains(Paragraph.search_text, word) for word in words],
    )


def shelf(person_id: int | None, query: str = "", subject: str = "", number: int = 1) -> Page[Shelved]:
    """Return the published books that `query` finds, in their facts or in their text, the latest first: four queries."""
    wanted = _published().order_by(Edition.published_at.desc(), Textbook.id.desc())
    if words := words_of(query):
        wanted = wanted.where(or_(and_(*[_contains(Edition.search_text, word) for word in words]), _in_text(words)))
    if subject:
        wanted = wanted.where(Edition.subject == subject)
    page = paginate(wanted, PER_PAGE, number, scalars=False)
    items = [Shelved(book, edition) for book, edition in page.items]
    _measure(items, person_id)
    return Page(items, page.page, page.per_page, page.total)


def subjects_on_shelf() -> list[str]:
    """Return the subjects of which there is a published book."""
    return list(db.session.scalars(_published().with_only_columns(Edition.subject).distinct()))


def _measure(items: list[Shelved], person_id: int | None) -> None:
    """Fill in lengths and progress: one query, two for somebody who is signed in."""
    by_edition = {item.edition.id: item for item in items}
    chapters: dict[int, tuple[Shelved, int]] = {}
    query = select(
        EditionChapter.edition_id, EditionChapter.chapter_id, EditionChapter.characters, EditionChapter.paragraph_count
    ).where(EditionChapter.edition_id.in_(by_edition))
    for edition_id, chapter_id, characters, paragraphs in db.session.execute(query) if items else ():
        item = by_edition[edition_id]
        item.chapters += 1
        item.characters += characters
        item.paragraphs += paragraphs
        chapters[chapter_id] = item, paragraphs
    if person_id is None or not items:
        return
    mine = select(ReadingState).where(
        ReadingState.person_id == person_id, ReadingState.textbook_id.in_([item.book.id for item in items])
    )
    for state in db.session.scalars(mine.options(defer(ReadingState.shown))):
        if state.chapter_id in chapters:
            item, paragraphs = chapters[state.chapter_id]
            item.shown += min(state.shown_count, paragraphs)
            item.place = _later(item.place, state)


def _later(place: Place | None, state: ReadingState) -> Place:
    if place is not None and place.at >= state.updated_at:
        return place
    return Place(state.chapter_id, state.position_anchor, state.updated_at)


def _latest(states: Iterable[ReadingState]) -> Place | None:
    place = None
    for state in states:
        place = _later(place, state)
    return place


def open_book(slug: str, person_id: int | None) -> OpenBook | None:
    """Return a published book, or None where there is none: two queries, three for somebody who is signed in."""
    row = db.session.execute(_published().where(Textbook.slug == slug)).first()
    if row is None:
        return None
    book, edition = row
    chapters = select(EditionChapter).where(EditionChapter.edition_id == edition.id).order_by(EditionChapter.position)
    opened = OpenBook(book, edition, list(db.session.scalars(chapters)))
    if person_id is not None:
        mine = select(ReadingState).where(ReadingState.person_id == person_id, ReadingState.textbook_id == book.id)
        opened.states = {state.chapter_id: state for state in db.session.scalars(mine)}
    return opened


def paragraphs_of(chapter: EditionChapter) -> list[Paragraph]:
    """Return the paragraphs of a published chapter, in order."""
    query = select(Paragraph).where(Paragraph.edition_chapter_id == chapter.id).order_by(Paragraph.position)
    return list(db.session.scalars(query.options(defer(Paragraph.search_text))))


def editions_of(book: Textbook) -> list[Edition]:
    """Return all editions, the latest first."""
    query = select(Edition).where(Edition.textbook_id == book.id).order_by(Edition.number.desc())
    return list(db.session.scalars(query.options(defer(Edition.search_text))))


def find_in(opened: OpenBook, query: str) -> tuple[list[Found], int]:
    """Return (the hits by chapter, at most MOST_HITS of them; how many there are): two queries."""
    words = words_of(query)
    if not words:
        return [], 0
    wanted = (
        select(Paragraph.edition_chapter_id, Paragraph.anchor, Paragraph.text)
        .join(EditionChapter, EditionChapter.id == Paragraph.edition_chapter_id)
        .where(EditionChapter.edition_id == opened.edition.id)
        .where(*[_contains(Paragraph.search_text, word) for word in words])
    )
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    found = {chapter.id: Found(chapter) for chapter in opened.chapters}
    rows = db.session.execute(wanted.order_by(EditionChapter.position, Paragraph.position).limit(MOST_HITS))
    for chapter_id, anchor, text in rows:
        found[chapter_id].hits.append(Hit(anchor, excerpt(text, words)))
    return [each for each in found.values() if each.hits], total


def appearance_of(person_id: int) -> Appearance | None:
    """Return how a person has chosen to read, or None."""
    row = db.session.get(ReaderSettings, person_id)
    return Appearance().changed(row.values) if row else None


def keep_appearance(person_id: int, appearance: Appearance) -> None:
    """Remember on every device how a person likes to read."""
    db.session.merge(ReaderSettings(person_id=person_id, values=appearance.values()))
