"""Regrades of many attempts: others save meanwhile, and whatever stops the work, nothing is changed twice or by halves."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from academy.db import db
from academy.jobs.queue import Progress
from courses.marking.models import Regrade, RegradeChange
from courses.marking.services import regrading, regrading_in_background
from courses.quizzes import services as quizzes
from tests.integration.marking.helpers import response
from tests.integration.marking.test_regrading import sat, standings
from tests.support.databases import others_may_write


class Killed(BaseException):
    """The worker is gone."""


@pytest.fixture
def attempts(quiz, monkeypatch):
    monkeypatch.setattr(regrading_in_background, "AT_A_TIME", 1)
    found = sat(quizzes.freeze(quiz), [False, False, True, False])
    db.session.commit()
    return found


@pytest.fixture
def waiting(quiz, teacher, attempts):
    """A regrade that its job has not begun."""
    question = response(attempts[0], 1).question_version.question
    row = Regrade(quiz_id=quiz.id, question_id=question.id, action="full", reason="题目有误", made_by_id=teacher.id)
    db.session.add(row)
    db.session.commit()
    return row


def commit(done, total):
    db.session.commit()


def stop_after(pieces, how):
    """Return a report that commits, and stops the work after some pieces."""

    def report(done, total):
        db.session.commit()
        if done == pieces:
            raise how

    return report


def changes():
    return db.session.scalar(select(func.count()).select_from(RegradeChange))


def work_on(row, report=commit):
    regrading_in_background.work_on(row.id, report)
    db.session.commit()


@pytest.mark.sqlite_only
def test_a_long_regrade_lets_others_write_in_between(quiz, teacher, attempts, monkeypatch):
    monkeypatch.setattr(regrading, "IN_A_JOB_FROM", 1)
    say, said = Progress.__call__, []

    def told(self, done, total):
        say(self, done, total)
        said.append((done, total, others_may_write()))

    monkeypatch.setattr(Progress, "__call__", told)
    regrading.start(quiz, response(attempts[0], 1).question_version.question, "full", teacher, "题目有误")
    db.session.commit()
    db.session.expire_all()
    assert said == [(0, 1, True), *((done, 4, True) for done in range(1, 5))]
    assert (db.session.scalars(select(Regrade.state)).all(), changes()) == (["done"], 3)


def test_a_regrade_goes_on_where_its_worker_was_killed(attempts, waiting):
    with pytest.raises(Killed):
        work_on(waiting, stop_after(2, Killed()))
    db.session.rollback()
    assert (waiting.state, changes()) == ("waiting", 2)
    work_on(waiting)
    assert (waiting.state, changes()) == ("done", 3)
    assert [response(attempt, 1).fraction_numerator for attempt in attempts] == [1, 1, 1, 1]
    done = standings(attempts)
    work_on(waiting)
    assert (standings(attempts), changes()) == (done, 3)


def test_what_a_regrade_changed_before_it_failed_is_given_back(attempts, waiting):
    before = standings(attempts)
    with pytest.raises(ValueError, match="broken"):
        work_on(waiting, stop_after(2, ValueError("broken")))
    db.session.rollback()
    assert standings(attempts) != before
    regrading_in_background.give_up(waiting.id)
    db.session.commit()
    assert (standings(attempts), waiting.state) == (before, "failed")


def test_what_cannot_even_be_given_back_can_be_undone_later(attempts, waiting, teacher, monkeypatch):
    before = standings(attempts)
    with pytest.raises(ValueError, match="broken"):
        work_on(waiting, stop_after(2, ValueError("broken")))
    db.session.rollback()
    with monkeypatch.context() as broken:
        broken.setattr(regrading, "give_back", lambda *arguments: 1 / 0)
        regrading_in_background.give_up(waiting.id)
        db.session.commit()
    assert (waiting.state, changes()) == ("done", 2)
    regrading.undo(waiting, teacher)
    assert (standings(attempts), waiting.state) == (before, "undone")


def test_an_undoing_goes_on_where_its_worker_was_killed(attempts, waiting):
    before = standings(attempts)
    work_on(waiting)
    waiting.state = "undoing"
    db.session.commit()
    with pytest.raises(Killed):
        work_on(waiting, stop_after(2, Killed()))
    db.session.rollback()
    assert waiting.state == "undoing" and standings(attempts) != before
    work_on(waiting)
    assert (standings(attempts), waiting.state) == (before, "undone")


def test_what_was_ended_by_another_meanwhile_is_left_alone(attempts, waiting):
    def ended(done, total):
        db.session.get_one(Regrade, waiting.id).state = "failed"
        db.session.commit()

    work_on(waiting, ended)
    assert (waiting.state, changes()) == ("failed", 1)
