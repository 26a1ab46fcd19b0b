"""Starting and handing in, for many at once: what is read before one's turn to write, and what two tabs make."""

from __future__ import annotations

import pytest
from sqlalchemy import event, func, select

from academy.db import db
from courses.learning.models import Evidence
from courses.practice.models import PracticeRecord
from courses.quizzes import services
from courses.quizzes.models import Attempt, Response
from tests.factories import make_attempt, make_course, make_enrolment, make_quiz, make_quiz_version
from tests.factories.catalog import quiz_lesson
from tests.integration.learning.helpers import lessons_of
from tests.integration.learning.test_at_once import at_once

QUESTIONS = 5


@pytest.fixture
def lesson(person):
    """The address of a lesson with a quiz."""
    course = make_course([quiz_lesson(make_quiz(*["single_choice"] * QUESTIONS))])
    enrolment = make_enrolment(person, course)
    db.session.commit()
    return f"/learn/{course.slug}/{lessons_of(enrolment)[0].lesson_id}"


@pytest.fixture
def statements(app):
    """Every statement that SQLite is given, those that begin and end transactions too."""
    sent: list[str] = []
    watched = set()

    def watch(connection, record, proxy):
        connection.set_trace_callback(sent.append)
        watched.add(connection)

    event.listen(db.engine, "checkout", watch)
    yield sent
    event.remove(db.engine, "checkout", watch)
    for connection in watched:
        connection.set_trace_callback(None)


@pytest.mark.sqlite_only
def test_who_asks_and_what_for_is_found_out_before_the_turn_to_write(browser, lesson, statements):
    token = browser.post(f"{lesson}/quiz").location.rsplit("/", 1)[-1]
    for address in (f"{lesson}/quiz", f"/attempts/{token}/submit"):
        statements.clear()
        browser.post(address)
        turn = statements.index("BEGIN IMMEDIATE")
        assert any("FROM person" in each for each in statements[:turn])
        assert not any(each.startswith(("INSERT", "UPDATE")) for each in statements[:turn])
        assert statements[0] == "BEGIN"


def test_tabs_that_start_at_the_same_moment_start_one_attempt(app, person, lesson):
    leads = at_once(app, person, lambda client, number: client.post(f"{lesson}/quiz").location)
    assert len(set(leads)) == 1
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 1
    assert db.session.scalar(select(func.count()).select_from(Response)) == QUESTIONS


def test_tabs_that_hand_in_at_the_same_moment_are_graded_once(app, person, browser, lesson):
    token = browser.post(f"{lesson}/quiz").location.rsplit("/", 1)[-1]
    answers = at_once(app, person, lambda client, number: client.post(f"/attempts/{token}/submit").status_code)
    assert set(answers) == {303}
    graded = select(func.count()).select_from(Response).where(Response.fraction_numerator.is_not(None))
    assert db.session.scalar(graded) == QUESTIONS
    assert db.session.scalar(select(func.count()).select_from(Evidence).where(Evidence.kind == "attempt")) == 1
    assert db.session.scalar(select(func.count()).select_from(PracticeRecord)) == QUESTIONS


def test_what_the_session_holds_of_a_response_is_read_afresh_after_grading(person):
    attempt = make_attempt(person, make_quiz_version("single_choice"))
    held = db.session.scalars(select(Response).where(Response.attempt_id == attempt.id)).one()
    assert held.fraction_numerator is None
    services.submit(attempt)
    assert held.fraction_numerator == 0
