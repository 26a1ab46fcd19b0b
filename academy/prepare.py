"""Brings the database up to date; in a demo also loads the starter catalogue and the demo people, once.

    python -m academy.prepare

Runs before the servers start, in a process of its own, so that what it needs is freed again.
"""

from __future__ import annotations

import logging
import sys

import click
import psycopg
from flask import Flask
from flask.cli import NoAppException, ScriptInfo
from sqlalchemy.exc import OperationalError

from academy.config import ConfigurationError, Settings

FIRST_COMMAND = "init"
DEMO_COMMAND = "seed"


def run_command(app: Flask, name: str) -> None:
    """Run one of the application's own commands in this process."""
    command = app.cli.get_command(click.Context(app.cli), name)
    if command is None:
        return
    info = ScriptInfo(create_app=lambda: app)
    command.main(args=[], prog_name=f"flask {name}", obj=info, standalone_mode=False)


def prepare(app: Flask) -> None:
    """Migrate; load the demo if the settings allow one."""
    settings: Settings = app.config["SETTINGS"]
    run_command(app, FIRST_COMMAND)
    if settings.demo:
        run_command(app, DEMO_COMMAND)


def main() -> int:
    """Prepare, and say in a sentence what is in the way."""
    logging.getLogger("alembic").setLevel(logging.WARNING)
    try:
        prepare(ScriptInfo(app_import_path="app").load_app())
    except (ConfigurationError, NoAppException, click.ClickException) as problem:
        print(problem, file=sys.stderr)
        return 1
    except (OperationalError, psycopg.OperationalError) as problem:
        print(f"The database does not answer: {getattr(problem, 'orig', problem)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
