"""Annual requirements on their pages: setting, carrying over, the line on the home page, the note, the report."""

from __future__ import annotations

from datetime import UTC, datetime

import openpyxl
import pytest
from sqlalchemy import select

from academy.audit.models import AuditEntry
from academy.clock import freeze, now
from academy.db import db
from courses.credits.models import AnnualRequirement, RequirementNote
from courses.credits.rules.requirements import BEHIND, ON_WAY
from courses.records.services.record import gather
from tests.factories import make_person, make_unit
from tests.factories.requirements import ask, give, trainee_in
from tests.support import count_queries


@pytest.fixture
def city(app, clock):
    return make_unit("江城市")


@pytest.fixture
def district(city):
    return make_unit("云桥区", parent=city)


def standing(person):
    found = gather(person).standings
    return found[0] if found else None


@pytest.fixture
def surplus(city, clock):
    ask(city, required=5600, total=8400)
    rich, poor = trainee_in(city, name="有余"), trainee_in(city, name="不足")
    give(rich, 7000)
    give(rich, 2000, "elective")
    give(poor, 6000)
    clock.move(days=320)
    return rich, poor


# -- pages -------------------------------------------------------------------------------------------------------------


def test_an_admin_sets_changes_and_withdraws(sign_in, city):
    client = sign_in(make_person("admin"))
    trainee_in(city)
    empty = client.get("/admin/requirements")
    assert "今年还没有定任务" in empty.words
    form = client.get("/admin/requirements/new")
    bad = client.submit(form, unit_id=str(city.id), required="５６", total="40", from_year="2026", note="文件")
    assert bad.status_code == 422 and "总学时不能少于必修与选修之和" in bad.words
    assert bad.page.one("input", name="note")["value"] == "文件"
    assert client.submit(bad, total="84").status_code == 303
    page = client.get("/admin/requirements")
    assert "共 84 学时，其中必修 56 学时" in page.words and "1 人" in page.words
    row = db.session.scalars(select(AnnualRequirement)).one()
    edit = client.get(f"/admin/requirements/{row.id}")
    assert client.submit(edit, action=f"/admin/requirements/{row.id}", total="90").status_code == 303
    assert client.submit(edit, action=f"/admin/requirements/{row.id}", total="91").status_code == 409, (
        "somebody else was a moment earlier"
    )
    latest = db.session.scalars(select(AnnualRequirement).order_by(AnnualRequirement.id.desc())).first()
    assert client.post(f"/admin/requirements/{latest.id}/withdraw").status_code == 303
    assert "今年还没有定任务" in client.get("/admin/requirements").words
    acts = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert acts == ["requirement.set", "requirement.set", "requirement.withdrawn"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"total": "很多"}, "学时应是数字"),
        ({"total": "99999"}, "学时应在 0 到 2000 之间"),
        ({"total": "1.234"}, "学时应是数字"),
        ({"total": "NaN"}, "学时应是数字"),
        ({"from_year": "2020", "total": "50"}, "过去的年度已经算完"),
        ({"from_year": "明年", "total": "50"}, "请填年份"),
        ({"due_month": "2", "due_day": "30", "total": "50"}, "这个月没有 30 日"),
    ],
)
def test_bad_input_is_said(sign_in, city, values, sentence):
    client = sign_in(make_person("admin"))
    answer = client.submit(client.get("/admin/requirements/new"), **values)
    assert answer.status_code == 422 and sentence in answer.words


def test_only_admins(sign_in, city):
    client = sign_in(make_person("unit_admin", unit=city))
    assert client.get("/admin/requirements").status_code == 403
    assert client.post("/admin/requirements/carry-over").status_code == 403


def test_carrying_over_on_its_page(sign_in, surplus):
    client = sign_in(make_person("admin"))
    page = client.get("/admin/requirements/carry-over")
    assert "有余" in page.words and "不足" not in page.words and "6 学时" in page.words
    assert client.post("/admin/requirements/carry-over", data={"year": "2026"}).status_code == 303
    assert client.post("/admin/requirements/carry-over", data={"year": "2026"}).status_code == 409
    assert client.post("/admin/requirements/carry-over", data={"year": "1999"}).status_code == 404
    done = client.get("/admin/requirements/carry-over?year=2026")
    assert "2026 年已经结转" in done.words
    assert client.submit(done, reason="").status_code == 422
    assert client.submit(done, reason="算错了").status_code == 303
    assert "可以结转的" in client.get("/admin/requirements/carry-over?year=2026").words


def test_one_quiet_line_on_the_home_page(sign_in, city, clock):
    ask(city, required=1000, total=2000)
    person = trainee_in(city)
    client = sign_in(person)
    give(person, 350)
    clock.move(days=30)
    with count_queries() as queries:
        page = client.get("/")
    queries.assert_at_most(9)
    assert "2026 年任务还差必修 6.5 学时、不限类别 10 学时" in page.words
    give(person, 2000)
    assert "2026 年任务 20 学时，已达标" in client.get("/").words


def test_the_note_comes_twice_at_most_and_is_closed_for_good(sign_in, city):
    with freeze(datetime(2026, 3, 2, 1, tzinfo=UTC)) as clock:
        ask(city)
        person = trainee_in(city)
        client = sign_in(person)
        assert "知道了" not in client.get("/").words
        for month in (10, 12):
            clock.move(seconds=(datetime(2026, month, 5, 1, tzinfo=UTC) - now()).total_seconds())
            page = client.get("/")
            assert "2026 年任务12 月 31 日截止，还差 50 学时" in page.words
            key = page.page.one("input", name="key")["value"]
            assert client.post("/me/requirement-note", data={"key": key}).status_code == 303
            assert client.post("/me/requirement-note", data={"key": key}).status_code == 303
            assert "知道了" not in client.get("/").words
        assert len(db.session.scalars(select(RequirementNote)).all()) == 2
        client.post("/me/requirement-note", data={"key": "no-such-key"})
        assert len(db.session.scalars(select(RequirementNote)).all()) == 2


# -- the report --------------------------------------------------------------------------------------------------------


@pytest.fixture
def reported(city, district, clock):
    ask(city, total=1000)
    done, begun, late = trainee_in(district, name="甲"), trainee_in(district, name="乙"), trainee_in(city, name="丙")
    give(done, 1000)
    clock.move(days=60)
    give(begun, 900)
    other = make_unit("别的市")
    trainee_in(other, name="丁")
    return done, begun, late


def test_the_report_counts_by_unit(sign_in, reported, city, district):
    page = sign_in(make_person("admin")).get("/admin/reports/annual")
    assert page.status_code == 200 and "已达标 1 人" in page.words and "有任务 3 人" in page.words
    assert {ON_WAY, BEHIND} <= {standing(person).state for person in reported}
    down = sign_in(make_person("admin")).get(f"/admin/reports/annual?unit={district.id}&state=met")
    assert "甲" in down.words and "乙" not in down.words


def test_the_report_keeps_to_the_scope(sign_in, reported, city, district):
    client = sign_in(make_person("unit_admin", unit=district))
    words = client.get("/admin/reports/annual").words
    assert "甲" in words and "丙" not in words and "丁" not in words
    assert client.get(f"/admin/reports/annual?unit={city.id}").status_code == 404


def test_the_report_asks_little_and_exports_the_same(sign_in, reported, city, tmp_path):
    client = sign_in(make_person("admin"))
    with count_queries() as queries:
        page = client.get("/admin/reports/annual")
    queries.assert_at_most(7)
    assert page.status_code == 200
    text = client.get("/admin/reports/annual/export.csv?table=people").data.decode("utf-8-sig")
    rows = text.splitlines()
    assert len(rows) == 1 + 4 and any("还差 10 学时" in row for row in rows)
    path = tmp_path / "report.xlsx"
    path.write_bytes(client.get("/admin/reports/annual/export.xlsx").data)
    assert len(openpyxl.load_workbook(path).worksheets) == 2
    assert client.get("/admin/reports/annual?to=gestern").status_code == 422
