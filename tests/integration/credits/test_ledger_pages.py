"""The pages of the ledger: who sees what, why, reversal, recognition, spreadsheets, rule sets, exports."""

from __future__ import annotations

import io
from datetime import date

import pytest
from sqlalchemy import select

from academy.audit.models import AuditEntry
from academy.clock import now
from academy.db import db
from academy.web.filters import local_date
from courses.credits import services as credits
from courses.credits.models import BackfillBatch, LedgerEntry, RuleChoice
from courses.credits.services import backfill
from courses.formats.csv_table import CsvTable
from tests.factories import make_completion, make_course, make_entry, make_person, make_unit
from tests.factories.credits import make_workbook
from tests.support import count_queries
from tests.support.databases import others_may_write

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/MediaBox[0 0 100 100]/Parent 2 0 R>>endobj\ntrailer<</Root 1 0 R>>"


@pytest.fixture
def tree(app, clock):
    city = make_unit("江城市")
    first, second = make_unit("云桥区", city), make_unit("松岭区", city)
    return {"city": city, "first": first, "second": second}


@pytest.fixture
def admin(app):
    return make_person("admin", name="陈立")


def test_the_ledger_shows_sums_and_entries_that_agree(tree, admin, sign_in):
    make_entry(make_person(name="甲", unit=tree["first"]), 150, kind="backfilled")
    entry = make_entry(make_person(name="乙", unit=tree["second"]), 200, obligation="elective")
    credits.reverse(entry, admin, "试")
    client = sign_in(admin)
    with count_queries() as queries:
        page = client.get("/admin/ledger").page
    queries.assert_at_most(9)
    assert "3 笔，合计 1.5 学时" in page.one("main").text
    rows = page.find_all("tr")
    assert any("云桥区" in row.text or "江城市" in row.text for row in rows)
    for query, number in {
        "kind=backfilled": 1, "kind=reversed": 1, "year=2025": 0, "year=all": 3, "category=quiz": 0, "q=乙": 2,
        f"unit={tree['first'].id}": 1, f"person={entry.person_id}": 2,
    }.items():  # fmt: skip
        assert f"{number} 笔" in client.get(f"/admin/ledger?{query}").words, query


def test_a_day_of_entering_shows_what_was_known_then(tree, admin, sign_in, clock):
    make_entry(hours=100)
    seen = local_date(now()).isoformat()
    clock.move(days=3)
    make_entry(hours=300)
    client = sign_in(admin)
    assert "合计 1 学时" in client.get(f"/admin/ledger?known={seen}").words
    assert "合计 4 学时" in client.get("/admin/ledger").words
    answer = client.get("/admin/ledger?known=昨天")
    assert answer.status_code == 422 and "看不懂" in answer.words


def test_a_unit_admin_sees_the_own_subtree_and_changes_nothing(tree, sign_in):
    own = make_entry(make_person(name="甲", unit=tree["first"]), 150)
    other = make_entry(make_person(name="乙", unit=tree["second"]), 200)
    client = sign_in(make_person("unit_admin", unit=tree["first"]))
    page = client.get("/admin/ledger")
    assert "合计 1.5 学时" in page.words and "乙" not in page.words
    assert client.get(f"/admin/ledger?unit={tree['second'].id}").status_code == 404
    assert client.get(f"/credits/{own.id}").status_code == 200
    assert client.get(f"/credits/{other.id}").status_code == 404
    for path in (
        f"/admin/ledger/{own.id}/reverse",
        "/admin/ledger/recognise",
        "/admin/backfill",
        "/admin/credit-rules",
    ):
        assert client.get(path).status_code == 403
    assert client.post(f"/admin/ledger/{own.id}/reverse", data={"reason": "x"}).status_code == 403
    table = client.post("/admin/ledger/export.csv").get_data(as_text=True)
    assert "甲" in table and "乙" not in table


def test_everybody_reads_why_of_their_own_and_of_nobody_else(app, clock, sign_in):
    enrolment = make_completion(course=make_course(credit_hundredths=50))
    entry = db.session.scalars(select(LedgerEntry)).one()
    client = sign_in(entry.person)
    with count_queries() as queries:
        page = client.get(f"/credits/{entry.id}")
    queries.assert_at_most(5)
    assert "为什么是 0.5 学时" in page.words
    assert "学完课程的全部必学内容" in page.words and "第 1 版" in page.words
    assert enrolment.version.chapters[0].lessons[0].title in page.words
    assert "冲正这一笔" not in page.words
    assert sign_in(make_person()).get(f"/credits/{entry.id}").status_code == 404
    assert client.get("/credits/99999999999").status_code == 404


def test_an_admin_takes_an_entry_back_with_a_reason(app, admin, sign_in):
    entry = make_entry(hours=150)
    client = sign_in(admin)
    form = client.get(f"/admin/ledger/{entry.id}/reverse")
    answer = client.submit(form, reason=" ")
    assert answer.status_code == 422 and "原因" in answer.words
    answer = client.submit(form, reason="重复录入")
    assert answer.status_code == 303
    page = client.get(f"/credits/{entry.id}")
    assert "已冲正" in page.words and "重复录入" in page.words
    assert client.post(f"/admin/ledger/{entry.id}/reverse", data={"reason": "再来"}).status_code == 409
    reversal = credits.reversal_of(entry)
    assert "扣回 1.5 学时" in client.get(f"/credits/{reversal.id}").words
    assert db.session.scalar(select(AuditEntry.action)) == "credits.reversed"


def test_hours_earned_elsewhere_are_recognised_with_a_proof(app, clock, admin, sign_in):
    person = make_person(username="wang", name="王芳")
    make_person(username="li1", name="李娜"), make_person(username="li2", name="李娜")
    client = sign_in(admin)
    form = client.get("/admin/ledger/recognise")
    values = {"who": "王芳", "title": "督导培训", "earned_on": "2026-02-09", "hours": "3.5", "reason": "证书齐全"}
    answer = client.submit(form, **values)
    assert answer.status_code == 422 and "证明材料" in answer.words
    for changed, sentence in [
        ({"who": "李娜"}, "li1"), ({"who": "谁"}, "没有"), ({"hours": "0"}, "大于 0"), ({"hours": "三"}, "不是学时"),
        ({"earned_on": "2027-01-01"}, "今天"), ({"earned_on": "x"}, "看不懂"), ({"reason": ""}, "理由"),
    ]:  # fmt: skip
        answer = client.submit(form, **{**values, **changed}, proof=(io.BytesIO(PDF), "证书.pdf"))
        assert answer.status_code == 422 and sentence in answer.words, changed
        assert answer.page.find("input", name="title")["value"] == "督导培训"
    assert client.submit(form, **values, proof=(io.BytesIO(b"MZ"), "x.exe")).status_code == 415
    answer = client.submit(form, **values, proof=(io.BytesIO(PDF), "证书.pdf"))
    assert answer.status_code == 303
    entry = db.session.scalars(select(LedgerEntry)).one()
    assert (entry.kind, entry.amount_hundredths, entry.proof.name) == ("recognised", 350, "证书.pdf")
    again = client.submit(form, **values, proof=(io.BytesIO(PDF), "证书.pdf"))
    assert again.status_code == 409 and "已经认定过" in again.words
    own = sign_in(person)
    assert "证书.pdf" in own.get(f"/credits/{entry.id}").words
    assert own.get(f"/credits/{entry.id}/proof").data == PDF
    assert sign_in(make_person()).get(f"/credits/{entry.id}/proof").status_code == 404
    client.post(f"/admin/ledger/{entry.id}/reverse", data={"reason": "录错学时"})
    assert client.submit(form, **{**values, "hours": "3"}, proof=(io.BytesIO(PDF), "证书.pdf")).status_code == 303


def sheet(*rows):
    head = ["登录名", "姓名", "日期", "学习内容", "学时"]
    return make_workbook([["2026 年学时登记"], head, *rows])


def test_a_spreadsheet_is_looked_at_entered_and_rolled_back(app, clock, admin, sign_in):
    make_person(username="wang", name="王芳")
    client = sign_in(admin)
    form = client.get("/admin/backfill")
    assert client.submit(form).status_code == 422
    answer = client.submit(form, file=(io.BytesIO(b"\xd0\xcf\x11\xe0old"), "旧.xls"))
    assert answer.status_code == 422 and ".xlsx" in answer.words
    data = sheet(["wang", "王芳", date(2026, 2, 9), "班一", 3.5], ["wang", "王芬", "2月", "班二", 900])
    answer = client.submit(form, file=(io.BytesIO(data), "学时.xlsx"))
    assert answer.status_code == 303
    batch = db.session.scalars(select(BackfillBatch)).one()
    page = client.get(answer.location)
    assert "可以录入" in page.words and "看不懂是哪一天" in page.words and "太多" in page.words
    assert db.session.scalars(select(LedgerEntry)).all() == []
    answer = client.post(f"/admin/backfill/{batch.id}/enter", data={"which": "ticked", "row": ["4", "x"]})
    assert answer.status_code == 422 and "没有选中" in answer.words
    for _twice in range(2):
        assert client.post(f"/admin/backfill/{batch.id}/enter", data={"which": "all"}).status_code == 303
    assert [entry.amount_hundredths for entry in db.session.scalars(select(LedgerEntry))] == [350]
    assert "3.5 学时" in client.get(f"/admin/backfill/{batch.id}").words
    assert client.get(f"/admin/backfill/{batch.id}/file").data == data
    undo = f"/admin/backfill/{batch.id}/roll-back"
    assert client.post(undo, data={"reason": ""}).status_code == 422
    assert client.post(undo, data={"reason": "发错了"}).status_code == 303
    assert "已撤销" in client.get("/admin/backfill").words
    assert client.get("/admin/backfill/template.xlsx").data.startswith(b"PK")


def test_rule_sets_are_shown_tried_and_chosen(app, clock, admin, sign_in):
    unit = make_unit("云桥区")
    client = sign_in(admin)
    for key in ("as_stated", "video_length", "minutes_45", "full_hours", "training_days", "social_work"):
        page = client.get(f"/admin/credit-rules/{key}")
        assert page.status_code == 200 and "例子" in page.words
    page = client.get("/admin/credit-rules/video_length?for=course&videos=32、18,9&minutes=75")
    assert "1.75 学时" in page.words
    assert "不是数" in client.get("/admin/credit-rules/minutes_45?for=course&minutes=很久").words
    assert client.get("/admin/credit-rules/nothing").status_code == 404
    form = client.get("/admin/credit-rules")
    answer = client.submit(form, rule_set="training_days", unit_id=str(unit.id), starts_on="2026-01-01")
    assert answer.status_code == 422 and "不能早于今天" in answer.words
    assert client.submit(form, rule_set="", unit_id="", starts_on="2026-03-02").status_code == 422
    assert (
        client.submit(form, rule_set="training_days", unit_id=str(unit.id), starts_on="2026年3月5日").status_code == 303
    )
    choice = db.session.scalars(select(RuleChoice)).one()
    assert (choice.rule_set, choice.rule_version, choice.unit_id, choice.starts_on) == (
        "training_days",
        1,
        unit.id,
        date(2026, 3, 5),
    )
    assert "还没开始" in client.get("/admin/credit-rules").words


def test_exports_hold_the_same_entries(app, clock, admin, sign_in):
    make_entry(make_person(name="甲"), 150)
    make_entry(make_person(name="乙"), 275)
    client = sign_in(admin)
    lines = client.post("/admin/ledger/export.csv").get_data().decode("utf-8-sig").splitlines()
    assert len(lines) == 3 and ",2.75," in lines[1]
    book = client.post("/admin/ledger/export.xlsx")
    assert book.data.startswith(b"PK")
    assert client.post("/admin/ledger/export.docx").status_code == 404
    assert db.session.scalars(select(AuditEntry.action)).all() == ["credits.exported"] * 2


@pytest.mark.parametrize("query", ["known=9999-12-31", "known=99999", "year=0000", f"year={'9' * 5000}"])
def test_a_day_or_year_out_of_all_bounds_shows_what_is_there_now(admin, sign_in, query):
    make_entry(hours=150)
    assert sign_in(admin).get(f"/admin/ledger?{query}").status_code == 200


@pytest.mark.sqlite_only
def test_whoever_fetches_the_ledger_slowly_keeps_nobody_from_writing(admin, sign_in, monkeypatch):
    make_entry()
    write = CsvTable.write

    def slowly(self, tables):
        for piece in write(self, tables):
            assert others_may_write()
            yield piece

    monkeypatch.setattr(CsvTable, "write", slowly)
    assert len(sign_in(admin).post("/admin/ledger/export.csv").get_data().splitlines()) == 2


def test_the_ledger_is_there_in_english(app, clock, admin, sign_in, english):
    entry = make_entry(hours=50)
    client = sign_in(admin, english)
    for path in (
        "/admin/ledger",
        f"/credits/{entry.id}",
        "/admin/backfill",
        "/admin/credit-rules",
        "/admin/credit-rules/full_hours",
    ):
        assert client.get(path).status_code == 200


def test_the_number_of_queries_does_not_grow_with_the_list(app, clock, admin, sign_in):
    for _each in range(25):
        make_entry(make_person(unit=make_unit()))
    client = sign_in(admin)
    client.get("/admin/ledger")
    with count_queries() as queries:
        client.get("/admin/ledger")
    queries.assert_at_most(9)
    batch = backfill.upload(admin, sheet(["nobody", "", "2026-02-09", "班", 1]), "x.xlsx")
    with count_queries() as queries:
        client.get(f"/admin/backfill/{batch.id}")
    queries.assert_at_most(12)
