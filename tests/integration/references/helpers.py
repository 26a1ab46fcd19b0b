"""What the tests about references share."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from academy.db import db
from courses.references.models import Regulation
from courses.references.rules import Target
from courses.references.services import links, regulations
from courses.textbooks import services as textbooks
from courses.textbooks.models import EditionChapter, Paragraph, TextbookChapter
from tests.factories import make_course, make_person, make_textbook

SAVED = {"action": "save"}


def paragraph_of(words: str, title: str = "社区工作", chapters=None) -> Target:
    """Return the paragraph of a published textbook that has these words."""
    make_textbook(title=title, chapters=chapters or {"第三章 走访": f"走访之前先想好。\n\n{words}。"})
    query = (
        select(EditionChapter.chapter_id, Paragraph.anchor)
        .join(Paragraph, Paragraph.edition_chapter_id == EditionChapter.id)
        .where(Paragraph.text.contains(words))
        .order_by(EditionChapter.id.desc())
    )
    chapter_id, anchor = db.session.execute(query).first()
    return Target("textbook", chapter_id, anchor)


def lesson_of(course=None) -> Target:
    """Return a lesson of a published course."""
    course = course or make_course()
    lesson = course.current_version.chapters[0].lessons[0]
    return Target("lesson", lesson.lesson_id)


def link(question, *targets: Target) -> None:
    """Link a question to these places."""
    links.change(question.id, [], list(targets))
    db.session.flush()


def gone(target: Target) -> None:
    """Publish an edition without the chapter of a target."""
    chapter = db.session.get(TextbookChapter, target.id)
    textbooks.add_chapter(chapter.textbook, "新的一章", body="别的内容。")
    textbooks.remove_chapter(chapter)
    textbooks.publish(chapter.textbook, make_person("instructor"))


def make_regulation(title: str = "志愿服务条例", **values) -> Regulation:
    """Put a regulation into the list."""
    return regulations.add(None, {"title": title, "number": "", **values})


def rest(question, *found: Regulation, by=None) -> None:
    """Let a question rest on regulations."""
    regulations.choose(question.id, [], [each.id for each in found], by)


def announce(regulation: Regulation, what: str = "第八条改了", by=None) -> int:
    """Announce a change of a regulation."""
    return regulations.announce(regulation, regulation.change_count, date(2026, 11, 1), what, by)
