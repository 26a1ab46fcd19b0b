"""The application under test, and how a test gets it fresh."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask, session
from flask_login import login_user

from academy.config import Settings, load_settings
from academy.db import db
from app import create_app
from tests.support.client import AcademyClient
from tests.support.databases import PostgresDatabase, SqliteDatabase

SECRET = "a-secret-that-is-only-used-in-tests-0123456789"


@dataclass
class Site:
    """An application on a migrated database."""

    app: Flask
    database: SqliteDatabase | PostgresDatabase

    @contextmanager
    def fresh(self) -> Iterator[Flask]:
        """Empty the database and open an application context."""
        self.database.reset(self.app)
        with self.app.app_context():
            try:
                yield self.app
            finally:
                db.session.remove()


def settings_for(folder: Path, database_url: str, **changes: Any) -> Settings:
    """Return settings that look at nothing outside `folder`."""
    values = {"environment": "testing", "instance": folder / "instance", "secret_key": SECRET, **changes}
    return load_settings({}, database_url=database_url, **values)


def build_site(folder: Path, database: SqliteDatabase | PostgresDatabase) -> Site:
    """Build the application on a database; the database is left as it is."""
    app = create_app(settings_for(folder, database.url))
    app.test_client_class = AcademyClient
    return Site(app, database)


def session_of(app: Flask, person: Any) -> dict[str, Any]:
    """Return what the session cookie holds once `person` has signed in."""
    db.session.commit()
    with app.test_request_context():
        login_user(person, force=True)
        return dict(session)
