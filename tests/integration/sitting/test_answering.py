"""Answering with and without scripts: what is saved, and for whom."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from academy.clock import now
from academy.db import db
from courses.question_types import installed
from courses.quizzes.rules import milliseconds
from tests.factories import make_attempt, make_person
from tests.integration.sitting.helpers import JSON, page_of, save_json, stored, ticket_of
from tests.support.html import parse

# -- one question a page, without scripts ----------------------------------------------------------------------------


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


# -- saving by script ------------------------------------------------------------------------------------------------


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
    assert not save_json(browser, attempt, 3, "true", sequence=at).json["superseded"], "the same save again"
    assert save_json(browser, attempt, 3, "false", sequence=at).json["superseded"]
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


# -- other people, other things --------------------------------------------------------------------------------------


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


# -- a type that is gone ---------------------------------------------------------------------------------------------


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


# -- the other questions, for the page's script ----------------------------------------------------------------------


def numbers_of(node):
    return [card.get("data-number") for card in node.find_all("div", class_="q")]


def test_the_first_page_brings_the_other_questions_along(browser, attempt):
    page = parse(browser.get(page_of(attempt)).text)
    assert numbers_of(page.find("form", id="answer-form")) == ["1"]
    assert numbers_of(page.find("template")) == ["2", "3", "4"]


def test_the_page_of_one_question_does_not(browser, attempt):
    page = parse(browser.get(page_of(attempt, "?n=2")).text)
    assert numbers_of(page) == ["2"]
