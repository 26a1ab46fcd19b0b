"""Statements that are a transaction each, for the requests that come most often.

A request has one transaction, which the session opens and keeps account of (academy.web.transactions). Where a request
reads one row and changes one, that account is half of the work. What is run here goes past the session: each statement sees
what is committed when it begins, and what it writes is durable when it returns. Nothing is locked between two of them, so
a statement that writes has to look itself at what matters.
"""

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from flask import Flask, g
from sqlalchemy import CursorResult
from sqlalchemy.engine import Connection
from sqlalchemy.sql import Executable

from academy.db import ALONE, db, in_turn

KEPT_AS = "alone_connection"


def run(statement: Executable, values: Mapping[str, Any], *, writes: bool = False) -> CursorResult[Any]:
    """Run one statement by itself; `writes` if it changes something.

    Where the session has begun a transaction already, it is part of that one, and kept or given up with it.
    """
    if db.session.registry.has() and db.session().in_transaction():
        return db.session.connection().execute(statement, values)
    connection: Connection | None = g.get(KEPT_AS)
    if connection is None:
        connection = _connect()
        setattr(g, KEPT_AS, connection)
    with in_turn(connection) if writes else nullcontext():
        return connection.execute(statement, values)


def _connect() -> Connection:
    if db.engine.dialect.name == "sqlite":
        return db.engine.connect().execution_options(**{ALONE: True})
    return db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def init_app(app: Flask) -> None:
    """Give the connection back at the end of each request, and of other work in an application context of its own."""
    app.teardown_request(_give_back)
    app.teardown_appcontext(_give_back)


def _give_back(error: BaseException | None) -> None:
    connection = g.pop(KEPT_AS, None)
    if connection is not None:
        connection.close()
