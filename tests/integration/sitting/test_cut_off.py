"""Requests whose sender went away half-way: what arrived of them is no answer."""

from __future__ import annotations

import io

import pytest

from academy.clock import now
from courses.quizzes.rules import milliseconds
from tests.integration.sitting.helpers import JSON, page_of, save_json, stored, ticket_of

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("arrived", [b"", b"answer=true"])
def test_an_answer_that_arrives_in_part_leaves_the_one_that_stands(browser, attempt, arrived):
    at = milliseconds(now())
    save_json(browser, attempt, 3, "false", sequence=at)
    answer = browser.post(
        page_of(attempt, "/saves/3"),
        input_stream=io.BytesIO(arrived),
        content_type=FORM,
        # as the web server says: it ends the stream where nothing comes any more
        environ_overrides={"wsgi.input_terminated": True, "CONTENT_LENGTH": "30"},
        headers={**JSON, "X-Ticket": ticket_of(browser, attempt.token)},
    )
    assert (answer.status_code, stored(attempt, 3)) == (400, False)
    assert not save_json(browser, attempt, 3, "true", sequence=at + 1).json["superseded"], "sent again"


def test_an_answer_without_a_length_is_refused(browser, attempt):
    save_json(browser, attempt, 3, "false")
    answer = browser.post(
        page_of(attempt, "/saves/3"),
        input_stream=io.BytesIO(b"answer=true"),
        content_type=FORM,
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
        headers={**JSON, "X-Ticket": ticket_of(browser, attempt.token)},
    )
    assert (answer.status_code, stored(attempt, 3)) == (411, False)
