"""Matching, ordering, cloze and choice on a picture, answered by keyboard alone on a phone, and written with a pointer."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from academy.accounts.models import Person
from academy.db import db
from academy.files.services import store_stream
from courses.question_types.installed import all_types
from courses.question_types.rows import text_id
from courses.quizzes import services
from tests.browser.journeys import PASSWORD, add_person, inside
from tests.factories import make_question
from tests.support.browsing import assert_good, sign_in
from tests.support.server import RunningServer

PROMPTLY = 10_000
KEYS = ("matching", "ordering", "cloze", "picture_choice")
LOCALES = ("zh", "en")
SAVED = {"zh": "已保存", "en": "Saved"}
WIDE, HIGH = 600, 400


@pytest.fixture(scope="module")
def attempts(server: RunningServer) -> dict[str, str]:
    """A quiz with a question of each type, and an attempt at it for a person of each language."""
    found = {}
    with inside(server):
        author = db.session.scalars(select(Person).where(Person.username == "instructor")).one()
        picture = io.BytesIO()
        Image.new("RGB", (WIDE, HIGH), "#cfc8b8").save(picture, "PNG")
        picture.seek(0)
        file = store_stream(picture, "hall.png", author, "picture")
        quiz = services.create_quiz(author, "四种题")
        for key in KEYS:
            own = {"picture": f"/pictures/{file.sha256[:32]}/{file.name}"} if key == "picture_choice" else {}
            services.add_question(quiz, make_question(key, author, **own), 100)
        version = services.freeze(quiz)
        for locale in LOCALES:
            person = add_person(f"types{locale}", name="罗小满", locale=locale)
            found[locale] = services.start_attempt(person, version).token
    return found


def saved(page: Page, locale: str) -> None:
    expect(page.locator("#save-state")).to_contain_text(SAVED[locale], timeout=PROMPTLY)


def choose(box: Locator, value: str) -> None:
    """Choose in a list by the arrow keys."""
    box.focus()
    for _step in range(box.locator("option").count()):
        if box.input_value() == value:
            return
        box.press("ArrowDown")
    assert box.input_value() == value


def onwards(page: Page, number: int) -> None:
    page.locator("nav [data-next]").press("Enter")
    expect(page.locator("[data-card]")).to_have_attribute("data-number", str(number))


def match(page: Page) -> None:
    content = all_types()["matching"].examples[0].content
    rows = page.locator("[data-card] .answer-rows li")
    for number, pair in enumerate(content["pairs"]):
        choose(rows.nth(number).locator("select"), text_id(pair["right"]))


def put_in_order(page: Page) -> None:
    """Fill in the order shown, then bring each item to its place with the buttons."""
    right = [item["id"] for item in all_types()["ordering"].examples[0].content["items"]]
    page.locator("[data-order-fill] button").press("Enter")
    expect(page.locator("[data-order-fill]")).to_be_hidden()
    places = page.locator("[data-order] select")
    for place, identity in enumerate(right):
        now = [places.nth(number).input_value() for number in range(len(right))].index(identity)
        for step in range(now, place, -1):
            page.locator("[data-order] li").nth(step).locator("[data-move='-1']").press("Enter")
    assert [places.nth(number).input_value() for number in range(len(right))] == right
    expect(page.locator("[data-order-status]")).not_to_be_empty()


def fill_gaps(page: Page) -> None:
    gaps = all_types()["cloze"].examples[0].content["gaps"]
    choose(page.locator("[data-card] select.blank"), gaps[0]["correct"])
    boxes = page.locator("[data-card] input.blank")
    boxes.nth(0).focus()
    page.keyboard.type(gaps[1]["answers"][0])
    page.keyboard.press("Tab")
    page.keyboard.type(gaps[2]["value"])


def choose_places(page: Page) -> None:
    content = all_types()["picture_choice"].examples[0].content
    for number, area in enumerate(content["areas"], 1):
        if area["id"] in content["correct"]:
            page.locator(f"[data-card] .opt-c input[id$='-area{number}']").press("Space")
            expect(page.locator(f"[data-area$='-area{number}']")).to_have_class("on")


@pytest.mark.parametrize("locale", LOCALES)
def test_each_type_is_answered_by_keyboard_on_a_phone(visitors, attempts, locale):
    page = visitors(width="phone", locale=locale)
    sign_in(page, f"types{locale}", PASSWORD)
    page.goto(f"/attempts/{attempts[locale]}")
    for number, answer in enumerate((match, put_in_order, fill_gaps, choose_places), 1):
        assert_good(page)
        answer(page)
        saved(page, locale)
        if number < len(KEYS):
            onwards(page, number + 1)
    # everything was kept: the server shows it again
    page.goto(f"/attempts/{attempts[locale]}?n=2")
    expect(page.locator("[data-order-fill]")).to_be_hidden()
    page.goto(f"/attempts/{attempts[locale]}/check")
    page.locator("#submit-form button").press("Enter")
    page.wait_for_url("**/result")
    assert_good(page)
    assert page.locator("article.q .tag.ok").count() >= len(KEYS)
    assert page.locator("article.q .tag.bad").count() == 0


def test_choosing_what_stands_elsewhere_changes_places(visitors, attempts, server):
    with inside(server):
        person = add_person("pointer", name="高远", locale="zh")
        version = services.find_attempt(
            attempts["zh"], db.session.scalars(select(Person).where(Person.username == "typeszh")).one()
        ).quiz_version
        token = services.start_attempt(person, version).token
    page = visitors()
    sign_in(page, "pointer", PASSWORD)
    page.goto(f"/attempts/{token}?n=2")
    page.locator("[data-order-fill] button").click()
    places = page.locator("[data-order] select")
    first, last = places.first.input_value(), places.last.input_value()
    places.first.select_option(last)
    assert places.last.input_value() == first
    saved(page, "zh")
    page.goto(f"/attempts/{token}?n=4")
    page.locator("[data-area$='-area1']").click()
    expect(page.locator(".opt-c input").first).to_be_checked()
    saved(page, "zh")


def test_a_picture_is_sent_and_areas_are_drawn_on_it(visitors, server):
    page = visitors()
    sign_in(page, "instructor", "teach2026")
    page.goto("/studio/questions/new?type=picture_choice")
    assert_good(page)
    picture = io.BytesIO()
    Image.new("RGB", (WIDE, HIGH), "#99aabb").save(picture, "PNG")
    page.locator("#stem").fill("哪里要处理？")
    page.locator("#picture-file").set_input_files(
        {"name": "lane.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    expect(page.locator("#picture")).to_have_value(re.compile("^/pictures/[0-9a-f]{32}/lane.png$"))
    page.locator("#alt").fill("一条路")
    for number, words in enumerate(("左边的车", "右边的灯"), 1):
        page.locator("[data-picture-shown] img").scroll_into_view_if_needed()
        frame = page.locator("[data-picture-shown] svg").bounding_box()
        left = frame["x"] + frame["width"] * (0.1 if number == 1 else 0.6)
        page.mouse.move(left, frame["y"] + frame["height"] * 0.2)
        page.mouse.down()
        page.mouse.move(left + frame["width"] * 0.2, frame["y"] + frame["height"] * 0.6, steps=4)
        page.mouse.up()
        expect(page.locator(f"#area-{number}")).to_be_focused()
        page.keyboard.type(words)
    assert page.locator("[name=area_w]").first.input_value() in ("199", "200", "201")
    page.locator("input[name=correct]").first.check()
    page.locator("[data-drop-row]").last.click()
    assert_good(page)
    page.locator("main form button[type=submit]", has_text="保存题目").last.click()
    page.wait_for_url("**/studio/questions/*")
    expect(page.locator("[data-picture-shown] svg g")).to_have_count(2)


@pytest.mark.parametrize("key", KEYS)
def test_editors_are_good_on_a_phone_and_rows_come_and_go(visitors, server, key):
    page = visitors(width="phone", locale="en", theme="dark")
    sign_in(page, "instructor", "teach2026")
    page.goto(f"/studio/questions/new?type={key}")
    assert_good(page)
    rows = page.locator("[data-rows]").first.locator("> li")
    before = rows.count()
    page.locator("[data-add-row]").first.press("Enter")
    expect(rows).to_have_count(before + 1)
    rows.last.locator("[data-drop-row]").press("Enter")
    expect(rows).to_have_count(before)
    assert page.locator(":focus").count() == 1
    page.evaluate("window.scrollTo(0, 0)")
    assert_good(page)
