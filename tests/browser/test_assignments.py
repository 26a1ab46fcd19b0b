"""An assignment from the first word to the mark: written on a phone, marked at a desk, and without scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journeys import PASSWORD, add_person, inside, press
from tests.factories.studio import picture
from tests.support.browsing import assert_good, sign_in
from tests.support.server import RunningServer

TITLE = "作业：写一份入户走访记录"
TEXT = "看见的：锅底烧穿，软管有裂口。他说的：说七十九岁，一个人住，膝盖疼，三天下一次楼。" * 5


@pytest.fixture(scope="module")
def prepared(server: RunningServer) -> RunningServer:
    """The demo, with two trainees more."""
    with inside(server):
        add_person("writer", name="赵小雨")
        add_person("plainwriter", name="钱一平")
        add_person("enwriter", name="孙可", locale="en")
    return server


def open_assignment(page: Page) -> str:
    """Join the course if need be, open the assignment's page and return its address."""
    page.goto("/courses/home-visits")
    join = page.locator("form[action$='/enrol'] button")
    if join.count():
        join.first.click()
        page.goto("/courses/home-visits")
    found = page.locator("main a[href*='/learn/']").filter(has_text=_word(page)).first.get_attribute("href")
    page.goto(found or "")
    return found or ""


def _word(page: Page) -> str:
    return "Assignment:" if page.locator("html").get_attribute("lang") == "en" else TITLE


def hand_in(page: Page) -> None:
    page.locator("button[value=hand_in]").click()
    page.wait_for_load_state()


def test_a_trainee_hands_in_on_a_phone_and_the_instructor_marks(prepared, visitors, tmp_path: Path):
    phone = visitors(width="phone")
    sign_in(phone, "writer", PASSWORD)
    lesson = open_assignment(phone)
    assert_good(phone)
    phone.get_by_role("link", name="写作业").click()
    expect(phone.get_by_role("heading", name=TITLE)).to_be_visible()
    assert "image/*" in (phone.locator("input[type=file]").first.get_attribute("accept") or "")

    phone.get_by_label("我写的").fill(TEXT)
    expect(phone.get_by_text("存好了")).to_be_visible(timeout=20_000)
    photo = tmp_path / "走访卡.png"
    photo.write_bytes(picture(600, 400))
    with phone.expect_response("**/assignment/draft"):
        phone.locator("input[type=file]").first.set_input_files(photo)
    expect(phone.get_by_text("上传好了，保存后生效")).to_be_visible(timeout=20_000)
    expect(phone.locator("[data-slot]:not([hidden])")).to_have_count(2)
    phone.reload()
    assert phone.get_by_label("我写的").input_value() == TEXT
    assert_good(phone)
    hand_in(phone)
    expect(phone.get_by_text("等老师批阅")).to_be_visible()
    assert_good(phone)

    mark(visitors())

    phone.goto(lesson)
    expect(phone.get_by_text("32 / 35 分")).to_be_visible()
    phone.get_by_role("link", name="看我的作业和批阅").click()
    expect(phone.get_by_text("软管的事办得快。")).to_be_visible()
    expect(phone.get_by_role("heading", name="参考答案")).to_be_visible()
    assert_good(phone)


def mark(desk: Page) -> None:
    sign_in(desk, "instructor", "teach2026")
    desk.goto("/studio")
    press(desk, desk.get_by_role("link", name="批阅作业").first)
    assert_good(desk)
    desk.get_by_role("link", name="赵小雨").click()
    expect(desk.locator(".handed-files img").first).to_be_visible()
    assert_good(desk)
    for criterion in range(4):
        desk.locator(f"input[name=level{criterion}]").nth(0 if criterion else 1).check()
    expect(desk.locator("[data-mark-sum]")).to_have_text("32 / 35 分")
    desk.get_by_label("评语").fill("软管的事办得快。")
    desk.get_by_role("button", name="保存评分").click()
    expect(desk.get_by_text("批好了，学员可以看到")).to_be_visible()
    desk.goto("/studio/assignments?state=marked")
    desk.get_by_role("link", name="赵小雨").click()
    expect(desk.get_by_text("软管的事办得快。").first).to_be_visible()
    assert_good(desk)


def test_what_was_written_without_a_network_comes_back(prepared, visitors):
    page = visitors(width="phone", locale="en")
    sign_in(page, "enwriter", PASSWORD)
    open_assignment(page)
    press(page, page.get_by_role("link", name="Write"))
    page.expect_trouble("ERR_INTERNET_DISCONNECTED")
    page.expect_trouble("Failed to fetch")
    page.context.set_offline(True)
    page.get_by_label("My text").fill(TEXT)
    expect(page.get_by_text("The network is gone")).to_be_visible(timeout=20_000)
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_label("My text")).to_have_value(TEXT)
    expect(page.get_by_text("Draft saved")).to_be_visible(timeout=20_000)
    assert_good(page)


def test_a_page_that_is_older_than_the_last_save_shows_what_was_saved(prepared, visitors):
    page = visitors(locale="en")
    sign_in(page, "enwriter", PASSWORD)
    open_assignment(page)
    press(page, page.get_by_role("link", name="Write", exact=True))
    page.wait_for_load_state()
    older = page.content()
    with page.expect_response("**/assignment/draft"):
        page.get_by_label("My text").fill(f"{TEXT} More.")
    expect(page.get_by_text("Draft saved")).to_be_visible()
    page.route("**/assignment", lambda route: route.fulfill(body=older, content_type="text/html"), times=1)
    page.reload()
    expect(page.get_by_label("My text")).to_have_value(f"{TEXT} More.")
    with page.expect_response("**/assignment/draft") as saving:
        page.get_by_label("My text").press_sequentially(" And more.")
    assert saving.value.ok


def test_it_works_without_scripts(prepared, visitors, tmp_path: Path):
    page = visitors(javascript=False)
    sign_in(page, "plainwriter", PASSWORD)
    open_assignment(page)
    page.get_by_role("link", name="写作业").click()
    page.get_by_label("我写的").fill("太短")
    photo = tmp_path / "卡.png"
    photo.write_bytes(picture(60, 40))
    page.locator("input[type=file]").first.set_input_files(photo)
    page.expect_trouble("422")
    hand_in(page)
    expect(page.get_by_text("还差 148 字").first).to_be_visible()
    expect(page.get_by_text("卡.png")).to_be_visible()
    page.get_by_label("我写的").fill(TEXT)
    hand_in(page)
    expect(page.get_by_text("等老师批阅")).to_be_visible()
