"""Fixtures of the browser tests: a running server with the demo in it, and visitors with Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support.browsing import FLAGS, Visitors
from tests.support.provision import find_chromium
from tests.support.server import RunningServer, running, seeded

# Files that take longest, so that no worker begins one when the others are about to end.
LONG = ("test_every_page.py", "test_trainee_journey.py", "test_instructor_journey.py", "test_admin_journey.py")


def pytest_collection_modifyitems(items):
    for item in items:
        if "/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.path.name not in LONG)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory, worker_id):
    """A folder that all parallel workers of this run share."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "main" else base.parent


@pytest.fixture(scope="session")
def common_server(shared_folder, tmp_path_factory) -> Iterator[RunningServer]:
    """A server that the files share which leave the people of the demo as they are."""
    with running(shared_folder, tmp_path_factory.mktemp("common")) as server:
        yield server


@pytest.fixture(scope="module")
def server(request, shared_folder, common_server) -> Iterator[RunningServer]:
    """The common server; a file that says `FRESH_DEMO = True` finds the demo as if nobody had touched it, and so does the next."""
    fresh = getattr(request.module, "FRESH_DEMO", False)
    if fresh:
        common_server.restore(seeded(shared_folder))
    yield common_server
    if fresh:
        common_server.restore(seeded(shared_folder))


@pytest.fixture
def own_server(shared_folder, tmp_path) -> Iterator[RunningServer]:
    """A server for one test alone, which may kill it: `own_server.kill9()`, `own_server.restart()`."""
    with running(shared_folder, tmp_path / "instance") as server:
        yield server


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium for all tests of this worker."""
    path = find_chromium()
    if path is None:
        pytest.fail("Chromium is missing: python -m tests.support.provision", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visitors(chromium, server) -> Iterator[Visitors]:
    """`visitors(width="phone", locale="en", theme="dark")` opens a page; script errors and refused styles fail the test."""
    visitors = Visitors(chromium, server.url)
    yield visitors
    visitors.close()


@pytest.fixture
def visitor(visitors):
    """The page of a Chinese visitor at a wide screen."""
    return visitors()
