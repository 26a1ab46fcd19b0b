"""A session that ends in the middle of a form: nothing typed is lost, and nothing is sent that another site made."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from academy.accounts.models import Person
from academy.db import db
from tests.factories import make_person, make_unit
from tests.factories.people import PASSWORD

SAME_SITE = {"Origin": "http://localhost"}


@pytest.fixture
def admin(app):
    return make_person("admin", username="boss")


def typed(unit, **changes) -> dict[str, str]:
    return {"name": "王芳", "username": "wangfang", "phone": "", "unit_id": str(unit.id), "post": "grid_worker"} | {
        "roles": "trainee",
        "role_unit_id": "",
        **changes,
    }


def enter(client, page, login="boss", password=PASSWORD):
    return client.submit(page, action="/sign-in", login=login, password=password)


def test_a_page_asks_to_sign_in_and_leads_back(client):
    answer = client.get("/admin/people?q=王芳&page=2")
    assert answer.status_code == 302
    assert answer.location == "/sign-in?next=/admin/people?q%3D%E7%8E%8B%E8%8A%B3%26page%3D2"
    assert client.get("/me/password?x=1").location == "/sign-in?next=/me/password?x%3D1"


def test_what_was_typed_survives_signing_in_again(client, admin):
    unit = make_unit("桂花社区")
    expired = client.post("/admin/people/new", data=typed(unit, note="第一行\r\n第二行 <b>"), headers=SAME_SITE)
    assert expired.status_code == 401
    assert "登录已过期，刚才填写的内容已保存。重新登录后继续" in expired.words

    wrong = enter(client, expired, password="wrong-password")
    assert wrong.status_code == 422
    again = enter(client, wrong)
    assert again.status_code == 200
    assert "王芳" in again.words
    assert "第二行 <b>" in again.words

    done = client.submit(again, action="/admin/people/new", button="继续提交")
    assert done.status_code == 303
    assert db.session.scalar(select(Person).where(Person.username == "wangfang")).unit_id == unit.id


def test_the_page_that_asks_once_more_carries_a_token_that_holds(client, admin):
    client.csrf = False  # the tokens of the pages, as a browser sends them
    expired = client.post("/admin/people/new", data=typed(make_unit()), headers=SAME_SITE)
    again = enter(client, expired)
    assert again.status_code == 200
    assert client.submit(again, action="/admin/people/new", button="继续提交").status_code == 303


def test_passwords_tokens_and_files_are_not_carried(client, admin):
    data = typed(make_unit(), password="secret-1", new_password="secret-2", csrf_token="old", current="secret-3")
    data["picture"] = (io.BytesIO(b"a picture"), "me.png")
    expired = client.post("/admin/people/new", data=data, content_type="multipart/form-data", headers=SAME_SITE)
    assert expired.status_code == 401
    names = {node["name"] for node in expired.page.find_all("input", type="hidden")}
    assert "held:name" in names
    assert not {"held:password", "held:new_password", "held:csrf_token", "held:current"} & names
    assert "secret" not in expired.get_data(as_text=True)
    assert "请重新选择文件" in enter(client, expired).words


def test_a_script_gets_json(client):
    answer = client.post("/admin/people/new", json={"name": "x"})
    assert answer.status_code == 401
    assert answer.json["error"] == "登录已过期，请重新登录"
    assert client.patch("/uploads/abc", data=b"x").status_code == 401


def test_a_very_long_form_says_that_it_could_not_be_kept(client, admin):
    expired = client.post("/admin/people/new", data={"body": "长" * 70_000}, headers=SAME_SITE)
    assert expired.status_code == 401
    assert "没能保存" in expired.words
    assert not expired.page.find("input", name="held_target")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Referer": "https://evil.example/x"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
    ],
)
def test_nothing_is_carried_for_another_site(client, admin, headers):
    expired = client.post("/admin/people/new", data={"name": "planted"}, headers=headers)
    assert expired.status_code == 401
    assert "planted" not in expired.get_data(as_text=True)


@pytest.mark.parametrize(
    "target", ["https://evil.example/x", "//evil.example/x", "/no/such/page", "/me/record", "/sign-in"]
)
def test_only_known_addresses_of_this_site_are_sent_to(client, admin, target):
    page = client.get("/sign-in")
    token = page.page.find("input", name="csrf_token")["value"]
    data = {"login": "boss", "password": PASSWORD, "csrf_token": token, "held_target": target, "held:name": "x"}
    assert client.post("/sign-in", data=data).status_code == 303


def test_an_earlier_sessions_form_is_asked_about_not_sent(sign_in, admin):
    client, unit = sign_in(admin), make_unit()
    client.csrf = False
    stale = client.post("/admin/people/new", data=typed(unit, csrf_token="from-yesterday"), headers=SAME_SITE)
    assert stale.status_code == 400
    assert "王芳" in stale.words
    assert db.session.scalar(select(Person).where(Person.username == "wangfang")) is None
    assert client.submit(stale, action="/admin/people/new").status_code == 303


def test_a_planted_form_is_refused_for_somebody_signed_in(sign_in, admin):
    client = sign_in(admin)
    client.csrf = False
    answer = client.post("/admin/people/new", data={"name": "planted"}, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 400
    assert "planted" not in answer.get_data(as_text=True)


def test_a_sign_in_page_left_open_for_a_day_asks_once_more(client, admin):
    page = client.get("/sign-in")
    client.delete_cookie("session")
    answer = enter(client, page)
    assert answer.status_code == 401
    assert "请再填一次密码" in answer.words
    assert answer.page.one("input", name="login")["value"] == "boss"
    assert enter(client, answer).status_code == 303


def test_language_can_be_switched_on_a_page_left_open_for_a_day(client):
    page = client.get("/sign-in")
    client.delete_cookie("session")
    client.csrf = False
    answer = client.post("/language", data={"locale": "en", "next": "/sign-in", "csrf_token": "old"}, headers=SAME_SITE)
    assert page.status_code == 200
    assert answer.status_code == 400
    token = answer.page.find("input", name="csrf_token")["value"]
    held = answer.page.one("main").find_all("input", type="hidden")
    data = {node["name"]: node["value"] for node in held} | {"csrf_token": token}
    assert data["locale"] == "en"
    assert client.post("/language", data=data).location == "/sign-in"


def test_signing_out_twice_does_no_harm(client):
    assert client.post("/sign-out").location == "/sign-in"
