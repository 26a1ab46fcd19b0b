"""The pages of a sitting: saving with and without scripts, handing in, what may be seen when."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from academy.clock import now
from academy.db import db
from academy.web import tickets
from courses.question_types import installed
from courses.quizzes import services
from courses.quizzes.models import Response
from courses.quizzes.rules import milliseconds
from courses.quizzes.services.sittings import TICKET
from tests.factories import make_attempt, make_person, make_quiz, make_quiz_version
from tests.support import count_queries

JSON = {"Accept": "application/json"}
EXPLANATION = "这一句解析只有交卷以后才能看"


@pytest.fixture
def person(app):
    return make_person()


@pytest.fixture
def browser(person, sign_in):
    return sign_in(person)


@pytest.fixture
def attempt(person, clock):
    return make_attempt(person, make_quiz_version(time_limit_seconds=600), return_path="/learn/mediation/3")


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


# -- one question a page, without scripts --------------------------------------------------------------------------


def test_turning_the_page_saves(browser, attempt):
    page = browser.get(page_of(attempt))
    chosen = page.page.find("input", type="radio")["value"]
    answer = browser.submit(page, "/answers/", button="下一题", answer=chosen, flagged="1")
    assert answer.status_code == 303
    assert parse_qs(urlsplit(answer.location).query) == {"n": ["2"]}
    assert stored(attempt, 1) == chosen
    again = browser.get(page_of(attempt, "?n=1")).page
    assert again.one("input", type="radio", value=chosen).get("checked") is not None
    assert again.one("input", name="flagged").get("checked") is not None


@pytest.mark.parametrize(
    ("number", "go", "target"),
    [(2, "prev", "n=1"), (2, "next", "n=3"), (2, "4", "n=4"), (4, "check", "/check"), (1, "prev", "n=1"), (2, "", "n=2"),
     (2, "nonsense", "n=2"), (2, "9" * 30, "n=2")],
)  # fmt: skip
def test_every_button_saves_and_goes_on(browser, attempt, number, go, target):
    answer = browser.post(page_of(attempt, "/answers/3"), data={"answer": "true", "n": number, "go": go})
    assert answer.status_code == 303
    assert answer.location.endswith(target)
    assert stored(attempt, 3) is True


def test_the_last_question_leads_to_checking(browser, attempt):
    page = browser.get(page_of(attempt, "?n=4"))
    answer = browser.submit(page, "/answers/", button="保存并继续", answer=["快", "必"])
    assert answer.location.endswith("/check")
    assert stored(attempt, 4) == ["快", "必"]


@pytest.mark.parametrize(("n", "shown"), [("0", "第 1 题"), ("-3", "第 1 题"), ("99", "第 4 题"), ("x", "第 1 题")])
def test_a_number_that_is_not_there_shows_the_nearest(browser, attempt, n, shown):
    assert shown in browser.get(page_of(attempt, f"?n={n}")).words


def test_the_sheet_tells_what_is_answered(browser, attempt):
    save_json(browser, attempt, 3, "true", flagged="1")
    sheet = browser.get(page_of(attempt)).page.find("aside")
    assert sheet.find("button", aria_label="第 3 题，已答，已标记")
    assert sheet.find("button", aria_label="第 1 题，未答")["aria-current"] == "true"


def test_without_scripts_the_page_says_when_the_time_ends(browser, attempt):
    assert "截止09:10" in browser.get(page_of(attempt)).page.one("div", id="timer").text.replace(" ", "")


# -- saving by script ----------------------------------------------------------------------------------------------


def test_a_saved_answer_is_acknowledged(browser, attempt, clock):
    at = milliseconds(now())
    answer = save_json(browser, attempt, 4, "快", "必", sequence=at)
    assert answer.status_code == 200
    assert answer.json == {
        "sequence": at, "saved_at": "09:00", "superseded": False, "answered": True, "server_ms": at, "remaining": 600,
    }  # fmt: skip
    assert stored(attempt, 4) == ["快", "必"]


def test_answers_that_arrive_late_or_twice_change_nothing(browser, attempt):
    at = milliseconds(now())
    save_json(browser, attempt, 3, "true", sequence=at)
    assert save_json(browser, attempt, 3, "false", sequence=at - 1).json["superseded"]
    assert save_json(browser, attempt, 3, "true", sequence=at).json["superseded"]
    assert stored(attempt, 3) is True


@pytest.mark.parametrize("sequence", ["", "x", "-1", "99999999999999999999999", "1e9"])
def test_a_forged_sequence_breaks_nothing(browser, attempt, sequence):
    assert save_json(browser, attempt, 3, "true", sequence=sequence).status_code == 200
    db.session.commit()


@pytest.mark.parametrize("values", [["\x00坏"], ["x" * 100_000], ["🀄"] * 500, [""]])
def test_any_answer_can_be_sent(browser, attempt, values):
    for position in (1, 2, 3, 4):
        assert save_json(browser, attempt, position, *values).status_code == 200
    assert browser.get(page_of(attempt, "/check")).status_code == 200


def test_the_form_needs_a_token(browser, attempt):
    browser.csrf = False
    answer = browser.post(page_of(attempt, "/answers/3"), data={"answer": "true"}, headers=JSON)
    assert (answer.status_code, stored(attempt, 3)) == (401, None)


def test_the_page_hands_its_ticket_to_the_script(browser, attempt):
    form = browser.get(page_of(attempt)).page.one("form", id="answer-form")
    assert save_json(browser, attempt, 3, "true", ticket=form["data-ticket"]).status_code == 200
    assert stored(attempt, 3) is True


@pytest.mark.parametrize("ticket", ["", "x", "x.y", "é", "." * 1000])
def test_a_script_without_its_ticket_saves_nothing(browser, attempt, ticket):
    answer = save_json(browser, attempt, 3, "true", ticket=ticket.encode().decode("latin-1"))
    assert (answer.status_code, stored(attempt, 3)) == (401, None)


def test_the_ticket_of_another_attempt_saves_nothing(browser, attempt):
    other = make_attempt(make_person())
    answer = save_json(browser, attempt, 3, "true", ticket=ticket_of(browser, other.token))
    assert (answer.status_code, stored(attempt, 3)) == (401, None)


def test_the_ticket_of_another_person_saves_nothing(browser, attempt, sign_in):
    answer = save_json(sign_in(make_person()), attempt, 3, "true", ticket=ticket_of(browser, attempt.token))
    assert (answer.status_code, stored(attempt, 3)) == (401, None)


def test_a_ticket_ends_with_the_sign_in(browser, attempt, person):
    ticket = ticket_of(browser, attempt.token)
    person.session_key = "another"
    db.session.flush()
    assert save_json(browser, attempt, 3, "true", ticket=ticket).status_code == 401
    assert stored(attempt, 3) is None


def test_a_ticket_of_somebody_deactivated_saves_nothing(browser, attempt, person):
    person.is_active = False
    db.session.flush()
    assert save_json(browser, attempt, 3, "true").status_code == 401


# -- other people, other things ------------------------------------------------------------------------------------


@pytest.mark.parametrize("tail", ["", "?n=2", "/cards", "/check", "/result"])
def test_somebody_elses_attempt_is_not_there(sign_in, attempt, tail):
    assert sign_in(make_person("admin")).get(page_of(attempt, tail)).status_code == 404


@pytest.mark.parametrize("tail", ["/submit", "/answers/1"])
def test_nobody_acts_for_somebody_else(sign_in, attempt, tail):
    assert sign_in(make_person()).post(page_of(attempt, tail), data={"answer": "x"}).status_code == 404
    assert attempt.state == "open"
    assert stored(attempt, 1) is None


@pytest.mark.parametrize("path", ["/attempts/nothing", "/attempts/nothing/result", "/attempts/nothing/check"])
def test_what_does_not_exist_is_a_404(browser, path):
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize("position", [0, 5, 10**30])
def test_a_question_that_does_not_exist_is_a_404(browser, attempt, position):
    assert save_json(browser, attempt, position, "x").status_code == 404


# -- handing in ----------------------------------------------------------------------------------------------------


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


# -- the end of the time -------------------------------------------------------------------------------------------


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


# -- a type that is gone -------------------------------------------------------------------------------------------


def test_a_type_that_is_gone_is_shown_as_missing_and_its_answer_kept(browser, attempt, monkeypatch):
    save_json(browser, attempt, 3, "true")
    left = {key: type_ for key, type_ in installed.all_types().items() if key != "true_false"}
    monkeypatch.setattr(installed, "all_types", lambda: left)
    assert "题型现在没有安装，不能作答" in browser.get(page_of(attempt, "?n=3")).words
    assert browser.get(page_of(attempt, "/check")).status_code == 200
    assert save_json(browser, attempt, 3, "false", flagged="1").status_code == 200
    assert stored(attempt, 3) is True
    browser.post(page_of(attempt, "/submit"))
    words = browser.get(page_of(attempt, "/result")).words
    assert "没有计分，也没有扣分" in words
    assert stored(attempt, 3) is True


# -- no right answer before its time -------------------------------------------------------------------------------


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


@pytest.mark.parametrize("tail", ["?n=1", "?n=2", "?n=3", "?n=4", "/cards", "/check"])
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
        pages.append(re.sub(r'(name="csrf_token" value|data-ticket)="[^"]+"', "", body.replace(attempt.token, "TOKEN")))
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


# -- cost ----------------------------------------------------------------------------------------------------------


def test_what_a_sitting_costs(browser, person, clock):
    token = make_attempt(person, make_quiz_version(*["single_choice"] * 20)).token
    for tail, most in (("?n=7", 3), ("/cards", 3), ("/check", 3)):  # who, which attempt, what questions
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
    queries.assert_at_most(9)
    with count_queries() as queries:
        browser.get(f"/attempts/{token}/result")
    queries.assert_at_most(4)
