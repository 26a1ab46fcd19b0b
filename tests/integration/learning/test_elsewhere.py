"""Quizzes sat and chapters read count in the lessons that consist of them."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.signals import attempt_submitted
from courses.learning.models import Evidence, LessonProgress
from courses.learning.services import open_lesson
from courses.quizzes.models import QuizVersion
from courses.quizzes.services import start_attempt
from courses.textbooks.models import Paragraph
from courses.textbooks.services.reading import Report, record_shown
from tests.factories import make_course, make_enrolment, make_person, make_quiz, make_textbook
from tests.factories.catalog import chapter_lesson, quiz_lesson
from tests.integration.learning.helpers import lessons_of


def hand_in(attempt, passed):
    """Grade an attempt the short way, and tell."""
    attempt.state, attempt.submitted_at, attempt.submitted_by = "submitted", now(), "person"
    attempt.passed, attempt.marks_hundredths = passed, 400
    attempt.score_numerator = 400 if passed else 100
    db.session.flush()
    attempt_submitted.send(attempt, attempt=attempt)


def sit(enrolment, lesson, passed=True):
    person = db.session.get_one(Person, enrolment.person_id)
    version = db.session.get_one(QuizVersion, lesson.content["quiz_version_id"])
    origin = {"enrolment_id": enrolment.id, "lesson_id": lesson.lesson_id, "lesson_version_id": lesson.id}
    attempt = start_attempt(person, version, origin=origin)
    hand_in(attempt, passed)
    return attempt


def progress_of(enrolment):
    return db.session.scalar(select(LessonProgress).where(LessonProgress.enrolment_id == enrolment.id))


@pytest.fixture
def quiz_course(app):
    return make_course([quiz_lesson(make_quiz())])


def test_passing_the_quiz_does_the_lesson(quiz_course):
    enrolment = make_enrolment(course=quiz_course)
    lesson = lessons_of(enrolment)[0]
    sit(enrolment, lesson, passed=False)
    assert progress_of(enrolment).completed_at is None
    sit(enrolment, lesson, passed=True)
    assert progress_of(enrolment).completed_at is not None
    assert enrolment.state == "completed"
    kinds = [
        (entry.kind, entry.credited["passed"]) for entry in db.session.scalars(select(Evidence).order_by(Evidence.id))
    ]
    assert kinds == [("attempt", False), ("attempt", True)]


def test_handing_in_is_enough_where_the_rule_says_so(app):
    course = make_course([quiz_lesson(make_quiz(), completion={"rule": "submitted"})])
    enrolment = make_enrolment(course=course)
    sit(enrolment, lessons_of(enrolment)[0], passed=False)
    assert enrolment.state == "completed"


def test_a_worse_attempt_afterwards_takes_nothing_away(quiz_course):
    enrolment = make_enrolment(course=quiz_course)
    lesson = lessons_of(enrolment)[0]
    sit(enrolment, lesson, passed=True)
    sit(enrolment, lesson, passed=False)
    assert progress_of(enrolment).share_num == 1
    assert enrolment.state == "completed"


def test_an_attempt_of_somebody_else_counts_for_nobody(quiz_course):
    enrolment = make_enrolment(course=quiz_course)
    lesson = lessons_of(enrolment)[0]
    other = make_enrolment(course=quiz_course)
    attempt = sit(other, lesson, passed=False)
    attempt.origin = {**attempt.origin, "enrolment_id": enrolment.id}
    attempt.passed = True
    attempt_submitted.send(attempt, attempt=attempt)
    assert progress_of(enrolment) is None


@pytest.mark.parametrize("origin", [{}, {"lesson_id": "1"}, {"lesson_id": 999_999, "enrolment_id": 999_999}])
def test_an_attempt_from_elsewhere_is_no_ones_lesson(quiz_course, origin):
    enrolment = make_enrolment(course=quiz_course)
    attempt = sit(make_enrolment(course=quiz_course), lessons_of(enrolment)[0])
    attempt.origin = origin
    attempt_submitted.send(attempt, attempt=attempt)
    assert progress_of(enrolment) is None


def test_a_quiz_passed_before_counts_when_the_lesson_is_opened(app):
    quiz = make_quiz()
    first, second = make_course([quiz_lesson(quiz)]), make_course([quiz_lesson(quiz)])
    enrolment = make_enrolment(course=first)
    sit(enrolment, lessons_of(enrolment)[0])
    later = make_enrolment(db.session.get_one(Person, enrolment.person_id), second)
    assert open_lesson(later.person_id, later, lessons_of(later)[0]).lesson_done_now


def read(person, book, share=1, visible_ms=0):
    chapter = book.current_edition.chapters[0]
    anchors = [paragraph.anchor for paragraph in paragraphs_of(chapter)]
    count = max(1, int(len(anchors) * share))
    opened_at = now() - timedelta(minutes=5)
    record_shown(person, chapter, Report(anchors[:count], anchors[count - 1], opened_at, visible_ms))


def paragraphs_of(chapter):
    query = select(Paragraph).where(Paragraph.edition_chapter_id == chapter.id).order_by(Paragraph.position)
    return db.session.scalars(query).all()


def test_reading_the_chapter_anywhere_does_the_lesson(app, clock):
    book = make_textbook()
    person = make_person()
    enrolment = make_enrolment(person, make_course([chapter_lesson(book)]))
    read(person, book, share=0.5)
    progress = progress_of(enrolment)
    assert 0 < Fraction(progress.share_num, progress.share_den) < 1 and progress.completed_at is None
    read(person, book)
    assert progress_of(enrolment).completed_at is not None
    assert enrolment.state == "completed"


def test_a_chapter_read_before_enrolling_counts_when_the_lesson_is_opened(app, clock):
    book = make_textbook()
    person = make_person()
    read(person, book)
    enrolment = make_enrolment(person, make_course([chapter_lesson(book)]))
    assert progress_of(enrolment) is None
    assert open_lesson(person.id, enrolment, lessons_of(enrolment)[0]).course_done_now


def test_reading_without_an_enrolment_changes_nothing(app, clock):
    book = make_textbook()
    make_course([chapter_lesson(book)])
    read(make_person(), book)
    assert db.session.scalars(select(LessonProgress)).all() == []


def test_the_time_of_reading_a_chapter_counts_once_in_the_lesson_studied_last(app, clock):
    book, person = make_textbook(), make_person()
    earlier = make_enrolment(person, make_course([chapter_lesson(book)]))
    later = make_enrolment(person, make_course([chapter_lesson(book)]))
    for enrolment in (earlier, later):
        clock.move(minutes=1)
        open_lesson(person.id, enrolment, lessons_of(enrolment)[0])
    clock.move(minutes=5)
    read(person, book, visible_ms=60_000)
    assert [progress_of(each).study_seconds for each in (earlier, later)] == [0, 60]
    read(person, book, visible_ms=60_000)
    assert [progress_of(each).study_seconds for each in (earlier, later)] == [0, 120]
