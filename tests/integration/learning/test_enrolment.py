"""Joining a course, doing its lessons, completing it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from academy.db import db
from academy.errors import UserError
from academy.signals import course_completed
from courses.credits.models import LedgerEntry
from courses.learning.models import Enrolment, Evidence
from courses.learning.services import enrol, open_lesson, refresh_course
from courses.learning.services.openings import read_ticket
from tests.factories import make_completion, make_course, make_enrolment, make_person, make_progress, make_unit
from tests.factories.catalog import text_lesson


def lessons_of(enrolment):
    return [lesson for chapter in enrolment.version.chapters for lesson in chapter.lessons]


def test_enrolling_keeps_unit_and_post_as_they_were(app):
    unit = make_unit("桂花社区")
    person = make_person(unit=unit, post="grid_worker")
    enrolment = enrol(person, make_course())
    assert (enrolment.unit_id, enrolment.unit_path, enrolment.post) == (unit.id, unit.path, "grid_worker")
    assert (enrolment.state, enrolment.required_count, enrolment.done_count) == ("enrolled", 2, 0)


def test_enrolling_twice_enrols_once(app):
    person, course = make_person(), make_course()
    assert enrol(person, course) is enrol(person, course)
    assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 1


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_a_course_that_is_not_published_cannot_be_joined(app, clock, state):
    course = make_course(published=state != "draft")
    if state == "withdrawn":
        course.withdrawn_at = clock.move()
    with pytest.raises(UserError) as refusal:
        enrol(make_person(), course)
    assert refusal.value.status == 409


def test_all_required_lessons_complete_the_course_and_give_its_credit_hours(app, clock):
    unit = make_unit()
    person = make_person(unit=unit, post="secretary")
    course = make_course(
        [text_lesson(), text_lesson(required=False), text_lesson()], credit_hundredths=250, obligation="elective"
    )
    enrolment = make_enrolment(person, course)
    first, _second, third = lessons_of(enrolment)
    make_progress(enrolment, first)
    assert (enrolment.done_count, enrolment.required_count, enrolment.state) == (1, 2, "enrolled")
    completed = []
    with course_completed.connected_to(lambda sender, enrolment: completed.append(enrolment)):
        make_progress(enrolment, third)
    assert completed == [enrolment]
    assert (enrolment.state, enrolment.done_count, enrolment.completed_at) == ("completed", 2, clock.move())
    assert enrolment.completed_version_id == enrolment.version_id
    entry = db.session.scalars(select(LedgerEntry)).one()
    assert (entry.amount_hundredths, entry.obligation, entry.rule) == (250, "elective", "course_completion")
    assert (entry.source_type, entry.source_id, entry.source_version_id) == (
        "course",
        course.id,
        enrolment.version_id,
    )
    assert (entry.unit_id, entry.post, entry.earned_on.isoformat()) == (unit.id, "secretary", "2026-03-02")
    assert [lesson["id"] for lesson in entry.evidence["lessons"]] == [first.lesson_id, third.lesson_id]


def test_credit_hours_are_entered_once(app):
    enrolment = make_completion()
    for lesson in lessons_of(enrolment):
        make_progress(enrolment, lesson)
    refresh_course(enrolment)
    assert db.session.scalar(select(func.count()).select_from(LedgerEntry)) == 1


def test_completion_keeps_the_unit_of_that_day(app):
    person = make_person(unit=make_unit("甲社区"))
    enrolment = make_enrolment(person)
    person.unit = make_unit("乙社区")
    make_completion(person, enrolment.course)
    assert enrolment.unit_id == person.unit.id
    assert db.session.scalars(select(LedgerEntry)).one().unit_path == person.unit.path


def test_where_no_lesson_is_required_all_of_them_count(app):
    course = make_course([text_lesson(required=False), text_lesson(required=False)])
    enrolment = make_enrolment(course=course)
    assert enrolment.required_count == 2
    make_progress(enrolment, lessons_of(enrolment)[0])
    assert enrolment.state != "completed"
    make_progress(enrolment, lessons_of(enrolment)[1])
    assert enrolment.state == "completed"


def test_a_course_without_credit_hours_is_completed_without_an_entry(app):
    assert make_completion(course=make_course(credit_hundredths=0)).state == "completed"
    assert db.session.scalar(select(func.count()).select_from(LedgerEntry)) == 0


def test_a_lesson_that_asks_only_to_be_opened_is_done_when_opened(app):
    course = make_course([text_lesson(completion={"rule": "opened"}), text_lesson()])
    enrolment = make_enrolment(course=course)
    first, second = lessons_of(enrolment)
    outcome = open_lesson(enrolment.person_id, enrolment, first)
    assert outcome.lesson_done_now and not outcome.course_done_now
    assert not open_lesson(enrolment.person_id, enrolment, first).lesson_done_now
    assert not open_lesson(enrolment.person_id, enrolment, second).lesson_done_now
    assert db.session.scalars(select(Evidence)).one().credited == {"opened": True, "completed": True}


def test_opening_a_lesson_notes_where_to_go_on(app, clock):
    enrolment = make_enrolment()
    lesson = lessons_of(enrolment)[1]
    outcome = open_lesson(enrolment.person_id, enrolment, lesson)
    assert (enrolment.last_lesson_id, enrolment.last_studied_at) == (lesson.lesson_id, clock.move())
    assert (enrolment.state, enrolment.started_at) == ("studying", clock.move())
    assert read_ticket(outcome.ticket).play_id == outcome.session.id
