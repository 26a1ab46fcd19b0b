"""Signing in and out, lock-out, and where one ends up."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from academy.accounts.models import Person, SignInGuard
from academy.accounts.services import passwords
from academy.accounts.services import sign_in as service
from academy.audit.models import AuditEntry
from academy.db import db
from tests.factories import make_person, make_unit
from tests.factories.people import PASSWORD
from tests.support import count_queries


def enter(client, login, password=PASSWORD, **values):
    return client.submit(client.get("/sign-in"), action="/sign-in", login=login, password=password, **values)


def is_in(client) -> bool:
    return client.get("/me").status_code == 200


@pytest.mark.parametrize("typed", ["wangfang", " WangFang ", "ｗａｎｇｆａｎｇ", "138 0013 8000", "+86-138-0013-8000"])
def test_one_signs_in_by_name_or_phone_however_typed(client, typed):
    make_person(username="wangfang", phone="13800138000")
    answer = enter(client, typed)
    assert (answer.status_code, answer.location) == (303, "/")
    assert is_in(client)


def test_full_width_password_is_the_same_password(client):
    make_person(username="wang", password=passwords.normal_password("study2026"))
    assert enter(client, "wang", "ｓｔｕｄｙ２０２６").status_code == 303


def test_the_hash_is_renewed_when_its_parameters_are_old(client):
    person = make_person(username="wang")
    assert passwords.is_outdated(person.password_hash)
    enter(client, "wang")
    db.session.refresh(person)
    assert not passwords.is_outdated(person.password_hash)
    assert passwords.matches(person.password_hash, PASSWORD)
    assert person.last_sign_in_at is not None


@pytest.mark.parametrize("login", ["wang", "nobody"])
def test_wrong_password_says_how_many_tries_are_left_and_not_who_exists(client, clock, login):
    make_person(username="wang")
    for left in (4, 3, 2, 1):
        answer = enter(client, login, "wrong-password")
        assert answer.status_code == 422
        assert f"密码不对，还可以再试 {left} 次。" in answer.words
        assert answer.page.one("input", name="login")["value"] == login
        assert answer.page.one("input", name="password").get("value") == ""
    answer = enter(client, login, "wrong-password")
    assert answer.status_code == 429
    assert "请在 09:15 以后再试" in answer.words
    assert 0 < int(answer.headers["Retry-After"]) <= 901


def test_the_right_password_does_not_help_while_locked_and_does_afterwards(client, clock):
    make_person(username="wang")
    for _try in range(5):
        enter(client, "wang", "wrong-password")
    assert enter(client, "wang").status_code == 429
    clock.move(minutes=15)
    assert enter(client, "wang").status_code == 303
    assert db.session.scalar(select(func.count()).select_from(SignInGuard)) == 0
    assert db.session.scalars(select(AuditEntry.action)).all() == ["sign_in.locked"]


def test_a_success_forgets_the_failures(client):
    make_person(username="wang")
    for _try in range(4):
        enter(client, "wang", "wrong-password")
    assert enter(client, "wang").status_code == 303
    client.post("/sign-out")
    assert "还可以再试 4 次" in enter(client, "wang", "wrong-password").words


def test_somebody_deactivated_learns_it_only_with_the_right_password(client):
    make_person(username="wang", is_active=False)
    assert "密码不对" in enter(client, "wang", "wrong-password").words
    answer = enter(client, "wang")
    assert answer.status_code == 422
    assert "已经停用" in answer.words
    assert not is_in(client)


@pytest.mark.parametrize(("login", "password"), [("", PASSWORD), ("wang", ""), ("\u3000", "x")])
def test_empty_fields_are_named(client, login, password):
    answer = enter(client, login, password)
    assert answer.status_code == 422
    assert answer.page.find("div", class_="errsum")
    assert "请填写" in answer.words
    assert db.session.scalar(select(func.count()).select_from(SignInGuard)) == 0


@pytest.mark.parametrize(
    ("asked", "reached"),
    [("/me/password", "/me/password"), ("//evil.example/", "/"), ("https://evil.example/", "/"), ("/\\evil", "/")],
)
def test_one_ends_up_where_one_wanted_to_go_but_never_elsewhere(client, asked, reached):
    make_person(username="wang")
    form = client.get("/sign-in", query_string={"next": asked})
    answer = client.submit(form, action="/sign-in", login="wang", password=PASSWORD)
    assert answer.location == reached


def test_those_without_lessons_begin_in_their_console(client):
    make_person("admin", username="boss")
    assert enter(client, "boss").location.startswith("/admin")


def test_signing_in_again_shows_no_form(sign_in):
    client = sign_in(make_person())
    assert client.get("/sign-in").location == "/"


def test_the_session_is_a_new_one(client):
    make_person(username="wang")
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    enter(client, "wang")
    with client.session_transaction() as session:
        assert "planted" not in session


def test_signing_out_ends_the_sessions_everywhere(sign_in):
    person = make_person()
    phone, desk = sign_in(person), sign_in(person)
    assert phone.post("/sign-out").location == "/sign-in"
    assert not is_in(phone)
    assert not is_in(desk)


def test_a_changed_session_key_or_deactivation_ends_a_session(sign_in):
    person = make_person()
    client = sign_in(person)
    assert is_in(client)
    person.is_active = False
    assert not is_in(client)
    person.is_active, person.session_key = True, "another"
    assert not is_in(client)


@pytest.mark.parametrize("forged", ["1", "1.", "x.y", "99999999999.key", "1.wrong", "٣.key"])
def test_forged_sessions_are_nobody(client, forged):
    make_person()
    with client.session_transaction() as session:
        session["_user_id"] = forged
    assert not is_in(client)


def test_admins_sign_ins_are_recorded_but_not_trainees(app, client):
    make_person("admin", username="boss")
    make_person(username="wang")
    enter(client, "boss")
    client.post("/sign-out")
    enter(client, "wang")
    actions = db.session.execute(select(AuditEntry.action, AuditEntry.actor_name)).all()
    assert [action for action, _name in actions] == ["person.signed_in"]


def test_a_first_sign_in_leads_to_a_password_of_ones_own(client):
    make_person(username="wang", unit=make_unit("桂花社区"), must_change_password=True)
    assert enter(client, "wang").status_code == 303
    assert client.get("/me").location == "/me/password?next=/me"
    form = client.get("/me/password?next=/me")
    assert "桂花社区" in form.words
    answer = client.submit(form, "/me/password", current=PASSWORD, new="xin-mima-88", again="xin-mima-88")
    assert (answer.status_code, answer.location) == (303, "/me")
    assert is_in(client)


def test_the_language_of_the_first_sign_in_holds_until_one_chooses_another(app, english):
    person = make_person(username="wang")
    assert enter(english, "wang").status_code == 303
    assert person.locale == "en"
    chinese = app.test_client()
    enter(chinese, "wang")
    assert (person.locale, chinese.get("/me").page.one("html")["lang"]) == ("en", "en")


def test_signing_in_asks_little_of_the_database(client):
    make_person(username="wang", unit=make_unit())
    form = client.get("/sign-in")
    with count_queries() as queries:
        client.submit(form, action="/sign-in", login="wang", password=PASSWORD)
    queries.assert_at_most(7)
    with count_queries() as queries:
        client.application.test_client().get("/sign-in")
    queries.assert_at_most(0)


def test_the_number_of_people_tried_at_once_does_not_matter(app):
    """Tries that began before the lock are still counted one by one."""
    make_person(username="wang")
    db.session.commit()
    outcomes = [service._count("wang", None, "x") for _try in range(5)]
    assert [outcome.tries_left for outcome in outcomes] == [4, 3, 2, 1, 0]
    person = db.session.scalar(select(Person))
    assert service._count("wang", person.id, PASSWORD).person is None
