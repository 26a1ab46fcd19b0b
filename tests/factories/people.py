"""People and units."""

from __future__ import annotations

from functools import lru_cache
from itertools import count

from argon2 import PasswordHasher

from academy.accounts.models import Person, PersonRole
from academy.db import db
from academy.organizations.models import Unit

PASSWORD = "gongyi-2026-xuexi"
_numbers = count(1)


@lru_cache
def hash_of(password: str) -> str:
    """Return a hash that is cheap to check, unlike a real one."""
    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(password)


def make_unit(name: str | None = None, parent: Unit | None = None, level: str | None = None, **values) -> Unit:
    """Make a unit below `parent`; a city if there is none, else one level below the parent."""
    levels = ["city", "district", "subdistrict", "community"]
    if level is None:
        level = levels[min(levels.index(parent.level) + 1, 3)] if parent and parent.level in levels else "city"
    unit = Unit(name=name or f"单位{next(_numbers)}", parent=parent, level=level, **values)
    db.session.add(unit)
    db.session.flush()
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    db.session.flush()
    return unit


def make_person(
    *roles: str, name: str | None = None, unit: Unit | None = None, password: str = PASSWORD, **values
) -> Person:
    """Make somebody with the given roles (trainee if none); the password is `PASSWORD` from this file.

    A unit admin holds the role for `unit`.
    """
    number = next(_numbers)
    person = Person(
        username=values.pop("username", f"person{number}"),
        name=name or f"学员{number}",
        unit=unit,
        password_hash=hash_of(password),
        **values,
    )
    for role in roles or ("trainee",):
        person.roles.append(PersonRole(role=role, unit=unit if role == "unit_admin" else None))
    db.session.add(person)
    db.session.flush()
    return person
