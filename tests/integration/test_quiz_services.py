"""Sitting quizzes, on the database: starting, saving, handing in, what is shown."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict

from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.signals import attempt_submitted
from courses.question_types import installed
from courses.quizzes import jobs, services
from courses.quizzes.models import Attempt, Response
from courses.quizzes.rules import milliseconds
from courses.quizzes.services import starting
from tests.factories import make_attempt, make_person, make_question, make_quiz, make_quiz_version
from tests.support import count_queries


def save(attempt, position, *values, person, sequence=None, flagged=False):
    place = services.sitting(attempt.token, person, position)
    form = MultiDict([("answer", value) for value in values])
    return services.save_answer(place, form, flagged=flagged, sequence=sequence)


def answer_of(attempt, position):
    return db.session.get(Response, (attempt.id, position), populate_existing=True).answer


def right(attempt, position):
    """What a browser sends for the right answer to a question."""
    content = attempt.quiz_version.slots[position - 1].question_version
    answer = installed.get(content.type).correct_answer(content.content)
    if isinstance(answer, bool):
        return ["true" if answer else "false"]
    return answer if isinstance(answer, list) else [answer]


# -- starting ------------------------------------------------------------------------------------------------------


def test_starting_twice_gives_the_same_attempt(app):
    person, version = make_person(), make_quiz_version()
    first = services.start_attempt(person, version, {"lesson_id": 7}, "/learn/x/7")
    assert services.start_attempt(person, version, {"lesson_id": 7}, "/learn/x/7") is first
    assert (first.number, first.origin, first.return_path) == (1, {"lesson_id": 7}, "/learn/x/7")


def test_two_starts_at_the_same_moment_give_one_attempt(app, monkeypatch):
    """The second request looked before the first had written, and then meets it in the database."""
    person, version = make_person(), make_quiz_version()
    first, look = services.start_attempt(person, version), starting.intro
    looks = iter([lambda state: replace(state, open_attempt=None), lambda state: state])
    monkeypatch.setattr(starting, "intro", lambda *args: next(looks)(look(*args)))
    assert services.start_attempt(person, version) is first


def test_the_deadline_counts_from_the_start(app, clock):
    attempt = make_attempt(quiz_version=make_quiz_version(time_limit_seconds=600))
    assert (attempt.deadline_at - attempt.started_at).total_seconds() == 600
    assert make_attempt(quiz_version=make_quiz_version(time_limit_seconds=None)).deadline_at is None


@pytest.mark.parametrize("path", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:1"])
def test_the_way_back_stays_on_this_site(app, path):
    assert make_attempt(return_path=path).return_path == ""


def test_attempts_run_out(app, clock):
    person, version = make_person(), make_quiz_version(attempts_allowed=2)
    for number in (1, 2):
        attempt = services.start_attempt(person, version)
        assert attempt.number == number
        services.submit(attempt)
    with pytest.raises(UserError, match="2 次机会已经用完") as raised:
        services.start_attempt(person, version)
    assert raised.value.status == 409
    assert services.intro(version, person).reason == raised.value.message


def test_a_resit_may_have_to_wait(app, clock):
    person, version = make_person(), make_quiz_version(retry_wait_seconds=3600)
    services.submit(services.start_attempt(person, version))
    with pytest.raises(UserError, match="10:00 以后可以再考"):
        services.start_attempt(person, version)
    clock.move(hours=1)
    assert services.start_attempt(person, version).number == 2


def test_an_overdue_attempt_is_handed_in_before_the_next_one_starts(app, clock):
    person, version = make_person(), make_quiz_version(time_limit_seconds=60)
    first = services.start_attempt(person, version)
    clock.move(seconds=66)
    assert services.start_attempt(person, version) is first, "its result is to be seen first"
    assert (first.state, first.submitted_by, first.submitted_at) == ("submitted", "deadline", first.deadline_at)
    assert services.start_attempt(person, version).number == 2


def test_a_new_version_of_the_quiz_counts_the_attempts_of_the_old_one(app):
    person, quiz = make_person(), make_quiz(attempts_allowed=1)
    services.submit(services.start_attempt(person, services.freeze(quiz)))
    services.add_question(quiz, make_question("true_false"))
    assert services.intro(services.freeze(quiz), person).start.refusal == "none_left"


def test_the_database_lets_nobody_have_two_open_attempts(app):
    first = make_attempt()
    db.session.add(
        Attempt(person_id=first.person_id, quiz_id=first.quiz_id, quiz_version_id=first.quiz_version_id, number=2)
    )
    with pytest.raises(IntegrityError):
        db.session.flush()


# -- saving --------------------------------------------------------------------------------------------------------


def test_an_answer_is_kept(app, clock):
    person = make_person()
    attempt = make_attempt(person)
    saved = save(attempt, 4, "快", "必", person=person, flagged=True)
    response = db.session.get(Response, (attempt.id, 4))
    assert (response.answer, response.flagged, response.sequence) == (["快", "必"], True, saved.sequence)
    assert (saved.superseded, saved.answered, saved.saved_at) == (False, True, now())


def test_an_older_answer_never_overwrites_a_newer_one(app, clock):
    person = make_person()
    attempt = make_attempt(person)
    at = milliseconds(now())
    assert not save(attempt, 3, "true", person=person, sequence=at - 100).superseded
    assert save(attempt, 3, "false", person=person, sequence=at - 500).superseded
    assert answer_of(attempt, 3) is True
    assert save(attempt, 3, "false", person=person, sequence=at - 100).superseded, "repeated: nothing changes"
    assert answer_of(attempt, 3) is True
    assert not save(attempt, 3, "false", person=person, sequence=at - 50).superseded
    assert answer_of(attempt, 3) is False


def test_the_database_itself_refuses_an_older_answer(app, clock):
    """Two requests may both have read the old sequence before either wrote."""
    person = make_person()
    attempt = make_attempt(person)
    stale = services.sitting(attempt.token, person, 3)
    at = milliseconds(now())
    save(attempt, 3, "true", person=person, sequence=at - 100)
    late = services.save_answer(stale, MultiDict({"answer": "false"}), flagged=False, sequence=at - 500)
    assert late.superseded
    assert answer_of(attempt, 3) is True


def test_an_answer_can_be_taken_back(app, clock):
    person = make_person()
    attempt = make_attempt(person)
    save(attempt, 2, "x", person=person)
    assert not save(attempt, 2, person=person).answered
    assert answer_of(attempt, 2) is None


def test_nobody_saves_into_somebody_elses_attempt(app):
    attempt = make_attempt()
    assert services.sitting(attempt.token, make_person(), 1) is None
    assert services.find_attempt(attempt.token, make_person()) is None


@pytest.mark.parametrize("position", [0, -1, 5, 10**9])
def test_a_question_that_is_not_there_cannot_be_answered(app, position):
    person = make_person()
    assert services.sitting(make_attempt(person).token, person, position) is None


def test_no_answer_counts_after_the_end(app, clock):
    person = make_person()
    attempt = make_attempt(person, make_quiz_version(time_limit_seconds=60))
    clock.move(seconds=64)
    save(attempt, 3, "true", person=person)
    clock.move(seconds=2)
    with pytest.raises(UserError, match="作答时间已经结束") as raised:
        save(attempt, 3, "false", person=person)
    assert raised.value.status == 409
    assert answer_of(attempt, 3) is True


def test_saving_costs_one_query_and_one_statement(app, clock):
    person = make_person()
    attempt = make_attempt(person)
    db.session.commit()
    with count_queries() as queries:
        save(attempt, 1, "x", person=person)
    queries.assert_at_most(2)


# -- handing in ----------------------------------------------------------------------------------------------------


def test_all_right_is_full_marks(app, clock):
    person, heard = make_person(), []
    attempt = make_attempt(person)
    for position in range(1, 5):
        save(attempt, position, *right(attempt, position), person=person)
    with attempt_submitted.connected_to(lambda sender, attempt: heard.append(attempt)):
        services.submit(attempt)
        services.submit(attempt)
    assert services.score_of(attempt).share == 1
    assert (attempt.passed, attempt.submitted_by) == (True, "person")
    assert heard == [attempt], "the news goes out once"


def test_scores_are_exact(app, clock):
    person = make_person()
    version = make_quiz_version("fill_in", "single_choice", "true_false", marks=100)
    attempt = make_attempt(person, version)
    save(attempt, 1, right(attempt, 1)[0], "不对", person=person)
    services.submit(attempt)
    score = services.score_of(attempt)
    assert (score.earned, score.possible, score.share) == (Fraction(50), 300, Fraction(1, 6))
    assert not attempt.passed


def test_every_question_has_a_graded_response_in_the_end(app):
    attempt = make_attempt()
    services.submit(attempt)
    rows = db.session.scalars(select(Response).where(Response.attempt_id == attempt.id)).all()
    assert [(row.fraction_numerator, row.fraction_denominator) for row in rows] == [(0, 1)] * 4


def test_a_type_that_is_gone_loses_nothing_and_counts_for_nobody(app, monkeypatch):
    person = make_person()
    attempt = make_attempt(person)
    save(attempt, 3, *right(attempt, 3), person=person)
    chosen = right(attempt, 1)
    save(attempt, 1, *chosen, person=person)
    left = {key: type_ for key, type_ in installed.all_types().items() if key != "single_choice"}
    monkeypatch.setattr(installed, "all_types", lambda: left)
    services.submit(attempt)
    score = services.score_of(attempt)
    assert (score.earned, score.possible) == (100, 300)
    response = db.session.get(Response, (attempt.id, 1))
    assert response.fraction_numerator is None
    assert [response.answer] == chosen


def test_the_worker_hands_in_what_is_overdue(app, clock):
    late = [make_attempt(quiz_version=make_quiz_version(time_limit_seconds=60)) for _ in range(2)]
    in_time = make_attempt(quiz_version=make_quiz_version(time_limit_seconds=600))
    without_limit = make_attempt()
    clock.move(seconds=65)
    assert services.overdue() == []
    clock.move(seconds=1)
    jobs.close_overdue_attempts()
    db.session.expire_all()
    assert [attempt.submitted_by for attempt in late] == ["deadline", "deadline"]
    assert in_time.state == without_limit.state == "open"


def test_one_attempt_that_cannot_be_graded_does_not_hold_up_the_others(app, clock, caplog):
    first, second = [make_attempt(quiz_version=make_quiz_version(time_limit_seconds=60)) for _ in range(2)]
    db.session.commit()
    clock.move(seconds=70)
    first_id = first.id

    def fail(sender, attempt):
        if attempt.id == first_id:
            raise RuntimeError("a listener broke")

    with attempt_submitted.connected_to(fail):
        jobs.close_overdue_attempts()
    db.session.expire_all()
    assert (first.state, second.state) == ("open", "submitted")
    assert "could not be handed in" in caplog.text


# -- what stands before --------------------------------------------------------------------------------------------


def test_the_best_attempt_counts(app, clock):
    person, version = make_person(), make_quiz_version("true_false", "true_false")
    for values in ([], [1, 2], [1]):
        attempt = services.start_attempt(person, version)
        for position in values:
            save(attempt, position, *right(attempt, position), person=person)
        services.submit(attempt)
    with count_queries() as queries:
        state = services.intro(version, person)
    queries.assert_at_most(1)
    assert (state.used, state.best.number, state.passed, state.start.left) == (3, 2, True, 0)
    assert state.open_attempt is None


def test_an_open_attempt_can_be_continued(app):
    person, version = make_person(), make_quiz_version()
    attempt = services.start_attempt(person, version)
    state = services.intro(version, person)
    assert (state.open_attempt, state.used, state.best) == (attempt, 0, None)


# -- showing -------------------------------------------------------------------------------------------------------


def test_shuffling_is_the_same_at_every_look(app):
    version = make_quiz_version(*["single_choice"] * 6, shuffle_questions=True, shuffle_options=True)
    attempt = make_attempt(quiz_version=version)
    looks = [
        [
            (each.number, each.position, [option["id"] for option in each.shown["options"]])
            for each in services.paper(attempt)
        ]
        for _ in range(2)
    ]
    assert looks[0] == looks[1]
    assert [number for number, _, _ in looks[0]] == [1, 2, 3, 4, 5, 6]
    assert sorted(position for _, position, _ in looks[0]) == [1, 2, 3, 4, 5, 6]


def test_a_paper_is_one_query_however_long(app):
    attempt = make_attempt(quiz_version=make_quiz_version(*["true_false"] * 30))
    db.session.commit()
    with count_queries() as queries:
        assert len(services.paper(attempt)) == 30
    queries.assert_at_most(1)
