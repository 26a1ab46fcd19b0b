"""The starter catalogue: it is complete, loads once, and production never gets demo people.

What is in the files is looked at on SQLite only; that they load on both databases is the test of the demo people.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from academy.accounts.demo import DEMO
from academy.accounts.models import Person
from academy.accounts.services.passwords import matches
from academy.db import db
from academy.files.models import StoredFile
from courses.catalog.models import Course, CourseVersion, LessonVersion, VersionChapter
from courses.credits.models import LedgerEntry
from courses.learning.models import Dispute, Enrolment
from courses.learning.services.recompute import recompute
from courses.questions.models import QuestionVersion
from courses.starter import loading, people
from courses.starter.activity import load_activity
from courses.starter.films import film_rules
from courses.starter.reading import CatalogueError
from courses.starter.viewing import load_disputes
from courses.textbooks.models import EditionChapter
from tests.factories import make_person


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.fixture
def catalogue(app):
    """Everything of the starter catalogue, without anybody having studied."""
    people.load_people()
    loading.load_textbooks(people.author())
    loading.load_courses(people.author())


@pytest.mark.slow
@pytest.mark.sqlite_only
def test_the_catalogue_is_whole(catalogue):
    per_course = select(VersionChapter.version_id, func.count()).group_by(VersionChapter.version_id)
    chapters = dict(db.session.execute(per_course).all())
    assert len(chapters) >= 5 and min(chapters.values()) >= 3
    assert count(EditionChapter) >= 8
    types = Counter(db.session.scalars(select(QuestionVersion.type)))
    assert sum(types.values()) >= 100 and set(types) >= {"single_choice", "multiple_choice", "true_false", "fill_in"}
    films = db.session.scalars(select(StoredFile).where(StoredFile.kind == "video")).all()
    assert len(films) >= 2 and all(film.facts["duration_ms"] >= 60_000 for film in films)
    lessons = set(db.session.scalars(select(LessonVersion.type)))
    assert {"text", "video", "document", "textbook_chapter", "quiz", "scenario"} <= lessons


@pytest.mark.slow
@pytest.mark.sqlite_only
def test_every_course_is_told_in_both_languages(catalogue):
    for course in db.session.scalars(select(CourseVersion)):
        assert course.title_en and course.summary_en, course.title
    for lesson in db.session.scalars(select(LessonVersion)):
        assert lesson.title_en, lesson.title


@pytest.mark.slow
@pytest.mark.sqlite_only
def test_loading_again_changes_nothing(catalogue):
    before = [count(model) for model in (Person, Course, QuestionVersion, StoredFile)]
    people.load_people()
    loading.load_textbooks(people.author())
    loading.load_courses(people.author())
    assert [count(model) for model in (Person, Course, QuestionVersion, StoredFile)] == before


@pytest.mark.slow
def test_the_demo_people_really_studied(catalogue, app):
    assert load_activity() > 20
    db.session.commit()
    completed = select(func.count()).select_from(Enrolment).where(Enrolment.state == "completed")
    assert db.session.scalar(completed) == count(LedgerEntry) >= 8
    result = app.test_cli_runner().invoke(args=["learning", "recompute", "--check"])
    assert result.exit_code == 0, result.output


def test_the_fixed_sign_ins_work(app):
    people.load_people()
    for person in DEMO:
        stored = db.session.scalar(select(Person.password_hash).where(Person.username == person.username))
        assert matches(stored, person.password)


def test_production_asks_who_owns_the_courses(app, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], environment="production"))
    result = app.test_cli_runner().invoke(args=["seed"])
    assert result.exit_code != 0 and "--owner" in result.output


def test_production_gets_no_demo_people(app, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], environment="production"))
    monkeypatch.setattr("courses.starter.loading.folders", lambda name, marker: iter(()))
    make_person("instructor", username="wang")
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["seed", "--owner", "wang"])
    assert (result.exit_code, count(Person)) == (0, 1)


def test_an_owner_who_is_not_there_is_named(app):
    result = app.test_cli_runner().invoke(args=["seed", "--owner", "nobody"])
    assert result.exit_code != 0 and "nobody" in result.output


def test_a_film_asks_and_two_people_doubt_their_record(app):
    people.load_people()
    loading.load_textbooks(people.author())
    loading.load_courses(people.author())
    load_activity()
    assert load_disputes() == 2 and load_disputes() == 0
    assert sorted(db.session.scalars(select(Dispute.state))) == ["open", "settled"]
    film = next(
        lesson
        for lesson in db.session.scalars(select(LessonVersion).where(LessonVersion.type == "video"))
        if lesson.content.get("in_order")
    )
    assert [each["right"] for each in film.content["questions"]] == [False, True]
    assert list(recompute(mend=False)) == []


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"file": "q.quiz.txt"}, "at"),
        ({"file": "q.quiz.txt", "at": [{"from": "0:10"}, {"from": "0:20"}]}, "1 questions, but 2 places"),
        ({"file": "q.quiz.txt", "at": [{"from": "soon"}]}, "no place in a film"),
        ({"file": "q.quiz.txt", "at": [{"from": "0:20", "to": "0:10"}]}, "no place in a film"),
        ({"file": "gone.quiz.txt", "at": [{"from": "0:20"}]}, "missing"),
    ],
)
def test_a_mistake_about_questions_in_a_film_is_named(app, tmp_path, asked, said):
    (tmp_path / "q.quiz.txt").write_text("【判断】先分清事情。\n答案：正确\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match=said):
        film_rules({"questions": asked}, tmp_path, make_person("instructor"), None)
