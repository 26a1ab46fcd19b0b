"""Questions that are answered step by step: the server decides where one stands, and nothing further leaves it."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from sqlalchemy import select

from academy.clock import now
from academy.db import db
from courses.practice.models import PracticeItem, PracticeSession
from courses.practice.services import sessions
from courses.question_types.case.parts import read_parts
from courses.question_types.installed import get
from courses.questions.models import QuestionVersion
from courses.quizzes import services
from courses.quizzes.models import QuizTry
from courses.quizzes.rules import milliseconds
from tests.factories import make_attempt, make_person, make_question, make_quiz
from tests.integration.learning.test_at_once import at_once
from tests.integration.sitting.helpers import JSON, page_of, save_json, stored, ticket_of
from tests.support import count_queries

KEY = "scenario_question"
TYPE = get(KEY)
CONTENT = TYPE.examples[0].content
FIRST, SECOND, GOOD, POOR = "门开了一条缝", "他开口了", "约好了下次", "门在你面前关上"
SECRETS = [
    "先接住情绪",
    "看见了才说得清",
    "他要的是有人管",
    "先听，再看",
    "信任 +",
    "弄清情况",
    "他搬来凳子",
    GOOD,
    POOR,
]


@pytest.fixture
def sit(person, clock):
    """Start an attempt at a quiz of one scenario question in this mode; choices stand in the author's order."""

    def start(mode="after_submission", **settings):
        quiz = make_quiz(KEY, feedback=mode, **{"shuffle_options": False, **settings})
        return make_attempt(person, services.freeze(quiz))

    return start


@pytest.fixture
def step(browser, clock):
    """Send these steps a second later, as the page's script does."""

    def take(attempt, *steps, **fields):
        clock.move(seconds=1)
        return save_json(browser, attempt, 1, *map(str, steps), **{"sequence": milliseconds(now()), **fields})

    return take


def send(browser, attempt, *steps, go="", **fields):
    """Send these steps as the form does without scripts."""
    data = {"answer": [str(each) for each in steps], "n": 1, **({"go": go} if go else {}), **fields}
    return browser.post(page_of(attempt, "/answers/1"), data=data)


def everything(browser, attempt):
    pages = [
        browser.get(page_of(attempt, tail)).get_data(as_text=True) for tail in ("", "/cards", "/cards?n=1", "/check")
    ]
    return "".join(pages)


def earned(attempt):
    return services.score_of(services.submit(attempt)).earned


# -- what is shown ---------------------------------------------------------------------------------------------------


def test_only_the_scene_one_stands_in_and_the_way_behind_leave_the_server(browser, sit, step):
    attempt = sit()
    seen = everything(browser, attempt)
    assert FIRST in seen
    assert not [secret for secret in [*SECRETS, SECOND, "门开大了些"] if secret in seen]
    answer = step(attempt, 0)
    assert answer.json["superseded"] is False and answer.json["answered"] is False
    assert not [secret for secret in [*SECRETS, SECOND] if secret in json.dumps(answer.json, ensure_ascii=False)]
    seen = everything(browser, attempt)
    assert SECOND in seen and "门开大了些" in seen
    assert not [secret for secret in SECRETS if secret in seen]
    assert step(attempt, 0, 0).json["answered"] is True
    seen = everything(browser, attempt)
    assert GOOD in seen and "他搬来凳子" in seen
    assert not [secret for secret in SECRETS if secret in seen and secret not in (GOOD, "他搬来凳子")]


def test_the_review_shows_the_way_and_the_better_one_when_it_may(browser, sit, step):
    attempt = sit()
    step(attempt, 0)
    step(attempt, 0, 1)
    browser.post(page_of(attempt, "/submit"))
    words = browser.get(page_of(attempt, "/result")).words
    assert "看见了才说得清" in words and "最佳走法" in words and GOOD in words and "他要的是有人管" in words
    hidden = sit(review_policy="never")
    step(hidden, 0)
    browser.post(page_of(hidden, "/submit"))
    words = browser.get(page_of(hidden, "/result")).words
    assert "先道歉" in words
    assert not [secret for secret in SECRETS if secret in words]


def test_the_order_of_choices_tells_nothing_of_the_authors(person, clock):
    version = services.freeze(make_quiz(KEY, shuffle_options=True, attempts_allowed=0))
    first = set()
    for _n in range(12):
        attempt = make_attempt(person, version)
        first.add(tuple(services.paper(attempt)[0].shown["choices"]))
        services.submit(attempt)
    assert len(first) == 2


def test_a_shuffled_step_is_the_one_that_was_shown(browser, person, clock, step):
    version = services.freeze(make_quiz(KEY, shuffle_options=True, attempts_allowed=0))
    for _n in range(4):
        attempt = make_attempt(person, version)
        place = services.paper(attempt)[0].shown["choices"].index("先道歉，说上次的事自己去查，今天只问一件事")
        step(attempt, place)
        assert stored(attempt, 1) == {"path": [0], "ended": False}
        assert services.paper(attempt)[0].shown["sent"] == [place]
        services.submit(attempt)


# -- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "sentence"),
    [
        ((1,), "在别处往下走了"),
        ((1, 0), "列出的做法"),
        ((0, 9), "列出的做法"),
        ((0, -1), "列出的做法"),
        ((0, "x" * 50), "列出的做法"),
        ((0, 0, 0), "列出的做法"),
        (tuple([0] * 300), "列出的做法"),
    ],
)
def test_a_way_that_does_not_go_on_from_here_is_refused_and_changes_nothing(browser, sit, steps, sentence, step):
    attempt = sit()
    step(attempt, 0)
    before = stored(attempt, 1)
    refused = step(attempt, *steps)
    assert refused.status_code == 409
    assert refused.json["step"] is True and sentence in refused.json["error"]
    assert stored(attempt, 1) == before == {"path": [0], "ended": False}
    page = browser.post(page_of(attempt, "/answers/1"), data={"answer": [str(each) for each in steps], "n": 1})
    assert page.status_code == 303
    assert sentence in browser.get(page.location).page.text
    assert stored(attempt, 1) == before


def test_scenes_cannot_be_skipped(browser, sit, step):
    attempt = sit()
    refused = step(attempt, 0, 0)
    assert refused.status_code == 409 and "一次只能走一步" in refused.json["error"]
    assert stored(attempt, 1) is None
    assert SECOND not in everything(browser, attempt)


def test_an_answer_in_the_form_that_is_kept_cannot_be_sent(browser, sit):
    attempt = sit()
    for forged in ('{"path":[0,0],"ended":true}', "[0,0]", "0,0"):
        assert save_json(browser, attempt, 1, forged, sequence=milliseconds(now())).status_code == 409
    assert stored(attempt, 1) is None
    assert earned(attempt) == 0


def test_an_older_page_and_an_answer_sent_again_take_nothing_back(browser, sit, step):
    attempt = sit()
    step(attempt, 0)
    moment = milliseconds(now()) + 500
    for _n in range(2):  # the acknowledgement got lost
        again = step(attempt, 0, 1, sequence=moment)
        assert again.status_code == 200 and again.json["superseded"] is False
    for steps in ((), (0,)):
        assert step(attempt, *steps, flagged="1").status_code == 200
        assert stored(attempt, 1) == {"path": [0, 1], "ended": True}
    assert send(browser, attempt, go="next").status_code == 303
    assert stored(attempt, 1) == {"path": [0, 1], "ended": True}
    assert earned(attempt) == 25


def test_of_windows_that_step_at_the_same_moment_one_goes_on(app, browser, person, sit, step, clock):
    attempt = sit()
    step(attempt, 0)
    token, ticket = attempt.token, ticket_of(browser, attempt.token)
    moment = milliseconds(now()) + 1000
    clock.move(seconds=2)

    def take(client, number):
        client.csrf = False
        data = {"answer": ["0", str(number % 2)], "sequence": moment + number}
        return client.post(f"/attempts/{token}/saves/1", data=data, headers={**JSON, "X-Ticket": ticket})

    answers = at_once(app, person, take)
    path = stored(attempt, 1)["path"]
    assert len(path) == 2
    for number, answer in enumerate(answers):
        assert answer.status_code == (200 if number % 2 == path[1] else 409), number


# -- modes, without scripts, cost ------------------------------------------------------------------------------------


def test_it_is_answered_without_scripts_and_only_an_ending_earns(browser, sit):
    attempt = sit()
    page = browser.get(page_of(attempt)).page
    assert [node.text for node in page.find_all("button", name="answer")]
    assert "选定就不能退回" in page.text
    answer = send(browser, attempt, 0)
    assert answer.location.endswith("?n=1")
    assert SECOND in browser.get(answer.location).words
    words = browser.get(page_of(attempt, "/check")).words
    assert "还有 1 题没有作答" in words and "还没有走到结局" in words
    unfinished = stored(attempt, 1)
    assert TYPE.grade(CONTENT, unfinished) == 0
    send(browser, attempt, 0, 0)
    assert "每道题都答了" in browser.get(page_of(attempt, "/check")).words
    assert earned(attempt) == 100


def test_at_once_it_is_checked_when_it_has_come_to_its_end(browser, sit, step):
    attempt = sit("immediate")
    step(attempt, 0)
    assert not browser.get(page_of(attempt)).page.find_all("button", value="try")
    answer = send(browser, attempt, 0, go="try")
    assert "先作答" in browser.get(answer.location).page.text
    step(attempt, 0, 1)
    assert browser.get(page_of(attempt)).page.find_all("button", value="try")
    send(browser, attempt, 0, 1, go="try")
    assert "最佳走法" in everything(browser, attempt)
    assert step(attempt, 1).json["superseded"] is True
    assert earned(attempt) == 25


def test_with_retries_a_checked_way_may_be_gone_anew(browser, sit, step):
    attempt = sit("retries", tries_allowed=3, penalty_hundredths=20)
    step(attempt, 1)
    assert send(browser, attempt, 0).status_code == 303  # before the check a choice is a choice
    assert stored(attempt, 1) == {"path": [1], "ended": True}
    send(browser, attempt, 1, go="try")
    seen = everything(browser, attempt)
    assert FIRST in seen and "最佳走法" not in seen
    assert not browser.get(page_of(attempt)).page.find_all("button", value="try")
    send(browser, attempt)  # turning the page keeps the way that was checked
    assert stored(attempt, 1) == {"path": [1], "ended": True}
    assert send(browser, attempt, 0, 0).status_code == 303
    assert stored(attempt, 1) == {"path": [1], "ended": True}
    for steps in ((0,), (0, 0)):
        send(browser, attempt, *steps)
    send(browser, attempt, 0, 0, go="try")
    shares = [
        Fraction(each.fraction_numerator, each.fraction_denominator) for each in db.session.scalars(select(QuizTry))
    ]
    assert sorted(shares) == [0, 1]
    assert earned(attempt) == 80


def test_how_sure_one_is_can_be_said_afterwards(browser, sit, step):
    attempt = sit("confidence")
    step(attempt, 0)
    step(attempt, 0, 0)
    assert step(attempt, 0, 0, confidence="3").status_code == 200
    assert earned(attempt) == 100


def test_a_step_costs_two_statements_more_than_other_answers(browser, sit):
    attempt = sit()
    token, ticket = attempt.token, ticket_of(browser, attempt.token)
    for path, most in (("/saves/1", 4), ("/cards?n=1", 3)):
        with count_queries() as queries:
            if path == "/saves/1":
                data = {"answer": "0", "sequence": milliseconds(now())}
                browser.post(f"/attempts/{token}{path}", data=data, headers={**JSON, "X-Ticket": ticket})
            else:
                browser.get(f"/attempts/{token}{path}")
        queries.assert_at_most(most)
    assert stored(attempt, 1) == {"path": [0], "ended": False}


# -- elsewhere -------------------------------------------------------------------------------------------------------


def test_the_author_tries_it_out_step_by_step(sign_in, person, step):
    teacher = make_person("instructor")
    quiz = make_quiz(KEY, owner=teacher)
    desk = sign_in(teacher)
    address = f"/studio/quizzes/{quiz.id}/preview?n=1&try=1"
    assert SECOND in desk.get(f"{address}&answer=0").words
    assert "最佳走法" not in desk.get(f"{address}&answer=0").words
    assert "最佳走法" in desk.get(f"{address}&answer=0&answer=1").words
    assert FIRST in desk.get(f"{address}&answer=7").words


def practise(person):
    question = make_question(KEY, category="走访")
    session = PracticeSession(person_id=person.id, kind="chapter", chosen={})
    db.session.add(session)
    db.session.flush()
    db.session.add(PracticeItem(session_id=session.id, position=1, question_version_id=question.current_version_id))
    db.session.flush()
    return session


def test_it_is_practised_step_by_step(browser, person, clock):
    session = practise(person)
    address = f"/practice/sessions/{session.token}"
    page = browser.get(address)
    assert FIRST in page.words and not page.page.find_all("button", value="answer")
    shown = sessions.questions(session)[0].question.shown["choices"]
    at = shown.index("先道歉，说上次的事自己去查，今天只问一件事")
    answer = browser.post(f"{address}/1", data={"answer": str(at)})
    seen = browser.get(answer.location).words
    assert SECOND in seen and not [secret for secret in SECRETS if secret in seen]
    other = browser.post(f"{address}/1", data={"answer": str(1 - at)})
    assert "在别处往下走了" in browser.get(other.location).page.text
    assert browser.post(f"{address}/1", data={"answer": str(at)}).status_code == 422
    place = sessions.questions(session)[0].question.shown["choices"].index("请他指给你看，当面记下来")
    answer = browser.post(f"{address}/1", data={"answer": [str(at), str(place)]})
    assert "答对" in browser.get(answer.location).words
    item = db.session.scalars(select(PracticeItem)).one()
    assert item.fraction == 1 and item.answer == {"path": [0, 0], "ended": True}


def test_giving_up_a_practised_way_shows_the_best_one(browser, person, clock):
    session = practise(person)
    address = f"/practice/sessions/{session.token}"
    answer = browser.post(f"{address}/1", data={"go": "show"})
    assert "最佳走法" in browser.get(answer.location).words


def test_a_case_refuses_it_with_a_sentence(sign_in, clock):
    version = db.session.get(QuestionVersion, make_question(KEY).current_version_id)
    part = {"id": "1", "type": KEY, "weight": 100, "content": version.content}
    case = get("case")
    assert case.problems({**case.examples[0].content, "parts": [part]})
    _parts, problems = read_parts("【情景】走访\n答案：\n## 1 门口\n门关着。")
    assert [str(each) for each in problems] == ["第 1 行：情景题要一步一步作答，不能放在案例里，请单独出一道题"]
