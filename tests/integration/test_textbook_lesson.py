"""A chapter of a textbook as a lesson: what its page is given, and that reading there is the same as in the reader."""

from __future__ import annotations

from flask import render_template

from courses.lesson_types.base import PlayerContext
from courses.lesson_types.registry import lesson_type
from courses.textbooks import services
from courses.textbooks.services.shelf import paragraphs_of
from tests.factories import make_person, make_textbook
from tests.support import count_queries
from tests.support.html import parse


def context(person, preview=False) -> PlayerContext:
    return PlayerContext(person.id, media_url=None, page_url=None, preview=preview)


def player_of(app, book, person, preview=False):
    """Return the lesson's part of the page, as a tree, and what it was given."""
    kind = lesson_type("textbook_chapter")
    chapter = book.current_edition.chapters[0]
    content = kind.freeze({"textbook_id": book.id, "chapter_id": chapter.chapter_id})
    with app.test_request_context():
        given = kind.player(content, context(person, preview))
        return parse(render_template("lesson_types/textbook_chapter/player.html", **given)), given


def test_reading_in_the_lesson_counts_in_the_reader(app, sign_in, clock):
    book, person = make_textbook(), make_person()
    page, given = player_of(app, book, person)
    container = page.one("div", class_="prose")
    units = [node["data-unit"] for node in container.find_all("div") if node.get("data-unit")]
    assert units == [paragraph.anchor for paragraph in paragraphs_of(given["chapter"])]
    clock.move(seconds=40)
    report = {"shown": units, "position": units[1], "session": container["data-session"], "sequence": 1}
    answer = sign_in(person).post(container["data-shown-url"], json=report)
    assert (answer.json["percent"], answer.json["shown"]) == (100, units)
    assert services.chapter_share(person, given["chapter"].chapter_id) == 1
    again, _given = player_of(app, book, person)
    assert again.one("div", class_="prose")["data-resume-at"] == units[1]


def test_an_authors_preview_reports_nothing(app):
    page, _given = player_of(app, make_textbook(), make_person("instructor"), preview=True)
    container = page.one("div", class_="prose")
    assert container.get("data-shown-url") is None and container.get("data-session") is None


def test_the_lesson_keeps_the_edition_it_was_published_with(app):
    book, person = make_textbook(chapters={"一": "旧文。"}), make_person()
    kind = lesson_type("textbook_chapter")
    content = kind.freeze({"textbook_id": book.id, "chapter_id": book.chapters[0].id})
    services.change_chapter(book.chapters[0], 1, "一", "", "新文。")
    services.publish(book, None)
    with app.test_request_context(), count_queries() as queries:
        given = kind.player(content, context(person))
    queries.assert_at_most(2)
    assert [paragraph.text for paragraph in given["paragraphs"]] == ["旧文。"]
