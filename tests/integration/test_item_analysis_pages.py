"""Item analysis: figures out of real attempts, and the page that shows them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from academy.db import db
from courses.analysis import services
from courses.analysis import views as analysis_views
from courses.analysis.models import ItemAnalysis
from courses.analysis.services import keeping
from courses.question_types import installed
from courses.quizzes import services as quizzes
from courses.quizzes.models import Response
from tests.factories import make_attempt, make_person, make_quiz_version
from tests.support import count_queries
from tests.support.databases import others_may_write

TYPES = ("single_choice", "single_choice", "true_false", "multiple_choice")


@pytest.fixture
def author(app):
    return make_person("instructor")


@pytest.fixture
def version(author):
    return make_quiz_version(*TYPES, owner=author)


def sit(version, right, person=None):
    """Hand in an attempt whose first `right` answers are right and whose others are not given."""
    attempt = make_attempt(person or make_person(), version)
    for response in db.session.scalars(select(Response).where(Response.attempt_id == attempt.id)):
        question = response.question_version
        if response.position <= right:
            response.answer = installed.get(question.type).correct_answer(question.content)
    db.session.flush()
    return quizzes.submit(attempt)


def page_of(version, tail=""):
    return f"/studio/quizzes/{version.quiz_id}/analysis{tail}"


def test_facility_is_the_share_of_the_marks_earned(version):
    for right in (0, 1, 2, 3):
        sit(version, right)
    result = services.analyse(version, "first")
    assert [item["facility"] for item in result["items"]] == [0.75, 0.5, 0.25, 0.0]
    assert result["summary"]["count"] == 4
    assert result["same_questions"]


def test_only_first_attempts_count_unless_all_are_asked_for(version):
    person = make_person()
    sit(version, 0, person)
    sit(version, 4, person)
    assert services.analyse(version, "first")["summary"]["count"] == 1
    assert services.analyse(version, "all")["summary"]["count"] == 2


def test_options_are_counted_and_the_key_is_marked(version):
    for right in (1, 1, 0):
        sit(version, right)
    choices = services.analyse(version, "first")["items"][0]["choices"]
    assert [choice["count"] for choice in choices if choice["right"]] == [2]
    assert sum(choice["count"] for choice in choices) == 2


def test_an_open_attempt_does_not_count(version):
    make_attempt(make_person(), version)
    sit(version, 2)
    assert services.analyse(version, "all")["summary"]["count"] == 1


def test_the_author_sees_the_page(version, author, sign_in):
    sit(version, 3)
    page = sign_in(author).get(page_of(version))
    assert page.status_code == 200
    assert "得分率" in page.words


def test_nobody_has_handed_in_yet(version, author, sign_in):
    assert "还没有人交卷" in sign_in(author).get(page_of(version)).words


def test_another_instructor_may_not_look(version, sign_in):
    assert sign_in(make_person("instructor")).get(page_of(version)).status_code == 403


def test_a_trainee_may_not_look(version, sign_in):
    assert sign_in(make_person()).get(page_of(version)).status_code == 403


def test_many_attempts_are_a_job(version, author, sign_in, monkeypatch):
    monkeypatch.setattr(analysis_views, "AT_ONCE", 1)
    for right in (1, 2, 3):
        sit(version, right)
    client = sign_in(author)
    page = client.get(page_of(version))
    assert "开始计算" in page.words
    assert client.submit(page, button="开始计算").status_code == 303
    row = db.session.scalars(select(ItemAnalysis)).one()
    assert (row.state, row.result["summary"]["count"]) == ("done", 3)
    assert "重新计算" in client.get(page_of(version)).words


@pytest.mark.sqlite_only
def test_working_figures_out_keeps_nobody_from_writing(version, author, monkeypatch):
    asked = []

    def slowly(*arguments):
        figures = analyse(*arguments)
        asked.append(others_may_write())
        return figures

    analyse = keeping.analyse
    monkeypatch.setattr(keeping, "analyse", slowly)
    sit(version, 2)
    services.ask_for(version, "first", author)
    db.session.commit()
    row = db.session.scalars(select(ItemAnalysis)).one()
    assert (asked, row.state, row.result["summary"]["count"]) == ([True], "done", 1)


def test_figures_of_other_attempts_that_were_asked_for_meanwhile_are_not_replaced(version, monkeypatch):
    analyse = keeping.analyse

    def asked_meanwhile(*arguments):
        figures = analyse(*arguments)
        with db.engine.connect() as another:
            another.execute(db.update(ItemAnalysis).values(which="all"))
            another.commit()
        return figures

    monkeypatch.setattr(keeping, "analyse", asked_meanwhile)
    sit(version, 2)
    db.session.add(ItemAnalysis(quiz_version_id=version.id))
    db.session.commit()
    keeping.compute(version.id, "first")
    db.session.commit()
    row = db.session.scalars(select(ItemAnalysis), execution_options={"populate_existing": True}).one()
    assert (row.which, row.state, row.result) == ("all", "waiting", {})


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_the_figures_can_be_taken_along(version, author, sign_in, extension):
    sit(version, 3)
    answer = sign_in(author).get(page_of(version, f".{extension}"))
    assert (answer.status_code, len(answer.data) > 100) == (200, True)


def test_the_page_costs_the_same_for_one_and_for_many(version, author, sign_in):
    for right in (0, 1, 2, 3, 4):
        sit(version, right)
    client = sign_in(author)
    with count_queries() as queries:
        client.get(page_of(version))
    queries.assert_at_most(10)
