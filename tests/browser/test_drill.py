"""The evening the power failed, played in a browser: with the keyboard's focus led along, without scripts, and as its author."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journeys import PASSWORD, add_person, inside, press
from tests.support.browsing import assert_good, sign_in
from tests.support.server import RunningServer

BEST = (1, 2, 1, 2, 2, 2, 0, 1, 2, 1, 1, 2)
"""The places of the best choices, from the first call to the review."""
POOR = (0, 0, 1, 2, 2, 1, 1)
"""Hang up, ask again, ask the group who can repair a lift … to the gap in the doors."""
WORDS = {
    "zh": (
        "演练：停电的晚上",
        "有始有终",
        "动了一下",
        "更好的选择",
        "再来一次",
        "一位老人带着一个孩子，没有受伤",
        "物业问",
    ),
    "en": (
        "Drill: The Evening the Power Failed",
        "Seen through to the end",
        "It moved",
        "A better choice",
        "Play again",
        "an old man with a child, nobody hurt",
        "The company asks",
    ),
}
WAYS = [("zh", "desktop"), ("en", "phone")]


@pytest.fixture(scope="module")
def prepared(server: RunningServer) -> RunningServer:
    """The demo, with a trainee for each way through the drill."""
    with inside(server):
        for locale in WORDS:
            add_person(f"drill{locale}", name="罗小满", locale=locale)
            add_person(f"plain{locale}", name="罗小满", locale=locale)
    return server


def open_drill(page: Page, locale: str) -> None:
    page.goto("/courses/emergency-duty")
    join = page.locator("form[action$='/enrol'] button")
    if join.count():
        join.first.click()
        page.goto("/courses/emergency-duty")
    found = page.locator("a", has_text=WORDS[locale][0]).first.get_attribute("href")
    page.goto(found or "")
    expect(page.locator("[data-drill-title]")).to_be_visible()


def choose(page: Page, place: int) -> None:
    before = page.locator("[data-drill-title]").inner_text()
    page.locator(f".drill-choice[value='{place}']").click()
    expect(page.locator("[data-drill-title]")).not_to_have_text(before)


@pytest.mark.parametrize(("locale", "width"), WAYS)
def test_the_drill_is_played_to_a_good_end(prepared, visitors, locale, width):
    page = visitors(width=width, locale=locale)
    sign_in(page, f"drill{locale}", PASSWORD)
    open_drill(page, locale)
    title, good, _poor, _better, again, consequence, other = WORDS[locale]
    assert consequence not in page.content() and other not in page.content()
    assert_good(page)
    for place in BEST[:1]:
        choose(page, place)
    assert consequence in page.content() and other not in page.content()
    expect(page.locator("[data-drill-title]")).to_be_focused()
    assert page.locator(f"h1:has-text('{title}')").count() == 1, "the page was not left"
    for place in BEST[1:]:
        choose(page, place)
    expect(page.locator("[data-drill-title]")).to_have_text(good)
    expect(page.locator("[data-drill-title]")).to_be_focused()
    assert page.locator(".drill-steps > li").count() == len(BEST)
    expect(page.locator(".rule-card [data-progress-text]")).to_contain_text("100%")
    assert_good(page)
    page.get_by_role("button", name=again).click()
    expect(page.locator(".drill-choice")).to_have_count(3)


@pytest.mark.parametrize(("locale", "width"), WAYS)
def test_without_scripts_a_bad_turn_is_told_in_the_debrief(prepared, visitors, locale, width):
    page = visitors(width=width, locale=locale, javascript=False)
    sign_in(page, f"plain{locale}", PASSWORD)
    open_drill(page, locale)
    for place in POOR:
        page.locator(f".drill-choice[value='{place}']").click()
    _title, _good, poor, better, _again, consequence, _other = WORDS[locale]
    expect(page.locator("[data-drill-title]")).to_have_text(poor)
    assert page.get_by_text(better).count() >= 3 and consequence not in page.content()
    assert page.locator("#work ul.prose a").count() >= 1, "the debrief leads back to lessons"


def test_an_author_tries_the_draft(prepared, visitors):
    page = visitors()
    sign_in(page, "instructor", "teach2026")
    page.goto("/studio")
    page.get_by_role("link", name="应急值守").first.click()
    page.get_by_role("link", name="演练：停电的晚上").first.click()
    expect(page.locator(".drill-map svg")).to_be_visible()
    assert_good(page)
    page.get_by_role("link", name="试演一遍").click()
    for place in BEST:
        choose(page, place)
    expect(page.locator("[data-drill-title]")).to_have_text("有始有终")
    assert_good(page)


@pytest.mark.parametrize(("locale", "width"), [("zh", "phone"), ("en", "desktop")])
def test_a_reflection_is_written_and_read(prepared, visitors, locale, width):
    page = visitors(width=width, locale=locale)
    sign_in(page, f"drill{locale}", PASSWORD)
    open_drill(page, locale)
    name = "看一看：权威部门的安全科普" if locale == "zh" else "Read Up: Safety Advice from the Authority"
    page.goto(page.locator("a", has_text=name).first.get_attribute("href") or "")
    assert_good(page)
    page.locator("#reflection").fill("太短")
    page.locator("#work form button[type=submit]").click()
    expect(page.locator("#reflection-error")).to_be_visible()
    expect(page.locator("#reflection")).to_have_value("太短")
    assert_good(page)
    page.locator("#reflection").fill(f"冬天用电取暖的几条，{locale}" + "写进群通知，贴在单元门口。" * 6)
    page.locator("#work form button[type=submit]").click()
    expect(page.locator(".rule-card [data-progress-text]")).to_contain_text("100%")
    author = visitors(width=width)
    sign_in(author, "instructor", "teach2026")
    author.goto("/studio")
    author.get_by_role("link", name="应急值守").first.click()
    press(author, author.get_by_role("link", name="看一看：权威部门的安全科普").first)
    assert_good(author)
    author.get_by_role("link", name="看学员的心得").click()
    expect(author.get_by_text(f"冬天用电取暖的几条，{locale}")).to_be_visible()
    assert_good(author)
