"""The database of a test: real commits, and yet every test begins with the empty, migrated database.

SQLite: the migrated file is kept, and put in place of the used one before each test. PostgreSQL: a function in the
database empties every table that has rows. Either takes one or two milliseconds, and nothing in the code under test
has to know.
"""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import make_url

from academy.db import db
from tests.support import postgres

# Triggers and foreign keys are set aside while emptying: append-only tables refuse it otherwise.
EMPTY_ALL = """
CREATE OR REPLACE FUNCTION empty_all_tables() RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text; filled boolean;
BEGIN
    SET LOCAL session_replication_role = replica;
    SET LOCAL lock_timeout = '5s';
    FOR name IN SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
                WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO filled;
        IF filled THEN EXECUTE 'DELETE FROM ' || name; END IF;
    END LOOP;
END $$
"""


def others_may_write() -> bool:
    """Return whether somebody else could write to the SQLite database at this moment."""
    with closing(sqlite3.connect(str(db.engine.url.database), timeout=0, isolation_level=None)) as another:
        try:
            another.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        another.execute("ROLLBACK")
        return True


def migrate(app: Flask) -> None:
    """Bring the database to the newest revision."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with app.app_context():
        upgrade()


class SqliteDatabase:
    """A file in `folder`."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.path = folder / "academy.sqlite3"
        self.pristine = folder / "pristine.sqlite3"
        self.url = f"sqlite:///{self.path}"

    def prepare(self, app: Flask) -> None:
        """Migrate, and keep the result."""
        migrate(app)
        _let_go(app)
        os.replace(self.path, self.pristine)

    def reset(self, app: Flask) -> None:
        """Put the migrated file back."""
        _let_go(app)
        for suffix in ("-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        fresh = self.path.with_suffix(".fresh")
        shutil.copyfile(self.pristine, fresh)
        os.replace(fresh, self.path)

    def close(self, app: Flask) -> None:
        """Let go of the file."""
        _let_go(app)


class PostgresDatabase:
    """A database of its own on the tests' server."""

    kind = "postgresql"

    def __init__(self, name: str) -> None:
        self.name = name
        self.url = postgres.create_database(name)
        self.connection: psycopg.Connection | None = None

    def prepare(self, app: Flask) -> None:
        """Migrate, and add the function that empties the tables."""
        migrate(app)
        plain = make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)
        self.connection = psycopg.connect(plain, autocommit=True)
        self.connection.execute(EMPTY_ALL)

    def reset(self, app: Flask) -> None:
        """Empty the tables. Connections stay open, except those that a test left in the middle of something."""
        if self.connection is None:
            raise RuntimeError("the database was not prepared")
        try:
            self.connection.execute("SELECT empty_all_tables()")
        except psycopg.errors.LockNotAvailable:
            _let_go(app)
            self.connection.execute("SELECT empty_all_tables()")

    def close(self, app: Flask) -> None:
        """Remove the database."""
        _let_go(app)
        if self.connection is not None:
            self.connection.close()
        postgres.drop_database(self.name)


def make_database(kind: str, folder: Path, name: str) -> SqliteDatabase | PostgresDatabase:
    """Make an empty database of the given kind: a file in `folder`, or `name` on the tests' PostgreSQL server."""
    return SqliteDatabase(folder) if kind == "sqlite" else PostgresDatabase(name)


def _let_go(app: Flask) -> None:
    with app.app_context():
        for engine in app.extensions["sqlalchemy"].engines.values():
            engine.dispose()
