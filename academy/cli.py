"""Command groups that belong to the site as a whole."""

from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext
from flask_migrate import upgrade

from academy.db import db

check_group = AppGroup("check", help="Look whether the installation is sound.")


@click.command("init")
@with_appcontext
def init_command() -> None:
    """Create the database or bring it up to date, and make the folders the site needs."""
    upgrade(directory=str(current_app.config["MIGRATIONS"]))
    click.echo("The database is up to date.")


@check_group.command("database")
def check_database() -> None:
    """Ask the database a question and say which one it is."""
    db.session.execute(db.text("SELECT 1"))
    click.echo(f"{db.engine.dialect.name}: answers.")


def init_app(app: Flask, groups: list[Any]) -> None:
    """Add the site's own commands and those of the rooms."""
    for command in (init_command, check_group, *groups):
        app.cli.add_command(command)
