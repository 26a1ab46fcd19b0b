"""One's own account: phone number, password, text size, theme and language."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from academy.accounts.services import passwords
from academy.audit.models import AuditEntry
from academy.db import db
from tests.factories import make_person, make_unit
from tests.factories.people import PASSWORD
from tests.support import count_queries


def change_password(client, current=PASSWORD, new="xin-mima-88", again=None):
    form = client.get("/me/password")
    return client.submit(form, "/me/password", current=current, new=new, again=new if again is None else again)


def test_the_profile_shows_what_the_college_keeps(sign_in):
    unit = make_unit("桂花社区", name_en="Guihua Community")
    client = sign_in(make_person(name="李秀兰", username="lixiulan", unit=unit, post="grid_worker"))
    with count_queries() as queries:
        page = client.get("/me")
    queries.assert_at_most(1)
    for words in ("李秀兰", "lixiulan", "桂花社区", "网格员", "学员"):
        assert words in page.words
    assert not page.page.find("input", name="name")


def test_a_phone_number_is_kept_in_normal_form(sign_in):
    person = make_person()
    client = sign_in(person)
    assert client.submit(client.get("/me"), action="/me", phone="138-0013 8000").status_code == 303
    db.session.refresh(person)
    assert person.phone == "13800138000"
    assert client.submit(client.get("/me"), action="/me", phone="").status_code == 303
    db.session.refresh(person)
    assert person.phone is None
    assert set(db.session.scalars(select(AuditEntry.action))) == {"person.phone_changed"}


@pytest.mark.parametrize(
    ("phone", "words"), [("1380013", "现在是 7 位"), ("13900139000", "已经用在另一个账号上"), ("tel", "只能有数字")]
)
def test_a_wrong_phone_number_stays_in_the_form(sign_in, phone, words):
    make_person(phone="13900139000")
    client = sign_in(make_person(phone="13800138000"))
    answer = client.submit(client.get("/me"), action="/me", phone=phone)
    assert answer.status_code == 422
    assert words in answer.words
    assert answer.page.one("input", name="phone")["value"] == phone
    assert answer.page.one("title").text.startswith("有错误：")


def test_a_new_password_ends_the_other_sessions(sign_in):
    person = make_person()
    here, elsewhere = sign_in(person), sign_in(person)
    assert change_password(here).status_code == 303
    db.session.refresh(person)
    assert passwords.matches(person.password_hash, "xin-mima-88")
    assert here.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 302
    assert db.session.scalar(select(AuditEntry.action)) == "person.password_changed"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"current": "wrong"}, "现在的密码不对"),
        ({"new": "short"}, "至少要有 8 个字符"),
        ({"new": "12345678"}, "太常见"),
        ({"new": PASSWORD}, "和现在的一样"),
        ({"new": "lixiulan"}, "不能和登录名"),
        ({"again": "something-else"}, "两次填写的新密码不一样"),
        ({"again": ""}, "请再填一遍新密码"),
    ],
)
def test_a_password_that_will_not_do_is_explained(sign_in, changes, words):
    person = make_person(username="lixiulan")
    answer = change_password(sign_in(person), **changes)
    assert answer.status_code == 422
    assert words in answer.words
    db.session.refresh(person)
    assert passwords.matches(person.password_hash, PASSWORD)


def test_how_one_reads_is_kept_in_the_browser_and_in_the_profile(client, sign_in):
    chosen = {"text": "xl", "theme": "dark", "next": "/sign-in"}
    assert client.post("/preferences", data=chosen).location == "/sign-in"
    page = client.get("/sign-in").page.one("html")
    assert (page["data-text"], page["data-theme"], page["lang"]) == ("xl", "dark", "zh-CN")

    person = make_person()
    first, second = sign_in(person), sign_in(person)
    first.post("/preferences", data={"text": "xxl"})
    first.post("/language", data={"locale": "en"})
    page = second.get("/me").page.one("html")
    assert (page["data-text"], page["data-theme"], page["lang"]) == ("xxl", "auto", "en")


@pytest.mark.parametrize("data", [{"text": "huge"}, {"theme": "pink"}, {"locale": "xx"}, {}])
def test_choices_that_do_not_exist_change_nothing(sign_in, data):
    person = make_person(text_size="lg", theme="dark")
    assert sign_in(person).post("/preferences", data=data).status_code == 303
    db.session.refresh(person)
    assert (person.text_size, person.theme, person.locale) == ("lg", "dark", "zh")


@pytest.mark.parametrize(
    ("asked", "reached"),
    [("/me", "/me"), ("//evil.example", "/"), ("/sign-out", "/"), ("/no-such-page", "/"), ("", "/")],
)
def test_after_a_choice_one_is_back_on_a_page_that_can_be_opened(client, asked, reached):
    assert client.post("/language", data={"locale": "en", "next": asked}).location == reached


def test_the_language_of_the_browser_counts_until_one_chooses(english):
    assert english.get("/sign-in").page.one("h1").text == "Sign in"
    english.post("/language", data={"locale": "zh"})
    assert english.get("/sign-in").page.one("h1").text == "登录"
