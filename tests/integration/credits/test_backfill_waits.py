"""Long spreadsheets are read while others may write, and what has changed meanwhile is looked at again."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select, update

from academy.accounts.models import Person
from academy.db import db
from courses.credits.models import BackfillBatch, LedgerEntry
from courses.credits.services import backfill
from tests.factories import make_person, make_unit
from tests.factories.credits import make_workbook
from tests.support.databases import others_may_write


@pytest.fixture
def admin(app, clock):
    return make_person("admin")


def sheet(*rows):
    return make_workbook([["登录名", "姓名", "日期", "学习内容", "学时"], *rows])


def uploaded(client, data):
    form = client.get("/admin/backfill")
    assert client.submit(form, action="/admin/backfill", file=(io.BytesIO(data), "学时.xlsx")).status_code == 303
    return db.session.scalars(select(BackfillBatch).order_by(BackfillBatch.id.desc())).first()


def enter(client, batch):
    return client.post(f"/admin/backfill/{batch.id}/enter", data={"which": "all"})


@pytest.mark.sqlite_only
def test_reading_a_spreadsheet_keeps_nobody_from_writing(admin, sign_in, monkeypatch):
    make_person(username="wang")
    read, asked = backfill.read_rows, []

    def slowly(data):
        asked.append(others_may_write())
        return read(data)

    monkeypatch.setattr(backfill, "read_rows", slowly)
    client = sign_in(admin)
    batch = uploaded(client, sheet(["wang", "", "2026-02-09", "班一", 3]))
    assert enter(client, batch).status_code == 303
    assert asked == [True, True]
    bad = uploaded(client, sheet(["nobody", "", "2026-02-09", "班一", 3]))
    assert enter(client, bad).status_code == 422
    assert all(asked)


def test_rows_are_judged_again_when_it_is_their_turn(admin, sign_in, monkeypatch):
    there, moved = make_person(username="wang", unit=make_unit()), make_person(username="li", unit=make_unit())
    home = make_unit("新的单位")
    client = sign_in(admin)
    data = sheet(["wang", "", "2026-02-09", "班一", 3], ["li", "", "2026-02-09", "班一", 2])
    batch, same = uploaded(client, data), uploaded(client, sheet(["wang", "", "2026-02-09", "班一", 3]))
    preview, same_id, admin_id, home_id = backfill.preview, same.id, admin.id, home.id
    there_id, moved_id = there.id, moved.id

    def meanwhile(found):
        looked = preview(found)
        monkeypatch.setattr(backfill, "preview", preview)
        with db.engine.begin() as another:
            another.execute(update(Person).where(Person.id == moved_id).values(unit_id=home_id))
        db.session.commit()
        backfill.enter(db.session.get_one(BackfillBatch, same_id), db.session.get_one(Person, admin_id))
        db.session.commit()
        return looked

    monkeypatch.setattr(backfill, "preview", meanwhile)
    assert enter(client, batch).status_code == 303
    entries = db.session.scalars(select(LedgerEntry).order_by(LedgerEntry.id)).all()
    assert [(each.person_id, each.batch_id) for each in entries] == [(there_id, same_id), (moved_id, batch.id)]
    assert entries[1].unit_id == home_id
