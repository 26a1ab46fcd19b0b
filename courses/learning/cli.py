"""Commands about studying."""

import click
from flask.cli import AppGroup

from academy.db import db
from courses.learning.services.recompute import recompute

group = AppGroup("learning", help="Progress and its evidence.")


@group.command("recompute")
@click.option("--check", is_flag=True, help="Only report differences; exit with 1 if there is any.")
def recompute_command(check: bool) -> None:
    """Derive all progress from the evidence again, and store what is right."""
    found = 0
    for difference in recompute(mend=not check):
        click.echo(str(difference))
        found += 1
    if check:
        db.session.rollback()
        click.echo(f"{found} differences." if found else "Progress follows from the evidence.")
        raise SystemExit(1 if found else 0)
    db.session.commit()
    click.echo(f"{found} values mended.")
