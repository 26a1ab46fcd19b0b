"""Handing in, and the end of the time."""

from __future__ import annotations

from fractions import Fraction

import pytest

from academy.db import db
from courses.question_types import installed
from courses.quizzes import services
from courses.quizzes.models import Response
from tests.factories import make_attempt, make_question
from tests.integration.sitting.helpers import page_of, right_values, save_json, stored

# -- handing in ------------------------------------------------------------------------------------------------------


def test_checking_lists_what_is_missing(browser, attempt):
    save_json(browser, attempt, 3, "true")
    words = browser.get(page_of(attempt, "/check")).words
    assert "还有 3 题没有作答" in words
    for position in (1, 2, 4):
        save_json(browser, attempt, position, *right_values(attempt, position))
    assert "每道题都答了" in browser.get(page_of(attempt, "/check")).words


def test_handing_in_twice_is_handing_in_once(browser, attempt):
    for position in range(1, 5):
        save_json(browser, attempt, position, *right_values(attempt, position))
    page = browser.get(page_of(attempt, "/check"))
    for _ in range(2):
        answer = browser.submit(page, "/submit")
        assert answer.status_code == 303
        assert answer.location.endswith(page_of(attempt, "/result"))
    assert attempt.passed
    words = browser.get(page_of(attempt, "/result")).words
    assert "4 分，通过了" in words
    assert "还可以再考 2 次" in words


def test_the_result_leads_back_to_the_lesson(browser, attempt):
    services.submit(attempt)
    page = browser.get(page_of(attempt, "/result")).page
    assert page.find("main").find("a", text="返回课程")["href"] == "/learn/mediation/3"


def short_answer(whole):
    """A question whose first key word earns one part of so many."""
    weights = [1, *[100] * ((whole - 1) // 100), (whole - 1) % 100]
    keywords = [{"any": [f"要点{number}"], "weight": each} for number, each in enumerate(weights) if each]
    return {"keywords": keywords, "max_chars": 100}


WHOLES = (1201, 1193, 1187, 1181, 1171, 1163, 1153, 1151, 1129, 1123)


def test_shares_that_have_no_small_common_part_are_handed_in_and_kept(app):
    quiz = services.create_quiz(None, "份数各不相同")
    for whole in WHOLES:
        services.add_question(quiz, make_question("short_answer", **short_answer(whole)), 100)
    parts = [
        {"id": str(n), "type": "short_answer", "weight": 101 + n, "content": {"stem": "说一说", **short_answer(whole)}}
        for n, whole in enumerate(WHOLES)
    ]
    services.add_question(quiz, make_question("case", parts=parts), 100)
    attempt = make_attempt(quiz_version=services.freeze(quiz))
    for position in range(1, len(WHOLES) + 2):
        response = db.session.get(Response, (attempt.id, position))
        response.answer = {"0": "要点0"} if position > len(WHOLES) else "要点0"
    type_, content = installed.get("case"), response.question_version.content
    exact = sum((type_.grade(content, response.answer), *(Fraction(1, whole) for whole in WHOLES))) * 100
    services.submit(attempt)
    db.session.commit()
    db.session.refresh(attempt)
    assert abs(services.score_of(attempt).earned - exact) < Fraction(1, 10**9)
    assert attempt.marks_hundredths == 1100


@pytest.mark.parametrize("tail", ["", "?n=3", "/check"])
def test_a_finished_attempt_shows_its_result(browser, attempt, tail):
    services.submit(attempt)
    answer = browser.get(page_of(attempt, tail))
    assert answer.status_code == 303
    assert answer.location.endswith("/result")


def test_a_running_attempt_has_no_result_yet(browser, attempt):
    assert browser.get(page_of(attempt, "/result")).location.endswith(attempt.token)


def test_only_the_wrong_ones(browser, attempt):
    save_json(browser, attempt, 3, *right_values(attempt, 3))
    services.submit(attempt)
    page = browser.get(page_of(attempt, "/result?show=wrong")).page
    assert len(page.find("main").find_all("article")) == 3


# -- the end of the time ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tail", ["", "?n=3", "/check", "/result"])
def test_any_look_after_the_end_hands_in_what_was_saved(browser, attempt, clock, tail):
    save_json(browser, attempt, 3, *right_values(attempt, 3))
    clock.move(minutes=11)
    browser.get(page_of(attempt, tail))
    db.session.expire_all()
    assert (attempt.state, attempt.submitted_by) == ("submitted", "deadline")
    assert attempt.submitted_at == attempt.deadline_at
    assert services.score_of(attempt).earned == 100
    assert "时间到了，系统按已经保存的答案自动交卷" in browser.get(page_of(attempt, "/result")).words


def test_a_save_after_the_end_says_so_and_counts_nothing(browser, attempt, clock):
    save_json(browser, attempt, 3, "true")
    clock.move(minutes=11)
    answer = save_json(browser, attempt, 3, "false")
    assert answer.status_code == 409
    assert answer.json["error"].startswith("作答时间已经结束")
    assert answer.json["result"] == page_of(attempt, "/result")
    assert stored(attempt, 3) is True
    assert attempt.state == "submitted", "the refusal still ends the attempt"


def test_without_scripts_the_refused_answer_stays_readable(browser, attempt, clock):
    clock.move(minutes=11)
    answer = browser.post(page_of(attempt, "/answers/4"), data={"answer": ["马上", "必"], "n": 4, "go": "check"})
    assert answer.status_code == 409
    assert "马上；必" in answer.words
    assert answer.page.find("main").find("a", text="查看成绩")


def test_an_answer_under_way_at_the_deadline_counts(browser, attempt, clock):
    clock.move(minutes=10, seconds=4)
    assert save_json(browser, attempt, 3, "true").json["remaining"] == 0
    browser.post(page_of(attempt, "/submit"))
    assert attempt.submitted_at == attempt.deadline_at


def test_the_cards_of_a_finished_attempt_are_gone(browser, attempt):
    services.submit(attempt)
    assert browser.get(page_of(attempt, "/cards")).status_code == 409
