"""What somebody sees when something is wrong on our side."""

from __future__ import annotations

import errno
import sqlite3

import pytest
from sqlalchemy.exc import OperationalError

from academy.db import db
from tests.factories import make_person

FULL = [
    OSError(errno.ENOSPC, "No space left on device"),
    OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full")),
]


@pytest.fixture
def broken(app, monkeypatch):
    """Let the list of courses fail with an error of the test's choosing, as in operation and not as in tests."""

    def fail_with(error):
        def view():
            raise error

        view.access = "public"
        monkeypatch.setitem(app.view_functions, "learning.browse", view)
        monkeypatch.setattr(app, "testing", False)
        monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    return fail_with


@pytest.mark.parametrize("error", FULL, ids=["file", "database"])
def test_a_full_disk_is_told_in_a_sentence(broken, client, error):
    broken(error)
    answer = client.get("/courses")
    assert answer.status_code == 507 and "磁盘满了" in answer.words


def test_a_crash_gives_a_number_to_ask_for(broken, client):
    broken(RuntimeError("unforeseen"))
    answer = client.get("/courses")
    assert answer.status_code == 500 and answer.page.one("b", class_="num").text


def test_a_crash_tells_nothing_of_the_inside(broken, client):
    broken(RuntimeError("unforeseen"))
    assert "unforeseen" not in client.get("/courses").get_data(as_text=True)


def test_the_page_of_a_crash_asks_nothing_of_the_database(broken, sign_in, monkeypatch):
    client = sign_in(make_person())
    broken(RuntimeError("unforeseen"))

    def refuse(*args, **kwargs):
        raise OperationalError("SELECT", {}, Exception("connection refused"))

    db.session.commit()
    monkeypatch.setattr(db.session, "execute", refuse)
    assert client.get("/courses").status_code == 500


@pytest.mark.parametrize("address", ["/courses/a%00b", "/learn/a%00b/1", "/textbooks/a%00b", "/jobs/a%00b"])
def test_nothing_is_found_under_an_address_that_no_database_can_look_up(sign_in, address):
    assert sign_in(make_person("admin")).get(address).status_code == 404


@pytest.mark.parametrize(
    "address", ["/textbooks?q=a%00b", "/studio?q=%00", "/admin/certificates?q=%00", "/admin/audit?q=a%00b&q=%00"]
)
def test_a_character_that_nobody_types_is_left_out_of_what_is_looked_for(sign_in, address):
    assert sign_in(make_person("admin")).get(address).status_code == 200


def test_a_character_that_nobody_types_is_left_out_of_a_form(client):
    form = client.get("/sign-in")
    answer = client.submit(form, login="a\0b", password="none of mine")
    assert answer.page.one("input", name="login")["value"] == "ab"


@pytest.mark.parametrize("sent", [1, "x", ["a"], {"title": 5}])
def test_a_form_takes_nothing_but_forms(sign_in, sent):
    answer = sign_in(make_person("instructor")).post("/studio/courses/new", json=sent)
    assert answer.status_code == 422
