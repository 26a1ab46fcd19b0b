"""Every type of page that links lead to, for each role: valid HTML, nothing that axe-core finds, no sideways scrolling.

The walk starts at the home page of a demo person and follows the links, so that a new page is looked at without being
listed anywhere.
"""

from __future__ import annotations

from collections import Counter

import pytest

from academy.accounts.demo import DEMO
from tests.support.browsing import ALL_LOOKS, LOOKS, NARROWEST, look_over, prefer, sign_in, too_wide
from tests.support.crawl import Visited, Walker
from tests.support.databases import SqliteDatabase
from tests.support.server import running
from tests.support.site import build_site
from tests.support.validator import validate

PEOPLE = {one.role: one for one in DEMO}
ROLES = ["anyone", *PEOPLE]
STARTS = {"anyone": ["/sign-in", "/", "/help"], "admin": ["/", "/admin", "/styleguide"]}
# Each kind of lesson has its own page; of other endpoints two pages are enough, for axe-core one.
MOST_OF = {"learning.lesson": 12}
# The forms that lead to page types which no link leads to.
MAY_POST = frozenset({"learning.enrol", "learning.start_quiz", "quizzes.submit"})
BESIDE = {"quizzes.attempt": "quizzes.review_submit", "learning.course": "learning.resume"}
# Whoever has not joined a course is told so when opening one of its lessons.
RIGHT_ERRORS = {("learning.lesson", 403)}
# A lesson of a course that one has not joined says so, and offers to join.
MAY_BE_FORBIDDEN = frozenset({"learning.lesson"})
# What is wrong with an address, for whom, and what it is answered with.
ERRORS = {
    "trainee": {"/no-such-page": 404, "/courses/no-such-course": 404, "/attempts/somebody-elses": 404, "/admin": 403},
    "admin": {"/admin/reports/completion?from=yesterday": 422, "/admin/reports/completion?unit=999999": 404},
}


@pytest.fixture(scope="module")
def server(shared_folder, tmp_path_factory):
    """The demo with the style guide, which shows every component."""
    with running(shared_folder, tmp_path_factory.mktemp("instance"), ACADEMY_ENV="development") as server:
        yield server


@pytest.fixture(scope="module")
def walks(server, tmp_path_factory) -> dict[str, list[Visited]]:
    """The pages that each role comes to."""
    folder = tmp_path_factory.mktemp("routes")
    routes = build_site(folder, SqliteDatabase(folder)).app
    found = {}
    for role in ROLES:
        walker = Walker(server.url, routes, most_of=MOST_OF, may_post=MAY_POST, beside=BESIDE)
        if role in PEOPLE:
            walker.sign_in(PEOPLE[role].username, PEOPLE[role].password)
        found[role] = list(walker.walk(*STARTS.get(role, ["/"])))
    return found


def only_its_own(walks: dict[str, list[Visited]], role: str) -> list[Visited]:
    """Return one page of each endpoint that no earlier role comes to."""
    counts = Counter(page.endpoint for earlier in ROLES[: ROLES.index(role)] for page in walks[earlier])
    chosen = []
    for page in walks[role]:
        counts[page.endpoint] += 1
        if counts[page.endpoint] <= MOST_OF.get(page.endpoint, 1):
            chosen.append(page)
    return chosen


@pytest.mark.parametrize("role", ROLES)
def test_pages_answer(walks, server, role):
    wrong = [page for page in walks[role] if page.status >= 400 and (page.endpoint, page.status) not in RIGHT_ERRORS]
    problems = [f"{page.path} answers {page.status}" for page in wrong]
    assert not problems, "\n".join([*problems, server.last_errors()])


def test_pages_are_valid_html(walks, tmp_path):
    for role, pages in walks.items():
        for page in pages:
            (tmp_path / f"{role}--{page.name}").write_text(page.html, encoding="utf-8")
    problems = validate(tmp_path)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("role", ROLES)
def test_pages_are_accessible(walks, visitors, role):
    page = visitors()
    if role in PEOPLE:
        sign_in(page, PEOPLE[role].username, PEOPLE[role].password)
    problems = []
    for number, visited in enumerate(only_its_own(walks, role)):
        page.goto(visited.path)
        problems += look_over(page, LOOKS if number else ALL_LOOKS)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("role", ROLES)
def test_long_words_and_large_letters_fit_a_small_phone(walks, visitors, role):
    page = visitors(width="phone")
    if role in PEOPLE:
        sign_in(page, PEOPLE[role].username, PEOPLE[role].password)
    problems = []
    for width, choice in ((NARROWEST, {"locale": "en"}), (390, {"locale": "zh", "text": "xxl"})):
        page.set_viewport_size({"width": width, "height": 700})
        page.goto("/help")
        prefer(page, **choice)
        for visited in only_its_own(walks, role):
            page.goto(visited.path)
            problems += [f"{visited.path} at {width} with {choice}: {element}" for element in too_wide(page)]
    page.goto("/help")
    prefer(page, text="md")
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("role", ERRORS)
def test_error_pages_are_accessible_and_valid(server, visitors, tmp_path, role):
    page, problems = visitors(), []
    sign_in(page, PEOPLE[role].username, PEOPLE[role].password)
    for path, status in ERRORS[role].items():
        answer = page.goto(path)
        assert answer.status == status, f"{path} answers {answer.status}"
        problems += look_over(page)
        (tmp_path / f"{status}-{len(problems)}.html").write_text(answer.text(), encoding="utf-8")
    assert not problems, "\n".join(problems)
    assert validate(tmp_path) == []
