"""Hours from a spreadsheet: verdicts row by row, entering, rolling back, uploading again."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from sqlalchemy import func, select

from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.web.filters import local_date
from courses.credits import services as credits
from courses.credits.models import BackfillBatch, LedgerEntry
from courses.credits.services import backfill
from courses.credits.services.choosing import choose_rule_set
from tests.factories import make_entry, make_person, make_unit
from tests.factories.credits import make_workbook
from tests.support import count_queries

HEAD = ["登录名", "姓名", "单位", "日期", "学习内容", "类别", "性质", "学时", "天数", "说明"]


def table(*rows, head=HEAD, encoding="gb18030"):
    stream = io.StringIO()
    csv.writer(stream).writerows([head, *rows])
    return stream.getvalue().encode(encoding)


def total():
    return db.session.scalar(select(func.coalesce(func.sum(LedgerEntry.amount_hundredths), 0)))


@pytest.fixture
def people(app, clock):
    hubin, guihua = make_unit("湖滨社区"), make_unit("桂花社区")
    return {
        "admin": make_person("admin"),
        "wang": make_person(name="王芳", username="wangfang", phone="13800138000", unit=hubin),
        "li1": make_person(name="李娜", username="lina1", unit=hubin),
        "li2": make_person(name="李娜", username="lina2", unit=guihua),
        "rare": make_person(name="䶮永", username="yanyong", unit=guihua),
        "zero": make_person(name="赵六", username="007", unit=guihua),
    }


def looked(people, data, name="学时.csv"):
    batch = backfill.upload(people["admin"], data, name)
    return batch, {verdict.row: verdict for verdict in backfill.preview(batch).verdicts}


def words(verdict):
    return " ".join(f"{column}:{sentence}" for column, sentence in verdict.line.problems)


def test_each_row_has_its_verdict(people):
    _batch, rows = looked(people, table(
        ["wangfang", "王芳", "", "2026年2月9日", "社区治理班", "培训班", "必修", "３．５", "", ""],
        ["", "李娜", "湖滨", "2026/2/9", "社区治理班", "", "", "6", "", ""],
        ["", "李娜", "", "2026/2/9", "社区治理班", "", "", "6", "", ""],
        ["", "李娜", "城西社区", "2026/2/9", "社区治理班", "", "", "6", "", ""],
        ["", "王 芳", "", "46062", "社区治理班", "授课", "选修", "2学时", "", ""],
        ["", "王芬", "", "2026-02-09", "社区治理班", "", "", "6", "", ""],
        ["7", "赵六", "", "2026-02-09", "社区治理班", "", "", "6", "", ""],
        ["138 0013 8000", "", "", "2026-02-10", "社区治理班", "", "", "6", "", ""],
        ["wangfang", "李娜", "", "2026-02-09", "社区治理班", "", "", "6", "", ""],
        ["yanyong", "䶮永", "", "2月9日", "", "跳舞", "", "六", "", ""],
        ["yanyong", "", "", "2026-12-31", "班", "", "", "800", "", ""],
        ["wangfang", "", "", "2026-02-09", "社区治理班", "", "", "3.5", "", ""],
        ["合计", "", "", "", "", "", "", "99", "", ""],
    ))  # fmt: skip
    states = {row: verdict.state for row, verdict in rows.items()}
    assert states == {2: "good", 3: "good", 4: "bad", 5: "bad", 6: "good", 7: "bad", 8: "good", 9: "good", 10: "bad",
                      11: "bad", 12: "bad", 13: "double"}  # fmt: skip
    assert (rows[2].hundredths, rows[2].line.day) == (350, date(2026, 2, 9))
    assert rows[3].person == people["li1"] and rows[8].person == people["zero"] and rows[9].person == people["wang"]
    assert (rows[6].line.day, rows[6].line.category, rows[6].hundredths) == (date(2026, 2, 9), "teaching", 200)
    assert "lina1" in words(rows[4]) and "lina2" in words(rows[4])
    assert "湖滨社区" in words(rows[5])
    assert "王芳" in words(rows[7])
    assert "不一样" in words(rows[10])
    assert {column for column, _sentence in rows[11].line.problems} == {"day", "title", "category", "hours"}
    assert "没有到" in words(rows[12]) and "太多" in words(rows[12])
    assert "第 2 行" in words(rows[13])


def test_a_batch_is_entered_once_and_rolled_back_as_a_whole(people, clock):
    admin = people["admin"]
    data = table(
        ["wangfang", "", "", "2026-02-09", "班一", "", "", "3.5", "", "证书 12 号"],
        ["lina1", "", "", "2025-12-09", "班一", "", "选修", "6", "", ""],
        ["nobody", "", "", "2026-02-09", "班一", "", "", "6", "", ""],
    )
    batch, _rows = looked(people, data)
    assert total() == 0
    assert backfill.enter(batch, admin) == 2
    assert backfill.enter(batch, admin) == 0
    assert (batch.state, batch.entry_count, batch.total_hundredths, total()) == ("imported", 2, 950, 950)
    entry = db.session.scalars(select(LedgerEntry).where(LedgerEntry.person_id == people["wang"].id)).one()
    assert (entry.kind, entry.source_title, entry.reason, entry.entered_by_id) == (
        "backfilled",
        "班一",
        "证书 12 号",
        admin.id,
    )
    assert entry.evidence["row"] == 2 and "第 2 行" in credits.sentences(entry)[0]
    seen = local_date(now())
    clock.move(days=2)

    again, rows = looked(people, data)
    assert [verdict.state for verdict in rows.values()] == ["entered", "entered", "bad"]
    assert backfill.same_file(again) == batch
    with pytest.raises(UserError):
        backfill.enter(again, admin)

    credits.reverse(entry, admin, "先冲一笔")
    assert backfill.roll_back(batch, admin, "表格发错了") == 1
    assert backfill.roll_back(batch, admin, "表格发错了") == 0
    assert (batch.state, total()) == ("rolled_back", 0)
    assert credits.total(people["wang"].id, date(2026, 1, 1), date(2026, 12, 31), known_on=seen) == 350

    assert backfill.enter(again, admin) == 2
    assert total() == 950


def test_an_entry_taken_back_while_its_batch_is_rolled_back_is_taken_back_once(people, monkeypatch):
    rows = [["wangfang", "", "", "2026-01-09", title, "", "", "1", "", ""] for title in ("一", "二")]
    batch, _rows = looked(people, table(*rows))
    admin, standing = people["admin"], backfill.standing_entries
    backfill.enter(batch, admin)

    def meanwhile(asked):
        found = standing(asked)
        if len(found) == 2:
            credits.reverse(found[0], admin, "单独冲正")
        return found

    monkeypatch.setattr(backfill, "standing_entries", meanwhile)
    assert backfill.roll_back(batch, admin, "表格发错了") == 1
    assert total() == 0


def test_a_changed_amount_of_the_same_thing_is_said(people):
    row = ["wangfang", "", "", "2026-02-09", "班一", "", "", "3", "", ""]
    batch, _rows = looked(people, table(row))
    backfill.enter(batch, people["admin"])
    row[7] = "4"
    _again, rows = looked(people, table(row))
    assert rows[2].state == "entered" and "那次是 3" in words(rows[2])


def test_chosen_rows_alone(people):
    rows = [["wangfang", "", "", f"2026-02-0{number}", "班", "", "", "1", "", ""] for number in range(1, 5)]
    batch, _rows = looked(people, table(*rows))
    assert backfill.enter(batch, people["admin"], {3, 5, 99}) == 2
    assert batch.chosen == {"rows": [3, 5]}


def test_days_are_worth_what_the_rules_say(people, clock):
    row = ["wangfang", "", "", "2026-03-02", "三天班", "培训班", "", "", "2.5", ""]
    _batch, rows = looked(people, table(row))
    assert rows[2].state == "bad" and "请直接填学时" in words(rows[2])
    choose_rule_set(people["admin"], "training_days", local_date(now()), None)
    batch, rows = looked(people, table(row))
    assert rows[2].hundredths == 1500
    backfill.enter(batch, people["admin"])
    entry = db.session.scalars(select(LedgerEntry)).one()
    assert (entry.rule_set, entry.rule) == ("training_days", "days")
    assert any("一天记 6 学时" in line for line in credits.sentences(entry))


def test_entering_the_same_rows_at_the_same_time_enters_them_once(people, monkeypatch):
    row = ["wangfang", "", "", "2026-02-09", "班一", "", "", "3", "", ""]
    batch, _rows = looked(people, table(row))
    looked_at = backfill.preview(batch)
    make_entry(people["wang"], 300, key=looked_at.verdicts[0].key, kind="backfilled")
    monkeypatch.setattr(backfill, "preview", lambda batch: looked_at)
    with pytest.raises(UserError, match="刚才"):
        backfill.enter(batch, people["admin"])
    assert total() == 300 and batch.state == "previewed"


def test_a_long_table_takes_few_queries(people):
    rows = [["", "李娜", "湖滨", "2026-02-09", f"班{number}", "", "", "1", "", ""] for number in range(300)]
    rows += [["", f"没有{number}", "", "2026-02-09", "班", "", "", "1", "", ""] for number in range(60)]
    batch = backfill.upload(people["admin"], table(*rows), "长表.csv")
    with count_queries() as queries:
        looked_at = backfill.preview(batch)
    queries.assert_at_most(8)
    assert looked_at.counts == {"good": 300, "bad": 60}


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04x", "姓名,日期\n王,1\n".encode(), "姓名,日期,学习内容,学时\n".encode()]
)
def test_a_file_that_cannot_be_read_makes_no_batch(people, data):
    with pytest.raises(UserError):
        backfill.upload(people["admin"], data, "坏.csv")
    assert db.session.scalar(select(func.count()).select_from(BackfillBatch)) == 0


def test_the_template_can_be_read_back(people):
    from courses.credits.services.backfill_template import template  # noqa: PLC0415
    from courses.formats.reading_tables import read_rows  # noqa: PLC0415

    head = list(read_rows(template())[0].cells)
    data = make_workbook([head, ["wangfang", "王芳", "", date(2026, 2, 9), "班", "培训班", "必修", 3.5, "", ""]])
    _batch, rows = looked(people, data, "学时.xlsx")
    assert rows[2].state == "good" and rows[2].hundredths == 350
