"""`flask seed`: brings the starter catalogue in."""

from collections.abc import Callable

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from academy.accounts.models import Person
from academy.db import db
from academy.errors import UserError
from courses.starter import certificates, loading, people
from courses.starter.activity import load_activity
from courses.starter.assignments import load_assignments
from courses.starter.ledger import load_ledger
from courses.starter.marking import load_marking
from courses.starter.practising import load_practice
from courses.starter.reading import CatalogueError
from courses.starter.regulations import load_regulations
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
        if not owner:
            _load_demo(person)
    except (CatalogueError, UserError) as problem:
        db.session.rollback()
        raise click.ClickException(str(problem)) from problem
    db.session.commit()


def _load_demo(person: Person) -> None:
    """Let the demo people do what a demonstration needs, each kind after those that it builds on."""
    loaders: list[tuple[str, Callable[[], int]]] = [
        ("Templates of certificates", lambda: certificates.load_templates(person)),
        ("Enrolments of demo people", load_activity),
        ("Categories open for practice", load_practice),
        ("Doubts of demo people", load_disputes),
        ("Work handed in by demo people", load_assignments),
        ("Written tests of demo people", lambda: load_marking(person)),
        ("Regulations that questions rest on", lambda: load_regulations(person)),
        ("Certificates of demo people", lambda: certificates.load_certificates(person)),
        ("Hours of demo people from before", load_ledger),
        ("Annual requirements, and hours of demo people from classes", load_requirements),
    ]
    for label, load in loaders:
        if number := load():
            click.echo(f"{label}: {number}")


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
