"""The page on which authors write completion rules: by buttons, without scripts, and nothing typed is lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from academy.db import db
from courses.catalog.models import Course, CourseVersion
from courses.catalog.publication import checklist, publish
from tests.factories import make_course, make_person, make_quiz
from tests.factories.catalog import make_version, quiz_lesson, text_lesson
from tests.support import count_queries


@pytest.fixture
def author(app):
    return make_person("instructor")


@pytest.fixture
def course(author):
    quiz = make_quiz("true_false", owner=author)
    return make_course([text_lesson(), text_lesson(), quiz_lesson(quiz)], owner=author)


@pytest.fixture
def studio(author, sign_in):
    return sign_in(author)


def page_of(course):
    return f"/studio/courses/{course.id}/completion"


def lessons_of(course):
    return [lesson.id for chapter in course.chapters for lesson in chapter.lessons]


def test_a_rule_is_written_by_buttons(studio, course):
    one, two, quiz = lessons_of(course)
    form = studio.get(page_of(course))
    form = studio.submit(form, act="add:any")
    assert form.status_code == 200 and "这一组里还没有条件" in form.words
    form = studio.submit(form, act="add:lesson:1")
    form = studio.submit(form, act="add:lesson:1", **{"r-1.0-lesson": str(one)})
    form = studio.submit(form, act="add:score", **{"r-1.1-lesson": str(two)})
    form = studio.submit(form, act="up:2", **{"r-2-lesson": str(quiz), "r-2-percent": "８０"})
    assert f"学完《1.1 {course.chapters[0].lessons[0].title}》" in form.words
    assert studio.submit(form, act="save").status_code == 303
    db.session.expire_all()
    assert db.session.get(Course, course.id).rules == {
        "rule": {
            "is": "all",
            "of": [
                {"is": "required"},
                {"is": "score", "lesson": quiz, "percent": 80},
                {"is": "any", "n": 1, "of": [{"is": "lesson", "lesson": one}, {"is": "lesson", "lesson": two}]},
            ],
        }
    }


def test_lines_are_removed_and_the_ordinary_rule_stays_ordinary(studio, course):
    form = studio.submit(studio.get(page_of(course)), act="add:total")
    form = studio.submit(form, act="remove:1")
    assert "没有改动" in studio.get(studio.submit(form, act="save").location).text
    assert db.session.get(Course, course.id).rules == {}


@pytest.mark.parametrize(
    "command", ["up:99", "down:0.7", "remove:x", "add:nonsense", "add:any:0", "add:lesson:9", "x", "remove:p:4"]
)
def test_a_button_that_means_nothing_does_nothing(studio, course, command):
    form = studio.submit(studio.get(page_of(course)), act=command)
    assert form.status_code == 200 and "学完全部必学内容（3 节）" in form.words


def test_dates_order_prerequisites_and_testing_out_are_kept(studio, course, author):
    one, two, _quiz = lessons_of(course)
    other, test = (
        make_course(title="基础课"),
        make_quiz("true_false", owner=author, pass_percent=80, attempts_allowed=1),
    )
    form = studio.submit(studio.get(page_of(course)), act="add:course")
    form = studio.submit(form, act="add:gate", **{"p-0": str(other.id)})
    typed = {
        "opens_at": "2026-09-01T09:00",
        "due_at": "2026-10-01T18:00",
        "closes_at": "2026-11-01 00:00",
        "in_order": "y",
    }
    typed |= {"g-0-lesson": str(two), "g-0-after": str(one), "test_out_quiz": str(test.id), "test_out_percent": "80"}
    answer = studio.submit(form, act="save", **typed)
    assert answer.status_code == 303
    db.session.expire_all()
    course = db.session.get(Course, course.id)
    assert course.rules == {
        "opens_at": "2026-09-01T01:00:00+00:00",
        "due_at": "2026-10-01T10:00:00+00:00",
        "closes_at": "2026-10-31T16:00:00+00:00",
        "courses": [other.id],
        "in_order": True,
        "lessons": {str(two): {"after": one}},
        "test_out": {"quiz_id": test.id, "percent": 80, "attempts": 1},
    }
    assert checklist(course) == []
    version = publish(course, author)
    assert version.rules["test_out"]["quiz_version_id"] and version.rules["test_out"]["questions"] == 1
    shown = studio.get(page_of(course)).words
    assert "先学完《基础课》" in shown and "可以免修" in shown and "9:00" in shown
    again = publish(course, author)
    assert again.id == version.id


def test_what_cannot_be_read_is_said_and_kept(studio, course):
    form = studio.submit(studio.get(page_of(course)), act="add:score")
    answer = studio.submit(form, act="save", due_at="bald", credit_hours="viel", **{"r-1-percent": "200"})
    assert answer.status_code == 422
    assert "“bald”不是日期和时间" in answer.words and "“200”不行" in answer.words and "学时应是数字" in answer.words
    assert answer.page.one("input", id="due_at")["value"] == "bald"
    assert answer.page.one("input", id="r-1-percent")["value"] == "200"
    assert db.session.get(Course, course.id).rules == {}


def test_contradictions_stand_in_the_check_list_with_their_place(studio, course, author):
    before = make_course(owner=author)
    before.rules = before.current_version.rules = {"courses": [course.id]}
    course.rules = {
        "rule": {"is": "any", "n": 3, "of": [{"is": "required"}, {"is": "lesson", "lesson": 9999}]},
        "courses": [before.id],
        "opens_at": "2026-09-02T00:00:00+00:00",
        "due_at": "2026-09-01T00:00:00+00:00",
        "test_out": {"quiz_id": course.chapters[0].lessons[2].content["quiz_id"], "percent": 70, "attempts": 1},
    }
    db.session.flush()
    places = [item.place for item in checklist(course)]
    assert places == [
        "rule",
        "r-1",
        "due_at",
        "prerequisites",
        "test_out_quiz",
        "test_out_percent",
        "test_out_attempts",
    ]
    page = studio.get(f"/studio/courses/{course.id}/publish")
    assert "谁也完成不了" in page.words and "谁也开始不了" in page.words
    assert page.page.find("a", href=f"{page_of(course)}#r-1")


def test_two_authors_at_one_rule_see_both(studio, course):
    form = studio.submit(studio.get(page_of(course)), act="add:total")
    course.rules, course.lock_version = {"in_order": True}, course.lock_version + 1
    answer = studio.submit(form, act="save", **{"r-1-percent": "70"})
    assert answer.status_code == 409
    assert "全部测验平均至少 70 分" in answer.text and "按目录的顺序学" in answer.text
    assert studio.submit(answer, act="save").status_code == 303


def test_a_new_version_tells_how_the_rules_changed(studio, course, author):
    one, two, _quiz = lessons_of(course)
    course.rules = {"rule": {"is": "all", "of": [{"is": "lesson", "lesson": one}]}}
    make_version(course)
    course.rules = {"rule": {"is": "all", "of": [{"is": "lesson", "lesson": two}]}, "in_order": True}
    page = studio.get(f"/studio/courses/{course.id}/publish")
    assert "以前 学完《1.1" in page.words and "现在 学完《1.2" in page.words and "现在 按目录的顺序学" in page.words
    publish(course, author)
    frozen = db.session.scalars(select(CourseVersion).order_by(CourseVersion.id.desc())).first()
    assert frozen.rules["in_order"] and frozen.required_count == 1


def test_the_page_costs_the_same_however_long_the_rule(studio, course):
    counted = []
    for number in (1, 15):
        leaves = [{"is": "lesson", "lesson": lessons_of(course)[0]}] * number
        course.rules = {"rule": {"is": "any", "n": 1, "of": leaves}}
        studio.get(page_of(course))
        with count_queries() as queries:
            studio.get(page_of(course))
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 9
