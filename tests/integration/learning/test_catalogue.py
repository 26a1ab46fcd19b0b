"""Browsing and searching courses: the same hits on both databases."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest

from courses.catalog.search import SORTS
from tests.factories import make_completion, make_course, make_enrolment, make_person, make_progress
from tests.factories.catalog import text_lesson
from tests.integration.learning.helpers import lessons_of
from tests.support import count_queries


def short(**values):
    return text_lesson(minutes=10, **values)


@pytest.fixture
def courses(app):
    make_course([short()], title="社区矛盾调解实务", title_en="Mediation in Practice", subject="governance")
    make_course([short(), *[text_lesson(minutes=20)] * 2], title="应急值守", subject="safety", obligation="elective")
    body = "拨打 12345 热线，100% 回访，路径 C:\\值班_日志"
    make_course([text_lesson(body, minutes=100)], title="热线办理", subject="methods", obligation="elective")
    make_course([short()], title="尚未发布的调解课", published=False)
    withdrawn = make_course([short()], title="已下架的调解课")
    withdrawn.withdrawn_at = withdrawn.created_at


def titles(client, address):
    page = client.get(address).page
    return [card.one("h3").text for card in page.find_all("article")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("调解", ["社区矛盾调解实务"]),
        ("矛盾 实务", ["社区矛盾调解实务"]),
        ("mediation", ["社区矛盾调解实务"]),
        ("MEDIATION practice", ["社区矛盾调解实务"]),
        ("值守", ["应急值守"]),
        ("12345热线", ["热线办理"]),
        ("12345 热线", ["热线办理"]),
        ("１２３４５", ["热线办理"]),
        ("王老师", ["热线办理", "应急值守", "社区矛盾调解实务"]),
        ("100%", ["热线办理"]),
        ("10%", []),
        ("值班_日", ["热线办理"]),
        ("值_班", []),
        ("c:\\值班", ["热线办理"]),
        ("解调", []),
        ("'; DROP TABLE course; --", []),
        ("\x00", ["热线办理", "应急值守", "社区矛盾调解实务"]),
        ("调\x00解", ["社区矛盾调解实务"]),
    ],
)
def test_words_find_courses(courses, client, query, found):
    assert titles(client, f"/courses?q={quote(query)}") == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("subject=governance", ["社区矛盾调解实务"]),
        ("subject=governance&subject=safety", ["应急值守", "社区矛盾调解实务"]),
        ("obligation=elective", ["热线办理", "应急值守"]),
        ("length=short", ["社区矛盾调解实务"]),
        ("length=medium", ["应急值守"]),
        ("length=long", ["热线办理"]),
        ("length=short&length=long", ["热线办理", "社区矛盾调解实务"]),
        ("obligation=elective&length=long", ["热线办理"]),
        ("subject=care", []),
        ("subject=bogus&length=%00&obligation=%27", ["热线办理", "应急值守", "社区矛盾调解实务"]),
        ("sort=short", ["社区矛盾调解实务", "应急值守", "热线办理"]),
    ],
)
def test_filters_and_order(courses, client, query, found):
    assert titles(client, f"/courses?{query}") == found


def test_each_filter_says_how_many_it_would_show(courses, client):
    page = client.get("/courses?obligation=elective").page
    counts = {
        spans[0].text: spans[1].text
        for spans in (label.find_all("span") for label in page.find_all("label", class_="choice"))
    }
    assert (counts["社区治理"], counts["平安应急"], counts["工作方法"]) == ("0", "1", "1")
    assert (counts["必修"], counts["选修"]) == ("1", "2")
    assert (counts["30 分钟以内"], counts["90 分钟以上"]) == ("0", "1")


def test_a_filter_can_be_taken_away(courses, client):
    page = client.get("/courses?q=王老师&obligation=elective&length=long&page=1").page
    chip = page.find("a", class_="chip", text="选修")
    assert "obligation" not in chip["href"] and "length=long" in chip["href"] and "page" not in chip["href"]


def test_nothing_found_says_what_to_do(courses, client):
    assert "没有找到“物业纠份”" in client.get("/courses?q=物业纠份").words
    assert "去掉筛选条件再找" in client.get("/courses?q=调解&subject=care").words
    assert "没有符合这些条件的课程" in client.get("/courses?subject=care").words


def test_an_empty_catalogue(app, client):
    assert "课程正在准备" in client.get("/courses").words


def test_pages_keep_the_filters(app, client):
    for number in range(15):
        make_course([short()], title=f"课{number:02}")
    first = client.get("/courses?length=short")
    assert len(titles(client, "/courses?length=short")) == 12
    following = first.page.one("a", rel="next")["href"]
    assert "length=short" in following and len(titles(client, following)) == 3
    assert len(titles(client, "/courses?page=999")) == 3
    assert len(titles(client, "/courses?page=abc")) == 12


def test_one_sees_how_far_one_is(sign_in, clock):
    person = make_person()
    half = make_course([short(), short()], title="学了一半")
    enrolment = make_enrolment(person, half)
    make_progress(enrolment, lessons_of(enrolment)[0])
    make_completion(person, make_course([short()], title="学完了"))
    make_completion(course=make_course([short()], title="别人的"))
    cards = {card.one("h3").text: card.text for card in sign_in(person).get("/courses").page.find_all("article")}
    assert "50%" in cards["学了一半"] and "已学完" in cards["学完了"] and "已学完" not in cards["别人的"]


@pytest.mark.parametrize("sort", SORTS)
def test_the_catalogue_asks_little_however_many_courses(sign_in, sort):
    person = make_person()
    for number in range(20):
        course = make_course([short()])
        course.current_version.published_at += timedelta(seconds=number)
        make_enrolment(person, course)
    client = sign_in(person)
    with count_queries() as queries:
        client.get(f"/courses?q=课程&sort={sort}")
    queries.assert_at_most(4)
