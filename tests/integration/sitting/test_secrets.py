"""No right answer before its time."""

from __future__ import annotations

import json
import re

import pytest

from academy.db import db
from courses.quizzes import services
from tests.factories import make_attempt, make_quiz, make_quiz_version
from tests.integration.sitting.helpers import EXPLANATION, page_of, save_json


@pytest.fixture
def secret_attempt(person, clock):
    quiz = make_quiz()
    for slot in services.slots(quiz):
        version = slot.question.current
        content = {**version.content, "explanation": EXPLANATION}
        if "blanks" in content:
            content["blanks"] = [{"accepted": ["秘密答案甲"]}, {"accepted": ["秘密答案乙"]}]
        version.content = content
    db.session.flush()
    return make_attempt(person, services.freeze(quiz))


@pytest.mark.parametrize("tail", ["", "?n=1", "?n=2", "?n=3", "?n=4", "/cards", "/check"])
def test_no_right_answer_reaches_the_browser_of_a_running_attempt(browser, secret_attempt, tail):
    body = browser.get(page_of(secret_attempt, tail)).get_data(as_text=True)
    assert EXPLANATION not in body
    assert "秘密答案" not in body
    assert not re.search(r"correct|accepted|正确答案", body)


def test_the_page_is_the_same_whatever_the_right_answer_is(browser, person, clock):
    """Two quizzes that differ in nothing but the key look alike, byte for byte but for their own addresses."""
    pages = []
    for key in (True, False):
        quiz = make_quiz("true_false")
        version = services.slots(quiz)[0].question.current
        version.content = {"stem": "同一句话", "correct": key, "explanation": str(key)}
        db.session.flush()
        attempt = make_attempt(person, services.freeze(quiz))
        body = browser.get(page_of(attempt)).get_data(as_text=True) + browser.get(page_of(attempt, "/cards")).text
        pages.append(
            re.sub(
                r'(name="csrf_token" value|name="csrf-token" content|data-ticket)="[^"]+"',
                "",
                body.replace(attempt.token, "TOKEN"),
            )
        )
    assert pages[0] == pages[1]


def test_saving_gives_nothing_away(browser, secret_attempt):
    answers = [save_json(browser, secret_attempt, position, "x").json for position in range(1, 5)]
    assert all(set(each) == set(answers[0]) for each in answers)
    assert "秘密" not in json.dumps(answers, ensure_ascii=False)


@pytest.mark.parametrize(
    ("policy", "allowed", "passes", "shown"),
    [
        ("after_submission", 3, False, True),
        ("after_pass", 3, False, False),
        ("after_pass", 3, True, True),
        ("after_pass", 1, False, True),
        ("never", 1, True, False),
    ],
)
def test_the_key_is_shown_when_the_quiz_allows_it(browser, person, clock, policy, allowed, passes, shown):
    quiz = make_quiz("true_false", review_policy=policy, attempts_allowed=allowed)
    version = services.slots(quiz)[0].question.current
    version.content = {"stem": "同一句话", "correct": True, "explanation": EXPLANATION}
    db.session.flush()
    attempt = make_attempt(person, services.freeze(quiz))
    save_json(browser, attempt, 1, "true" if passes else "false")
    services.submit(attempt)
    body = browser.get(page_of(attempt, "/result")).get_data(as_text=True)
    assert (EXPLANATION in body) is shown
    assert ("正确答案" in body or "您选的" in body) is shown
    assert ("您的答案：" in body) is not shown


def test_the_key_is_hidden_again_while_sitting_again(browser, person, clock):
    version = make_quiz_version("true_false")
    first = make_attempt(person, version)
    services.submit(first)
    make_attempt(person, version)
    words = browser.get(page_of(first, "/result")).words
    assert "您正在作答同一份测验" in words
    assert "正确答案" not in words
