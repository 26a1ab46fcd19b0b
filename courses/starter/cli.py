"""`flask seed`: brings the starter catalogue in."""

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from academy.accounts.models import Person
from academy.db import db
from academy.errors import UserError
from courses.starter import certificates, loading, people
from courses.starter.activity import load_activity
from courses.starter.ledger import load_ledger
from courses.starter.reading import CatalogueError
from courses.starter.requirements import load_requirements
from courses.starter.viewing import load_disputes


@click.command("seed")
@click.option(
    "--owner",
    metavar="USERNAME",
    help="Who is to own the courses. Needed in production, where no demo people are made.",
)
@with_appcontext
def group(owner: str | None) -> None:
    """Load the starter catalogue; in a demo also the demo people. What is there already is left alone."""
    try:
        person = _owner(owner)
        for title in loading.load_textbooks(person):
            click.echo(f"Textbook: {title}")
        for title in loading.load_courses(person):
            click.echo(f"Course: {title}")
        if not owner and (number := certificates.load_templates(person)):
            click.echo(f"Templates of certificates: {number}")
        if not owner and (number := load_activity()):
            click.echo(f"Enrolments of demo people: {number}")
        if not owner and (number := load_disputes()):
            click.echo(f"Doubts of demo people: {number}")
        if not owner and (number := certificates.load_certificates(person)):
            click.echo(f"Certificates of demo people: {number}")
        if not owner and (number := load_ledger()):
            click.echo(f"Hours of demo people from before: {number}")
        if not owner and (number := load_requirements()):
            click.echo(f"Annual requirements, and hours of demo people from classes: {number}")
    except (CatalogueError, UserError) as problem:
        db.session.rollback()
        raise click.ClickException(str(problem)) from problem
    db.session.commit()


def _owner(username: str | None) -> Person:
    if username:
        person = db.session.scalar(select(Person).where(Person.username == username))
        if person is None:
            raise click.ClickException(f"There is nobody called {username!r}. Make an account with: flask users --help")
        return person
    if not current_app.config["SETTINGS"].demo:
        raise click.ClickException("Say who is to own the courses: flask seed --owner USERNAME")
    if number := people.load_people():
        click.echo(f"Demo people: {number}")
    return people.author()
