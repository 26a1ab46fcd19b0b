"""How many statements a sitting needs."""

from __future__ import annotations

from academy.clock import now
from courses.quizzes.rules import milliseconds
from tests.factories import make_attempt, make_quiz_version
from tests.integration.sitting.helpers import JSON, ticket_of
from tests.support import count_queries


def test_what_a_sitting_costs(browser, person, clock):
    token = make_attempt(person, make_quiz_version(*["single_choice"] * 20)).token
    for tail, most in (("", 3), ("?n=7", 3), ("/cards", 3), ("/check", 3)):  # who, which attempt, what questions
        with count_queries() as queries:
            browser.get(f"/attempts/{token}{tail}")
        queries.assert_at_most(most)
    data = {"answer": "x", "sequence": milliseconds(now())}
    with count_queries() as queries:
        headers = {**JSON, "X-Ticket": ticket_of(browser, token)}
        browser.post(f"/attempts/{token}/saves/7", data=data, headers=headers)
    queries.assert_at_most(2)
    with count_queries() as queries:
        browser.post(f"/attempts/{token}/submit")
    queries.assert_at_most(11)  # five of them for the notebook
    with count_queries() as queries:
        browser.get(f"/attempts/{token}/result")
    queries.assert_at_most(6)  # one of them asks for marks by hand and appeals, one for what explains the questions
