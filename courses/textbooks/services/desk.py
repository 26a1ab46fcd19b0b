"""What the writing desk lists."""

from typing import Any

from sqlalchemy import Select, func, select

from academy.accounts.models import Person
from academy.web.markdown import blocks
from courses.textbooks.models import Edition, EditionChapter, Paragraph, Textbook, TextbookChapter
from courses.textbooks.services.drafts import draft_chapters
from courses.textbooks.services.publishing import plain
from courses.textbooks.services.shelf import OpenBook


def own_books(person: Person) -> Select[Any]:
    """Return the query for (Textbook, Edition or None, number of chapters); all books for an administrator."""
    chapters = (
        select(func.count())
        .where(TextbookChapter.textbook_id == Textbook.id, TextbookChapter.removed_at.is_(None))
        .correlate(Textbook)
        .scalar_subquery()
    )
    query: Any = (
        select(Textbook, Edition, chapters.label("chapters"))
        .outerjoin(Edition, Edition.id == Textbook.current_edition_id)
        .order_by(Textbook.updated_at.desc(), Textbook.id.desc())
    )
    return query if "admin" in person.role_names else query.where(Textbook.owner_id == person.id)


def preview(book: Textbook, chapter: TextbookChapter) -> tuple[OpenBook, EditionChapter, list[Paragraph]]:
    """Return the draft as the reader would show it; nothing of it is stored."""
    edition = Edition(number=0, title=book.title, title_en=book.title_en, hue=book.hue, editors=book.editors)
    chapters = [_as_published(each) for each in draft_chapters(book)]
    this = next(each for each in chapters if each.chapter_id == chapter.id)
    paragraphs = [
        Paragraph(anchor=f"draft-{number}", kind=block.kind, html=str(block.html), text=plain(block))
        for number, block in enumerate(blocks(chapter.body))
    ]
    this.headings = [{"anchor": each.anchor, "title": each.text} for each in paragraphs if each.kind in {"h1", "h2"}]
    this.characters = sum(len(each.text) for each in paragraphs)
    return OpenBook(book, edition, chapters), this, paragraphs


def _as_published(chapter: TextbookChapter) -> EditionChapter:
    return EditionChapter(
        chapter_id=chapter.id, title=chapter.title, title_en=chapter.title_en, headings=[], paragraph_count=0
    )
