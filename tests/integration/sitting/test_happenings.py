"""What happened during an attempt: told with the answers, bounded, and shown to the author of the quiz alone."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from academy.clock import now
from academy.db import db
from courses.quizzes import services
from courses.quizzes.models import QuizEvent
from courses.quizzes.rules import milliseconds
from courses.quizzes.rules.happenings import MOST_PER_ATTEMPT
from tests.factories import make_attempt, make_person, make_quiz, make_quiz_version
from tests.integration.sitting.helpers import JSON, page_of, save_json, stored, ticket_of
from tests.support import count_queries


def told(*facts):
    return json.dumps([[kind, milliseconds(now() + timedelta(seconds=seconds))] for kind, seconds in facts])


def noted(attempt):
    query = select(QuizEvent).where(QuizEvent.attempt_id == attempt.id).order_by(QuizEvent.at, QuizEvent.id)
    return [(each.kind, int((each.at - attempt.started_at).total_seconds())) for each in db.session.scalars(query)]


def tell(browser, attempt, events, ticket=None):
    headers = {**JSON, "X-Ticket": ticket_of(browser, attempt.token) if ticket is None else ticket}
    return browser.post(page_of(attempt, "/events"), data={"events": events}, headers=headers)


def test_facts_come_with_an_answer_and_only_once(browser, attempt, clock):
    clock.move(minutes=2)
    facts = told(("left", -70), ("back", -60))
    for answer in ("true", "false"):
        assert save_json(browser, attempt, 3, answer, events=facts).status_code == 200
    assert noted(attempt) == [("left", 50), ("back", 60)]
    assert stored(attempt, 3) is False


def test_leaving_is_told_by_itself(browser, attempt, clock):
    clock.move(minutes=1)
    assert tell(browser, attempt, told(("left", 0), ("second_tab", -5))).status_code == 200
    assert noted(attempt) == [("second_tab", 55), ("left", 60)]


def test_handing_in_tells_the_rest(browser, attempt, clock):
    clock.move(minutes=1)
    browser.post(page_of(attempt, "/submit"), data={"events": told(("back", 0))})
    assert (attempt.state, noted(attempt)) == ("submitted", [("back", 60)])


def test_nobody_tells_about_somebody_else(browser, attempt, sign_in):
    ticket = ticket_of(browser, attempt.token)
    assert tell(sign_in(make_person()), attempt, told(("left", 0)), ticket).status_code == 401
    assert tell(browser, attempt, told(("left", 0)), "x.y").status_code == 401
    assert noted(attempt) == []


def test_nothing_is_noted_after_the_end(browser, attempt, clock):
    services.submit(attempt)
    assert tell(browser, attempt, told(("left", 0))).status_code == 200
    assert noted(attempt) == []


@pytest.mark.parametrize("events", ["", "x", "[]", "{}", "[1]", '[["network", 1]]', "[" * 3000, '[["left", 1e400]]'])
def test_nonsense_is_nothing(browser, attempt, events):
    assert save_json(browser, attempt, 3, "true", events=events).status_code == 200
    assert noted(attempt) == []


def test_nobody_fills_the_database(browser, attempt, clock):
    for _ in range(12):
        clock.move(seconds=60)
        tell(browser, attempt, told(*[("left", -each) for each in range(50)]))
    count = db.session.scalar(select(func.count()).where(QuizEvent.attempt_id == attempt.id))
    assert count <= MOST_PER_ATTEMPT


def test_another_network_is_noted_once_without_the_whole_address(browser, person, clock):
    attempt = make_attempt(person, make_quiz_version("true_false"), network="198.51.100.*")
    for answer in ("true", "false"):
        save_json(browser, attempt, 1, answer)
    row = db.session.scalars(select(QuizEvent)).one()
    assert (row.kind, row.detail) == ("network", "127.0.0.*")


def test_a_kind_that_nobody_knows_is_refused(attempt):
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add(QuizEvent(attempt_id=attempt.id, kind="cheated", at=now()))


def test_a_save_that_tells_nothing_costs_nothing_more(browser, person, clock):
    token = make_attempt(person, make_quiz_version("true_false"), network="127.0.0.*").token
    headers = {**JSON, "X-Ticket": ticket_of(browser, token)}
    for events, most in (("", 2), (told(("left", 0)), 3)):
        with count_queries() as queries:
            browser.post(f"/attempts/{token}/saves/1", data={"answer": "true", "events": events}, headers=headers)
        queries.assert_at_most(most)


# -- the author's pages --------------------------------------------------------------------------------------------


@pytest.fixture
def author(app):
    return make_person("instructor")


@pytest.fixture
def quiz(author):
    return make_quiz("true_false", owner=author)


@pytest.fixture
def sat(browser, person, quiz, clock):
    attempt = make_attempt(person, services.freeze(quiz), network="127.0.0.*")
    clock.move(minutes=10)
    save_json(browser, attempt, 1, "true", events=told(("left", -300), ("back", -240), ("left", -200), ("back", -130)))
    clock.move(minutes=5)
    return services.submit(attempt)


def test_the_author_sees_who_sat_and_what_happened(sign_in, author, person, quiz, sat):
    page = sign_in(author).get(f"/studio/quizzes/{quiz.id}/attempts")
    assert person.name in page.words
    assert "离开页面 2 次，共 2 分 10 秒" in page.words
    page = sign_in(author).get(f"/studio/quizzes/{quiz.id}/attempts/{sat.id}")
    assert [text in page.words for text in ("离开页面", "回到页面", "开始后 5 分", "交卷")] == [True] * 4


def test_the_editor_leads_there(sign_in, author, quiz):
    page = sign_in(author).get(f"/studio/quizzes/{quiz.id}").page
    assert page.find("a", href=f"/studio/quizzes/{quiz.id}/attempts")
    assert "还没有人作答" in sign_in(author).get(f"/studio/quizzes/{quiz.id}/attempts").words


@pytest.mark.parametrize(("role", "status"), [("trainee", 403), ("instructor", 403), ("admin", 200)])
def test_nobody_else_sees_it(sign_in, quiz, sat, role, status):
    browser = sign_in(make_person(role))
    for tail in ("", f"/{sat.id}"):
        assert browser.get(f"/studio/quizzes/{quiz.id}/attempts{tail}").status_code == status


def test_an_attempt_at_another_quiz_is_not_there(sign_in, author, sat):
    other = make_quiz("true_false", owner=author)
    assert sign_in(author).get(f"/studio/quizzes/{other.id}/attempts/{sat.id}").status_code == 404


def test_the_list_costs_the_same_however_many_there_are(sign_in, author, quiz):
    version, browser = services.freeze(quiz), sign_in(author)
    path, costs = f"/studio/quizzes/{quiz.id}/attempts", []
    for _ in range(2):
        for _ in range(3):
            make_attempt(make_person(), version)
        with count_queries() as queries:
            browser.get(path)
        costs.append(len(queries.statements))
    assert costs[0] == costs[1]
    queries.assert_at_most(9)  # four of them are what the console counts beside its menu
