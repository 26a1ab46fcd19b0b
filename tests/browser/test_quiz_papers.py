"""Sections, random draws and allowances in a real browser, and what assistive technology makes of their pages."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.browsing import assert_good, sign_in


@pytest.fixture
def desk(visitors):
    """A page with a new quiz that draws three questions of a demonstration shelf."""
    page = visitors()
    sign_in(page, "instructor", "teach2026")
    page.goto("/studio/quizzes")
    page.locator("[name=title]").fill("抽题的测验")
    page.locator("[name=title]").press("Enter")
    page.wait_for_url("**/studio/quizzes/*")
    page.address = page.url
    page.goto(f"{page.address}/draws/0")
    page.locator("[name=category_id]").select_option(index=1)
    page.locator("[name=count]").fill("3")
    page.get_by_role("button", name="看看有多少题").click()
    expect(page.locator("[role=status]")).to_contain_text("够抽")
    assert_good(page)
    page.locator("[name=count]").press("Enter")
    expect(page.locator("[data-slot]")).to_have_count(1)
    return page


def test_a_section_is_dragged_above_its_questions(desk):
    desk.goto(f"{desk.address}/sections/0")
    assert_good(desk)
    desk.locator("[name=title]").fill("一、抽到的题")
    desk.locator("[name=title]").press("Enter")
    expect(desk.locator("[data-slot]")).to_have_count(2)
    grip, first = desk.locator("[data-grip]").last.bounding_box(), desk.locator("[data-slot]").first.bounding_box()
    desk.mouse.move(grip["x"] + 8, grip["y"] + 8)
    desk.mouse.down()
    desk.mouse.move(first["x"] + 120, first["y"] + 3, steps=8)
    with desk.expect_navigation():
        desk.mouse.up()
    expect(desk.locator("[data-slot]").first).to_contain_text("一、抽到的题")
    desk.goto("about:blank")  # without the anchor, which scrolls half a button under the top bar
    desk.goto(desk.address)
    assert_good(desk)


def test_a_person_is_given_time_and_the_paper_is_offered(desk):
    desk.goto(f"{desk.address}/allowances")
    desk.locator("main [name=q]").fill("trainee")
    desk.locator("main [name=q]").press("Enter")
    assert_good(desk)
    desk.locator("main .card li a").first.click()
    desk.locator("[name=extra_minutes]").fill("20")
    desk.locator("[name=reason]").fill("视力不便")
    assert_good(desk)
    desk.locator("[name=reason]").press("Enter")
    expect(desk.locator("main table")).to_contain_text("加时 20 分钟")
    assert_good(desk)
    desk.goto(f"{desk.address}/paper")
    assert_good(desk)
    assert desk.request.get(f"{desk.address}/paper/A/sheet.pdf").body().startswith(b"%PDF")
