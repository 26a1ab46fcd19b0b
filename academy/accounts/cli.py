"""`flask users`: what an operator does with people from the command line, above all making the first admin."""

import click
from flask.cli import AppGroup
from sqlalchemy import or_, select

from academy.accounts.models import Person, PersonRole
from academy.accounts.rules import normal_login, password_problem, phone_problem, username_problem
from academy.accounts.services import keeping, passwords
from academy.accounts.services.keeping import SYSTEM, PersonValues
from academy.db import db
from academy.errors import UserError
from academy.permissions import ROLES

group = AppGroup("users", help="Make, list, unlock and deactivate people.")


@group.command("create-admin")
@click.argument("username")
@click.option("--name", required=True, help="The person's name, as it is shown.")
@click.option("--phone", default="", help="A phone number of 11 digits, to sign in with as well.")
@click.option(
    "--password",
    default=None,
    help="The password. Without it one is made up and printed, and has to be changed at the first sign-in.",
)
def create_admin(username: str, name: str, phone: str, password: str | None) -> None:
    """Make an admin who signs in as USERNAME."""
    login, number = normal_login(username), normal_login(phone)
    problem = username_problem(login) or (phone_problem(number) if number else None)
    problem = problem or (password_problem(password, (login, number)) if password is not None else None)
    if problem:
        raise click.ClickException(problem)
    try:
        values = PersonValues(name=name.strip(), username=login, phone=number or None, roles={"admin": None})
        person, made_up = keeping.add_person(SYSTEM, values)
        if password is not None:
            passwords.set_password(person, password)
    except UserError as error:
        raise click.ClickException(error.message) from error
    db.session.commit()
    click.echo(f"Admin {person.username} ({person.name}) can sign in now.")
    if password is None:
        click.echo(f"Password for the first sign-in: {made_up}")


@group.command("list")
@click.option("--role", type=click.Choice(list(ROLES)), default=None, help="Only people with this role.")
@click.option("--inactive", is_flag=True, help="Only deactivated people; without it only active ones.")
@click.option("--most", default=100, show_default=True, help="How many to print.")
def list_people(role: str | None, inactive: bool, most: int) -> None:
    """Print people, one a line: sign-in name, name, phone number, roles."""
    query = select(Person).where(Person.is_active.is_not(inactive)).order_by(Person.username)
    if role:
        query = query.where(Person.roles.any(PersonRole.role == role))
    for person in db.session.scalars(query.limit(most)):
        roles = ",".join(sorted(person.role_names))
        click.echo(f"{person.username}\t{person.name}\t{person.phone or '-'}\t{roles}")


@group.command("reset-password")
@click.argument("login")
def reset_password(login: str) -> None:
    """Give the person with the sign-in name or phone number LOGIN a temporary password, and print it."""
    person = _find(login)
    password = keeping.reset_password(SYSTEM, person)
    db.session.commit()
    click.echo(f"Temporary password of {person.username}: {password}")


@group.command("unlock")
@click.argument("login")
def unlock(login: str) -> None:
    """Let LOGIN try again after too many wrong passwords."""
    person = _find(login)
    keeping.unlock(SYSTEM, person)
    db.session.commit()
    click.echo(f"{person.username} can try again.")


@group.command("deactivate")
@click.argument("login")
def deactivate(login: str) -> None:
    """Close the account of LOGIN; sessions end, records stay."""
    person = _find(login)
    try:
        keeping.deactivate(SYSTEM, person)
    except UserError as error:
        raise click.ClickException(error.message) from error
    db.session.commit()
    click.echo(f"{person.username} is deactivated.")


def _find(login: str) -> Person:
    name = normal_login(login)
    person = db.session.scalar(select(Person).where(or_(Person.username == name, Person.phone == name)))
    if person is None:
        raise click.ClickException(f"Nobody signs in as {login}.")
    return person
