"""An admin enters hours from a spreadsheet full of mistakes, rolls the batch back, and a trainee reads why."""

from __future__ import annotations

import csv
import io
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journeys import PASSWORD, Words, add_person, button, inside, link, menu, press
from tests.factories.credits import make_workbook
from tests.support.browsing import assert_good, sign_in

FRESH_DEMO = True

HEAD = ["登录名或手机号", "姓名", "日期", "学习内容", "学时"]
TITLE = "浏览器里录的培训班"
ROWS = [
    ["trainee", "李秀兰", "2026年3月9日", TITLE, "３．５"],
    ["mawd", "马卫东", "46090", TITLE, "6学时"],
    ["", "马卫冬", "2026-03-09", TITLE, "6"],
    ["mawd", "", "三月九日", TITLE, "六"],
    ["trainee", "", "2026-03-09", TITLE, "3.5"],
]


def send(page: Page, data: bytes, name: str) -> None:
    page.locator("main input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})


def spreadsheet() -> bytes:
    stream = io.StringIO()
    csv.writer(stream).writerows([["2026 年春季培训登记表"], HEAD, *ROWS])
    return stream.getvalue().encode("gb18030")


@pytest.mark.parametrize(("locale", "width"), [("zh", "desktop"), ("en", "phone")])
def test_hours_come_from_a_spreadsheet_and_go_back(server, visitors, locale, width):
    with inside(server):
        add_person(f"clerk_{locale}", "admin", locale=locale)
    say = Words(locale)
    page = visitors(width=width, locale=locale)
    sign_in(page, f"clerk_{locale}", PASSWORD)
    page.goto("/admin")
    menu(page, say("学时台账"))
    press(page, link(page, say("表格补录")))
    send(page, b"\xd0\xcf\x11\xe0 an old workbook", "旧表.xls")
    press(page, button(page, say("上传并核对")))
    expect(page.locator("main .errsum")).to_contain_text(".xlsx")
    assert_good(page)

    send(page, spreadsheet(), "春季培训.csv")
    press(page, button(page, say("上传并核对")))
    main = page.locator("main")
    expect(main).to_contain_text("马卫东")
    expect(main).to_contain_text("三月九日")
    assert_good(page)
    press(page, link(page, say("全部"), exact=True))
    expect(page.locator("main [name=row]")).to_have_count(2)
    assert_good(page)
    page.locator("main [name=row]").first.uncheck()
    press(page, button(page, say("只录入本页勾选的行")))
    expect(page.locator(".flashes")).to_contain_text("6")
    assert_good(page)

    page.locator("main [name=reason]").fill("试录")
    press(page, button(page, say("撤销整批")))
    expect(main).to_contain_text("试录")
    press(page, link(page, say("在台账里看")))
    expect(main.locator("tbody tr", has_text=TITLE)).to_have_count(1)
    assert_good(page)


def test_a_trainee_reads_why(visitors, server):
    page = visitors()
    sign_in(page, "admin", "manage2026")
    page.goto("/admin/backfill")
    rows = [HEAD, ["trainee", "李秀兰", "2026-04-09", "给学员看的培训班", 3.5]]
    send(page, make_workbook(rows), "一行.xlsx")
    press(page, button(page, "上传并核对"))
    press(page, button(page, "录入 1 行"))
    press(page, link(page, "在台账里看"))
    press(page, link(page, "给学员看的培训班"))
    address = re.sub(r"^https?://[^/]+", "", page.url)
    assert_good(page)

    own = visitors(width="phone")
    sign_in(own, "trainee", "study2026")
    own.goto(address)
    expect(own.locator("main")).to_contain_text("第 2 行")
    expect(own.locator("main")).to_contain_text("3.5 学时")
    expect(own.locator("main")).not_to_contain_text("冲正这一笔")
    assert_good(own)


def test_own_figures_are_tried(visitors):
    page = visitors()
    sign_in(page, "admin", "manage2026")
    page.goto("/admin/credit-rules")
    assert_good(page)
    press(page, link(page, "1 小时 1 学时"))
    page.locator("[name=minutes]").fill("160")
    press(page, button(page, "算", exact=True))
    expect(page.locator("[role=status].mt-4")).to_contain_text("2.5 学时")
    assert_good(page)
