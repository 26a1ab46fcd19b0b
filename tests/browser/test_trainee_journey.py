"""A trainee finishes a course with a film, a text, a PDF, a textbook chapter and a quiz, and sees the credit hours."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journeys import (
    PASSWORD,
    SOON,
    Tour,
    Words,
    add_person,
    add_short_course,
    button,
    inside,
    link,
    menu,
    press,
    sign_out,
    wait_until,
)
from tests.support.browsing import sign_in
from tests.support.server import RunningServer

COURSE = ("议事入门小课", "A Short Course on Consultation")
WATCHED_ENOUGH_MS = 13_000
WAYS = [("zh", "desktop"), ("en", "phone")]


@pytest.fixture(scope="module")
def prepared(server: RunningServer) -> RunningServer:
    """The site with a course that takes a minute, and a trainee for each way through it."""
    with inside(server):
        add_short_course("short", *COURSE)
        for locale, _width in WAYS:
            add_person(f"novice{locale}", name="罗小满", locale=locale)
    return server


def film(page: Page, what: str) -> float:
    return float(page.evaluate(f"document.querySelector('video').{what}"))


def play_or_pause(page: Page) -> None:
    page.locator(".plyr__controls [data-plyr=play]").press("Enter")


def wait_for_film(page: Page, seconds: float) -> None:
    wait_until(page, f"document.querySelector('video').currentTime >= {seconds}")


def go_on(page: Page, say: Words) -> None:
    """From wherever one is to the place where one stopped: home, and one click."""
    page.goto("/")
    press(page, link(page, say("继续学习")))


def find_and_join(page: Page, say: Words, tour: Tour) -> None:
    title = say.pick(*COURSE)
    menu(page, say.count("课程", 2))
    page.locator("main [type=search]").fill(say.pick("小课", "short course"))
    press(page, button(page, say("搜索")))
    tour.glance(page)
    press(page, link(page, title))
    tour.glance(page)
    press(page, button(page, say("加入学习")))
    expect(page.locator(".flashes")).to_contain_text(say("已加入这门课，进度会自动记下来"))


def watch(page: Page, say: Words, tour: Tour) -> None:
    """Watch, leave in the middle, come back to the same second, and watch on at double speed until it is enough."""
    expect(page.locator(".plyr")).to_be_visible()
    tour.glance(page)
    page.locator(".plyr__control--overlaid").click()
    wait_for_film(page, 2)
    play_or_pause(page)
    wait_until(page, "document.querySelector('video').paused", 5)
    stopped = film(page, "currentTime")
    expect(page.locator("[data-progress-bar]")).not_to_have_attribute("value", "0", timeout=SOON)
    go_on(page, say)
    wait_until(page, "document.querySelector('video').currentTime > 0")
    assert abs(film(page, "currentTime") - stopped) <= 1
    page.locator(".plyr__controls button[aria-controls^=plyr-settings]").click()
    page.locator(".plyr__menu__container [role=menuitem]", has_text=say("播放速度")).click()
    page.locator(".plyr__menu__container [role=menuitemradio]", has_text="2×").click()
    wait_until(page, "document.querySelector('video').playbackRate === 2")
    play_or_pause(page)
    wait_for_film(page, WATCHED_ENOUGH_MS / 1000)
    play_or_pause(page)
    expect(page.locator("[data-reached]")).to_be_visible(timeout=SOON)


def read(page: Page, say: Words, tour: Tour) -> None:
    """Scroll to a paragraph, leave, come back to the same paragraph; then read until it is enough."""
    tour.glance(page)
    with page.expect_response(lambda response: response.url.endswith("/shown"), timeout=SOON):
        page.locator("[data-unit='15']").evaluate(
            "each => window.scrollTo(0, scrollY + each.getBoundingClientRect().top - 90)"
        )
    go_on(page, say)
    expect(page.locator("[data-unit='15']")).to_be_in_viewport()
    top = page.locator("[data-unit='15']").evaluate("each => each.getBoundingClientRect().top")
    assert abs(top) < 200, "the paragraph is at the top of the window"
    page.evaluate("window.scrollTo(0, 0)")
    expect(page.locator("[data-reached]")).to_be_visible(timeout=30_000)


def read_to_the_end(page: Page) -> None:
    """Look at the first part for as long as it takes to count, then at the last."""
    page.wait_for_timeout(1600)
    page.locator("[data-unit]").last.evaluate("each => each.scrollIntoView({block: 'center'})")
    expect(page.locator("[data-reached]")).to_be_visible(timeout=45_000)


def next_lesson(page: Page, say: Words) -> None:
    press(page, page.get_by_role("link", name=re.compile(say("下一节"))).locator("visible=true").first)


def answer(page: Page, right: bool, say: Words) -> None:
    """Answer the three questions; the second and third are reached with the buttons of the page."""
    page.locator(".opt-c", has_text="先听完、记下来" if right else "当场判断谁对谁错").click()
    page.get_by_role("button", name=say("下一题")).locator("visible=true").first.click()
    page.locator(".opt-c", has_text=say("错误") if right else say("正确")).click()
    page.get_by_role("button", name=say("下一题")).locator("visible=true").first.click()
    for blank in page.locator("input.blank").all():
        blank.fill("商" if right else "量")


def hand_in(page: Page, say: Words, tour: Tour | None = None) -> None:
    response = press(page, page.get_by_role("button", name=say("检查并交卷")).locator("visible=true").first)
    if tour:
        tour.glance(page, response)
    response = press(page, button(page, say("确定交卷")))
    expect(page).to_have_url(re.compile(r"/result$"))
    if tour:
        tour.glance(page, response)


def sit_twice(page: Page, say: Words, tour: Tour) -> None:
    """Fail the quiz, see why, sit it again and pass."""
    tour.glance(page)
    response = press(page, button(page, say("开始答题")))
    tour.glance(page, response)
    answer(page, False, say)
    hand_in(page, say, tour)
    expect(page.locator("main")).to_contain_text(say("未及格"))
    expect(page.locator("main")).to_contain_text("先认识，后了解。")
    press(page, link(page, say("返回课程")))
    press(page, button(page, say("再答一次")))
    answer(page, True, say)
    hand_in(page, say)
    expect(page.locator("main")).to_contain_text(say("已通过"))


def see_the_credit(page: Page, say: Words, tour: Tour) -> None:
    press(page, link(page, say("返回课程")))
    page.goto(page.locator(".lbar .back").get_attribute("href"))
    expect(page.locator("main")).to_contain_text(say("已学完"))
    press(page, link(page, say("看学习档案")))
    tour.glance(page)
    entry = page.locator(".ledger > li", has_text=say.pick(*COURSE))
    expect(entry.locator(".amount")).to_have_text("+1.25")
    expect(page.locator(".ledger > li")).to_have_count(1)
    entry.locator("summary").click()
    expect(entry.locator(".done-lessons li")).to_have_count(5)
    menu(page, say("首页"))
    expect(page.locator(".earned .total")).to_contain_text("1.25")
    tour.glance(page)


@pytest.mark.parametrize(("locale", "width"), WAYS)
def test_a_trainee_finishes_a_course(prepared, visitors, tmp_path, locale, width):
    say, page = Words(locale), visitors(width=width, locale=locale)
    tour = Tour(tmp_path, say, names=("王建国", "罗小满"))
    sign_in(page, f"novice{locale}", PASSWORD)
    tour.glance(page)
    find_and_join(page, say, tour)
    watch(page, say, tour)
    next_lesson(page, say)
    read(page, say, tour)
    for _document_and_chapter in range(2):
        next_lesson(page, say)
        tour.glance(page)
        read_to_the_end(page)
    next_lesson(page, say)
    sit_twice(page, say, tour)
    see_the_credit(page, say, tour)
    sign_out(page, say)
    tour.close()
