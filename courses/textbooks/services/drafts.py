"""Writing: the draft of a textbook and its chapters."""

import re
import secrets
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from academy.accounts.models import Person
from academy.audit.services import record
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from courses.textbooks.models import ReadingState, Textbook, TextbookChapter

SLUG_LENGTH = 40


def create_textbook(owner: Person, slug: str, **facts: Any) -> Textbook:
    """Make an empty draft. `facts`: title, title_en, subject, hue, editors, summary, summary_en.

    Raises UserError (field "slug") when another textbook has that name in addresses.
    """
    if db.session.scalar(select(Textbook.id).where(Textbook.slug == slug)):
        raise UserError(_("已经有一本教材用了这个网址，请换一个"), 422, "slug")
    book = Textbook(slug=slug, owner_id=owner.id, **facts)
    db.session.add(book)
    db.session.flush()
    record("textbook.created", book)
    return book


def new_slug(title_en: str) -> str:
    """Return a name for addresses that no other textbook has, made from the English title where there is one."""
    words = re.sub(r"[^a-z0-9]+", "-", title_en.casefold()).strip("-")[:SLUG_LENGTH].strip("-")
    slug = words or f"book-{secrets.token_hex(3)}"
    while db.session.scalar(select(Textbook.id).where(Textbook.slug == slug)):
        slug = f"{words or 'book'}-{secrets.token_hex(3)}"
    return slug


def may_edit(book: Textbook, person: Person) -> bool:
    """Return whether a person who writes textbooks may change this one: the owner, or an administrator."""
    return book.owner_id == person.id or "admin" in person.role_names


def change_facts(book: Textbook, seen_version: int, **facts: Any) -> None:
    """Keep other facts of the draft: title, title_en, subject, hue, editors, summary, summary_en.

    Raises UserError (409) when somebody has saved since `seen_version`.
    """
    _lock(book, seen_version)
    for name, value in facts.items():
        setattr(book, name, value)
    book.lock_version += 1
    _touch(book)
    record("textbook.changed", book)


def load_draft(textbook_id: int) -> Textbook | None:
    """Return the book with all its chapters, also the removed ones: two queries."""
    return db.session.scalar(
        select(Textbook).where(Textbook.id == textbook_id).options(selectinload(Textbook.chapters))
    )


def draft_chapters(book: Textbook) -> list[TextbookChapter]:
    """Return the chapters that are not removed, in order."""
    return sorted(
        (each for each in book.chapters if each.removed_at is None), key=lambda each: (each.position, each.id)
    )


def add_chapter(book: Textbook, title: str, title_en: str = "", body: str = "") -> TextbookChapter:
    """Append a chapter to the draft."""
    last = db.session.scalar(select(func.max(TextbookChapter.position)).where(TextbookChapter.textbook_id == book.id))
    position = 0 if last is None else last + 1
    chapter = TextbookChapter(textbook=book, position=position, title=title, title_en=title_en, body=body)
    db.session.add(chapter)
    _touch(book)
    db.session.flush()
    return chapter


def change_chapter(chapter: TextbookChapter, seen_version: int, title: str, title_en: str, body: str) -> None:
    """Keep another text of a chapter. Raises UserError (409) when somebody has saved since `seen_version`."""
    _lock(chapter, seen_version)
    chapter.title, chapter.title_en, chapter.body = title, title_en, body
    chapter.updated_at = now()
    chapter.lock_version += 1
    _touch(chapter.textbook)


def readers_of(chapter: TextbookChapter) -> int:
    """Return how many people have read some of a chapter."""
    query = select(func.count()).where(ReadingState.chapter_id == chapter.id, ReadingState.shown_count > 0)
    return db.session.scalar(query) or 0


def remove_chapter(chapter: TextbookChapter) -> None:
    """Take a chapter out of the draft; what people have read of it is kept."""
    chapter.removed_at = now()
    _touch(chapter.textbook)
    record("textbook.chapter_removed", chapter.textbook, chapter=chapter.title)


def restore_chapter(chapter: TextbookChapter) -> None:
    """Put a removed chapter back, at the end of the book."""
    places = [each.position for each in chapter.textbook.chapters]
    chapter.removed_at, chapter.position = None, max(places, default=0) + 1
    _touch(chapter.textbook)
    record("textbook.chapter_restored", chapter.textbook, chapter=chapter.title)


def move_chapter(chapter: TextbookChapter, place: int) -> None:
    """Move a chapter to `place` (from 0) among those that are not removed; a place beyond the ends means the end."""
    others = [each for each in draft_chapters(chapter.textbook) if each is not chapter]
    others.insert(min(max(place, 0), len(others)), chapter)
    for position, each in enumerate(others):
        each.position = position
    _touch(chapter.textbook)


def _lock(row: Textbook | TextbookChapter, seen_version: int) -> None:
    """Hold the row until the end of the request; refuse when it is not as the person at the screen saw it."""
    kind = type(row)
    query = select(kind).where(kind.id == row.id).with_for_update()
    db.session.scalars(query, execution_options={"populate_existing": True}).one()
    if row.lock_version != seen_version:
        raise UserError(_("别人刚刚也修改了这一页，所以还没有保存"), 409)


def _touch(book: Textbook) -> None:
    book.updated_at = now()
