"""Everything that is kept of a person: complete, theirs, without the answers, in both formats."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest
from sqlalchemy import select

from academy import personal_data
from academy.audit.models import AuditEntry
from academy.clock import now
from academy.db import db
from academy.jobs.models import Job
from academy.organizations.services import move_person
from academy.web.filters import local_date
from courses.quizzes import services as quizzes
from courses.records.services import own_data
from tests.factories import make_attempt, make_completion, make_course, make_person, make_quiz_version, make_unit
from tests.factories.catalog import text_lesson
from tests.support import count_queries
from tests.support.databases import others_may_write

OTHERS = {"person", "stored_file"}
"""Tables that are exported, but whose dependants are no data of the person: they are named by other columns."""


def covered(table: str, column: str) -> bool:
    parts = [part for part in personal_data.parts().values() if part.model.__tablename__ == table]
    named = any(column in part.by for part in parts)
    return named or {table, f"{table}.{column}"} & set(personal_data.declined()) != set()


def test_no_table_about_people_is_forgotten(app):
    """A new table that points to a person, or hangs on an exported one, has to say whether it goes into the file."""
    exported = {part.model.__tablename__ for part in personal_data.parts().values()}
    forgotten = []
    for table in db.metadata.sorted_tables:
        for key in table.foreign_keys:
            target, place = key.column.table.name, f"{table.name}.{key.parent.name}"
            if target == "person" and not covered(table.name, key.parent.name):
                forgotten.append(f"{place} points to a person")
            hangs_on = target in exported - OTHERS and table.name not in exported
            if hangs_on and not covered(table.name, key.parent.name):
                forgotten.append(f"{place} hangs on {target}")
    assert forgotten == [], "declare them in the room's personal_data.py: export(…) or decline(…)"


def test_what_is_declined_exists_and_has_a_reason(app):
    columns = {f"{table.name}.{column.name}" for table in db.metadata.sorted_tables for column in table.columns}
    known = columns | {table.name for table in db.metadata.sorted_tables}
    assert set(personal_data.declined()) - known == set()
    assert all(len(reason) > 10 for reason in personal_data.declined().values())
    for part in personal_data.parts().values():
        names = {column.name for column in part.model.__table__.columns}
        assert set(part.left_out) | set(part.by) <= names, part.key


def studied(name="李秀兰"):
    person = make_person(name=name, phone=None)
    move_person(person, make_unit(), "grid_worker", local_date(now()))
    make_completion(person, make_course([text_lesson()], title=f"{name}的课"))
    version = make_quiz_version("single_choice", "fill_in")
    quizzes.submit(make_attempt(person=person, quiz_version=version))
    db.session.flush()
    return person


def test_json_holds_all_parts(app, sign_in):
    person = studied()
    studied("欧阳建国")
    client = sign_in(person)
    answer = client.post("/me/data/json")
    assert answer.status_code == 303
    data = json.loads(client.get(answer.location).data)
    parts = data["parts"]
    assert set(parts) == set(personal_data.parts())
    assert parts["profile"]["rows"][0]["name"] == "李秀兰"
    assert len(parts["credit_hours"]["rows"]) == 1 and len(parts["attempts"]["rows"]) == 1
    assert len(parts["answers"]["rows"]) == 2 and len(parts["evidence"]["rows"]) >= 1
    assert {row["course_title"] for row in parts["enrolments"]["rows"]} == {"李秀兰的课"}
    assert "欧阳建国" not in json.dumps(parts, ensure_ascii=False)
    noted = db.session.scalars(select(AuditEntry.action).where(AuditEntry.subject_id == person.id)).all()
    assert "own_data.downloaded" in noted


def test_nothing_secret_goes_along(app):
    person = studied()
    text = b"".join(own_data.write(person, "json")).decode()
    assert person.password_hash not in text and person.session_key not in text
    for hidden in ("fraction_numerator", "password_hash", "correct", "explanation", "seed"):
        assert f'"{hidden}"' not in text


def test_tables_open_in_a_spreadsheet(app, sign_in):
    person = studied()
    person.name = "=1+1"
    client = sign_in(person)
    archive = zipfile.ZipFile(io.BytesIO(client.get("/me/data/export.zip").data))
    assert {name.removesuffix(".csv") for name in archive.namelist()} == set(personal_data.parts())
    for name in archive.namelist():
        content = archive.read(name)
        assert content.startswith(b"\xef\xbb\xbf"), name
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        assert len({len(row) for row in rows}) == 1, name
    profile = list(csv.DictReader(io.StringIO(archive.read("profile.csv").decode("utf-8-sig"))))
    assert profile[0]["name"] == "'=1+1", "a name is never a formula"


def test_a_lot_becomes_a_job(app, sign_in, monkeypatch):
    monkeypatch.setattr(own_data, "JOB_ROWS", 3)
    person = studied()
    client = sign_in(person)
    answer = client.post("/me/data/zip")
    assert answer.status_code == 303 and "/jobs/" in answer.location
    job = db.session.scalars(select(Job).where(Job.kind == "records.own_data")).one()
    assert job.state == "done" and job.file_id
    assert client.get(f"/jobs/{job.token}/file").data.startswith(b"PK")
    assert sign_in(make_person()).get(f"/jobs/{job.token}/file").status_code == 404
    assert client.get("/me/data/export.zip").status_code == 302


@pytest.mark.sqlite_only
def test_the_job_keeps_nobody_from_writing(app, sign_in, monkeypatch):
    write = own_data.write

    def slowly(person, extension):
        for piece in write(person, extension):
            assert others_may_write()
            yield piece

    monkeypatch.setattr(own_data, "JOB_ROWS", 3)
    monkeypatch.setattr(own_data, "write", slowly)
    sign_in(studied()).post("/me/data/json")
    assert db.session.scalars(select(Job.state)).all() == ["done"]


def test_the_page_asks_little(sign_in):
    client = sign_in(studied())
    with count_queries() as queries:
        page = client.get("/me/data")
    queries.assert_at_most(4)
    assert page.page.one("h1").text == "我的全部数据"
    assert client.post("/me/data/pdf").status_code == 404
