"""Requests about marking at the very same moment, where each finds nothing and writes the first row."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from academy.audit.models import AuditEntry
from academy.db import db
from courses.marking.models import MarkingPhrase, MarkingPlan, QuizMarker
from courses.quizzes import services as quizzes
from tests.factories import make_person, make_quiz
from tests.integration.learning.test_at_once import TABS, at_once
from tests.integration.marking.helpers import sit


@pytest.fixture
def teacher(app):
    return make_person("instructor")


@pytest.fixture
def quiz(teacher):
    return make_quiz("single_choice", "essay", owner=teacher, marks=500)


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def test_the_first_plan_may_be_sent_twice(app, teacher, quiz):
    address = f"/studio/marking/{quiz.id}/settings"

    def settle(client, number):
        return client.post(address, data={"two_markers": "1", "limit_percent": str(10 + number)}).status_code

    assert at_once(app, teacher, settle) == [303] * TABS
    plan = db.session.scalars(select(MarkingPlan)).one()
    assert (plan.two_markers, 10 <= plan.limit_percent < 10 + TABS) == (True, True)


def test_a_marker_may_be_named_twice(app, teacher, quiz):
    other = make_person("instructor")
    address, form = f"/studio/marking/{quiz.id}/settings", {"action": "name", "username": other.username}
    assert at_once(app, teacher, lambda client, number: client.post(address, data=form).status_code) == [303] * TABS
    assert count(QuizMarker) == 1
    named = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "marking.marker_named")
    assert db.session.scalar(named) == 1


def test_a_phrase_that_is_kept_with_several_answers_is_kept_once(app, teacher, quiz):
    version = quizzes.freeze(quiz)
    attempts = [sit(version).id for _ in range(TABS)]
    form = {"seen-": "0", "comment-": "要写到现场看", "level--1": "1", "level--2": "1", "keep": ""}

    def mark(client, number):
        return client.post(f"/studio/marking/answers/{attempts[number]}/2", data=form).status_code

    assert at_once(app, teacher, mark) == [303] * TABS
    assert db.session.scalars(select(MarkingPhrase.text)).all() == ["要写到现场看"]
