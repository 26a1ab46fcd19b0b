"""The cookie of a session: checked once for each process, and yet nothing of it is shared or outlives what it should."""

from __future__ import annotations

import time

import pytest
from flask import session

from academy.accounts.session import COOKIES_KEPT, CookieSessions
from tests.factories import make_person


@pytest.fixture
def cookie(app, sign_in):
    """The cookie of somebody who has signed in and has a message waiting."""
    client = sign_in(make_person())
    with client.session_transaction() as held:
        held["_flashes"] = [("ok", "一条消息")]
    return client.get_cookie("session").value


def read(app, cookie):
    """What the application makes of a cookie."""
    with app.test_request_context(headers={"Cookie": f"session={cookie}"}):
        return dict(session)


def test_what_one_request_does_to_its_session_is_not_seen_by_another(app, cookie):
    with app.test_request_context(headers={"Cookie": f"session={cookie}"}):
        session["_flashes"].append(("warn", "另一条"))
        session["_user_id"] = "1.somebody-else"
        session.pop("_fresh", None)
    found = read(app, cookie)
    assert found["_flashes"] == [("ok", "一条消息")]
    assert found["_user_id"] != "1.somebody-else"
    assert "_fresh" in found


def test_a_cookie_that_is_known_becomes_too_old(app, cookie, monkeypatch):
    assert read(app, cookie)
    began, lifetime = time.time(), app.permanent_session_lifetime.total_seconds()
    monkeypatch.setattr(time, "time", lambda: began + lifetime - 5)
    assert read(app, cookie)
    monkeypatch.setattr(time, "time", lambda: began + lifetime + 5)
    assert read(app, cookie) == {}


def test_a_cookie_from_the_future_is_none(app, cookie, monkeypatch):
    assert read(app, cookie)
    began = time.time()
    monkeypatch.setattr(time, "time", lambda: began - 3600)
    assert read(app, cookie) == {}


def test_a_cookie_that_is_known_ends_with_the_key_that_signed_it(app, cookie, monkeypatch):
    assert read(app, cookie)
    before = app.secret_key
    monkeypatch.setitem(app.config, "SECRET_KEY", "another-secret-that-is-long-enough-0123456789")
    assert read(app, cookie) == {}
    monkeypatch.setitem(app.config, "SECRET_KEY", before)
    assert read(app, cookie)


@pytest.mark.parametrize(
    "change",
    [lambda c: c[:-1], lambda c: c + "x", lambda c: "x" + c, lambda c: c.rsplit(".", 1)[0], lambda c: "." * 5000],
)
def test_a_cookie_that_was_changed_is_none(app, cookie, change):
    read(app, cookie)
    assert read(app, change(cookie)) == {}


def test_only_what_we_have_signed_is_remembered(app, cookie):
    sessions: CookieSessions = app.session_interface
    read(app, cookie)
    kept = sessions._checked.cache_info().currsize
    for number in range(5):
        read(app, f"{cookie[:-5]}{number:05}")
    assert sessions._checked.cache_info().currsize == kept <= COOKIES_KEPT


def test_somebody_who_signs_out_is_out_with_the_same_cookie_in_the_cache(app, sign_in):
    client = sign_in(make_person())
    assert client.get("/me").status_code == 200
    client.post("/sign-out")
    assert client.get("/me").status_code == 302


def test_an_answer_says_that_it_depends_on_the_cookie_and_sets_it_only_when_it_changes(app, sign_in):
    client = sign_in(make_person())
    client.get("/me")
    answer = client.get("/me")
    assert "Cookie" in ",".join(answer.headers.getlist("Vary"))
    assert "Set-Cookie" not in answer.headers
