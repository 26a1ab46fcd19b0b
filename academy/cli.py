"""Command groups that belong to the site as a whole."""

from typing import Any

import click
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from flask_migrate import upgrade

from academy.db import db

check_group = AppGroup("check", help="Look whether the installation is sound.")


@click.command("init")
@with_appcontext
def init_command() -> None:
    """Create the database or bring it up to date, and make the folders the site needs."""
    _refuse_unreleased()
    upgrade(directory=str(current_app.config["MIGRATIONS"]))
    click.echo("The database is up to date.")


def _refuse_unreleased() -> None:
    """Say so when the database was made between two releases, whose tables no migration leads on from."""
    with db.engine.connect() as connection:
        stands_at = MigrationContext.configure(connection).get_current_heads()
    known = ScriptDirectory(str(current_app.config["MIGRATIONS"]))
    if not {script.revision for script in known.walk_revisions()}.issuperset(stands_at):
        raise click.ClickException(
            "This database was made by a version of the academy that was never released, and cannot be brought up to date. "
            f"Move the folder {current_app.config['SETTINGS'].instance} (with PostgreSQL also the database) aside and start again."
        )


@check_group.command("database")
def check_database() -> None:
    """Ask the database a question and say which one it is."""
    db.session.execute(db.text("SELECT 1"))
    click.echo(f"{db.engine.dialect.name}: answers.")


def init_app(app: Flask, groups: list[Any]) -> None:
    """Add the site's own commands and those of the rooms."""
    for command in (init_command, check_group, *groups):
        app.cli.add_command(command)
