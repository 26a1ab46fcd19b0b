"""Background work that its worker did not end."""

from __future__ import annotations

import pytest

from academy.db import db
from academy.jobs import queue
from academy.jobs.models import Job
from academy.jobs.queue import MOST_TRIES, take_up_again
from tests.factories import make_person


@pytest.fixture
def done(app, monkeypatch):
    """What the work "look" was asked for."""
    asked: list[int] = []
    monkeypatch.setitem(queue._works, "look", lambda progress, number: asked.append(number))
    return asked


def left_behind(**values) -> Job:
    row = Job(
        token=f"left-{values['state']}", kind="look", owner_id=make_person().id, arguments={"number": 7}, **values
    )
    db.session.add(row)
    db.session.commit()
    return row


@pytest.mark.parametrize("state", ["running", "waiting"])
def test_a_new_worker_takes_up_what_was_left(done, state):
    row = left_behind(state=state, tries=1 if state == "running" else 0)
    take_up_again()
    db.session.refresh(row)
    assert (row.state, done) == ("done", [7])


def test_work_that_brings_its_worker_down_is_given_up(done):
    row = left_behind(state="running", tries=MOST_TRIES)
    take_up_again()
    db.session.refresh(row)
    assert (row.state, bool(row.message), done) == ("failed", True, [])


def test_what_has_ended_stays_as_it_is(done):
    row = left_behind(state="failed", tries=1, message="no")
    take_up_again()
    db.session.refresh(row)
    assert (row.state, row.message, done) == ("failed", "no", [])


def test_work_that_is_delivered_twice_is_done_once(done):
    row = left_behind(state="waiting")
    queue.run(row.id)
    queue.run(row.id)
    assert done == [7]
