"""Fixtures for every test; tests/README.md tells how to use them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

pytest.register_assert_rewrite("tests.support")

from tests.support import postgres  # noqa: E402 - after the line above, which must come first
from tests.support.databases import make_database  # noqa: E402
from tests.support.site import Site, build_site, session_of  # noqa: E402

# A loaded machine is slow now and then; that is no fault of a rule. Other examples are tried on every machine but CI's.
settings.register_profile("academy", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("academy")

KINDS = ("sqlite", "postgresql")
SERVER = pytest.StashKey[postgres.Server]()
A_MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # nine o'clock in China


def pytest_addoption(parser):
    parser.addoption(
        "--database",
        choices=[*KINDS, "all"],
        default="sqlite",
        help="on which database the tests run that need one (default: sqlite)",
    )


def pytest_configure(config):
    """Start PostgreSQL once, in the process that the parallel workers spring from."""
    if config.getoption("--database") != "sqlite" and not hasattr(config, "workerinput"):
        config.stash[SERVER] = postgres.Server()


def pytest_unconfigure(config):
    server = config.stash.get(SERVER, None)
    if server is not None:
        server.stop()


def _kinds(config) -> list[str]:
    chosen = config.getoption("--database")
    return list(KINDS) if chosen == "all" else [chosen]


def pytest_generate_tests(metafunc):
    kinds = _kinds(metafunc.config)
    for kind, other in (KINDS, KINDS[::-1]):
        if metafunc.definition.get_closest_marker(f"{kind}_only"):
            kinds = [each for each in kinds if each != other]
    for name in {"site", "unmigrated"} & set(metafunc.fixturenames):
        metafunc.parametrize(name, kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def site(request, tmp_path_factory, worker_id) -> Iterator[Site]:
    """The application on a migrated database, built once per kind of database."""
    folder: Path = tmp_path_factory.mktemp(f"site-{request.param}")
    database = make_database(request.param, folder, f"academy_test_{worker_id}")
    site = build_site(folder, database)
    database.prepare(site.app)
    yield site
    database.close(site.app)


@pytest.fixture(scope="session")
def unmigrated(request, tmp_path_factory, worker_id) -> Iterator[Site]:
    """The application on an empty database without a table, for tests of the migrations."""
    folder: Path = tmp_path_factory.mktemp(f"unmigrated-{request.param}")
    database = make_database(request.param, folder, f"academy_migrations_{worker_id}")
    site = build_site(folder, database)
    yield site
    database.close(site.app)


@pytest.fixture
def app(request, site):
    """The application with an empty database and an open application context.

    Use `db.session` freely; a request made with `client` sees what the test wrote, and the other way round.
    """
    with site.fresh() as app:
        marker = request.node.get_closest_marker("raw_html")
        app.test_client_class.strict_html = marker is None
        yield app


@pytest.fixture
def client(app):
    """A browser without a window, not signed in."""
    return app.test_client()


@pytest.fixture
def sign_in(app) -> Callable:
    """`sign_in(person)` returns a new client signed in as that person; `sign_in(person, client)` uses that client.

    It skips the sign-in page and its deliberately slow password check.
    """

    def enter(person, client=None):
        client = client or app.test_client()
        with client.session_transaction() as session:
            session.update(session_of(app, person))
        return client

    return enter


@pytest.fixture
def clock():
    """Hold the clock at nine o'clock of a Monday in China; `clock.move(minutes=5)` moves it."""
    from academy.clock import freeze  # noqa: PLC0415 - the pure tests do without the product's clock

    with freeze(A_MONDAY) as frozen:
        yield frozen


@pytest.fixture
def english(client):
    """A client whose browser asks for English."""
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture(scope="session")
def worker_id(request) -> str:
    """The name of this parallel worker, "main" without any."""
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture
def stack() -> Iterator[contextlib.ExitStack]:
    """An ExitStack that is closed at the end of the test."""
    with contextlib.ExitStack() as exit_stack:
        yield exit_stack
