"""Before a quiz: what the page tells, the access code, and how often one may guess it; sections; the score that counts."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from courses.quizzes import services
from courses.quizzes.jobs import close_overdue_attempts
from courses.quizzes.models import QuizAllowance, QuizCodeGuess, QuizSection, QuizVersion
from courses.quizzes.rules import milliseconds
from tests.factories import make_attempt, make_person, make_quiz, make_quiz_version
from tests.integration.sitting.helpers import page_of, right_values, save_json, stored


def refusal(person, version, code):
    with pytest.raises(UserError) as caught:
        services.start_attempt(person, version, code=code)
    return caught.value.status


def test_a_code_may_be_guessed_five_times_and_then_after_a_while(person, clock):
    version = make_quiz_version("true_false", access_code="桥东2026")
    assert [refusal(person, version, "x") for _ in range(6)] == [403] * 5 + [429]
    assert refusal(person, version, "桥东2026") == 429, "not even the right one, or guessing would go on"
    assert services.start_attempt(make_person(), version, code="桥东２０２６")
    clock.move(minutes=10)
    assert services.start_attempt(person, version, code=" 桥东2026 ").state == "open"


def test_codes_that_are_guessed_at_once_are_counted_one_by_one(app, person):
    version = make_quiz_version("true_false", access_code="桥东2026")
    db.session.commit()
    found: list[object] = []

    def guess() -> None:
        with app.app_context():
            try:
                again = db.session.get_one(Person, person.id), db.session.get_one(QuizVersion, version.id)
                found.append(refusal(*again, "1"))
                db.session.commit()
            except Exception as error:
                found.append(error)
            finally:
                db.session.remove()

    first = refusal(person, version, "0")
    second = threading.Thread(target=guess)
    second.start()
    second.join(0.5)
    db.session.commit()
    second.join()
    assert found == [first]
    db.session.expire_all()
    assert db.session.get_one(QuizCodeGuess, (person.id, version.quiz_id)).wrong == 2


def test_no_code_no_question(person, clock):
    assert services.start_attempt(person, make_quiz_version("true_false"), code="whatever")


# -- sections ------------------------------------------------------------------------------------------------------


@pytest.fixture
def two_parts(person, clock):
    quiz = make_quiz("true_false", "true_false", time_limit_seconds=1200)
    first, second = services.slots(quiz)
    first.position, second.position = 2, 4
    for position, title in ((1, "第一部分 法规"), (3, "第二部分 案例")):
        row = QuizSection(
            quiz_id=quiz.id, position=position, title=title, instructions="每题只有一次机会", time_limit_seconds=300
        )
        db.session.add(row)
    db.session.flush()
    db.session.expire_all()
    return make_attempt(person, services.freeze(quiz))


def test_a_question_says_which_section_it_is_in_and_how_long(browser, two_parts):
    words = browser.get(page_of(two_parts)).words
    assert "第一部分 法规" in words
    assert "这一部分 09:05 截止" in words
    assert "每题只有一次机会" in words
    assert "第二部分 案例" in browser.get(page_of(two_parts, "?n=2")).words


def test_the_time_of_a_section_ends_it_alone(browser, two_parts, clock):
    save_json(browser, two_parts, 1, "true")
    clock.move(minutes=6)
    answer = save_json(browser, two_parts, 1, "false", sequence=milliseconds(now()))
    assert (answer.status_code, answer.json["section"]) == (409, True)
    assert "result" not in answer.json
    assert save_json(browser, two_parts, 2, "true").status_code == 200
    browser.post(page_of(two_parts, "/answers/1"), data={"answer": "false", "go": "next", "n": 1})
    assert (stored(two_parts, 1), two_parts.state) == (True, "open")
    page = browser.get(page_of(two_parts, "?n=1"))
    assert "这一部分的时间已经结束" in page.words
    assert not page.page.find_all("input", name="answer")


def test_the_server_ends_the_whole_by_itself(browser, two_parts, clock):
    save_json(browser, two_parts, 1, *right_values(two_parts, 1))
    clock.move(minutes=20, seconds=6)
    close_overdue_attempts()
    db.session.expire_all()
    assert (two_parts.state, two_parts.submitted_by) == ("submitted", "deadline")
    assert services.score_of(two_parts).earned == 100


def test_the_server_ends_it_when_the_window_closes(person, clock):
    version = make_quiz_version("true_false", closes_at=now() + timedelta(minutes=3))
    attempt = make_attempt(person, version)
    clock.move(minutes=3, seconds=6)
    close_overdue_attempts()
    db.session.expire_all()
    assert (attempt.state, attempt.submitted_at) == ("submitted", version.closes_at)


# -- the score that counts -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "said"),
    [("best", "最好成绩 1 分（满分 1 分）"), ("last", "最后一次成绩 0 分（满分 1 分）"), ("average", "平均成绩 0.5 分（满分 1 分）")],
)  # fmt: skip
def test_the_result_says_which_score_counts(browser, person, clock, method, said):
    version = make_quiz_version("true_false", grade_method=method)
    first = make_attempt(person, version)
    save_json(browser, first, 1, *right_values(first, 1))
    services.submit(first)
    second = services.submit(make_attempt(person, version))
    assert said in browser.get(page_of(second, "/result")).words


def test_extra_time_is_part_of_the_limit_that_is_told(person, clock):
    version = make_quiz_version("true_false", time_limit_seconds=600)
    db.session.add(QuizAllowance(quiz_id=version.quiz_id, person_id=person.id, extra_seconds=300, reason="视力不便"))
    db.session.flush()
    assert services.intro(version, person).time_limit_seconds == 900
    attempt = make_attempt(person, version)
    assert attempt.deadline_at == attempt.started_at + timedelta(minutes=15)
