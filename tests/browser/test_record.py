"""The training record in a browser: why each amount, the day before a move, the requirement, one's own data."""

from __future__ import annotations

import zipfile

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.web.filters import local_date
from tests.browser.journeys import Words, button, inside, link, press
from tests.support.browsing import assert_good, sign_in
from tests.support.server import RunningServer

FRESH_DEMO = True

WAYS = [("zh", "desktop"), ("en", "phone")]


@pytest.mark.parametrize(("locale", "width"), WAYS)
def test_a_trainee_reads_the_own_record(server: RunningServer, visitors, locale, width, tmp_path):
    page: Page = visitors(width=width, locale=locale)
    say = Words(locale)
    with inside(server):
        db.session.scalars(select(Person).where(Person.username == "trainee")).one().locale = locale
        earlier = f"{local_date(now()).year - 1}-06-30"
    sign_in(page, "trainee", "study2026")
    page.goto("/me/record")
    expect(page.locator("#hours .years tbody tr").first).to_be_visible()
    expect(page.locator("#units li")).to_have_count(2)
    first = page.locator(".ledger > li").first
    expect(first.locator(".grounds")).to_be_hidden()
    first.locator("summary").click()
    expect(first.locator(".grounds p").first).to_be_visible()
    assert_good(page)

    code = page.locator("[aria-labelledby=code-title] b").inner_text()
    page.locator("#on").fill(earlier)
    press(page, button(page, say("查看")))
    expect(page.locator("#units li")).to_have_count(1)
    assert page.locator("[aria-labelledby=code-title] b").inner_text() != code
    assert_good(page)

    page.goto("/me/data")
    assert_good(page)
    with page.expect_download() as waiting:
        button(page, say("下载表格（CSV）")).click()
    path = tmp_path / "data.zip"
    waiting.value.save_as(path)
    assert "credit_hours.csv" in zipfile.ZipFile(path).namelist()


def test_an_admin_opens_the_record_of_a_trainee(server: RunningServer, visitors):
    page: Page = visitors()
    sign_in(page, "admin", "manage2026")
    page.goto("/admin/reports/annual?name=李秀兰")
    assert_good(page)
    press(page, link(page, "李秀兰"))
    assert_good(page)
    press(page, button(page, "打开档案"))
    expect(page.locator("h1")).to_have_text("李秀兰的学习档案")
    assert_good(page)
    page.goto("/admin/requirements")
    assert_good(page)
    press(page, link(page, "添加任务"))
    assert_good(page)
    page.goto("/admin/requirements/carry-over")
    assert_good(page)
