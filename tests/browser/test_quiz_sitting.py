"""A quiz in a real browser: nothing that was answered is lost, whatever happens to network, tab or server."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsing import Visitors, assert_good, sign_in

FRESH_DEMO = True

COURSE = "mediation"
PROMPTLY = 10_000


def start_quiz(page: Page, course: str = COURSE) -> str:
    """Sign in as the demo's trainee, enrol and start the course's last quiz; return the attempt's address."""
    sign_in(page, "trainee", "study2026")
    page.goto(f"/courses/{course}")
    enrol = page.locator(f"form[action='/courses/{course}/enrol'] button")
    if enrol.count():
        enrol.first.click()
    page.goto(f"/courses/{course}")
    lesson = page.locator(f"a[href^='/learn/{course}/']", has_text=re.compile("测验|quiz", re.I)).last
    page.goto(lesson.get_attribute("href"))
    page.locator("form[action$='/quiz'] button").click()
    page.wait_for_url("**/attempts/**")
    return page.url.split("?")[0]


def options(page: Page):
    return page.locator("[data-card] .opt-c")


def choose(page: Page, index: int) -> None:
    options(page).nth(index).click()


def go_to(page: Page, number: int) -> None:
    page.locator(f"aside [data-sheet] button[value='{number}']").click()
    expect(page.locator("[data-card] h2")).to_contain_text(str(number))


def wait_saved(page: Page) -> None:
    expect(page.locator("#save-state")).to_contain_text("已保存", timeout=PROMPTLY)


def wait_kept_here(page: Page) -> None:
    expect(page.locator("#save-state")).to_contain_text("本机", timeout=PROMPTLY)


def chosen(page: Page) -> list[int]:
    boxes = page.locator("[data-card] .opt-c input")
    return [index for index in range(boxes.count()) if boxes.nth(index).is_checked()]


def seconds_left(page: Page) -> int:
    minutes, seconds = page.locator("[data-timer-value]").inner_text().split(":")
    return int(minutes) * 60 + int(seconds)


@pytest.fixture
def sitting(visitors):
    """A page with a running attempt, at a desk. The tests of this file share it, each with questions of its own."""
    page = visitors()
    page.address = start_quiz(page)
    return page


def test_a_whole_sitting_by_keyboard(visitors):
    sitting = visitors()
    start_quiz(sitting, "matching")
    sitting.locator("[data-card] input[type=radio]").first.focus()
    sitting.keyboard.press("ArrowDown")
    wait_saved(sitting)
    assert chosen(sitting) == [1]
    sitting.locator("[data-card] .flag input").press("Space")
    sitting.locator("[data-card] button[value=next]").press("Enter")
    expect(sitting.locator("[data-card] h2")).to_be_focused()
    assert sitting.url.endswith("n=2")
    sitting.locator("aside button[value=check]").press("Enter")
    sitting.wait_for_url("**/check")
    sitting.locator("#submit-form button").press("Enter")
    sitting.wait_for_url("**/result")
    assert_good(sitting)


def test_the_pages_are_good(sitting):
    total = sitting.locator("aside [data-sheet]").count()
    kinds = set()
    for number in range(1, total + 1):
        go_to(sitting, number)
        kind = sitting.locator("[data-card] .tag").inner_text()
        if kind not in kinds:
            kinds.add(kind)
            assert_good(sitting)
    assert len(kinds) == 4
    sitting.goto(f"{sitting.address}/check")
    assert_good(sitting)


def test_answers_given_without_network_arrive_later(sitting):
    choose(sitting, 0)
    wait_saved(sitting)
    sitting.context.set_offline(True)
    choose(sitting, 2)
    wait_kept_here(sitting)
    go_to(sitting, 2)
    choose(sitting, 1)
    sitting.locator("aside button[value=check]").click()
    expect(sitting.locator("#page-news")).to_be_visible()
    sitting.context.set_offline(False)
    wait_saved(sitting)
    sitting.goto(f"{sitting.address}?n=1")
    assert chosen(sitting) == [2]
    sitting.goto(f"{sitting.address}?n=2")
    assert chosen(sitting) == [1]


def test_a_closed_tab_loses_nothing(sitting):
    go_to(sitting, 3)
    sitting.context.set_offline(True)
    choose(sitting, 3)
    wait_kept_here(sitting)
    context = sitting.context
    sitting.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(f"{sitting.address}?n=3")
    assert chosen(again) == [3]
    wait_saved(again)
    again.evaluate("localStorage.clear()")
    again.reload()
    assert chosen(again) == [3]


def test_two_tabs_agree(sitting):
    other = sitting.context.new_page()
    other.goto(f"{sitting.address}?n=4")
    go_to(sitting, 4)
    other.bring_to_front()
    choose(other, 1)
    wait_saved(other)
    sitting.bring_to_front()
    expect(options(sitting).nth(1).locator("input")).to_be_checked()
    sitting.locator("[data-card] .flag input").click()
    wait_saved(sitting)
    other.reload()
    assert chosen(other) == [1]
    assert other.locator("[data-card] .flag input").is_checked()


def test_another_device_is_asked_when_one_comes_back(visitors, sitting):
    phone = visitors(width="phone")
    sign_in(phone, "trainee", "study2026")
    phone.goto(f"{sitting.address}?n=5")
    go_to(sitting, 5)
    choose(sitting, 2)
    wait_saved(sitting)
    assert chosen(phone) == []
    phone.wait_for_timeout(10_500)
    phone.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(options(phone).nth(2).locator("input")).to_be_checked()


def test_signing_in_again_elsewhere_goes_on_with_saving(sitting):
    """The token in the page belongs to a session that has ended; the answer still arrives once one is signed in again."""
    go_to(sitting, 9)
    sitting.context.clear_cookies()
    choose(sitting, 0)
    expect(sitting.locator("#save-state")).to_contain_text("登录已过期", timeout=PROMPTLY)
    other = sitting.context.new_page()
    sign_in(other, "trainee", "study2026")
    sitting.bring_to_front()
    wait_saved(sitting)


def test_without_scripts(visitors):
    page = visitors(javascript=False)
    address = start_quiz(page, "home-visits")
    expect(page.locator("#timer")).to_contain_text("截止")
    choose(page, 1)
    page.locator("[data-card] button[value=next]").click()
    page.wait_for_url("**n=2")
    page.goto(f"{address}?n=1")
    assert chosen(page) == [1]
    page.locator("aside button[value=check]").click()
    page.wait_for_url("**/check")
    page.locator("#submit-form button").click()
    page.wait_for_url("**/result")


def test_sigkill_in_the_middle_of_a_quiz(own_server, chromium):
    """Show: every acknowledged answer is there after a restart, and the remaining time is right."""
    visitors = Visitors(chromium, own_server.url)
    page = visitors()
    address = start_quiz(page)
    for number, index in ((1, 2), (2, 0), (3, 1)):
        go_to(page, number)
        choose(page, index)
        wait_saved(page)
    before, told_at = seconds_left(page), page.evaluate("Date.now()")
    own_server.kill9()
    go_to(page, 4)
    choose(page, 3)
    wait_kept_here(page)
    own_server.restart()
    expect(page.locator("#save-state")).to_contain_text("已保存", timeout=60_000)
    page.evaluate("localStorage.clear()")
    for number, index in ((1, 2), (2, 0), (3, 1), (4, 3)):
        page.goto(f"{address}?n={number}")
        assert chosen(page) == [index], f"question {number}"
    passed = (page.evaluate("Date.now()") - told_at) / 1000
    assert abs(before - passed - seconds_left(page)) <= 3
    visitors.close()
