"""Questions with Markdown, numbers and key words in a real browser: written, answered, reviewed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsing import assert_good, prefer, sign_in

FRESH_DEMO = True

WAYS = [("zh", "desktop"), ("en", "phone")]


@pytest.fixture(params=WAYS, ids=["zh-desktop", "en-phone"])
def desk(request, visitors) -> Page:
    """A page with a new, empty quiz; `desk.address` is its address."""
    locale, width = request.param
    page = visitors(width=width, locale=locale)
    sign_in(page, "instructor", "teach2026")
    prefer(page, locale=locale)
    page.goto("/studio/quizzes")
    page.locator("[name=title]").fill(f"写出来的答案 {locale}")
    page.locator("[name=title]").press("Enter")
    page.wait_for_url("**/studio/quizzes/*")
    page.address = page.url
    return page


def add(desk: Page) -> None:
    with desk.expect_navigation():
        desk.locator(".question-form .acts button.p").click()
    expect(desk.locator("[data-slot]")).to_have_count(1)


def test_a_number_with_a_unit(desk):
    desk.goto(f"{desk.address}/write?type=fill_in")
    desk.locator("input[name=format][value=markdown]").check()
    desk.locator("#stem").press_sequentially("**门** 的净宽是____，又叫____。")
    expect(desk.locator("[data-markdown]:has(#stem) [data-md-preview] strong")).to_have_text("门")
    expect(desk.locator(".blank-row")).to_have_count(2)
    expect(desk.locator("#blank-1-value")).to_be_hidden()
    desk.locator("#blank-1").select_option("number_unit")
    expect(desk.locator("#blank-1-answers")).to_be_hidden()
    desk.locator("#blank-1-value").fill("0.8")
    desk.locator("#blank-1-tolerance").fill("0.05")
    desk.locator("#blank-1-units").fill("米|厘米=0.01")
    desk.locator("#blank-2-answers").fill("净距\n净空")
    desk.locator("#explanation").fill("看 **图纸**。")
    desk.locator("details.hints summary").click()
    desk.locator("#hint-1").fill("想想轮椅。")
    desk.evaluate("window.scrollTo(0, 0)")
    assert_good(desk)
    add(desk)
    desk.goto(f"{desk.address}/preview?n=1")
    expect(desk.locator(".stem strong")).to_have_text("门")
    assert_good(desk)
    desk.locator("#q1-blank1").focus()
    desk.keyboard.type("０.８")
    desk.keyboard.press("Tab")
    desk.keyboard.type("净空")
    desk.keyboard.press("Enter")
    expect(desk.locator(".blank-list li.right")).to_have_count(1)
    expect(desk.locator(".blank-list li.wrong")).to_contain_text("0.8 米")
    expect(desk.locator(".src strong")).to_have_text("图纸")
    assert_good(desk)


def test_a_short_answer(desk):
    desk.goto(f"{desk.address}/write?type=short_answer")
    desk.locator("#stem").fill("接待时先做什么？")
    desk.locator("#point-1").fill("先听|倾听")
    desk.locator("[name=point_weight]").first.fill("2")
    desk.locator("#point-2").fill("记录|记下")
    assert_good(desk)
    add(desk)
    desk.goto(f"{desk.address}/preview?n=1")
    desk.locator("#q1-text").fill("倾 听，再说。")
    expect(desk.locator("[data-count-now]")).to_contain_text("6")
    assert_good(desk)
    with desk.expect_navigation():
        desk.locator("main form button.p").click()
    expect(desk.locator(".blank-list li.right")).to_contain_text("倾听")
    expect(desk.locator(".blank-list li.wrong")).to_contain_text("记录")
    assert_good(desk)


def test_blanks_without_scripts(visitors):
    page = visitors(javascript=False)
    sign_in(page, "instructor", "teach2026")
    page.goto("/studio/questions/new?type=fill_in")
    page.locator("#stem").fill("甲____乙____丙____")
    page.locator("[data-match-blanks]").click()
    expect(page.locator(".blank-row")).to_have_count(3)
