"""An exam on a phone whose network is cut in the middle; checking questions with hints; what the author sees of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_quiz_sitting import choose, chosen, start_quiz, wait_kept_here, wait_saved
from tests.support.browsing import assert_good, sign_in

FRESH_DEMO = True

PROMPTLY = 10_000


def turn_to(page: Page, number: int) -> None:
    """Go on by the buttons at the foot of the screen, as one does on a phone."""
    forward = "button[data-next]"
    while str(number) not in page.locator("[data-card] h2").inner_text():
        page.locator(f".actbar {forward}").click()


def given(page: Page, address: str, number: int) -> list[int]:
    page.goto(f"{address}?n={number}")
    return chosen(page)


def acknowledged(page: Page) -> None:
    expect(page.locator("#save-state")).to_contain_text(re.compile("已保存|saved", re.I), timeout=PROMPTLY)


def kept_here(page: Page) -> None:
    expect(page.locator("#save-state")).to_contain_text(re.compile("本机|this device", re.I), timeout=PROMPTLY)


def answer_offline(page: Page) -> None:
    """Answer questions 2 and 3 without network, and 2 once more."""
    page.context.set_offline(True)
    turn_to(page, 2)
    choose(page, 1)
    kept_here(page)
    turn_to(page, 3)
    choose(page, 2)
    page.locator(".actbar button[data-prev]").click()
    assert chosen(page) == [1], "pages turn without the network"
    choose(page, 2)
    assert_good(page)


@pytest.mark.parametrize(("locale", "course"), [("zh", "mediation"), ("en", "home-visits")])
def test_an_exam_on_a_phone_with_the_network_cut_in_the_middle(visitors, locale, course):
    """Show: the network goes, the page is left and loaded again, a second tab is open; nothing that was answered is lost."""
    page = visitors(width="phone", locale=locale)
    address = start_quiz(page, course)
    choose(page, 0)
    acknowledged(page)
    answer_offline(page)

    # The phone puts the tab to sleep and the browser throws it away: it is a new page, on the network, that goes on.
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(f"{address}?n=3")
    assert chosen(again) == [2]
    acknowledged(again)
    again.evaluate("localStorage.clear()")
    assert [given(again, address, number) for number in (1, 2, 3)] == [[0], [2], [2]]

    # Answers do not get through, and the page is loaded again: what is on the server is older than what waits here.
    context.route("**/saves/*", lambda route: route.abort())
    choose(again, 0)
    kept_here(again)
    again.reload()
    assert chosen(again) == [0]
    kept_here(again)
    context.unroute("**/saves/*")
    acknowledged(again)

    # Another tab answers the same question later: the later answer stays, whichever tab sends last.
    other = context.new_page()
    other.goto(f"{address}?n=3")
    choose(other, 1)
    acknowledged(other)
    again.bring_to_front()
    expect(again.locator("[data-card] .opt-c input").nth(1)).to_be_checked()
    assert given(other, address, 3) == [1]

    other.goto(f"{address}/check")
    other.locator("#submit-form button").click()
    other.wait_for_url("**/result")
    assert_good(other)


def test_a_reload_without_network_keeps_what_waits(visitors):
    page = visitors(width="phone")
    address = start_quiz(page)
    page.context.set_offline(True)
    choose(page, 3)
    wait_kept_here(page)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        page.reload()
    page.context.set_offline(False)
    page.goto(address)
    assert chosen(page) == [3]
    page.wait_for_function(
        "key => !/body/.test(localStorage.getItem(key) || '')", arg=f"attempt:{address.rpartition('/')[2]}"
    )
    page.evaluate("localStorage.clear()")
    page.reload()
    assert chosen(page) == [3]


def first_quiz(page: Page, course: str, *, scripts: bool = True) -> str:
    sign_in(page, "trainee", "study2026")
    page.goto(f"/courses/{course}")
    enrol = page.locator(f"form[action='/courses/{course}/enrol'] button")
    if enrol.count():
        enrol.first.click()
        page.goto(f"/courses/{course}")
    lesson = page.locator(f"a[href^='/learn/{course}/']", has_text=re.compile("测验|quiz|练习|practice", re.I)).first
    page.goto(lesson.get_attribute("href"))
    if scripts:
        assert_good(page)
    page.locator("form[action$='/quiz'] button").click()
    page.wait_for_url("**/attempts/**")
    return page.url.split("?")[0]


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_checking_gives_a_hint_and_then_the_key(visitors, locale):
    page = visitors(width="phone", locale=locale)
    address = first_quiz(page, "matching")
    page.goto(f"{address}?n={2 if locale == 'en' else 1}")
    expect(page.locator("[data-card] [value=try]")).to_be_visible()
    tried = 0
    while page.locator("[data-card] [value=try]").count():
        choose(page, tried)
        page.locator("[data-card] [value=try]").click()
        page.wait_for_load_state()
        tried += 1
        assert tried <= 3
        if page.locator("[data-card] [value=try]").count():
            expect(page.locator(".hints li").first).to_be_visible()
            assert_good(page)
    expect(page.locator("[data-card] .src")).to_be_visible()
    expect(page.locator("[data-card] input[name=answer]")).to_have_count(0)
    assert_good(page)
    page.locator(".actbar button[data-next]").click()
    expect(page.locator("[data-card] [value=try]")).to_be_visible()


def test_checking_without_scripts(visitors):
    page = visitors(javascript=False)
    address = first_quiz(page, "matching", scripts=False)
    page.goto(f"{address}?n=4")
    choose(page, 0)
    page.locator("[data-card] [value=try]").click()
    page.wait_for_url("**n=4")
    expect(page.locator("[data-card] .note, [data-card] .src").first).to_be_visible()


def test_leaving_the_page_is_a_fact_for_the_author(visitors):
    page = visitors()
    first_quiz(page, "consultation")
    hide = "Object.defineProperty(document, 'visibilityState', {value: %r, configurable: true})"
    with page.expect_response("**/events"):
        page.evaluate(hide % "hidden")
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_timeout(4_000)
    page.evaluate(hide % "visible")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    with page.expect_response("**/saves/*") as saved:
        choose(page, 1)
    assert "events=" in saved.value.request.post_data
    wait_saved(page)

    author = visitors()
    sign_in(author, "instructor", "teach2026")
    author.goto("/studio/quizzes?page=99")  # the first ones that were made stand last
    author.locator("a", has_text="练习：分清事情").first.click()
    author.locator("a", has_text="作答记录").click()
    expect(author.locator("tbody tr").first).to_contain_text("离开页面 1 次，共 4 秒")
    assert_good(author)
    author.locator("tbody tr a").first.click()
    expect(author.locator("main")).to_contain_text("回到页面")
    assert_good(author)
