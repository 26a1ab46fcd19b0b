"""Watching a film that asks: questions on the way, no seeking ahead, one page at a time, and which minutes are missing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from academy.accounts.models import Person
from academy.db import db
from courses.catalog.models import Lesson
from courses.catalog.publication import publish
from tests.browser.journeys import PASSWORD, SOON, Tour, Words, add_person, button, inside, link, press, wait_until
from tests.factories import make_course, make_question
from tests.support.browsing import assert_good, sign_in, violations
from tests.support.server import RunningServer

FIRST_MS, SECOND_MS = 3000, 6000
WAYS = [("zh", "desktop"), ("en", "phone")]


@pytest.fixture(scope="module")
def prepared(server: RunningServer) -> RunningServer:
    """The site with a film that asks twice, the second time for the right answer, and a trainee for each way through it."""
    with inside(server):
        author = db.session.scalars(select(Person).where(Person.username == "instructor")).one()
        film = db.session.scalars(select(Lesson).where(Lesson.type == "video").order_by(Lesson.id).limit(1)).one()
        yes_or_no = make_question(
            "true_false", author, stem="商量前要先分清事情。", correct=True, explanation="分清了才好办。"
        )
        choice = make_question("single_choice", author, explanation="先听完。")
        content = {
            **film.content,
            "in_order": True,
            "questions": [
                {"key": "one", "question_id": yes_or_no.id, "from_ms": FIRST_MS, "to_ms": FIRST_MS, "right": False},
                {"key": "two", "question_id": choice.id, "from_ms": SECOND_MS, "to_ms": SECOND_MS, "right": True},
            ],
        }
        lesson = {"type": "video", "title": "会问的片子", "title_en": "A Film That Asks", "content": content}
        course = make_course([lesson], owner=author, published=False, slug="asks", title_en="Asking")
        course.chapters[0].title_en = "Part One"
        db.session.flush()
        publish(course, author)
        for locale, _width in WAYS:
            add_person(f"viewer{locale}", name="罗小满", locale=locale)
        add_person("twice", name="高远", locale="zh")
    return server


def film(page: Page, what: str) -> float:
    return float(page.evaluate(f"document.querySelector('video').{what}"))


def paused(page: Page) -> None:
    wait_until(page, "document.querySelector('video').paused", 20)


def play(page: Page) -> None:
    page.evaluate("document.querySelector('video').play().catch(() => {})")


def join(page: Page, say: Words) -> None:
    page.goto("/courses/asks")
    press(page, button(page, say("加入学习")))
    expect(page.locator("video")).to_be_visible()


def answer_with_keys(page: Page, say: Words) -> None:
    """The dialog has the focus; it is closed and opened again; then answered with the keyboard alone."""
    dialog = page.locator("#gate")
    expect(dialog).to_be_visible(timeout=SOON)
    paused(page)
    assert abs(film(page, "currentTime") * 1000 - FIRST_MS) < 200
    assert "分清了才好办" not in page.content()
    assert page.evaluate("document.querySelector('#gate').contains(document.activeElement)")
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    play(page)
    expect(dialog).to_be_visible(timeout=SOON)
    assert abs(film(page, "currentTime") * 1000 - FIRST_MS) < 200
    page.locator("#gate input[type=radio]").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("分清了才好办")
    expect(dialog).to_contain_text(say("可以接着看了。"))
    assert violations(page) == []
    dialog.get_by_role("button", name=say("接着看")).click()
    expect(dialog).to_be_hidden()


def answer_rightly(page: Page, say: Words, tour: Tour) -> None:
    dialog = page.locator("#gate")
    expect(dialog).to_be_visible(timeout=SOON)
    tour.glance(page)
    dialog.get_by_role("button", name=say("提交答案")).click()
    expect(dialog.locator("[data-gate-error]")).to_contain_text(say("先作答，再提交"))
    for _try in range(4):
        dialog.locator(".opt-c").nth(_try).click()
        dialog.get_by_role("button", name=say("提交答案")).click()
        expect(dialog.locator("[data-gate-verdict]")).to_be_visible()
        if dialog.locator("[data-gate-go]").count():
            break
        dialog.get_by_role("button", name=say("再答一次")).click()
        expect(dialog.locator("form")).to_be_visible()
    dialog.get_by_role("button", name=say("接着看")).click()


def seek_ahead(page: Page, say: Words) -> None:
    wait_until(page, "!document.querySelector('video').paused", 20)
    page.evaluate("document.querySelector('video').currentTime = 60")
    wait_until(page, "document.querySelector('video').currentTime < 15", 10)
    expect(page.locator("[data-film-notice]")).to_contain_text(
        say("第一次看不能往后拖，已经回到看到的地方。往回看随时可以")
    )


def look_elsewhere(page: Page, say: Words) -> None:
    play(page)
    wait_until(page, "!document.querySelector('video').paused", 20)
    page.evaluate(
        """() => {
            Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true});
            document.dispatchEvent(new Event('visibilitychange'));
            delete document.visibilityState;
        }"""
    )
    paused(page)
    expect(page.locator("[data-film-notice]")).to_contain_text(say("您刚才离开了这一页，视频先停在这里。按播放接着看"))


def doubt(page: Page, say: Words, tour: Tour) -> None:
    """See what is missing and why, and doubt it."""
    response = press(page, link(page, say("还差哪几分钟，为什么")))
    tour.look(page, response)
    expect(page.locator(".gaps li")).to_have_count(1)
    page.locator("details.card > summary").click()
    press(page, button(page, say("交给老师")))
    expect(page.locator(".errsum")).to_contain_text(say("至少勾选一段有疑问的片段"))
    page.locator("[name=stretch]").first.check()
    page.locator("[name=reason]").fill("Seen at the desk, 昨晚看过")
    response = press(page, button(page, say("交给老师")))
    expect(page.locator(".doubt")).to_contain_text(say("等老师答复"))
    tour.look(page, response)
    press(page, page.locator(".gaps a").first)
    wait_until(page, "document.querySelector('video').currentTime > 3", 20)


@pytest.mark.parametrize(("locale", "width"), WAYS)
def test_a_film_asks_on_the_way(prepared, visitors, tmp_path, locale, width):
    say, page = Words(locale), visitors(width=width, locale=locale)
    tour = Tour(tmp_path, say, names=("王建国", "罗小满", "昨晚看过", "商量前要先分清事情。"))
    sign_in(page, f"viewer{locale}", PASSWORD)
    join(page, say)
    play(page)
    answer_with_keys(page, say)
    answer_rightly(page, say, tour)
    seek_ahead(page, say)
    look_elsewhere(page, say)
    expect(page.locator("[data-progress-bar]")).not_to_have_attribute("value", "0", timeout=SOON)
    assert_good(page)
    doubt(page, say, tour)
    tour.close()


def test_two_pages_ask_which_is_to_play(prepared, visitors):
    say, first = Words("zh"), visitors()
    sign_in(first, "twice", PASSWORD)
    join(first, say)
    play(first)
    first.wait_for_timeout(1000)
    second = first.context.new_page()
    second.goto(first.url)
    play(second)
    asked = second.locator("#other")
    expect(asked).to_be_visible(timeout=SOON)
    expect(asked).to_contain_text("会问的片子")
    paused(second)
    assert violations(second) == []
    asked.get_by_role("button", name="在这里接着看").click()
    expect(asked).to_be_hidden()
    wait_until(second, "!document.querySelector('video').paused", 20)
    paused(first)


def test_an_instructor_settles_a_doubt(prepared, visitors):
    page = visitors()
    sign_in(page, "instructor", "teach2026")
    page.goto("/studio/disputes")
    press(page, link(page, "李秀兰"))
    assert_good(page)
    page.locator("[name=answer]").fill("核对了服务器的记录，属实。")
    press(page, button(page, "补记勾选的片段"))
    expect(page.locator(".flashes")).to_contain_text("已经补记并答复")
    page.goto("/studio/disputes?state=answered")
    expect(page.locator("main")).to_contain_text(re.compile("李秀兰"))
