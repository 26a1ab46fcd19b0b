"""The tests' own tools keep their promises: isolation, CSRF, the look at each page."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from academy.accounts.models import Person
from academy.db import db
from tests.factories import make_person, make_unit
from tests.support import count_queries
from tests.support.html import faults, parse


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_begins_with_an_empty_database(app, turn):
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0
    make_person(username="somebody")
    db.session.commit()


def test_queries_are_counted_without_housekeeping(app):
    with count_queries() as queries:
        db.session.execute(select(Person.id))
        db.session.commit()
        db.session.execute(select(Person.name))
    assert queries.count == 2
    with pytest.raises(AssertionError, match="the budget is 1"):
        queries.assert_at_most(1)


def test_units_know_their_path(app):
    city = make_unit("市")
    district = make_unit("区", parent=city)
    assert (district.level, district.path) == ("district", f"/{city.id}/{district.id}/")


def test_signing_in_takes_no_form(app, sign_in):
    person = make_person("admin")
    client = sign_in(person)
    with client.session_transaction() as session:
        assert session["_user_id"] == person.get_id()


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a</div>", "</div> while <p>"),
        ("<div>", "never closed"),
        ('<p id="a"></p><p id="a"></p>', "used twice"),
        ("<input name='q'>", "no label"),
        ("<img src='x'>", "no alt"),
        ("<p style='color:red'></p>", "inline style"),
        ("<script>alert(1)</script>", "inline script"),
        ("<button onclick='go()'>a</button>", "handler onclick"),
        ("<form method='post'></form>", "without csrf_token"),
        ("<label for='x'>a</label>", "points to nothing"),
        ("<a href='/x'><svg></svg></a>", "has no text"),
        ("<html lang='zh'><head><title>a</title></head><body><main></main></body></html>", "0 <h1>"),
    ],
)
def test_faults_in_a_page_are_found(html, expected):
    assert expected in " ".join(faults(html))


def test_a_sound_page_has_no_faults():
    page = """<!doctype html><html lang="zh-CN"><head><title>学习</title><link rel="icon" href="/f.svg"></head>
    <body><main id="main"><h1>学习</h1><form method="post"><input type="hidden" name="csrf_token" value="x">
    <label for="a">名</label><input id="a" name="a"><button>存</button></form>
    <svg><path d="M0"/></svg><a href="#main"><img src="x" alt="回顶"></a></main></body></html>"""
    assert faults(page) == []
    assert parse(page).one("label").text == "名"
