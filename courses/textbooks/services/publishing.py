"""From a draft to a frozen edition that trainees read."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from academy.accounts.models import Person
from academy.audit.services import record
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from academy.jobs.services import enqueue
from academy.web.markdown import Block, blocks
from courses.textbooks.models import (
    Edition,
    EditionChapter,
    Paragraph,
    Textbook,
    TextbookChapter,
    TextbookFacts,
)
from courses.textbooks.rules.anchors import Known, assign_anchors
from courses.textbooks.rules.searching import fold
from courses.textbooks.services.drafts import draft_chapters

IN_CONTENTS = frozenset({"h1", "h2"})
"""Headings that stand in the reader's table of contents."""
FACTS = tuple(name for name in TextbookFacts.__annotations__ if not name.startswith("_"))
RECOUNT = "textbooks.recount"


@dataclass(frozen=True)
class Missing:
    """One line of the check-list: the sentence, and the chapter it belongs to (None: the book's facts)."""

    message: str
    chapter: TextbookChapter | None = None


@dataclass(frozen=True)
class Differences:
    """How the draft differs from the present edition; chapters by their draft, removed ones by their published title."""

    first: bool = False
    added: list[TextbookChapter] = field(default_factory=list)
    changed: list[TextbookChapter] = field(default_factory=list)
    removed: list[EditionChapter] = field(default_factory=list)
    reordered: bool = False
    facts: bool = False

    def __bool__(self) -> bool:
        """Whether there is anything to publish."""
        return self.first or self.reordered or self.facts or bool(self.added or self.changed or self.removed)


def checklist(book: Textbook) -> list[Missing]:
    """Return what is missing before the book can be published; empty when it is ready."""
    found = [] if book.summary.strip() else [Missing(_("还没有写内容简介"))]
    chapters = draft_chapters(book)
    if not chapters:
        found.append(Missing(_("还没有章。至少要有一章")))
    found += [
        Missing(_("“%(title)s”这一章还没有内容", title=chapter.title), chapter)
        for chapter in chapters
        if not blocks(chapter.body)
    ]
    return found


def publish(book: Textbook, person: Person | None, note: str = "") -> Edition:
    """Freeze the draft as the next edition, which people read from now on. Paragraphs that live on keep their anchors.

    Raises UserError (status 409) when something is missing, or when nothing differs from the present edition.
    """
    if checklist(book):
        raise UserError(_("还有几处没有写完，暂时不能出版"), 409)
    if not differences(book):
        raise UserError(_("和现在的版次完全一样，不需要再出版"), 409)
    number = db.session.scalar(select(func.max(Edition.number)).where(Edition.textbook_id == book.id)) or 0
    edition = Edition(
        textbook_id=book.id,
        number=number + 1,
        note=note,
        search_text=_searchable(book),
        **{name: getattr(book, name) for name in FACTS},
        published_at=now(),
        published_by_id=person.id if person else None,
    )
    db.session.add(edition)
    known = _latest_paragraphs(book)
    for position, chapter in enumerate(draft_chapters(book)):
        _freeze_chapter(edition, chapter, position, known.get(chapter.id, []))
    db.session.flush()
    book.current_edition = edition
    db.session.flush()
    record("textbook.published", book, edition=edition.number)
    if edition.number > 1:
        enqueue(RECOUNT, person, textbook_id=book.id)
    return edition


def _searchable(book: Textbook) -> str:
    parts = (book.title, book.title_en, book.editors, book.summary, book.summary_en)
    return "\n".join(filter(None, map(fold, parts)))


def differences(book: Textbook) -> Differences:
    """Compare the draft with the present edition: two queries."""
    edition = db.session.get(Edition, book.current_edition_id) if book.current_edition_id else None
    if edition is None:
        return Differences(first=True, added=draft_chapters(book))
    published = {each.chapter_id: each for each in edition.chapters}
    texts = _texts_of(edition)
    drafts = draft_chapters(book)
    kept = [chapter for chapter in drafts if chapter.id in published]
    return Differences(
        added=[chapter for chapter in drafts if chapter.id not in published],
        changed=[chapter for chapter in kept if _changed(chapter, published[chapter.id], texts)],
        removed=[each for each in edition.chapters if each.chapter_id not in {chapter.id for chapter in drafts}],
        reordered=[chapter.id for chapter in kept]
        != [each.chapter_id for each in edition.chapters if each.chapter_id in {chapter.id for chapter in kept}],
        facts=any(getattr(book, name) != getattr(edition, name) for name in FACTS),
    )


def _changed(chapter: TextbookChapter, published: EditionChapter, texts: dict[int, list[str]]) -> bool:
    if (chapter.title, chapter.title_en) != (published.title, published.title_en):
        return True
    return [str(block.html) for block in blocks(chapter.body)] != texts.get(published.id, [])


def _texts_of(edition: Edition) -> dict[int, list[str]]:
    query = (
        select(Paragraph.edition_chapter_id, Paragraph.html)
        .join(EditionChapter, EditionChapter.id == Paragraph.edition_chapter_id)
        .where(EditionChapter.edition_id == edition.id)
        .order_by(Paragraph.edition_chapter_id, Paragraph.position)
    )
    texts: dict[int, list[str]] = {}
    for chapter_id, html in db.session.execute(query):
        texts.setdefault(chapter_id, []).append(html)
    return texts


def _latest_paragraphs(book: Textbook) -> dict[int, list[Known]]:
    """Return each chapter's paragraphs as they were last published, in whichever edition that was: one query."""
    latest = (
        select(func.max(EditionChapter.id))
        .join(Edition, Edition.id == EditionChapter.edition_id)
        .where(Edition.textbook_id == book.id)
        .group_by(EditionChapter.chapter_id)
    )
    query = (
        select(EditionChapter.chapter_id, Paragraph.anchor, Paragraph.kind, Paragraph.text)
        .join(EditionChapter, EditionChapter.id == Paragraph.edition_chapter_id)
        .where(EditionChapter.id.in_(latest))
        .order_by(EditionChapter.chapter_id, Paragraph.position)
    )
    known: dict[int, list[Known]] = {}
    for chapter_id, anchor, kind, text in db.session.execute(query):
        known.setdefault(chapter_id, []).append(Known(anchor, kind, text))
    return known


def _freeze_chapter(edition: Edition, chapter: TextbookChapter, position: int, known: list[Known]) -> None:
    parts = blocks(chapter.body)
    texts = [(block.kind, plain(block)) for block in parts]
    anchors = assign_anchors(texts, known)
    frozen = EditionChapter(
        chapter_id=chapter.id,
        position=position,
        title=chapter.title,
        title_en=chapter.title_en,
        characters=sum(len(text) for _kind, text in texts),
        paragraph_count=len(parts),
        headings=headings(texts, anchors),
    )
    edition.chapters.append(frozen)
    db.session.flush()
    rows: list[dict[str, Any]] = [
        {
            "edition_chapter_id": frozen.id,
            "position": index,
            "anchor": anchors[index],
            "kind": block.kind,
            "html": str(block.html),
            "text": texts[index][1],
            "search_text": fold(texts[index][1]),
        }
        for index, block in enumerate(parts)
    ]
    db.session.execute(db.insert(Paragraph), rows)


def plain(block: Block) -> str:
    """Return the block's words without the line breaks of its source."""
    return " ".join(block.text.split())


def headings(texts: list[tuple[str, str]], anchors: list[str]) -> list[dict[str, str]]:
    """Return the inner table of contents of a chapter: [{"anchor", "title"}]."""
    pairs = zip(texts, anchors, strict=True)
    return [{"anchor": anchor, "title": text} for (kind, text), anchor in pairs if kind in IN_CONTENTS]
