"""Answers that arrive while the attempt is handed in, at the very same moment."""

from __future__ import annotations

import json
import time
from threading import Barrier

import pytest

from academy.clock import now
from academy.db import db
from courses.quizzes.models import Attempt, Response
from courses.quizzes.rules import milliseconds
from courses.quizzes.services import stepping
from tests.factories import make_attempt, make_quiz_version
from tests.integration.learning.test_at_once import TABS, at_once
from tests.integration.sitting.helpers import JSON, page_of, ticket_of

SAVERS = TABS - 1
ANSWERS = {"true": True, "false": False}


@pytest.fixture
def attempt(person):
    return make_attempt(person, make_quiz_version(*["true_false"] * SAVERS))


def keep_answering(client, attempt_page, position, ticket):
    """Change the answer until it is refused; return what was acknowledged last, and the refusal."""
    acknowledged, began = None, milliseconds(now())
    for number in range(400):
        given = ("true", "false")[(number + position) % 2]
        told = json.dumps([["left", began + number]]) if number % 3 == 2 else ""
        answer = client.post(
            f"{attempt_page}/saves/{position}",
            data={"answer": given, "sequence": began + number, "events": told},
            headers={**JSON, "X-Ticket": ticket},
        )
        if answer.status_code != 200:
            return acknowledged, answer
        assert not answer.json["superseded"]
        acknowledged = ANSWERS[given]
    return acknowledged, None


@pytest.mark.parametrize("told", ["", "events"])
def test_what_was_acknowledged_is_what_is_graded(app, person, browser, attempt, told):
    page, ticket = page_of(attempt), ticket_of(browser, attempt.token)

    def act(client, number):
        if number < SAVERS:
            return keep_answering(client, page, number + 1, ticket)
        time.sleep(0.15)
        events = json.dumps([["left", milliseconds(now())]]) if told else ""
        return client.post(f"{page}/submit", data={"events": events}).status_code

    *savers, handed_in = at_once(app, person, act)
    assert handed_in == 303
    db.session.expire_all()
    assert db.session.get(Attempt, attempt.id).state == "submitted"
    for position, (acknowledged, refused) in enumerate(savers, start=1):
        assert refused.status_code == 409
        assert refused.json["result"].endswith(f"{page}/result")
        response = db.session.get(Response, (attempt.id, position))
        assert response.answer == acknowledged
        right = response.question_version.content["correct"] if acknowledged is not None else None
        assert response.fraction_numerator == int(acknowledged is not None and acknowledged == right)


def test_handing_in_at_the_same_moment_hands_in_once(app, person, browser, attempt):
    page, began = page_of(attempt), milliseconds(now())

    def act(client, number):
        return client.post(f"{page}/submit", data={"events": json.dumps([["left", began + number]])}).status_code

    assert at_once(app, person, act) == [303] * TABS


def test_forms_that_come_too_late_at_the_same_moment_are_all_told_so(app, person, browser, clock):
    attempt = make_attempt(person, make_quiz_version(*["true_false"] * SAVERS, time_limit_seconds=600))
    page = page_of(attempt)
    clock.move(minutes=11)

    def act(client, number):
        return client.post(f"{page}/answers/{number % SAVERS + 1}", data={"answer": "true"}).status_code

    assert at_once(app, person, act) == [409] * TABS
    db.session.expire_all()
    assert db.session.get(Attempt, attempt.id).state == "submitted"


def test_a_step_that_is_taken_while_the_attempt_is_handed_in_counts_or_is_refused(
    app, person, browser, clock, monkeypatch
):
    attempt = make_attempt(person, make_quiz_version("scenario_question", shuffle_options=False))
    page, ticket = page_of(attempt), ticket_of(browser, attempt.token)
    advanced = stepping.advanced

    def slowly(*arguments):
        answer = advanced(*arguments)
        time.sleep(0.4)
        return answer

    monkeypatch.setattr(stepping, "advanced", slowly)
    clock.move(seconds=1)

    def act(client, number):
        if number == 0:
            data = {"answer": "0", "sequence": milliseconds(now())}
            return client.post(f"{page}/saves/1", data=data, headers={**JSON, "X-Ticket": ticket}).status_code
        time.sleep(0.2)
        return client.post(f"{page}/submit").status_code

    stepped, *handed_in = at_once(app, person, act)
    assert handed_in == [303] * SAVERS
    db.session.expire_all()
    assert (db.session.get(Response, (attempt.id, 1)).answer is not None) == (stepped == 200)


def test_the_same_save_at_the_same_moment_is_acknowledged_each_time(app, person, browser, attempt):
    page, ticket, began = page_of(attempt), ticket_of(browser, attempt.token), milliseconds(now())

    def act(client, number):
        found = []
        for each in range(10):
            data = {"answer": ("true", "false")[each % 2], "sequence": began + each}
            answer = client.post(f"{page}/saves/1", data=data, headers={**JSON, "X-Ticket": ticket})
            found.append((answer.status_code, answer.json.get("superseded")))
            together.wait()
        return found

    together = Barrier(TABS, timeout=20)
    assert at_once(app, person, act) == [[(200, False)] * 10] * TABS
