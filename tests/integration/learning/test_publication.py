"""A course published again while it is being studied."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sqlalchemy import select

from academy.clock import now
from academy.db import db
from courses.catalog.publication import publish
from courses.credits.models import LedgerEntry
from courses.learning.models import Evidence, LessonProgress
from courses.learning.services.progress import add_evidence, advance, begin_progress
from courses.learning.services.publication import move_to
from tests.factories import make_completion, make_course, make_enrolment, make_lesson, make_progress, make_version
from tests.factories.catalog import text_lesson, video_lesson
from tests.integration.learning.helpers import lessons_of, make_student
from tests.support import count_queries


@pytest.fixture
def course(app):
    return make_course([text_lesson("一\n\n二\n\n三\n\n四"), video_lesson(100_000)])


def drafts(course):
    return [lesson for chapter in course.chapters for lesson in chapter.lessons]


def publish_again(course):
    db.session.flush()
    version = publish(course, None)
    db.session.expire_all()
    return version


def watched(enrolment, lesson, *segments):
    progress = begin_progress(enrolment, lesson)
    evidence = add_evidence(progress, lesson, "watched", credited={"segments": [list(pair) for pair in segments]})
    advance(enrolment, progress, lesson, evidence, covered=[list(pair) for pair in segments])
    return progress


def test_who_is_under_way_goes_on_with_the_new_version(course):
    enrolment = make_enrolment(course=course)
    course.chapters[0].title = "新的章名"
    version = publish_again(course)
    assert version.number == 2
    assert (enrolment.version_id, enrolment.required_count) == (version.id, 2)


def test_what_did_not_change_keeps_its_progress(course):
    enrolment = make_enrolment(course=course)
    text, video = lessons_of(enrolment)
    make_progress(enrolment, text)
    progress = watched(enrolment, video, (0, 40_000))
    course.chapters[0].title = "新的章名"
    publish_again(course)
    assert enrolment.done_count == 1
    assert (progress.covered, Fraction(progress.share_num, progress.share_den)) == ([[0, 40_000]], Fraction(2, 5))


def test_a_changed_lesson_that_was_done_stays_done(course):
    enrolment = make_enrolment(course=course)
    make_progress(enrolment, lessons_of(enrolment)[0])
    drafts(course)[0].content = {"body": "完全不同的正文"}
    publish_again(course)
    assert enrolment.done_count == 1
    assert db.session.scalars(select(LessonProgress)).one().completed_at is not None


def test_of_a_changed_lesson_under_way_the_share_is_counted_anew(course):
    enrolment = make_enrolment(course=course)
    progress = watched(enrolment, lessons_of(enrolment)[1], (0, 40_000))
    drafts(course)[1].content = {**drafts(course)[1].content, "duration_ms": 200_000}
    version = publish_again(course)
    assert Fraction(progress.share_num, progress.share_den) == Fraction(1, 5)
    new = next(
        lesson for chapter in version.chapters for lesson in chapter.lessons if lesson.lesson_id == progress.lesson_id
    )
    assert (progress.lesson_version_id, progress.digest) == (new.id, new.digest)


def test_a_lesson_cut_short_is_done_when_what_was_watched_is_enough(course):
    enrolment = make_enrolment(course=course)
    progress = watched(enrolment, lessons_of(enrolment)[1], (0, 40_000))
    drafts(course)[1].content = {**drafts(course)[1].content, "duration_ms": 42_000}
    publish_again(course)
    assert progress.completed_at is not None and enrolment.done_count == 1
    assert db.session.scalars(select(Evidence).where(Evidence.kind == "marked")).one().credited["by"] == "publication"


def test_a_course_is_completed_when_what_was_missing_is_taken_out(course, clock):
    enrolment = make_enrolment(course=course)
    make_progress(enrolment, lessons_of(enrolment)[0])
    removed = drafts(course)[1]
    removed.chapter_id, removed.removed_at = None, now()
    db.session.flush()
    db.session.expire(course.chapters[0])
    version = publish_again(course)
    assert enrolment.state == "completed" and enrolment.completed_version_id == version.id
    assert db.session.scalars(select(LedgerEntry)).one().source_version_id == version.id


def test_a_new_lesson_has_to_be_done_as_well(course):
    enrolment = make_enrolment(course=course)
    for lesson in lessons_of(enrolment)[:1]:
        make_progress(enrolment, lesson)
    make_lesson(course.chapters[0], 2, content={"body": "新的一节"})
    db.session.expire(course.chapters[0])
    publish_again(course)
    assert (enrolment.done_count, enrolment.required_count) == (1, 3)


def test_completed_courses_stay_as_they_are(course):
    enrolment = make_completion(course=course)
    earned_on, entry = enrolment.version_id, db.session.scalars(select(LedgerEntry)).one()
    make_lesson(course.chapters[0], 2, content={"body": "新的一节"})
    db.session.expire(course.chapters[0])
    course.credit_hundredths = 900
    publish_again(course)
    assert (enrolment.version_id, enrolment.state, enrolment.required_count) == (earned_on, "completed", 2)
    assert entry.amount_hundredths == 150


@pytest.mark.parametrize("number", [1, 12])
def test_moving_many_takes_no_more_queries_than_moving_one(course, number):
    enrolments = [make_enrolment(course=course) for _ in range(number)]
    course.chapters[0].title = "甲"
    version = make_version(course)
    with count_queries() as queries:
        move_to(version)
    queries.assert_at_most(5)
    assert {enrolment.version_id for enrolment in enrolments} == {version.id}


def test_a_page_opened_before_is_told_to_reload(app, sign_in, clock):
    student = make_student(sign_in)
    student.open()
    clock.move(seconds=10)
    course = student.enrolment.course
    drafts(course)[0].content = {**drafts(course)[0].content, "duration_ms": 500_000}
    publish_again(course)
    answer = student.watch((0, 10_000))
    assert answer.status_code == 409 and "刷新" in answer.json["error"]
    assert student.open()["percent"] == 0
    clock.move(seconds=10)
    assert student.watch((0, 10_000)).json["credited"] == 10_000


def test_a_page_opened_before_goes_on_where_the_lesson_did_not_change(app, sign_in, clock):
    student = make_student(sign_in)
    student.open()
    clock.move(seconds=10)
    student.enrolment.course.chapters[0].title = "新的章名"
    publish_again(student.enrolment.course)
    assert student.watch((0, 10_000)).json["credited"] == 10_000
