"""The reader in a real browser: what was shown counts, the place is kept, looks are kept, and it works without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsing import assert_good, sign_in

FRESH_DEMO = True

BOOK = "/textbooks/community-work"
PROMPTLY = 15_000
AT_TOP = """() => [...document.querySelectorAll('[data-unit]')]
    .find(each => each.getBoundingClientRect().bottom > 80).dataset.unit"""


def open_chapter(page: Page, number: int) -> str:
    """Open a chapter from the book's contents; return its address."""
    page.goto(BOOK)
    page.locator(".chapters a").nth(number - 1).click()
    page.wait_for_url(f"**{BOOK}/*")
    return page.url


def wheel_to(page: Page, part: int) -> str:
    """Scroll to a paragraph and wait until that is known; return which one is at the top."""
    page.locator("[data-unit]").nth(part).evaluate("each => window.scrollTo(0, each.offsetTop + 200)")
    place = page.evaluate(AT_TOP)
    with page.expect_request(lambda request: "/shown/" in request.url and place in (request.post_data or "")):
        pass
    return place


def test_reading_counts_and_opens_at_the_same_paragraph_elsewhere(visitors):
    page = visitors()
    sign_in(page, "trainee", "study2026")
    address = open_chapter(page, 2)
    expect(page.locator("[data-progress-text]")).not_to_have_text("0%", timeout=PROMPTLY)
    place = wheel_to(page, 12)
    expect(page.locator(".rtoc [data-section][aria-current]").first).to_be_visible()
    phone = visitors("phone")
    sign_in(phone, "trainee", "study2026")
    phone.goto(BOOK)
    phone.get_by_role("link", name="继续阅读").click()
    phone.wait_for_url(f"{address}#p-{place}")
    phone.goto(address)
    expect(phone.locator(f"#p-{place}")).to_be_in_viewport()
    assert phone.evaluate(AT_TOP) == place


def test_looks_are_chosen_once_for_every_device(visitors):
    page = visitors()
    sign_in(page, "instructor", "teach2026")
    address = open_chapter(page, 1)
    page.get_by_text("版式").click()
    for choice in ("paper][value=green", "face][value=sans", "spacing][value=wide"):
        with page.expect_response("**/textbooks/settings"):
            page.locator(f"label:has([name={choice}])").click()
    with page.expect_response("**/textbooks/settings"):
        page.get_by_role("button", name="放大").click()
    text = page.locator("article")
    expect(text).to_have_class(re.compile("size-3"))
    assert_good(page)
    phone = visitors("phone")
    sign_in(phone, "instructor", "teach2026")
    phone.goto(address)
    expect(phone.locator("body")).to_have_class(re.compile("green"))
    expect(phone.locator("article")).to_have_class(re.compile("size-3.*lines-wide.*face-sans"))


@pytest.mark.parametrize("paper", ["white", "warm", "green", "night"])
def test_every_paper_can_be_read(visitors, paper):
    page = visitors()
    open_chapter(page, 3)
    page.get_by_text("版式").click()
    page.locator(f"label:has([name=paper][value={paper}])").click()
    expect(page.locator("body")).to_have_class(re.compile(paper))
    page.keyboard.press("Escape")
    assert_good(page)


def test_words_are_found_and_lead_to_their_paragraph(visitors):
    page = visitors("phone")
    open_chapter(page, 1)
    page.get_by_role("link", name="查找").click()
    page.get_by_role("searchbox", name="在这本书里查找").fill("走访")
    page.keyboard.press("Enter")
    hit = page.locator(".hits li a").first
    expect(hit.locator("mark").first).to_have_text("走访")
    hit.click()
    page.wait_for_url(re.compile(r"#p-\w+$"))
    expect(page.locator(":target")).to_be_in_viewport()
    expect(page.locator(":target")).to_contain_text("走访")


def test_a_chapter_is_read_without_scripts(visitors):
    page = visitors("phone", javascript=False)
    sign_in(page, "unitadmin", "district2026")
    open_chapter(page, 4)
    page.get_by_role("button", name="读完本章").click()
    expect(page.get_by_role("alert")).to_contain_text("再过")
    page.locator("#look > summary").click()
    page.locator("label:has([name=paper][value=night])").click()
    page.get_by_role("button", name="应用").click()
    expect(page.locator("body")).to_have_class(re.compile("night"))
