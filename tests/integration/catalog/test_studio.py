"""The list of courses, a new one, its facts and its credit hours."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from academy.audit.models import AuditEntry
from academy.db import db
from courses.catalog.models import Course
from tests.factories import make_course, make_enrolment, make_person
from tests.factories.catalog import text_lesson
from tests.support import count_queries


@pytest.fixture
def instructor(app):
    return make_person("instructor", name="王老师")


@pytest.fixture
def studio(sign_in, instructor):
    return sign_in(instructor)


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_an_instructor_sees_own_courses_only(studio, instructor):
    make_course(owner=instructor, title="我写的课")
    make_course(owner=make_person("instructor"), title="别人写的课")
    words = studio.get("/studio").words
    assert "我写的课" in words and "别人写的课" not in words


def test_an_administrator_sees_all_with_the_name_of_the_author(app, sign_in, instructor):
    make_course(owner=instructor, title="老师的课")
    words = sign_in(make_person("admin")).get("/studio").words
    assert "老师的课" in words and "讲师 王老师" in words


def test_the_list_says_where_each_course_stands(studio, instructor, clock):
    make_course(owner=instructor, title="写了一半", published=False)
    course = make_course(owner=instructor, title="发布了")
    make_enrolment(course=course)
    changed = make_course(owner=instructor, title="又改了")
    clock.move(minutes=1)
    studio.submit(studio.get(f"/studio/courses/{changed.id}"), summary="改了一句")
    page = studio.get("/studio").page
    states = {item.one("h2").text: item.find(class_="tag").text for item in page.one(class_="courses").find_all("li")}
    assert states == {"写了一半": "草稿，学员看不到", "发布了": "已发布", "又改了": "已发布，有修改还没发布"}
    assert "1 人在学或学完" in page.one("main").text


def test_courses_are_found_by_name(studio, instructor):
    make_course(owner=instructor, title="消防通道")
    make_course(owner=instructor, title="议事协商")
    words = studio.get("/studio?q=消防").words
    assert "消防通道" in words and "议事协商" not in words
    assert "没有找到" in studio.get("/studio?q=100%25").words


@pytest.mark.parametrize("number", [1, 15])
def test_the_list_costs_the_same_however_long(studio, instructor, number):
    for _each in range(number):
        make_course(owner=instructor)
    with count_queries() as queries:
        studio.get("/studio")
    queries.assert_at_most(8)


def test_a_trainee_has_no_studio(app, sign_in):
    assert sign_in(make_person()).get("/studio").status_code == 403


@pytest.mark.parametrize("path", ["", "/outline", "/completion", "/publish", "/preview"])
def test_a_course_of_somebody_else_is_refused_and_a_missing_one_not_found(studio, path):
    course = make_course(owner=make_person("instructor"))
    assert studio.get(f"/studio/courses/{course.id}{path}").status_code == 403
    assert studio.get(f"/studio/courses/999999{path}").status_code == 404
    assert studio.get(f"/studio/courses/99999999999{path}").status_code == 404


def test_a_course_begins_with_a_title(studio, instructor):
    form = studio.get("/studio/courses/new")
    answer = studio.submit(form, title="　消防通道 ", title_en="Fire Lanes", goals="能说清\n\n会登记")
    course = db.session.scalars(select(Course)).one()
    assert answer.status_code == 303 and answer.location.endswith(f"/studio/courses/{course.id}/outline")
    assert (course.title, course.goals, course.owner_id) == ("消防通道", ["能说清", "会登记"], instructor.id)
    assert re.fullmatch(r"fire-lanes-[0-9a-f]{10}", course.slug)
    assert actions() == ["course.created"]


def test_pressing_the_button_twice_makes_one_course(studio):
    form = studio.get("/studio/courses/new")
    first, second = (studio.submit(form, title="消防通道") for _each in range(2))
    assert first.location == second.location
    assert len(db.session.scalars(select(Course)).all()) == 1
    assert actions() == ["course.created"]


def test_going_back_and_changing_the_title_makes_another_course_when_sent_again(studio):
    form = studio.get("/studio/courses/new")
    studio.submit(form, title="消防通道")
    again = studio.submit(form, title="楼道清理")
    assert again.status_code == 409 and again.page.one("input", name="title")["value"] == "楼道清理"
    assert studio.submit(again).status_code == 303
    assert sorted(db.session.scalars(select(Course.title))) == ["楼道清理", "消防通道"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title": " "}, "请填写课程名称"),
        ({"title": "长" * 61}, "标题最多 60 个字"),
        ({"title": "好", "cover_text": "五个字太多"}, "封面上最多 4 个字"),
        ({"title": "好", "subject": "cooking"}, "请从列表中选择主题"),
        ({"title": "好", "goals": "\n".join("一二三四五六七八九")}, "学习目标最多 8 条，现在是 9 条"),
        ({"title": "好", "token": "x"}, "这一页放得太久了"),
    ],
)
def test_mistakes_are_said_and_nothing_typed_is_lost(studio, values, sentence):
    form = studio.get("/studio/courses/new")
    answer = studio.submit(form, **{"summary": "我写了很久的介绍", **values})
    assert answer.status_code == 422
    assert sentence in answer.words and "我写了很久的介绍" in answer.page.one("textarea", name="summary").raw_text
    assert answer.page.one("title").text.startswith("有错误：")


def test_two_authors_at_one_course_see_both_texts(app, sign_in, instructor):
    course = make_course(owner=instructor, published=False, summary="原来的")
    mine, theirs = sign_in(instructor), sign_in(make_person("admin"))
    form = mine.get(f"/studio/courses/{course.id}")
    theirs.submit(theirs.get(f"/studio/courses/{course.id}"), summary="同事改的")
    answer = mine.submit(form, summary="我改的")
    assert answer.status_code == 409
    assert "同事改的" in answer.words and answer.page.one("textarea", name="summary").raw_text.strip() == "我改的"
    assert db.session.get(Course, course.id).summary == "同事改的"
    assert mine.submit(answer).status_code == 303
    assert db.session.get(Course, course.id).summary == "我改的"


def test_saving_what_is_there_already_is_no_conflict(app, sign_in, instructor):
    course = make_course(owner=instructor, published=False)
    client = sign_in(instructor)
    form = client.get(f"/studio/courses/{course.id}")
    assert client.submit(form, summary="新的").status_code == 303
    assert client.submit(form, summary="新的").status_code == 303
    assert actions() == ["course.changed"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "请填写学时"),
        ("很多", "学时应是数字"),
        ("0.3", "以 0.25 为一级"),
        ("0", "学时应大于 0"),
        ("1001", "不超过 1000"),
        ("9" * 400, "学时应是数字"),
        ("1e999999999", "学时应是数字"),
    ],
)
def test_credit_hours_that_cannot_be(studio, instructor, typed, sentence):
    course = make_course(owner=instructor, published=False)
    answer = studio.submit(studio.get(f"/studio/courses/{course.id}/completion"), credit_hours=typed)
    assert answer.status_code == 422 and sentence in answer.words
    assert db.session.get(Course, course.id).credit_hundredths == 150


def test_credit_hours_are_kept_exactly(studio, instructor):
    course = make_course(owner=instructor, published=False)
    form = studio.get(f"/studio/courses/{course.id}/completion")
    assert "学完全部必学内容（2 节） 学完以后记 1.5 学时" in form.words
    assert studio.submit(form, credit_hours="０.75").status_code == 303
    assert db.session.get(Course, course.id).credit_hundredths == 75


def test_the_studio_speaks_english(app, sign_in):
    person = make_person("instructor", name="Wang", locale="en")
    facts = {"title": "Fire", "summary": "Lanes", "cover_text": "F", "goals": []}
    course = make_course([text_lesson("Words", title="One")], owner=person, **facts)
    course.chapters[0].title = "Part"
    lesson = course.chapters[0].lessons[0].id
    client = sign_in(person)
    for path in (
        "",
        "/outline",
        "/completion",
        "/publish",
        f"/lessons/{lesson}",
        f"/lessons/{lesson}/delete",
        "/preview/" + str(lesson),
    ):
        main = client.get(f"/studio/courses/{course.id}{path}").page.one("main")
        assert re.findall(r"[\u4e00-\u9fff]+", main.text) == [], path
    for path in ("/studio", "/studio/courses/new"):
        assert re.findall(r"[\u4e00-\u9fff]+", client.get(path).page.one("main").text) == [], path
