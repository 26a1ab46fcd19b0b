"""Mock exams in the form of the social workers' examination."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from academy.accounts.models import Person
from academy.db import db
from courses.practice.models import MockExam, NotebookEntry
from courses.practice.services import mock
from courses.questions.models import QuestionVersion
from courses.questions.services import category_named
from courses.quizzes import services
from courses.quizzes.models import Attempt, Quiz, Response
from tests.factories import make_person
from tests.integration.practice.helpers import SECRET, SHELF, best, stock
from tests.support import count_queries


@pytest.fixture
def person(app):
    return make_person()


@pytest.fixture
def browser(sign_in, person):
    return sign_in(person)


def begin_mock(browser, shelf, parts):
    answer = browser.post("/practice/mock", data={"category": shelf.id, "parts": parts})
    assert answer.status_code == 303, answer.words
    return db.session.scalars(select(Attempt).order_by(Attempt.id.desc())).first()


def test_a_whole_exam_is_drawn_without_repeats(browser, person, clock):
    shelf = stock(63, 22)
    words = browser.get("/practice/mock").words
    assert "80 题，120 分钟，满分 100 分" in words
    attempt = begin_mock(browser, shelf, 20)
    rows = list(db.session.scalars(select(Response).where(Response.attempt_id == attempt.id)))
    assert len({each.question_version_id for each in rows}) == 80
    assert sorted(each.marks_hundredths for each in rows) == [100] * 60 + [200] * 20
    assert attempt.deadline_at - attempt.started_at == timedelta(hours=2)
    assert browser.get(f"/attempts/{attempt.token}").status_code == 200
    assert begin_mock(browser, shelf, 20).id == attempt.id  # the one that is open


def test_too_few_questions_make_a_smaller_exam_or_none(browser, person, clock):
    shelf = stock(7, 2)
    page = browser.get("/practice/mock").words
    assert "不够一整份" in page
    assert "8 题，12 分钟，满分 10 分" in page
    assert browser.post("/practice/mock", data={"category": shelf.id, "parts": 20}).status_code == 422
    attempt = begin_mock(browser, shelf, 2)
    assert attempt.quiz_version.time_limit_seconds == 720


def test_none_at_all_is_said(browser, person, clock):
    assert "还没有开放练习的题" in browser.get("/practice/mock").words
    shelf = stock(2, 0)
    assert "最小的卷子也要单选 3 道、多选 1 道" in browser.get("/practice/mock").words
    assert browser.post("/practice/mock", data={"category": shelf.id, "parts": 1}).status_code == 422


def test_it_is_marked_by_the_rule_of_the_examination_whatever_the_questions_say(browser, person, clock):
    shelf = stock(3, 1)
    attempt = begin_mock(browser, shelf, 1)
    response, version = db.session.execute(
        select(Response, QuestionVersion)
        .join(QuestionVersion, QuestionVersion.id == Response.question_version_id)
        .where(Response.attempt_id == attempt.id, QuestionVersion.type == "multiple_choice")
    ).one()
    version.content = {**version.content, "scoring": "all_or_nothing"}
    response.answer = best(version)[:1]
    db.session.flush()
    assert "社工考试规则" in browser.get(f"/attempts/{attempt.token}?n=4").words
    services.submit(attempt)
    assert Fraction(response.fraction_numerator, response.fraction_denominator) == Fraction(1, 4)
    assert Fraction(attempt.score_numerator, attempt.score_denominator) == 50


def test_the_button_pressed_twice_begins_one_exam(app, person, clock):
    shelf = stock(9, 3)
    db.session.commit()
    found: list[object] = []

    def press() -> None:
        with app.app_context():
            try:
                found.append(mock.start(db.session.get_one(Person, person.id), [shelf.id], 3).id)
                db.session.commit()
            except Exception as error:
                found.append(error)
            finally:
                db.session.remove()

    first = mock.start(person, [shelf.id], 3)
    second = threading.Thread(target=press)
    second.start()
    second.join(0.5)
    db.session.commit()
    second.join()
    assert found == [first.id]


def test_its_result_says_score_time_and_categories(browser, person, clock):
    shelf = stock(3, 1)
    attempt = begin_mock(browser, shelf, 1)
    for response in db.session.scalars(select(Response).where(Response.attempt_id == attempt.id)):
        version = db.session.get(QuestionVersion, response.question_version_id)
        response.answer = best(version) if response.position > 1 else "nothing"
    db.session.flush()
    clock.move(minutes=5)
    services.submit(attempt)
    page = browser.get(f"/practice/mock/{attempt.token}")
    assert "4 分，满分 5 分" in page.words
    assert "用时 5 分" in page.words
    assert SHELF in page.words
    assert db.session.query(NotebookEntry).count() == 1
    result = browser.get(f"/attempts/{attempt.token}/result")
    assert "返回课程" not in result.words
    assert result.page.find("a", href=f"/practice/mock/{attempt.token}")
    assert browser.get("/practice/mock").words.count("4 / 5 分") == 1


def test_it_is_handed_in_at_the_deadline(browser, person, clock):
    attempt = begin_mock(browser, stock(3, 1), 1)
    clock.move(minutes=7)
    browser.get(f"/attempts/{attempt.token}")
    db.session.refresh(attempt)
    assert (attempt.state, attempt.submitted_by) == ("submitted", "deadline")
    assert begin_mock(browser, category_named(SHELF), 1).id != attempt.id
    assert db.session.query(Quiz).filter_by(generated=True).count() == 1


def test_other_peoples_exams_are_not_there(browser, sign_in, person, clock):
    attempt = begin_mock(browser, stock(3, 1), 1)
    stranger = sign_in(make_person())
    assert stranger.get(f"/practice/mock/{attempt.token}").status_code == 404
    assert stranger.get(f"/attempts/{attempt.token}").status_code == 404


def test_no_list_of_the_studio_shows_a_mock_exam(browser, sign_in, person, clock):
    begin_mock(browser, stock(3, 1), 1)
    admin = sign_in(make_person("admin", "instructor"))
    assert mock.TITLE not in admin.get("/studio/quizzes").words
    quiz = db.session.scalars(select(Quiz).where(Quiz.generated)).one()
    assert admin.get(f"/studio/quizzes/{quiz.id}").status_code == 403


def test_a_key_of_a_mock_exam_is_hidden_while_it_is_open(browser, person, clock):
    attempt = begin_mock(browser, stock(3, 1), 1)
    pages = [
        browser.get(f"/attempts/{attempt.token}{tail}").get_data(as_text=True) for tail in ("", "/cards", "/check")
    ]
    assert not any(SECRET in page for page in pages)
    assert browser.get(f"/practice/mock/{attempt.token}").status_code == 302
    assert "correct" not in json.dumps(pages)


def test_what_a_mock_exam_costs(browser, person, clock):
    shelf = stock(60, 20)
    with count_queries() as queries:
        browser.get("/practice/mock")
    queries.assert_at_most(5)
    with count_queries() as queries:
        attempt = begin_mock(browser, shelf, 20)
    queries.assert_at_most(30)
    services.submit(attempt)
    with count_queries() as queries:
        browser.get(f"/practice/mock/{attempt.token}")
    queries.assert_at_most(4)
    assert db.session.query(MockExam).count() == 1
