"""Writing a quiz in a real browser: what scripts add to pages that work without them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support.browsing import assert_good, sign_in

PASTED = "【单选】先做什么？\nA. 判断\nB. 先听\n答案：B\n\n【判断】对吗？\n答案：对\n\n【填空】急事____商量\n答案：快"


@pytest.fixture
def desk(visitors):
    """A page with a new quiz of three questions."""
    page = visitors()
    sign_in(page, "instructor", "teach2026")
    page.goto("/studio/quizzes")
    page.locator("[name=title]").fill("浏览器里写的测验")
    page.locator("[name=title]").press("Enter")
    page.wait_for_url("**/studio/quizzes/*")
    page.address = page.url
    page.goto(f"{page.address}/paste")
    page.locator("textarea#text").fill(PASTED)
    page.locator("button[value=check]").click()
    page.locator("button[value=add]").click()
    expect(page.locator("[data-slot]")).to_have_count(3)
    return page


def stems(page: Page) -> list[str]:
    return page.locator("[data-slot] .what a").all_inner_texts()


def test_questions_are_dragged_into_order(desk):
    grip = desk.locator("[data-grip]").first.bounding_box()
    last = desk.locator("[data-slot]").last.bounding_box()
    desk.mouse.move(grip["x"] + 8, grip["y"] + 8)
    desk.mouse.down()
    desk.mouse.move(last["x"] + 120, last["y"] + last["height"] - 4, steps=8)
    with desk.expect_navigation():
        desk.mouse.up()
    assert stems(desk) == ["对吗？", "急事____商量", "先做什么？"]


def test_marks_typed_are_kept_when_a_question_is_moved(desk):
    desk.locator("[data-slot] .marks input").first.fill("2.5")
    desk.locator("button[value^='down:']").first.click()
    expect(desk.locator("[data-slot] .marks input").nth(1)).to_have_value("2.5")


def test_options_are_added_one_by_one(desk):
    desk.goto(f"{desk.address}/write?type=multiple_choice")
    for _ in range(2):
        desk.locator("[data-add-option]").click()
    expect(desk.locator("#option-6")).to_be_focused()
    for index, text in enumerate("甲乙丙丁戊己", 1):
        desk.locator(f"#option-{index}").fill(text)
    desk.locator("[name=stem]").fill("六选二")
    desk.locator("[name=correct]").nth(0).check()
    desk.locator("[name=correct]").nth(5).check()
    assert_good(desk)
    desk.locator("[name=stem]").press("Tab")
    desk.locator("#option-6").press("Enter")
    expect(desk.locator("[data-slot]")).to_have_count(4)
    desk.goto(f"{desk.address}/preview?n=4&try=1")
    assert desk.locator(".opt-r.right .tx").all_inner_texts() == ["甲", "己"]


def test_trying_out_leads_through_all_questions(desk):
    desk.goto(f"{desk.address}/preview")
    desk.locator(".opt-c").nth(1).click()
    desk.get_by_role("button", name="看看对不对").click()
    expect(desk.locator("main")).to_contain_text("得 1 分，满分 1 分")
    desk.get_by_role("link", name="下一题").click()
    expect(desk.locator("main")).to_contain_text("第 2 题，共 3 题")
