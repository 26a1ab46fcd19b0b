"""What the tests of a sitting share."""

from __future__ import annotations

from academy.db import db
from academy.web import tickets
from courses.question_types import installed
from courses.quizzes.models import Response
from courses.quizzes.services.sittings import TICKET

JSON = {"Accept": "application/json"}
EXPLANATION = "这一句解析只有交卷以后才能看"


def page_of(attempt, tail=""):
    return f"/attempts/{attempt.token}{tail}"


def ticket_of(browser, token):
    """The ticket that the page of this attempt would hold."""
    with browser.session_transaction() as session:
        identity, _dot, key = session["_user_id"].partition(".")
    return tickets.issue(TICKET, int(identity), token, tickets.sign_in_mark(key), "zh")


def save_json(browser, attempt, position, *answer, ticket=None, **fields):
    data = {"answer": list(answer), **fields}
    headers = {**JSON, "X-Ticket": ticket_of(browser, attempt.token) if ticket is None else ticket}
    return browser.post(page_of(attempt, f"/saves/{position}"), data=data, headers=headers)


def stored(attempt, position):
    response = db.session.get(Response, (attempt.id, position))
    return response.answer if response else None


def right_values(attempt, position):
    version = attempt.quiz_version.slots[position - 1].question_version
    answer = installed.get(version.type).correct_answer(version.content)
    values = answer if isinstance(answer, list) else [answer]
    return [str(value).lower() if isinstance(value, bool) else value for value in values]
