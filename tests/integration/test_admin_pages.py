"""The overview, the state of the installation, the probe, the style guide and the guides."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from academy.admin import tiles as tiles_room
from academy.admin.tiles import Tile, tiles
from academy.clock import now
from academy.db import db
from academy.help import services as guides
from academy.jobs.models import Job
from tests.factories import make_person, make_unit
from tests.support import count_queries


@pytest.fixture
def admin(app, sign_in):
    return sign_in(make_person("admin", last_sign_in_at=now()))


def figures(answer) -> dict[str, str]:
    tiles = answer.page.one("ul", class_="tiles").elements
    return {tile.elements[0].text: tile.one("b").text for tile in tiles}


def test_the_overview_counts_what_is_in_scope(app, sign_in, admin):
    east, west = make_unit("云桥区"), make_unit("松岭区")
    keeper = sign_in(make_person("unit_admin", unit=east))
    make_person(unit=east, last_sign_in_at=now() - timedelta(days=29))
    make_person(unit=west, last_sign_in_at=now() - timedelta(days=31))
    make_person(unit=west, is_active=False)
    assert figures(admin.get("/admin"))["在册人员"] == "4"
    assert figures(admin.get("/admin"))["近 30 天登录过"] == "2"
    answer = keeper.get("/admin")
    assert figures(answer)["在册人员"] == "2"
    assert figures(answer)["近 30 天登录过"] == "1"
    assert "您管理的单位：云桥区" in answer.words
    assert not answer.page.find("a", text="操作日志")


def test_rooms_add_figures_of_their_own(admin, monkeypatch):
    monkeypatch.setattr(tiles_room, "_makers", dict(tiles_room._makers))
    seen = []

    @tiles(order=5)
    def courses(paths):
        seen.append(paths)
        return [Tile("已发布课程", 12, unit="门", url="/courses")]

    found = figures(admin.get("/admin"))
    assert next(iter(found.items())) == ("已发布课程", "12")
    assert seen == [("/",)]


def test_the_overview_shows_the_latest_acts(admin):
    person = make_person(name="王芳")
    admin.post(f"/admin/people/{person.id}/deactivate")
    assert "停用了“王芳”的账号" in admin.get("/admin").words


def test_the_overview_asks_little(admin, monkeypatch):
    own = {name: maker for name, maker in tiles_room._makers.items() if name.startswith("academy.")}
    monkeypatch.setattr(tiles_room, "_makers", own)
    with count_queries() as queries:
        admin.get("/admin")
    queries.assert_at_most(4)


def test_the_console_is_for_those_who_keep_something(sign_in):
    for role in ("trainee", "instructor", "class_supervisor"):
        client = sign_in(make_person(role))
        assert client.get("/admin").status_code == 403
        assert client.get("/admin/health").status_code == 403


def test_a_probe_that_names_no_host_is_answered(client):
    assert client.get("/healthz", environ_overrides={"HTTP_HOST": ""}).status_code == 200


def test_a_probe_learns_whether_the_database_answers(client, monkeypatch):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json["status"]) == (200, "ok")
    assert answer.json["version"]
    with count_queries() as queries:
        client.get("/healthz")
    queries.assert_at_most(1)


def test_a_probe_learns_when_it_does_not(client, monkeypatch):
    from sqlalchemy.exc import OperationalError  # noqa: PLC0415

    from academy.admin import health  # noqa: PLC0415 - the module whose function is replaced

    def fail():
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(health, "database_answers", fail)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json["status"]) == (503, "bad")


def test_the_state_of_the_installation(admin):
    answer = admin.get("/admin/health")
    assert "没有等待的任务" in answer.words
    checks = admin.get("/admin/health", headers={"Accept": "application/json"}).json["checks"]
    assert set(checks) == {"database", "migrations", "disk", "jobs"}
    assert checks["database"]["state"] == "ok"
    db.session.add(Job(token="x", kind="export", created_at=now() - timedelta(minutes=11)))
    assert admin.get("/admin/health", headers={"Accept": "application/json"}).json["checks"]["jobs"]["state"] == "warn"


@pytest.mark.raw_html  # it shows faulty forms and headings of every level on purpose
def test_the_style_guide_is_for_development_only(app, client):
    assert client.get("/styleguide").status_code == 200
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, environment="production")
    try:
        assert client.get("/styleguide").status_code == 404
    finally:
        app.config["SETTINGS"] = settings


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_guides_are_open_to_everybody_in_both_languages(client, locale):
    client.post("/language", data={"locale": locale})
    index = client.get("/help")
    addresses = [link["href"] for link in index.page.one("main").find_all("a")]
    assert "/help/admin" in addresses
    assert "/help/accessibility" in addresses
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        contents = answer.page.one("nav", class_="contents").find_all("a")
        assert len(contents) >= 3
        chinese = any("\u4e00" <= char <= "\u9fff" for char in answer.page.one("h1").text)
        assert chinese is (locale == "zh")


def test_a_guide_that_is_not_written_leads_to_those_that_are(client, monkeypatch):
    monkeypatch.setattr(guides, "find", lambda folder, name: None)
    assert client.get("/help/trainee").location == "/help"
    assert client.get("/help/nobody").status_code == 404


def test_a_guide_is_split_at_its_headings():
    guide = guides.parse(
        "# 指南\n\n先看这里。\n\n## 登录\n\n打开网址。\n\n- 一\n- 二\n\n## 空\n\n## 退出 <b>\n\n点**退出**。"
    )
    assert guide.title == "指南"
    assert [section.title for section in guide.sections] == ["", "登录", "退出 <b>"]
    assert guide.sections[2].html == "<p>点<strong>退出</strong>。</p>\n"
