"""The units and people of the demonstration. Never made in production."""

import secrets
from typing import Any

from sqlalchemy import select

from academy.accounts.demo import DEMO
from academy.accounts.models import Person, PersonRole
from academy.accounts.services.passwords import hash_password
from academy.clock import now
from academy.db import db
from academy.organizations.models import Membership, Unit
from courses.starter.reading import HOME, read_yaml

FOLDER = HOME / "demo"
AUTHOR = "instructor"
PASSWORDS = {person.username: person.password for person in DEMO}


def load_people() -> int:
    """Make the units and people that are not there yet; return how many people came."""
    units: dict[str, Unit] = {}
    for entry in read_yaml(FOLDER / "units.yaml"):
        _unit(entry, None, 0, units)
    return sum(_person(entry, units) for entry in read_yaml(FOLDER / "people.yaml"))


def author() -> Person:
    """Return the person who owns the starter courses."""
    return db.session.scalars(select(Person).where(Person.username == AUTHOR)).one()


def _unit(entry: dict[str, Any], parent: Unit | None, position: int, units: dict[str, Unit]) -> None:
    unit = db.session.scalar(select(Unit).where(Unit.code == entry["code"]))
    if unit is None:
        unit = Unit(
            parent=parent,
            level=entry["level"],
            code=entry["code"],
            name=entry["name"],
            name_en=entry.get("name_en", ""),
            position=position,
        )
        db.session.add(unit)
        db.session.flush()
        unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    units[entry["code"]] = unit
    for index, child in enumerate(entry.get("units", [])):
        _unit(child, unit, index, units)


def _person(entry: dict[str, Any], units: dict[str, Unit]) -> bool:
    if db.session.scalar(select(Person.id).where(Person.username == entry["username"])):
        return False
    unit = units[entry["unit"]]
    person = Person(
        username=entry["username"],
        name=entry["name"],
        password_hash=hash_password(PASSWORDS.get(entry["username"]) or secrets.token_urlsafe(24)),
        unit_id=unit.id,
        post=entry.get("post", ""),
    )
    for role in entry.get("roles", ["trainee"]):
        person.roles.append(PersonRole(role=role, unit_id=unit.id if role == "unit_admin" else None))
    db.session.add(person)
    db.session.flush()
    membership = Membership(person_id=person.id, unit_id=unit.id, post=person.post, started_on=now().date())
    db.session.add(membership)
    return True
