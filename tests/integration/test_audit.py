"""The audit log: what is written, how it reads, how it is searched."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from academy.audit import labels
from academy.audit.models import AuditEntry
from academy.audit.services import record
from academy.db import db
from academy.i18n import using
from tests.factories import make_person, make_unit
from tests.support import count_queries


@pytest.fixture
def admin(app, sign_in):
    return sign_in(make_person("admin", name="陈立"))


def add(action, actor, subject, at=None, **detail):
    entry = AuditEntry(action=action, actor_name=actor, subject_label=subject, detail=detail)
    if at:
        entry.at = at
    db.session.add(entry)
    db.session.flush()
    return entry


def sentences(answer) -> list[str]:
    return [cell.one("span").text for cell in answer.page.find_all("td", class_="what")]


def test_an_entry_keeps_who_what_and_from_where(app, admin):
    person = make_person(name="王芳")
    admin.post(f"/admin/people/{person.id}/deactivate")
    entry = db.session.scalar(select(AuditEntry))
    assert (entry.actor_name, entry.subject_type, entry.subject_id) == ("陈立", "person", person.id)
    assert (entry.subject_label, entry.address) == ("王芳", "127.0.0.1")


def test_outside_a_request_the_system_acts(app):
    unit = make_unit("桂花社区")
    entry = record("unit.added", unit, source="import")
    db.session.flush()
    assert (entry.actor_id, entry.actor_name, entry.subject_label) == (None, "", "桂花社区")


def test_the_log_is_searched_by_name_act_and_days(admin):
    add("unit.added", "陈立", "桂花社区", datetime(2026, 3, 1, 15, 59, tzinfo=UTC))
    add("unit.added", "赵敏", "石桥社区", datetime(2026, 3, 1, 16, 0, tzinfo=UTC))
    add("person.deactivated", "赵敏", "王芳", datetime(2026, 3, 3, tzinfo=UTC))
    for query, found in [
        ("", ["停用了“王芳”的账号", "添加了单位“石桥社区”", "添加了单位“桂花社区”"]),
        ("q=赵敏", ["停用了“王芳”的账号", "添加了单位“石桥社区”"]),
        ("q=桂花", ["添加了单位“桂花社区”"]),
        ("action=unit.added", ["添加了单位“石桥社区”", "添加了单位“桂花社区”"]),
        ("until=2026-03-01", ["添加了单位“桂花社区”"]),
        ("since=2026-03-02&until=2026-03-02", ["添加了单位“石桥社区”"]),
        ("since=2026-03-04", []),
    ]:
        assert sentences(admin.get(f"/admin/audit?{query}")) == found, query


def test_a_day_that_cannot_be_read_is_said(admin):
    add("unit.added", "陈立", "桂花社区")
    answer = admin.get("/admin/audit?since=2026-13-45")
    assert answer.status_code == 200
    assert "日期应写成 2026-07-09 这样" in answer.words
    assert len(sentences(answer)) == 1


def test_changes_and_unknown_acts_are_readable(admin):
    add("person.changed", "陈立", "王芳", changes={"post": ["网格员", "社区书记"], "shoe_size": ["", "42"]})
    add("rocket.launched", "", "长征")
    answer = admin.get("/admin/audit")
    assert "岗位 网格员 → 社区书记" in answer.words
    assert "shoe_size — → 42" in answer.words
    assert "rocket.launched：长征" in answer.words
    assert "系统" in answer.words


@pytest.mark.parametrize("number", [3, 120])
def test_the_log_asks_the_same_few_questions_however_long_it_is(admin, number):
    for _n in range(number):
        add("unit.added", "陈立", "桂花社区")
    with count_queries() as queries:
        answer = admin.get("/admin/audit?q=桂花")
    queries.assert_at_most(4)  # one of them for the badges of the navigation
    assert len(sentences(answer)) == min(number, 50)


def test_only_admins_read_it(sign_in):
    for person in (make_person("unit_admin", unit=make_unit()), make_person("instructor"), make_person()):
        assert sign_in(person).get("/admin/audit").status_code == 403


def test_a_sentence_without_its_values_still_reads(app):
    assert labels.sentence("sign_in.locked", "", {}) == "登录名“—”连续 — 次密码不对，暂时锁定"


def test_acts_read_in_english_too(app):
    own = [name for name in labels.SENTENCES if name.startswith(("person.", "unit.", "sign_in."))]
    with using("en"):
        chinese = [name for name in own if any("\u4e00" <= char <= "\u9fff" for char in labels.name(name))]
    assert len(own) > 10
    assert chinese == []
