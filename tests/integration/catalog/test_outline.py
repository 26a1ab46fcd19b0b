"""Chapters, lessons and their order."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from academy.audit.models import AuditEntry
from academy.db import db
from courses.catalog.models import Chapter, Course, Lesson
from courses.catalog.services import mark_of, outline_of
from courses.lesson_types.registry import lesson_types
from tests.factories import make_course, make_enrolment, make_person, make_progress
from tests.factories.catalog import text_lesson
from tests.support import count_queries


@pytest.fixture
def instructor(app):
    return make_person("instructor")


@pytest.fixture
def studio(sign_in, instructor):
    return sign_in(instructor)


@pytest.fixture
def course(instructor):
    """Two chapters with two lessons each, unpublished."""
    return make_course(
        [text_lesson(title=title) for title in "甲丙乙丁"], owner=instructor, published=False, chapters=2
    )


def titles(course: Course) -> list[list[str]]:
    db.session.expire_all()
    return [[lesson.title for lesson in chapter.lessons] for chapter in db.session.get(Course, course.id).chapters]


def test_the_outline_shows_chapters_and_lessons_in_order(studio, course):
    assert titles(course) == [["甲", "乙"], ["丙", "丁"]]
    page = studio.get(f"/studio/courses/{course.id}/outline").page
    assert [node["data-lesson"] for node in page.find_all("div", class_="it")] == [
        str(lesson) for _chapter, lessons in outline_of(course) for lesson in lessons
    ]


@pytest.mark.parametrize("number", [2, 40])
def test_the_outline_costs_the_same_however_long(studio, instructor, number):
    course = make_course([text_lesson() for _each in range(number)], owner=instructor, published=False, chapters=2)
    with count_queries() as queries:
        studio.get(f"/studio/courses/{course.id}/outline")
    queries.assert_at_most(8)


def test_a_chapter_is_added_and_renamed(studio, course):
    studio.get(f"/studio/courses/{course.id}/chapters/new")
    assert studio.post(f"/studio/courses/{course.id}/chapters/new", data={"title": "动手"}).status_code == 303
    chapter = db.session.scalars(select(Chapter).where(Chapter.title == "动手")).one()
    assert chapter.position == 2
    page = studio.get(f"/studio/courses/{course.id}/chapters/{chapter.id}")
    assert _rename(studio, page, "动手做").status_code == 303
    assert db.session.get(Chapter, chapter.id).title == "动手做"
    refused = _rename(studio, page, "")
    assert refused.status_code == 422 and "请填写这一章的标题" in refused.words


def test_two_authors_at_one_chapter(app, sign_in, instructor, course):
    chapter = course.chapters[0]
    address = f"/studio/courses/{course.id}/chapters/{chapter.id}"
    mine, theirs = sign_in(instructor), sign_in(make_person("admin"))
    form = mine.get(address)
    _rename(theirs, theirs.get(address), "同事的标题")
    answer = _rename(mine, form, "我的标题")
    assert answer.status_code == 409 and "同事的标题" in answer.words
    assert _rename(mine, answer, "我的标题").status_code == 303
    assert db.session.get(Chapter, chapter.id).title == "我的标题"


def _rename(client, answer, title):
    form = next(form for form in answer.page.find_all("form") if form.find("input", name="seen_title"))
    data = {node["name"]: node.get("value", "") for node in form.find_all("input")}
    return client.post(answer.request.path, data={**data, "title": title})


def test_lessons_are_added_by_type(studio, course):
    chapter = course.chapters[1]
    address = f"/studio/courses/{course.id}/chapters/{chapter.id}/lessons/new"
    form = studio.get(address)
    offered = [node["value"] for node in form.page.find_all("input", name="type")]
    assert sorted(offered) == sorted(lesson_types())
    assert offered[0] == "video"
    refused = studio.post(address, data={"type": "seance", "title": "通灵"})
    assert refused.status_code == 422 and "请选择内容类型" in refused.words
    answer = studio.post(address, data={"type": "document", "title": "登记表"})
    lesson = db.session.scalars(select(Lesson).where(Lesson.title == "登记表")).one()
    assert answer.location.endswith(f"/lessons/{lesson.id}")
    assert (lesson.chapter_id, lesson.position, lesson.completion) == (chapter.id, 2, {"rule": "shown", "percent": 100})
    assert "缺文件" in studio.get(f"/studio/courses/{course.id}/outline").words


def move(studio, course, what, identity, step):
    return studio.post(f"/studio/courses/{course.id}/{what}/{identity}/move", data={"step": step})


def test_lessons_move_up_and_down_and_across_chapters(studio, course):
    second = course.chapters[0].lessons[1].id
    assert move(studio, course, "lessons", second, "down").status_code == 303
    assert titles(course) == [["甲"], ["乙", "丙", "丁"]]
    move(studio, course, "lessons", second, "down")
    assert titles(course) == [["甲"], ["丙", "乙", "丁"]]
    for _each in range(5):
        move(studio, course, "lessons", second, "up")
    assert titles(course) == [["乙", "甲"], ["丙", "丁"]]


def test_chapters_move(studio, course):
    first = course.chapters[0].id
    move(studio, course, "chapters", first, "up")
    assert titles(course) == [["甲", "乙"], ["丙", "丁"]]
    move(studio, course, "chapters", first, "down")
    assert titles(course) == [["丙", "丁"], ["甲", "乙"]]
    assert move(studio, course, "chapters", first, "sideways").status_code == 303


def test_dragging_sends_the_whole_order(studio, course):
    (one, [a, b]), (two, [c, d]) = outline_of(course)
    wanted = [[two, [d, a]], [one, [c, b]]]
    answer = studio.post(f"/studio/courses/{course.id}/outline", json={"mark": mark_of(course), "outline": wanted})
    assert answer.status_code == 200
    assert titles(course) == [["丁", "甲"], ["丙", "乙"]]
    assert answer.json["mark"] == mark_of(db.session.get(Course, course.id))


def test_an_order_made_on_an_old_outline_is_refused(studio, course):
    mark, outline = mark_of(course), outline_of(course)
    move(studio, course, "chapters", course.chapters[0].id, "down")
    answer = studio.post(f"/studio/courses/{course.id}/outline", json={"mark": mark, "outline": outline})
    assert answer.status_code == 409 and "刷新这一页" in answer.json["error"]
    assert titles(course) == [["丙", "丁"], ["甲", "乙"]]


def test_an_order_with_foreign_lessons_is_refused(studio, course, instructor):
    other = make_course(owner=instructor, published=False)
    stranger = other.chapters[0].lessons[0].id
    (one, [a, b]), (two, [c, d]) = outline_of(course)
    for wanted in ([[one, [a, b, stranger]], [two, [c, d]]], [[one, [a, b]]], "all", [[one, [a, a, b]], [two, [c, d]]]):
        body = {"mark": mark_of(course), "outline": wanted}
        assert studio.post(f"/studio/courses/{course.id}/outline", json=body).status_code in (409, 422)
    assert titles(course) == [["甲", "乙"], ["丙", "丁"]]


def test_deleting_a_lesson_asks_first_and_keeps_the_records(studio, instructor, app):
    course = make_course(owner=instructor)
    lesson = course.chapters[0].lessons[0]
    frozen = course.current_version.chapters[0].lessons[0]
    make_progress(make_enrolment(course=course), frozen)
    question = studio.get(f"/studio/courses/{course.id}/lessons/{lesson.id}/delete")
    assert "1 名学员的学习记录会保留" in question.words
    assert studio.post(f"/studio/courses/{course.id}/lessons/{lesson.id}/delete").status_code == 303
    kept = db.session.get(Lesson, lesson.id)
    assert kept.chapter_id is None and kept.removed_at is not None
    assert studio.get(f"/studio/courses/{course.id}/lessons/{lesson.id}").status_code == 404
    assert "lesson.deleted" in db.session.scalars(select(AuditEntry.action)).all()


def test_deleting_a_chapter_takes_its_lessons_along(studio, course):
    chapter = course.chapters[0]
    question = studio.get(f"/studio/courses/{course.id}/chapters/{chapter.id}/delete")
    assert "甲" in question.words and "乙" in question.words
    assert studio.post(f"/studio/courses/{course.id}/chapters/{chapter.id}/delete").status_code == 303
    assert titles(course) == [["丙", "丁"]]
    removed = db.session.scalars(select(Lesson.title).where(Lesson.removed_at.is_not(None)))
    assert sorted(removed) == ["乙", "甲"]


def test_lessons_and_chapters_of_another_course_are_not_found(studio, course, instructor):
    other = make_course(owner=instructor, published=False)
    lesson, chapter = other.chapters[0].lessons[0].id, other.chapters[0].id
    for path in (f"lessons/{lesson}", f"lessons/{lesson}/delete", f"chapters/{chapter}", f"chapters/{chapter}/delete"):
        assert studio.get(f"/studio/courses/{course.id}/{path}").status_code == 404
        assert studio.post(f"/studio/courses/{course.id}/{path}", data={"title": "x"}).status_code == 404


def test_a_change_of_the_outline_marks_the_course_as_changed(studio, instructor, clock):
    course = make_course(owner=instructor)
    clock.move(minutes=1)
    move(studio, course, "lessons", course.chapters[0].lessons[0].id, "down")
    assert "有修改还没发布" in studio.get(f"/studio/courses/{course.id}/outline").words
