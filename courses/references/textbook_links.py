"""Chapters and paragraphs of textbooks as what explains a question."""

from collections.abc import Iterable
from typing import Any

from flask import url_for
from sqlalchemy import CTE, ColumnElement, Select, and_, func, literal, or_, select

from academy.db import db
from academy.i18n import _, localized
from academy.i18n import lazy as _l
from courses.references.kinds import Choice, LinkKind, columns
from courses.references.rules import Target
from courses.textbooks.models import Edition, EditionChapter, Paragraph, Textbook
from courses.textbooks.rules.searching import excerpt, words_of

ESCAPE = "\\"


class TextbookLink(LinkKind):
    """A chapter (`target` is its lasting id) or one paragraph of it (`place` is its anchor) in the present edition."""

    key = "textbook"
    name = _l("教材")
    icon = "book"
    order = 10

    def found(self, links: CTE, person: ColumnElement[int]) -> Select[Any]:
        """See LinkKind. What is published of a textbook is open to everybody."""
        here = and_(Paragraph.edition_chapter_id == EditionChapter.id, Paragraph.anchor == links.c.place)
        return (
            select(
                *columns(
                    links,
                    whole=Edition.title,
                    whole_en=Edition.title_en,
                    title=EditionChapter.title,
                    title_en=EditionChapter.title_en,
                    slug=Textbook.slug,
                    at=func.coalesce(Paragraph.position + 1, 0),
                )
            )
            .select_from(links)
            .join(EditionChapter, EditionChapter.chapter_id == links.c.target)
            .join(Textbook, Textbook.current_edition_id == EditionChapter.edition_id)
            .join(Edition, Edition.id == EditionChapter.edition_id)
            .outerjoin(Paragraph, here)
            .where(links.c.kind == self.key, or_(links.c.place == "", Paragraph.anchor.is_not(None)))
        )

    def title(self, row: Any) -> str:
        """See LinkKind."""
        book, chapter = localized(row, "whole"), localized(row, "title")
        if row.at:
            return _("教材《%(book)s》%(chapter)s，第 %(n)s 段", book=book, chapter=chapter, n=row.at)
        return _("教材《%(book)s》%(chapter)s", book=book, chapter=chapter)

    def url(self, row: Any) -> str:
        """See LinkKind: as the reader addresses it."""
        anchor = f"p-{row.place}" if row.place else None
        return url_for("textbooks.read", slug=row.slug, chapter_id=row.target, _anchor=anchor)

    def search(self, words: str, limit: int) -> list[Choice]:
        """See LinkKind: chapters by their titles, then paragraphs by their text. Two queries."""
        wanted = words_of(words)
        if not wanted:
            return []
        chapters = [
            Choice(Target(self.key, row.target), self.title(row))
            for row in db.session.execute(_chapters(words.split()).limit(limit))
        ]
        for row in db.session.execute(_paragraphs(wanted).limit(limit)):
            said = "".join(piece.text for piece in excerpt(row.text, wanted))
            chapters.append(Choice(Target(self.key, row.target, row.place), self.title(row), said))
        return chapters


def _present(*more: Any) -> Select[Any]:
    return (
        select(
            Edition.title.label("whole"),
            Edition.title_en.label("whole_en"),
            EditionChapter.title,
            EditionChapter.title_en,
            EditionChapter.chapter_id.label("target"),
            *more,
        )
        .join(EditionChapter, EditionChapter.edition_id == Edition.id)
        .join(Textbook, Textbook.current_edition_id == Edition.id)
        .order_by(Edition.id.desc(), EditionChapter.position)
    )


def _chapters(words: Iterable[str]) -> Select[Any]:
    names = (EditionChapter.title, EditionChapter.title_en, Edition.title, Edition.title_en)
    said: list[ColumnElement[bool]] = [
        or_(*[name.icontains(word, autoescape=True, escape=ESCAPE) for name in names]) for word in words
    ]
    return _present(literal(0).label("at")).where(*said)


def _paragraphs(words: Iterable[str]) -> Select[Any]:
    has = [Paragraph.search_text.contains(word, autoescape=True, escape=ESCAPE) for word in words]
    chosen = _present((Paragraph.position + 1).label("at"), Paragraph.anchor.label("place"), Paragraph.text)
    joined = chosen.join(Paragraph, Paragraph.edition_chapter_id == EditionChapter.id)
    return joined.where(*has).order_by(Paragraph.position)
