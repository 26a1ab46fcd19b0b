"""Imports of large files: what takes long keeps nobody from writing, and what has changed meanwhile is looked at again."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image
from sqlalchemy import delete, func, select, update

from academy.db import db
from academy.files.models import StoredFile
from courses.exchange import jobs
from courses.exchange.models import ImportBatch, ImportRow, QuestionPrint
from courses.exchange.services import duplicates, entering, reading
from courses.questions.models import Question, QuestionVersion
from tests.factories import make_person, make_question
from tests.support.databases import others_may_write

PLACES = [(reading, "take_stream"), (reading, "_row"), (duplicates, "exact_print"), (entering, "_version")]


@pytest.fixture
def teacher(app, monkeypatch):
    monkeypatch.setattr(reading, "IN_BACKGROUND_BYTES", 0)
    monkeypatch.setattr(entering, "IN_BACKGROUND_ROWS", 0)
    return make_person("instructor")


def moodle(number):
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(buffer, "PNG")
    picture = base64.b64encode(buffer.getvalue()).decode()
    questions = "".join(
        '<question type="truefalse"><questiontext format="html"><text>&lt;img src="@@PLUGINFILE@@/a.png" alt="图"&gt;'
        f'第 {each} 句对吗</text><file name="a.png" encoding="base64">{picture}</file></questiontext>'
        '<answer fraction="100"><text>true</text></answer></question>'
        for each in range(number)
    )
    return f"<quiz>{questions}</quiz>".encode()


def instead(monkeypatch, module, name, before):
    """Have `before` called each time the function is."""
    work = getattr(module, name)

    def slowly(*arguments):
        before()
        return work(*arguments)

    monkeypatch.setattr(module, name, slowly)


def uploaded(teacher, data=b"", name="a.gift"):
    batch = reading.upload(teacher, data or "一句话。{T}\n\n又一句话。{F}".encode(), name)
    db.session.commit()
    return afresh(batch.id)


def afresh(batch_id):
    db.session.expire_all()
    return db.session.get_one(ImportBatch, batch_id)


def entered(batch, teacher):
    assert entering.enter(batch, teacher, None, "", "") == 0
    db.session.commit()
    return afresh(batch.id)


def count(model=Question):
    return db.session.scalar(select(func.count()).select_from(model))


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("module", "name"), PLACES, ids=lambda each: each if isinstance(each, str) else "")
def test_an_import_in_the_background_keeps_nobody_from_writing(teacher, monkeypatch, module, name):
    make_question("true_false", teacher)
    asked: list[bool] = []
    instead(monkeypatch, module, name, lambda: asked.append(others_may_write()))
    batch = entered(uploaded(teacher, moodle(3), "a.xml"), teacher)
    assert (batch.state, batch.found, count()) == ("imported", 3, 4)
    assert count(StoredFile) > 1
    assert asked and all(asked)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(("module", "name"), PLACES[:3], ids=lambda each: each if isinstance(each, str) else "")
def test_a_small_file_that_is_uploaded_keeps_nobody_from_writing(app, sign_in, monkeypatch, module, name):
    teacher = make_person("instructor")
    make_question("true_false", teacher)
    asked: list[bool] = []
    instead(monkeypatch, module, name, lambda: asked.append(others_may_write()))
    client = sign_in(teacher)
    form = client.get("/studio/questions/import")
    assert client.submit(form, file=(io.BytesIO(moodle(2)), "a.xml")).status_code == 303
    assert asked and all(asked)
    assert db.session.scalars(select(ImportBatch.state)).all() == ["previewed"]


def test_what_another_has_read_meanwhile_is_not_read_again(teacher, monkeypatch):
    stopped = {"state": "failed"}

    def read_by_another():
        with db.engine.begin() as another:
            another.execute(update(ImportBatch).values(stopped))

    instead(monkeypatch, reading, "_row", read_by_another)
    batch = uploaded(teacher)
    assert (batch.state, count(ImportRow)) == ("failed", 0)


def test_what_came_into_the_bank_while_a_file_was_prepared_is_left_out(teacher, monkeypatch):
    batch, other_id = uploaded(teacher), uploaded(teacher, "又一句话。{F}".encode()).id
    batch = afresh(batch.id)
    entered_by_another = []

    def enter_the_other():
        if not entered_by_another:
            entered_by_another.append(True)
            other = db.session.get_one(ImportBatch, other_id)
            rows = list(db.session.scalars(select(ImportRow).where(ImportRow.batch_id == other_id)))
            entering.put_in(other, entering.versions_of(other, rows))
            db.session.commit()

    instead(monkeypatch, duplicates, "catch_up", enter_the_other)
    batch = entered(batch, teacher)
    query = select(ImportRow.state).where(ImportRow.batch_id == batch.id).order_by(ImportRow.number)
    assert db.session.scalars(query).all() == ["new", "there"]
    assert (batch.state, count()) == ("imported", 2)


def test_rows_that_another_has_entered_meanwhile_are_not_entered_again(teacher, monkeypatch):
    batch = uploaded(teacher)
    rows = [row.number for row in db.session.scalars(select(ImportRow))]
    batch.state = "importing"
    db.session.commit()
    begun = []

    def the_same_again():
        if not begun:
            begun.append(True)
            jobs.enter(lambda done, total: None, batch.id, rows)

    instead(monkeypatch, duplicates, "catch_up", the_same_again)
    jobs.enter(lambda done, total: None, batch.id, rows)
    assert (afresh(batch.id).state, count()) == ("imported", 2)
    assert entering.undo(batch) == (2, 0) and count() == 0


def test_a_version_that_is_taken_back_while_its_print_is_worked_out_gets_none(teacher, monkeypatch):
    gone, _kept = make_question("true_false", teacher), make_question("single_choice", teacher)
    db.session.commit()

    def take_back():
        with db.engine.begin() as another:
            another.execute(update(Question).where(Question.id == gone.id).values(current_version_id=None))
            another.execute(delete(QuestionVersion).where(QuestionVersion.question_id == gone.id))

    instead(monkeypatch, duplicates, "near_print", take_back)
    duplicates.catch_up()
    assert count(QuestionPrint) == 1
    assert duplicates.bring_up_to_date() == 0
