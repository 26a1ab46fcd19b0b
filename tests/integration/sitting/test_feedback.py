"""Checking questions while sitting: tries, hints, locks; marks that follow from them; nothing shown before its time."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from academy.clock import now
from academy.db import db
from courses.quizzes import services
from courses.quizzes.models import QuizTry, Response
from tests.factories import make_attempt, make_quiz
from tests.integration.sitting.helpers import EXPLANATION, page_of, save_json, stored
from tests.support import count_queries

HINTS = ["第一条提示在这里", "第二条提示在这里"]


@pytest.fixture
def sit(person, clock):
    """Start an attempt at a quiz of true–false questions (right: true) in this mode."""

    def start(mode, count=1, **settings):
        quiz = make_quiz(*["true_false"] * count, feedback=mode, **settings)
        for slot in services.slots(quiz):
            content = {"stem": "同一句话", "correct": True, "explanation": EXPLANATION, "hints": HINTS}
            slot.question.current.content = content
        db.session.flush()
        return make_attempt(person, services.freeze(quiz))

    return start


def check(browser, attempt, answer, position=1):
    return browser.post(page_of(attempt, f"/answers/{position}"), data={"answer": answer, "go": "try", "n": position})


def body(browser, attempt, tail=""):
    return browser.get(page_of(attempt, tail)).get_data(as_text=True)


def tries(attempt):
    query = select(QuizTry).where(QuizTry.attempt_id == attempt.id).order_by(QuizTry.position, QuizTry.number)
    return list(db.session.scalars(query))


def earned(attempt):
    return services.score_of(services.submit(attempt)).earned


# -- at once -------------------------------------------------------------------------------------------------------


def test_a_checked_question_shows_its_key_and_is_closed(browser, sit):
    attempt = sit("immediate", 2)
    assert EXPLANATION not in body(browser, attempt) + body(browser, attempt, "/cards")
    answer = check(browser, attempt, "false")
    assert answer.location.endswith("n=1")
    page = body(browser, attempt)
    assert EXPLANATION in page
    assert "答错" in page
    assert EXPLANATION not in body(browser, attempt, "?n=2"), "the other question was not checked"
    assert save_json(browser, attempt, 1, "true").json["superseded"]
    check(browser, attempt, "true")
    assert (stored(attempt, 1), len(tries(attempt))) == (False, 1)
    assert earned(attempt) == 0


def test_a_quiz_that_never_shows_its_key_says_right_or_wrong_only(browser, sit):
    attempt = sit("immediate", review_policy="never")
    check(browser, attempt, "true")
    page = body(browser, attempt)
    assert EXPLANATION not in page
    assert "答对" in page


def test_nothing_is_checked_without_an_answer(browser, sit):
    attempt = sit("immediate")
    browser.post(page_of(attempt, "/answers/1"), data={"go": "try", "n": 1})
    assert "先作答，再检查这题" in body(browser, attempt)
    assert tries(attempt) == []


@pytest.mark.parametrize("mode", ["after_submission", "after_closing", "confidence"])
def test_other_modes_check_nothing(browser, sit, clock, mode):
    attempt = sit(mode, closes_at=now() + timedelta(hours=1))
    check(browser, attempt, "true")
    page = body(browser, attempt)
    assert tries(attempt) == []
    assert EXPLANATION not in page
    assert 'value="try"' not in page


def test_nobody_checks_after_the_end(browser, sit, clock):
    attempt = sit("immediate", time_limit_seconds=600)
    clock.move(minutes=11)
    assert check(browser, attempt, "true").status_code == 409
    assert tries(attempt) == []


# -- retries -------------------------------------------------------------------------------------------------------


def test_hints_come_one_by_one_and_the_key_at_the_end(browser, sit):
    attempt = sit("retries", tries_allowed=3, penalty_hundredths=20)
    pages = [body(browser, attempt) + body(browser, attempt, "/cards")]
    for answer in ("false", "true"):
        check(browser, attempt, answer)
        pages.append(body(browser, attempt) + body(browser, attempt, "/cards"))
    assert [HINTS[0] in page for page in pages] == [False, True, True]
    assert [HINTS[1] in page for page in pages] == [False, False, False]
    assert [EXPLANATION in page for page in pages] == [False, False, True]
    assert "还可以再试 2 次" in pages[1]
    assert "现在答对，可得这题 80% 的分数" in pages[1]
    assert [each.hint for each in tries(attempt)] == [1, 1]
    assert earned(attempt) == 80


def test_the_last_try_closes_the_question(browser, sit):
    attempt = sit("retries", tries_allowed=1)
    check(browser, attempt, "false")
    assert EXPLANATION in body(browser, attempt)
    assert db.session.get(Response, (attempt.id, 1)).locked


def test_the_same_answer_again_is_no_further_try(browser, sit):
    attempt = sit("retries")
    for _ in range(3):
        check(browser, attempt, "false")
    assert len(tries(attempt)) == 1


def test_an_answer_that_was_not_checked_counts_as_one_more_try(browser, sit):
    attempt = sit("retries", penalty_hundredths=25)
    check(browser, attempt, "false")
    save_json(browser, attempt, 1, "true")
    assert earned(attempt) == 75


@pytest.mark.parametrize("order", list(itertools.permutations(["true", "false", "false"])))
def test_the_marks_follow_from_the_rows_in_any_order_of_requests(browser, sit, order):
    attempt = sit("retries", tries_allowed=3, penalty_hundredths=30)
    for answer in order:
        check(browser, attempt, answer)
        save_json(browser, attempt, 1, answer, sequence=1)  # an old answer that arrives late
    shares = [each.fraction_numerator for each in tries(attempt)]
    assert earned(attempt) == 100 - 30 * shares.index(1)
    assert stored(attempt, 1) is True


def test_a_try_is_within_bounds_whoever_writes_it(sit):
    attempt = sit("retries")
    row = QuizTry(attempt_id=attempt.id, position=1, number=1, fraction_numerator=3, fraction_denominator=2)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add(row)


# -- certainty -----------------------------------------------------------------------------------------------------


def test_who_is_sure_and_wrong_loses_marks_of_other_questions(browser, sit):
    attempt = sit("confidence", 4)
    for position, (answer, sure) in enumerate([("true", 3), ("true", 3), ("false", 2), ("true", 1)], 1):
        save_json(browser, attempt, position, answer, confidence=sure)
    assert body(browser, attempt, "?n=3").count("checked") >= 2
    assert float(earned(attempt)) == pytest.approx(100 + 100 - 66.67 + 33.33, abs=0.01)


def test_no_attempt_earns_less_than_nothing(browser, sit):
    attempt = sit("confidence", 2)
    save_json(browser, attempt, 1, "false", confidence=3)
    save_json(browser, attempt, 2, "true", confidence=1)
    assert earned(attempt) == 0


def test_certainty_without_an_answer_costs_nothing(browser, sit):
    attempt = sit("confidence", 2)
    save_json(browser, attempt, 1, confidence=3)
    save_json(browser, attempt, 2, "true", confidence=3)
    assert earned(attempt) == 100


def test_the_page_asks_how_sure_one_is(browser, sit):
    page = browser.get(page_of(sit("confidence"))).page
    assert [each["value"] for each in page.find_all("input", name="confidence")] == ["1", "2", "3"]


# -- after closing -------------------------------------------------------------------------------------------------


def test_the_key_waits_until_everybodys_time_is_over(browser, sit, clock):
    attempt = sit("after_closing", closes_at=now() + timedelta(hours=1))
    save_json(browser, attempt, 1, "false")
    services.submit(attempt)
    words = browser.get(page_of(attempt, "/result")).words
    assert "所有人的考试时间结束以后" in words
    assert EXPLANATION not in words
    clock.move(hours=1)
    assert EXPLANATION in browser.get(page_of(attempt, "/result")).words


# -- cost ----------------------------------------------------------------------------------------------------------


def test_what_checking_costs(browser, sit):
    attempt = sit("retries", 10)
    with count_queries() as queries:
        check(browser, attempt, "false")
    queries.assert_at_most(12)
    path = page_of(attempt)
    with count_queries() as queries:
        browser.get(path)
    queries.assert_at_most(4)  # who, which attempt, what questions, what tries
