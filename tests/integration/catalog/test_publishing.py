"""From a draft to a frozen version, and back to the catalogue."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from academy.audit.models import AuditEntry
from academy.db import db
from courses.catalog.models import Course, CourseVersion
from courses.catalog.publication import load_draft, publish
from courses.learning.models import LessonProgress
from tests.factories import make_course, make_enrolment, make_person, make_progress, make_quiz
from tests.factories.catalog import text_lesson
from tests.support import count_queries


@pytest.fixture
def instructor(app):
    return make_person("instructor", name="王老师")


@pytest.fixture
def studio(sign_in, instructor):
    return sign_in(instructor)


@pytest.fixture
def course(instructor, clock):
    """A course published once by its author."""
    course = make_course([text_lesson(), text_lesson()], owner=instructor, published=False)
    publish(load_draft(course.id), instructor)
    clock.move(minutes=1)
    return course


def page(client, course):
    return client.get(f"/studio/courses/{course.id}/publish")


def press(client, answer, **values):
    return client.submit(answer, "/publish", **values)


def versions(course) -> int:
    return db.session.scalar(select(func.count()).where(CourseVersion.course_id == course.id)) or 0


def draft(course) -> Course:
    db.session.expire_all()
    return load_draft(course.id)


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_the_check_list_leads_to_every_place(studio, instructor):
    course = make_course(
        [text_lesson(body="")], owner=instructor, published=False, summary="", cover_text="", credit_hundredths=0
    )
    answer = page(studio, course)
    rows = {row.one("span").text: row.one("a")["href"] for row in answer.page.one(class_="reqs").find_all("li")}
    lesson = course.chapters[0].lessons[0]
    assert rows == {
        "还没有写课程介绍": f"/studio/courses/{course.id}",
        "还没有写封面上的两个字": f"/studio/courses/{course.id}",
        "还没有填学时": f"/studio/courses/{course.id}/completion",
        f"“{lesson.title}”：正文还是空的": f"/studio/courses/{course.id}/lessons/{lesson.id}#editor",
    }
    refused = studio.post(f"/studio/courses/{course.id}/publish", data={"seen": course.draft_changed_at.isoformat()})
    assert refused.status_code == 409 and "暂时不能发布" in refused.words
    assert versions(course) == 0


def test_a_course_is_published(studio, instructor):
    course = make_course(owner=instructor, published=False)
    answer = press(studio, page(studio, course))
    assert answer.status_code == 303
    version = draft(course).current_version
    assert (version.number, version.teacher_name, version.lesson_count) == (1, "王老师", 2)
    assert actions() == ["course.published"]
    assert "已发布" in page(studio, course).words


def test_pressing_publish_twice_makes_one_version(studio, instructor):
    course = make_course(owner=instructor, published=False)
    form = page(studio, course)
    assert [press(studio, form).status_code for _each in range(2)] == [303, 303]
    assert versions(course) == 1 and actions() == ["course.published"]


def test_a_version_stays_as_it_was(studio, course):
    frozen = draft(course).current_version
    before = [(lesson.content, lesson.digest) for chapter in frozen.chapters for lesson in chapter.lessons]
    lesson = draft(course).chapters[0].lessons[0]
    lesson.content = {"body": "全新的正文"}
    lesson.title = "新标题"
    db.session.flush()
    frozen = db.session.get(CourseVersion, frozen.id)
    assert [(lesson.content, lesson.digest) for chapter in frozen.chapters for lesson in chapter.lessons] == before


def test_a_new_version_keeps_the_digest_of_what_did_not_change(studio, course, clock):
    old = {lesson.lesson_id: lesson.digest for lesson in draft(course).current_version.chapters[0].lessons}
    changed = draft(course).chapters[0].lessons[0]
    _edit(studio, changed, body="改过的正文")
    answer = page(studio, course)
    assert "学习内容或完成条件变了" in answer.words
    press(studio, answer, note="改了第一节")
    version = draft(course).current_version
    new = {lesson.lesson_id: lesson.digest for lesson in version.chapters[0].lessons}
    assert (version.number, version.note) == (2, "改了第一节")
    assert new.keys() == old.keys()
    assert {identity for identity in new if new[identity] != old[identity]} == {changed.id}


def _edit(client, lesson, **values):
    address = f"/studio/courses/{lesson.course_id}/lessons/{lesson.id}"
    known = {
        "version": str(lesson.lock_version),
        "title": lesson.title,
        "rule": "shown",
        "percent": "100",
        "required": "y",
    }
    answer = client.post(address, data={**known, **lesson.content, **values})
    assert answer.status_code == 303


def test_progress_survives_a_new_version(studio, course):
    frozen = draft(course).current_version.chapters[0].lessons
    enrolment = make_enrolment(course=draft(course))
    make_progress(enrolment, frozen[1])
    enrolment_id, done = enrolment.id, frozen[1].lesson_id
    _edit(studio, draft(course).chapters[0].lessons[0], body="改过的正文")
    press(studio, page(studio, course))
    db.session.expire_all()
    progress = db.session.scalars(select(LessonProgress).where(LessonProgress.enrolment_id == enrolment_id)).one()
    assert progress.lesson_id == done and progress.completed_at is not None


def test_what_was_not_seen_is_not_published(studio, course, clock):
    _edit(studio, draft(course).chapters[0].lessons[0], body="第一次改")
    form = page(studio, course)
    clock.move(minutes=1)
    _edit(studio, draft(course).chapters[0].lessons[0], body="同事又改")
    answer = press(studio, form, note="我的说明")
    assert answer.status_code == 409 and "草稿刚被改过" in answer.words
    assert answer.page.one("textarea", name="note").raw_text.strip() == "我的说明"
    assert versions(course) == 1
    assert press(studio, answer).status_code == 303 and versions(course) == 2


def test_the_differences_name_what_was_added_moved_and_removed(studio, course):
    chapter = draft(course).chapters[0]
    gone, moved = chapter.lessons[0], chapter.lessons[1]
    studio.post(f"/studio/courses/{course.id}/lessons/{gone.id}/delete")
    studio.post(
        f"/studio/courses/{course.id}/chapters/{chapter.id}/lessons/new", data={"type": "text", "title": "新来的"}
    )
    words = page(studio, course).page.one("dl", class_="diff").text
    assert f"新增新来的删除{gone.title}" in words and moved.title not in words


def test_a_course_is_withdrawn_and_comes_back_without_a_new_version(studio, course):
    assert studio.post(f"/studio/courses/{course.id}/withdraw").status_code == 303
    assert draft(course).withdrawn_at is not None
    assert "已下架" in page(studio, course).words
    assert studio.post(f"/studio/courses/{course.id}/withdraw").status_code == 303
    assert press(studio, page(studio, course)).status_code == 303
    assert draft(course).withdrawn_at is None and versions(course) == 1
    assert actions()[1:] == ["course.withdrawn", "course.restored"]


def test_what_was_never_published_cannot_be_withdrawn(studio, instructor):
    course = make_course(owner=instructor, published=False)
    assert studio.post(f"/studio/courses/{course.id}/withdraw").status_code == 409


def test_nobody_else_publishes_or_withdraws(sign_in, course):
    stranger = sign_in(make_person("instructor"))
    for path in ("publish", "withdraw", "completion", "outline", "chapters/new"):
        assert stranger.post(f"/studio/courses/{course.id}/{path}").status_code == 403


@pytest.mark.parametrize("number", [1, 6])
def test_the_check_costs_the_same_however_many_quizzes(studio, instructor, number):
    lessons = [{"type": "quiz", "content": {"quiz_id": make_quiz(owner=instructor).id}} for _each in range(number)]
    course = make_course(lessons, owner=instructor, published=False)
    db.session.expire_all()
    publish(load_draft(course.id), instructor)
    with count_queries() as queries:
        words = page(studio, course).words
    assert "草稿和已发布的第 1 版一样" in words
    queries.assert_at_most(18)


def test_a_changed_quiz_is_a_change_of_its_lesson(studio, instructor):
    quiz = make_quiz(owner=instructor)
    course = make_course([{"type": "quiz", "content": {"quiz_id": quiz.id}}], owner=instructor, published=False)
    publish(load_draft(course.id), instructor)
    quiz.pass_percent = 90
    assert "学习内容或完成条件变了" in page(studio, course).words
