"""Background work that its worker did not end."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from academy.db import db
from academy.jobs import queue
from academy.jobs.models import Job
from academy.jobs.queue import MOST_TRIES, take_up_again
from courses.analysis.models import ItemAnalysis
from courses.exchange.models import ImportBatch
from courses.marking.models import Regrade
from tests.factories import make_person, make_quiz_version
from tests.factories.studio import make_stored_file

AN_HOUR = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
GIVEN_UP = [
    ("exchange.read", {}, "reading", "failed"),
    ("exchange.enter", {}, "importing", "previewed"),
    ("exchange.enter", {"imported_at": AN_HOUR}, "importing", "imported"),
    ("marking.regrade", {}, "waiting", "failed"),
    ("marking.regrade", {}, "undoing", "done"),
    ("analysis.compute", {}, "waiting", "failed"),
]
"""Kind of work, further columns of the row that waits for it, its state while it waits, and afterwards."""


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


@pytest.mark.parametrize(("kind", "columns", "before", "after"), GIVEN_UP)
def test_what_waits_for_work_that_is_given_up_is_told(app, kind, columns, before, after):
    teacher = make_person("instructor")
    version = make_quiz_version("true_false", owner=teacher)
    question_id = version.slots[0].question_version.question_id
    rows = {
        "exchange.read": lambda: ImportBatch(file_id=make_stored_file(teacher).id, owner_id=teacher.id, format="plain"),
        "marking.regrade": lambda: Regrade(
            quiz_id=version.quiz_id, question_id=question_id, action="full", reason="题干有误"
        ),
        "analysis.compute": lambda: ItemAnalysis(quiz_version_id=version.id, which="all"),
    }
    waits = rows["exchange.read" if kind == "exchange.enter" else kind]()
    waits.state = before
    for name, value in columns.items():
        setattr(waits, name, value)
    db.session.add(waits)
    db.session.flush()
    arguments = {
        "exchange.read": {"batch_id": waits.id},
        "exchange.enter": {"batch_id": waits.id, "rows": [1]},
        "marking.regrade": {"regrade_id": waits.id},
        "analysis.compute": {"version_id": version.id, "which": "all"},
    }
    job = left_behind(state="running", tries=MOST_TRIES)
    job.kind, job.arguments = kind, arguments[kind]
    db.session.commit()
    take_up_again()
    db.session.expire_all()
    assert (job.state, waits.state) == ("failed", after)


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
