"""Runs migrations with the application's own engine and models."""

from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy import JSON

from academy import append_only
from academy.db import UtcDateTime, db

config = context.config


def _render(kind: str, thing: Any, autogen_context: Any) -> str | Literal[False]:
    """Write our own column types in new migrations as the plain ones that they are."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        autogen_context.imports.add("from academy.db import UtcDateTime")
        return "UtcDateTime()"
    if kind == "type" and isinstance(thing, JSON):
        autogen_context.imports.add("from academy.db import Json")
        return "Json"
    return False


def _complete(migration_context: Any, revision: Any, directives: list[Any]) -> None:
    """Write no migration when nothing has changed; let the database guard the tables that are only appended to."""
    if not getattr(config.cmd_opts, "autogenerate", False):
        return
    if directives[0].upgrade_ops.is_empty():
        directives[:] = []
    else:
        append_only.add_to(db.metadata, directives[0].upgrade_ops, directives[0].downgrade_ops)


def run() -> None:
    """Migrate inside one transaction; SQLite alters tables by copying them, which needs its foreign keys off."""
    options = current_app.extensions["migrate"].configure_args
    with db.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            raw.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            process_revision_directives=_complete,
            render_item=_render,
            **options,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if sqlite:
            raw.execute("PRAGMA foreign_keys=ON")


if context.is_offline_mode():
    raise SystemExit("Migrations need a database; there is no offline mode.")
run()
