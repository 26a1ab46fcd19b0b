"""The database: one `db`, one base class, and the few types that behave the same on SQLite and PostgreSQL."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Annotated, Any
from weakref import WeakKeyDictionary

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Engine, MetaData, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import IntegrityError, InvalidatePoolError, OperationalError
from sqlalchemy.orm import DeclarativeBase, mapped_column, registry
from sqlalchemy.types import TypeDecorator

from academy.write_queue import WriteQueue

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite, which has no time zones, stores it as naive UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values, convert the others to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return an aware UTC datetime."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = JSON().with_variant(JSONB(), "postgresql")

PrimaryKey = Annotated[int, mapped_column(primary_key=True)]
JsonDict = Annotated[dict[str, Any], mapped_column(Json)]
JsonList = Annotated[list[Any], mapped_column(Json)]


class Base(DeclarativeBase):
    """Base of every table."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: UtcDateTime(), dict[str, Any]: Json, list[Any]: Json},
    )


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
migrate = Migrate(directory="academy/migrations", render_as_batch=True, compare_type=True)

IN_TURN = "in turn to write"
ALONE = "academy_alone"
"""Option of a connection to SQLite whose statements are a transaction each; see academy.alone."""
USED_AT = "used at"
IDLE_SECONDS = 2.0
_queues: WeakKeyDictionary[Engine, WriteQueue] = WeakKeyDictionary()
_reading: ContextVar[bool] = ContextVar("reading", default=False)


def declare_reading(reading: bool) -> None:
    """Say whether the transactions that follow in this context only read.

    SQLite takes the write lock at the start of a transaction that may write (BEGIN IMMEDIATE), so that it waits its turn
    under `busy_timeout` and never fails half-way.
    """
    _reading.set(reading)


@contextmanager
def only_reading() -> Iterator[None]:
    """Let work that takes long look at the database as it is now, and keep nobody from writing meanwhile.

    What was changed before is committed, and what was loaded stays loaded: look again at what matters when writing.
    """
    db.session.commit()
    declare_reading(True)
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()  # nobody shall go on in a transaction that began as one that only reads
        raise
    finally:
        declare_reading(False)


def insert_into(table: Any) -> SqliteInsert | PostgresqlInsert:
    """Return an INSERT that can be told what to do ON CONFLICT, which either database writes the same way."""
    return (insert_postgresql if db.engine.dialect.name == "postgresql" else insert_sqlite)(table)


def added(row: Base) -> bool:
    """Write a new row; return False, with nothing changed, when another request was a moment earlier with one of the same key."""
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return False
    return True


@contextmanager
def in_turn(connection: Connection) -> Iterator[None]:
    """Hold this process's and this thread's turn to write to SQLite; other databases know no turns."""
    queue = _queues.get(connection.engine)
    if queue is None or not queue.enter():
        yield
        return
    try:
        yield
    finally:
        queue.leave()


def init_app(app: Flask) -> None:
    """Bind the database to the application and prepare SQLite connections."""
    db.init_app(app)
    migrate.init_app(app, db, directory=str(app.config["MIGRATIONS"]))
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            _prepare_sqlite(db.engine)
        else:
            _look_after(db.engine)


def _look_after(engine: Engine) -> None:
    """Ask a connection that has lain idle whether it is still there, before a request relies on it.

    Asking each time costs as much as a query. One that was used a moment ago is there, unless the server has just gone;
    then requests under way fail in any case, and with the first error SQLAlchemy lets go of all connections of the pool.
    """

    @event.listens_for(engine, "checkin")
    def _returned(connection: Any, record: Any) -> None:
        record.info[USED_AT] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _asked_for(connection: Any, record: Any, proxy: Any) -> None:
        if time.monotonic() - record.info.get(USED_AT, 0.0) < IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def _run(connection: Connection, statement: str) -> None:
    """Run a statement without what SQLAlchemy does around each. Raises OperationalError as it does."""
    try:
        connection.connection.driver_connection.execute(statement)  # type: ignore[union-attr]
    except connection.dialect.loaded_dbapi.OperationalError as error:
        raise OperationalError(statement, None, error) from error


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    queue = _queues[engine] = WriteQueue(engine.url.database)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if ALONE in connection.get_execution_options():
            return
        if _reading.get():
            _run(connection, "BEGIN")
            return
        if IN_TURN not in connection.info and queue.enter():
            connection.info[IN_TURN] = True
        _run(connection, "BEGIN IMMEDIATE")

    @event.listens_for(engine, "checkin")
    def _returned(connection: Any, record: Any) -> None:
        # A session gives its connection back as soon as its transaction has ended; the event "commit" comes before it has.
        if record.info.pop(IN_TURN, False):
            queue.leave()
