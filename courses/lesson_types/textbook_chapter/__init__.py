"""A chapter of a textbook as a lesson; reading it in the reader counts here, and the other way round."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from flask import url_for
from sqlalchemy import and_, select
from wtforms import SelectField

from academy.db import db
from academy.errors import UserError
from academy.i18n import _, localized
from academy.i18n import lazy as _l
from academy.web.forms import BaseForm
from courses.lesson_types.base import Content, LessonType, PlayerContext, Problem, Rule
from courses.textbooks.models import Edition, EditionChapter, Paragraph, ReadingState, Textbook
from courses.textbooks.services import opening

CHARACTERS_PER_MINUTE = 300


def _published_chapters() -> dict[str, list[tuple[str, str]]]:
    query = (
        select(Textbook, EditionChapter)
        .join(EditionChapter, EditionChapter.edition_id == Textbook.current_edition_id)
        .order_by(Textbook.title, EditionChapter.position)
    )
    choices: dict[str, list[tuple[str, str]]] = {"": [("", _("请选择"))]}
    for book, chapter in db.session.execute(query):
        choices.setdefault(localized(book, "title"), []).append((str(chapter.chapter_id), localized(chapter, "title")))
    return choices


Current = dict[int, tuple[Textbook, EditionChapter]]


def _current(chapter_ids: Iterable[Any]) -> Current:
    """Return textbook and published chapter by the chapter's lasting id; those not in a current edition are left out."""
    wanted = sorted({identity for identity in chapter_ids if isinstance(identity, int)})
    query = (
        select(Textbook, EditionChapter)
        .join(EditionChapter, EditionChapter.edition_id == Textbook.current_edition_id)
        .where(EditionChapter.chapter_id.in_(wanted))
    )
    return {row[1].chapter_id: (row[0], row[1]) for row in db.session.execute(query)} if wanted else {}


def _pinned(book: Textbook, chapter: EditionChapter) -> dict[str, Any]:
    return {
        "textbook_id": book.id,
        "chapter_id": chapter.chapter_id,
        "edition_chapter_id": chapter.id,
        "paragraphs": chapter.paragraph_count,
        "characters": chapter.characters,
    }


class ChapterForm(BaseForm):
    """The author's form."""

    chapter_id = SelectField(_l("教材章节"), choices=_published_chapters, validate_choice=False)


class TextbookChapterLesson(LessonType):
    """A chapter lesson: {"textbook_id", "chapter_id"}; published also {"edition_chapter_id", "paragraphs", "characters"}."""

    key = "textbook_chapter"
    name = _l("教材章节")
    icon = "book"
    order = 40
    measure = "reading"
    rules = (Rule("read", _l("读完本章的一定比例"), 90), Rule("opened", _l("不作要求，打开就算学完")))
    form = ChapterForm

    def empty(self) -> dict[str, Any]:
        """Return a lesson without a chapter."""
        return {"textbook_id": None, "chapter_id": None}

    def problems(self, content: Content) -> list[Problem]:
        """Return that the chapter is missing or not published, if so."""
        return self.problems_of_all([content])[0]

    def problems_of_all(self, contents: Sequence[Content]) -> list[list[Problem]]:
        """Return for each that the chapter is missing or not published, if so. One query."""
        current = _current([content.get("chapter_id") for content in contents])
        return [self._problems(content.get("chapter_id"), current) for content in contents]

    @staticmethod
    def _problems(chapter_id: int | None, current: Current) -> list[Problem]:
        if not chapter_id:
            return [Problem(_("还没有选择教材章节"), "chapter_id")]
        return [] if chapter_id in current else [Problem(_("选中的教材章节还没有出版，或者已经撤下"), "chapter_id")]

    def lacks(self, content: Content) -> str:
        """Return that no chapter is chosen, if so."""
        return "" if content.get("chapter_id") else _("缺章节")

    def to_form(self, content: Content) -> dict[str, Any]:
        """Return the form's values."""
        return {"chapter_id": str(content.get("chapter_id") or "")}

    def from_form(self, form: Any, content: Content) -> dict[str, Any]:
        """Return the content that the form describes."""
        text = form.chapter_id.data or ""
        if not text:
            return self.empty()
        found = _current([int(text)]).get(int(text)) if text.isdecimal() and len(text) < 10 else None
        if found is None:
            raise UserError(_("找不到这一章，请重新选择"), 422, "chapter_id")
        book, chapter = found
        return {"textbook_id": book.id, "chapter_id": chapter.chapter_id, "characters": chapter.characters}

    def freeze(self, content: Content) -> dict[str, Any]:
        """Pin the chapter as its book's present edition has it."""
        found = _current([content["chapter_id"]]).get(content["chapter_id"])
        if found is None:
            raise UserError(_("选中的教材章节还没有出版，或者已经撤下"))
        return _pinned(*found)

    def same_of_all(self, pairs: Sequence[tuple[Content, Content]]) -> list[bool]:
        """Return for each whether the chapter's present edition is the one that was published. One query."""
        current = _current([content.get("chapter_id") for content, _published in pairs])
        found = [current.get(content.get("chapter_id") or 0) for content, _published in pairs]
        return [
            each is not None and _pinned(*each) == dict(published)
            for each, (_content, published) in zip(found, pairs, strict=True)
        ]

    def size(self, content: Content) -> int:
        """Return the number of paragraphs."""
        return max(1, content.get("paragraphs", 0))

    def minutes(self, content: Content) -> int:
        """Return the minutes that reading takes."""
        return max(1, round(content.get("characters", 0) / CHARACTERS_PER_MINUTE))

    def length_label(self, content: Content, minutes: int) -> str:
        """Return kind and length."""
        return _("教材 约 %(n)s 分钟", n=minutes or self.minutes(content))

    def player(self, content: Content, context: PlayerContext) -> dict[str, Any]:
        """Return the chapter's paragraphs, where showing them is reported, and where the person stopped: two queries."""
        this = (
            select(EditionChapter, Textbook, ReadingState.position_anchor)
            .join(Edition, Edition.id == EditionChapter.edition_id)
            .join(Textbook, Textbook.id == Edition.textbook_id)
            .outerjoin(
                ReadingState,
                and_(ReadingState.chapter_id == EditionChapter.chapter_id, ReadingState.person_id == context.person_id),
            )
            .where(EditionChapter.id == (content.get("edition_chapter_id") or 0))
        )
        row = db.session.execute(this).first()
        if row is None:
            return {"chapter": None, "paragraphs": []}
        chapter, book, position = row
        query = select(Paragraph).where(Paragraph.edition_chapter_id == chapter.id).order_by(Paragraph.position)
        return {
            "chapter": chapter,
            "book": book,
            "paragraphs": list(db.session.scalars(query)),
            "resume_at": position or "",
            "shown_url": "" if context.preview else url_for("textbooks.shown", edition_chapter_id=chapter.id),
            "session": "" if context.preview else opening(context.person_id, chapter.id),
        }

    def requirement(self, completion: Any, content: Content) -> str:
        """Return the rule as a sentence."""
        rule = self.checked_completion(completion)
        if rule["rule"] == "opened":
            return _("打开就算学完")
        return _("读完本章 %(percent)s%% 自动记为完成", percent=rule["percent"])

    def missing(self, content: Content, completion: Any, share: Fraction) -> str:
        """Return how many paragraphs are still to be read."""
        rest = self.goal(completion) - share
        return "" if rest <= 0 else _("再读 %(n)s 段就学完了", n=-(-rest * self.size(content) // 1))


PLUGIN = TextbookChapterLesson()
