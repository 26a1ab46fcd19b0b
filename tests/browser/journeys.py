"""What the three journeys share: the words of both languages, people and a short course, and a look at each page met."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from PIL import Image
from playwright.sync_api import Locator, Page, Response, expect
from sqlalchemy import select

from academy import i18n
from academy.accounts.models import Person
from academy.config import load_settings
from academy.db import db
from academy.files.services import store_path
from academy.organizations.models import Unit
from app import create_app
from courses.catalog.models import Course, Lesson
from courses.catalog.publication import publish
from courses.lesson_types.registry import lesson_types
from courses.questions.rules import read_plain
from courses.quizzes import services as quizzes
from courses.quizzes.services.drafts import add_drafts
from courses.textbooks import services as textbooks
from tests.factories import make_course, make_person
from tests.support.browsing import look_over, too_wide
from tests.support.server import RunningServer
from tests.support.validator import validate

PASSWORD = "gongyi-2026-xuexi"
SOON = 20_000
"""Milliseconds; the machine may be busy."""

PARAGRAPHS = 40
VIDEO_PERCENT, TEXT_PERCENT = 10, 20
QUIZ = """【单选】居民反映楼上漏水，先做什么？
A. 当场判断谁对谁错
B. 先听完、记下来
C. 请他自己去找物业
答案：B
解析：先让情绪有出口，事实才说得清。

【判断】第一次上门就要把家底问清楚。
答案：错误
解析：先认识，后了解。

【填空】有事好____量，急事快____量。
答案：商；商
"""
CHAPTER = "到一个新社区，先弄清楚三件事。\n\n住着谁，谁家需要帮忙。\n\n有什么，缺什么。"

CHINESE_LEFT = """() => {
    const chinese = /[\\u4e00-\\u9fff]/, found = [];
    const hidden = each => each.closest('[lang^=zh], [aria-hidden=true], textarea, script, style, noscript');
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode())
        if (chinese.test(node.data) && !hidden(node.parentElement)) found.push(node.data.trim());
    for (const each of document.body.querySelectorAll('[aria-label], [placeholder], [title], [alt]'))
        for (const name of ['aria-label', 'placeholder', 'title', 'alt'])
            if (chinese.test(each.getAttribute(name) || '') && !hidden(each)) found.push(each.getAttribute(name));
    return found;
}"""


# -- words ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Words:
    """The words of the screen in one language: `say("继续学习")` is “Continue” for an English visitor."""

    locale: str

    def __call__(self, message: str, **values: Any) -> str:
        """Return the translation; an AssertionError where there is none."""
        with i18n.using(self.locale):
            text = i18n.gettext(message, **values)
        if self.locale != i18n.SOURCE:
            assert i18n.catalogue(self.locale).gettext(message) != message, f"not in {self.locale}: {message}"
        return text

    def count(self, message: str, number: int) -> str:
        """Return a sentence that counts."""
        with i18n.using(self.locale):
            return i18n.ngettext(message, message, number, num=number)

    def pick(self, chinese: str, other: str) -> str:
        """Return what an author wrote in the language of the visitor."""
        return chinese if self.locale == i18n.SOURCE else other


# -- people and courses, put straight into the running site --------------------------------------------------------------


@contextmanager
def inside(server: RunningServer) -> Iterator[Flask]:
    """Open the site that `server` serves; what is written is committed at the end."""
    app = create_app(load_settings({}, environment="demo", instance=server.instance))
    with app.app_context():
        try:
            yield app
            db.session.commit()
        finally:
            db.session.remove()
            db.engine.dispose()


def add_person(username: str, *roles: str, unit: str = "桂花社区", **values: Any) -> Person:
    """Make somebody of the demo's unit with this name; the password is PASSWORD."""
    home = db.session.scalars(select(Unit).where(Unit.name == unit)).one()
    return make_person(*roles, username=username, unit=home, password=PASSWORD, **values)


def add_short_course(slug: str, title: str, title_en: str) -> Course:
    """Publish a course of all five lesson types that takes a minute, made of the demo's film and document."""
    author = db.session.scalars(select(Person).where(Person.username == "instructor")).one()
    described = [
        _lesson("video", "看一段四量工作法", "A Film on the Four Measures", _film(), percent=VIDEO_PERCENT),
        _lesson("text", "读一读", "Something to Read", {"body": _text()}, percent=TEXT_PERCENT),
        _lesson("document", "两张图", "Two Drawings", _document(author)),
        _lesson("textbook_chapter", "教材一章", "A Chapter", _chapter(author, slug)),
        _lesson("quiz", "练一练", "Practice", _quiz(author)),
    ]
    facts = {"slug": slug, "title": title, "title_en": title_en, "summary_en": "How to agree on something."}
    course = make_course(described, owner=author, published=False, credit_hundredths=125, **facts)
    course.chapters[0].title_en = "Part One"
    db.session.flush()
    publish(course, author)
    return course


def _lesson(
    kind: str, title: str, title_en: str, content: dict[str, Any], percent: int | None = None
) -> dict[str, Any]:
    rule = {"video": "watched", "text": "shown"}.get(kind)
    completion = {"rule": rule, "percent": percent} if percent else {}
    return {"type": kind, "title": title, "title_en": title_en, "content": content, "completion": completion}


def _film() -> dict[str, Any]:
    """Return the content of a lesson of the demo with a film."""
    return dict(db.session.scalars(select(Lesson).where(Lesson.type == "video").limit(1)).one().content)


def _document(author: Person) -> dict[str, Any]:
    """Return the content of a lesson with a PDF of two pages without words."""
    pages = [Image.new("RGB", (620, 877), colour) for colour in ("white", "ivory")]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drawings.pdf"
        pages[0].save(path, save_all=True, append_images=pages[1:])
        file = store_path(path, path.name, author, "document")
    return lesson_types()["document"].content_of(file)  # type: ignore[attr-defined]


def _text() -> str:
    return "\n\n".join(f"第{number}段。说一件小事怎样商量成。" for number in range(1, PARAGRAPHS + 1))


def _chapter(author: Person, slug: str) -> dict[str, Any]:
    book = textbooks.create_textbook(author, f"{slug}-book", title="小册子", title_en="A Booklet", summary="三句话。")
    chapter = textbooks.add_chapter(book, title="认识社区", title_en="Knowing the Community", body=CHAPTER)
    textbooks.publish(book, author, "")
    return {"textbook_id": book.id, "chapter_id": chapter.id, "characters": len(CHAPTER)}


def _quiz(author: Person) -> dict[str, Any]:
    quiz = quizzes.create_quiz(author, "练一练", title_en="Practice", attempts_allowed=3, time_limit_seconds=600)
    add_drafts(quiz, read_plain(QUIZ)[0], author, None)
    return {"quiz_id": quiz.id}


# -- clicking ------------------------------------------------------------------------------------------------------------


def use(page: Page, locale: str) -> None:
    """Choose a language in the panel of the page."""
    page.locator("#prefs > summary").click()
    press(page, page.locator(f"#prefs button[name=locale][value={locale}]"))


def press(page: Page, button: Locator) -> Response:
    """Click what leads to another page, and return that page's response."""
    with page.expect_navigation(timeout=SOON) as arriving:
        button.click()
    response = arriving.value
    assert response is not None
    return response


def wait_until(page: Page, expression: str, seconds: int = 60) -> None:
    """Wait for a JavaScript expression to be true; Playwright's own way of waiting is refused by the page's CSP."""
    for _tenth in range(seconds * 10):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"not within {seconds} seconds: {expression}")


def link(page: Page, name: str, exact: bool = False) -> Locator:
    """Return the first visible link of the content with this name."""
    return page.locator("main").get_by_role("link", name=name, exact=exact).locator("visible=true").first


def button(page: Page, name: str, exact: bool = False) -> Locator:
    """Return the first visible button of the content with this name."""
    return page.locator("main").get_by_role("button", name=name, exact=exact).locator("visible=true").first


def menu(page: Page, name: str) -> None:
    """Go to an entry of the navigation: in the top bar, the bar at the side, or on phones the tab bar or the drawer."""
    drawer = page.locator("details.navtoggle > summary")
    if drawer.locator("visible=true").count():
        drawer.click()
    press(page, page.locator("nav").get_by_role("link", name=name, exact=True).locator("visible=true").first)


def sign_out(page: Page, say: Words) -> None:
    """Leave by the person's menu."""
    page.locator("#person > summary").click()
    press(page, page.locator("#person").get_by_role("button", name=say("退出登录")))
    expect(page).to_have_url(re.compile(r"/sign-in"))


# -- looking at pages ----------------------------------------------------------------------------------------------------


@dataclass
class Tour:
    """Collects what is wrong with the pages met on a journey; `close` fails with all of it.

    Page types that links lead to are looked at in test_every_page.py; here are those that only acts lead to.
    """

    folder: Path
    say: Words
    # Chinese that an English visitor may meet: names of people and things that authors wrote.
    names: tuple[str, ...] = ("王建国",)
    problems: list[str] = field(default_factory=list)

    def look(self, page: Page, response: Response | None = None) -> None:
        """Hold the page as it is against axe-core, and what the server sent (if given) against the HTML checker.

        Once is enough for both languages: what differs are the words.
        """
        self.glance(page, response)
        if self.say.locale == i18n.SOURCE:
            self.problems += look_over(page)

    def glance(self, page: Page, response: Response | None = None) -> None:
        """Hold the page against what costs little: its width, its HTML, and for English visitors its language."""
        if response is not None and self.say.locale == i18n.SOURCE:
            words = re.sub(r"\W+", "-", response.url.split("/", 3)[3])[:80]
            (self.folder / f"{response.status}--{words}.html").write_text(response.text(), "utf-8")
        self.problems += [f"{page.url} is too wide: {element}" for element in too_wide(page)]
        if self.say.locale != i18n.SOURCE:
            self.problems += [f"{page.url} is not translated: {text}" for text in self._chinese(page)]

    def _chinese(self, page: Page) -> list[str]:
        found = page.evaluate(CHINESE_LEFT)
        for name in self.names:
            found = [text.replace(name, "") for text in found]
        found = [re.sub("“[^”]*”", "", text) for text in found]  # what is quoted is a name as well
        return [text for text in found if re.search(r"[\u4e00-\u9fff]", text)]

    def close(self) -> None:
        """Fail with everything found."""
        if any(self.folder.glob("*.html")):
            self.problems += validate(self.folder)
        assert not self.problems, "\n".join(dict.fromkeys(self.problems))
