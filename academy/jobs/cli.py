"""`flask jobs`: the worker."""

from flask import Flask, current_app
from flask.cli import AppGroup

from academy.jobs.worker import work

group = AppGroup("jobs", help="Background work.")


@group.command("work")
def work_command() -> None:
    """Do background jobs until stopped. The server started by `make run` brings a worker of its own."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    work(app)
