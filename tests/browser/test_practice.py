"""Practice in a real browser, in both languages: from a wrong answer into the notebook and out of it, and a mock exam."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journeys import press
from tests.support.browsing import assert_good, sign_in

FRESH_DEMO = True


def enter(page: Page) -> None:
    sign_in(page, "trainee", "study2026")
    page.goto("/practice")


@pytest.mark.parametrize(("locale", "width"), [("zh", "desktop"), ("en", "phone")])
def test_the_notebook(visitors, locale, width):
    page = visitors(width=width, locale=locale)
    enter(page)
    assert_good(page)
    press(page, page.locator("a[href='/practice/notebook'].btn"))
    assert_good(page)
    press(page, page.locator(".mistakes h2 a").first)
    assert_good(page)
    page.locator("#note").fill(f"先听完，再说话。\n{locale}")
    page.locator("form[action$='/note'] button[type=submit]").click()
    expect(page.locator("#note")).to_have_value(f"先听完，再说话。\n{locale}")
    page.locator("form[action='/practice/notebook'] button").click()  # practise this one
    page.wait_for_url("**/practice/sessions/**")
    assert page.locator(".opt-r").count() == 0
    assert_good(page)
    page.locator("button[value=answer]").click()  # nothing chosen yet
    expect(page.locator("[role=alert]")).to_be_visible()
    page.locator("button[value=show]").click()
    expect(page.locator(".qtop[role=status]")).to_be_visible()
    assert_good(page)
    page.locator("#next").click()
    page.wait_for_url("**/review")
    page.locator(".flash summary").first.click()
    assert_good(page)
    page.goto("/practice/notebook")
    page.locator(".mistakes h2 a").first.click()
    page.locator("form[action$='/remove'] button").click()
    expect(page.locator("form[action$='/back'] button")).to_be_visible()
    page.locator("form[action$='/back'] button").click()
    expect(page.locator("form[action$='/remove'] button")).to_be_visible()


@pytest.mark.parametrize(("locale", "width"), [("zh", "phone"), ("en", "desktop")])
def test_a_mock_exam(visitors, locale, width):
    page = visitors(width=width, locale=locale)
    enter(page)
    page.goto("/practice/mock")
    assert_good(page)
    page.locator("select[name=parts]").select_option("5")
    page.locator("form[action='/practice/mock'] button[type=submit]").click()
    page.wait_for_url("**/attempts/**")
    address = page.url.split("?")[0]
    expect(page.locator("#timer")).to_be_visible()
    assert_good(page)
    saved = re.compile("已保存|[Ss]aved")
    for number in range(1, 4):
        page.goto(f"{address}?n={number}")
        page.locator("[data-card] .opt-c").first.click()
        expect(page.locator("#save-state")).to_contain_text(saved, timeout=20_000)
    page.goto("/practice/mock")  # come back later: the same paper goes on
    page.locator(f"a[href='{address.removeprefix(page.url.split('/practice')[0])}']").first.click()
    page.goto(f"{address}/check")
    page.locator("form[action$='/submit'] button").first.click()
    page.wait_for_url("**/result")
    press(page, page.locator("a[href^='/practice/mock/']").first)
    assert_good(page)
    expect(page.locator("main table")).to_have_count(2)
    page.goto("/practice/strengths")
    assert_good(page)


def test_practice_without_scripts(visitors):
    page = visitors(javascript=False)
    enter(page)
    page.goto("/practice/chapters")
    page.locator("input[name=category]").first.check()
    page.locator("form[action='/practice/chapters'] button[type=submit]").click()
    assert page.locator(".opt-r").count() == 0
    page.locator("button[value=show]").click()
    expect(page.locator("#next")).to_be_visible()


def test_an_author_opens_a_category(visitors):
    page = visitors()
    sign_in(page, "instructor", "teach2026")
    page.goto("/studio/practice")
    assert_good(page)
    name = page.locator("tr", has=page.locator("button.p")).first.locator("th").inner_text()
    press(page, page.get_by_role("button", name=f"开放“{name}”", exact=True))
    expect(page.get_by_role("button", name=f"停止开放“{name}”")).to_be_visible()
