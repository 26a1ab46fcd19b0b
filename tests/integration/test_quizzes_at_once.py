"""Requests of authors about one quiz at the very same moment, where each finds nothing and writes the first row."""

from __future__ import annotations

from sqlalchemy import func, select

from academy.db import db
from courses.analysis.models import ItemAnalysis
from courses.quizzes import services as quizzes
from courses.quizzes.models import QuizAllowance
from tests.factories import make_attempt, make_person, make_quiz, make_quiz_version
from tests.integration.learning.test_at_once import TABS, at_once


def test_the_first_allowance_may_be_sent_twice(app):
    author, person = make_person("instructor"), make_person()
    address = f"/studio/quizzes/{make_quiz(owner=author).id}/allowances"

    def grant(client, number):
        form = {"person": str(person.id), "extra_minutes": str(10 + number), "reason": "手受伤了"}
        return client.post(address, data=form).status_code

    assert at_once(app, author, grant) == [303] * TABS
    assert 600 <= db.session.scalars(select(QuizAllowance.extra_seconds)).one() < 600 + TABS * 60


def test_the_first_analysis_may_be_asked_for_twice(app):
    author = make_person("instructor")
    version = make_quiz_version("single_choice", owner=author)
    quizzes.submit(make_attempt(make_person(), version))
    address, form = f"/studio/quizzes/{version.quiz_id}/analysis", {"which": "all"}
    asked = at_once(app, author, lambda client, number: client.post(address, data=form).status_code)
    assert asked == [303] * TABS
    assert db.session.scalar(select(func.count()).select_from(ItemAnalysis)) == 1
