"""Every type of page that links lead to, for each role: valid HTML, nothing that axe-core finds, no sideways scrolling.

The walk starts at the home page of a demo person and follows the links, so that a new page is looked at without being
listed anywhere.
"""

from __future__ import annotations

import shutil

import pytest

from academy.accounts.demo import DEMO
from tests.support.browsing import look_over, sign_in
from tests.support.crawl import Walker
from tests.support.databases import SqliteDatabase
from tests.support.site import build_site
from tests.support.validator import validate

VISITORS = [None, *DEMO]
STARTS = {"": ["/sign-in", "/help/trainee"], "admin": ["/", "/admin"]}
# One page of each kind of lesson, and the pages that only a form leads to.
MOST_OF = {"learning.lesson": 12}
MAY_POST = frozenset({"learning.enrol", "learning.start_quiz"})
NOT_THERE = ["/no-such-page", "/courses/no-such-course"]


@pytest.fixture(scope="module")
def routes(tmp_path_factory):
    """The route table, for telling which endpoint an address belongs to."""
    folder = tmp_path_factory.mktemp("routes")
    return build_site(folder, SqliteDatabase(folder)).app


def walk(server, routes, visitor, most=2):
    walker = Walker(server.url, routes, most=most, most_of=MOST_OF, may_post=MAY_POST)
    if visitor is not None:
        walker.sign_in(visitor.username, visitor.password)
    starts = STARTS.get(visitor.role if visitor else "", ["/"])
    return list(walker.walk(*starts))


@pytest.mark.parametrize("visitor", VISITORS, ids=lambda one: one.role if one else "anyone")
def test_pages_answer_and_are_valid_html(server, routes, visitor, tmp_path):
    pages = walk(server, routes, visitor)
    problems = [f"{page.path} answers {page.status}" for page in pages if page.status >= 400]
    if problems:
        problems.append(server.last_errors())
    for page in pages:
        (tmp_path / page.name).write_text(page.html, encoding="utf-8")
    problems += validate(tmp_path)
    shutil.rmtree(tmp_path)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("visitor", VISITORS, ids=lambda one: one.role if one else "anyone")
def test_pages_are_accessible(server, routes, visitor, visitors):
    pages = walk(server, routes, visitor, most=1)
    page = visitors()
    if visitor is not None:
        sign_in(page, visitor.username, visitor.password)
    problems = []
    for visited in pages:
        page.goto(visited.path)
        problems += look_over(page)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("path", NOT_THERE)
def test_error_pages_are_accessible_and_valid(server, visitors, tmp_path, path):
    page = visitors()
    person = DEMO[0]
    sign_in(page, person.username, person.password)
    answer = page.goto(path)
    assert answer.status == 404
    assert not look_over(page)
    (tmp_path / "missing.html").write_text(answer.text(), encoding="utf-8")
    assert validate(tmp_path) == []
