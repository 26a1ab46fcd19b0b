"""An author puts the bank in order on a phone: a category, questions ticked and moved, looked at, taken back."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.journeys import press
from tests.support.browsing import assert_good, sign_in


def test_the_bank_is_put_in_order_on_a_phone(server, visitors):
    page = visitors(width="phone", locale="zh")
    sign_in(page, "instructor", "teach2026")
    page.goto(f"{server.url}/studio/questions/categories")
    page.get_by_label("名称").fill("待整理")
    page.get_by_label("放在哪里").select_option("社区治理")
    press(page, page.get_by_role("button", name="添加分类"))
    expect(page.get_by_role("link", name="待整理", exact=True)).to_be_visible()

    page.goto(f"{server.url}/studio/questions?whose=mine")
    for box in page.locator("input[name=row]").all()[:2]:
        box.check()
    expect(page.locator("#bulk-which option:checked")).to_have_text("勾选的题（2 道）")
    page.locator("#bulk-do").select_option("move")
    press(page, page.get_by_role("button", name="继续"))
    page.get_by_label("移到哪个分类").select_option("　待整理")
    press(page, page.get_by_role("button", name="看看会怎样"))
    expect(page.get_by_role("heading", name="移到“社区治理 / 待整理”")).to_be_visible()
    assert_good(page)
    press(page, page.get_by_role("button", name="确定，改 2 道"))
    press(page, page.get_by_role("link", name="看这些题，也可以撤销"))
    expect(page.locator("tbody tr")).to_have_count(2)
    expect(page.locator(".bank-shelf").first).to_have_text("社区治理 / 待整理")
    press(page, page.get_by_role("button", name="撤销这次修改"))
    expect(page.get_by_text("已撤销：2 道题恢复了原样")).to_be_visible()
