"""Who is signed in. A sign-in is bound to the person's session key: changing the key ends every session everywhere."""

import hmac
from functools import cache
from typing import cast

from flask import Flask
from flask_login import LoginManager, current_user
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload
from werkzeug.local import LocalProxy

from academy.accounts.models import Person, PersonRole
from academy.db import db

login_manager = LoginManager()
current_person = cast(Person, LocalProxy(lambda: current_user))


def load_person(session_id: str) -> Person | None:
    """Return the active person whose session this is: one query, with roles and units."""
    identity, _dot, key = session_id.partition(".")
    if not identity.isdecimal() or len(identity) > 10:
        return None
    person = db.session.execute(_query(), {"person_id": int(identity)}).unique().scalar_one_or_none()
    if person is None or not person.is_active or not hmac.compare_digest(person.session_key, key):
        return None
    return person


@cache
def _query() -> Select[Person]:
    """Return the query of every request of somebody signed in, made once: making it costs more than asking it."""
    roles = joinedload(Person.roles).joinedload(PersonRole.unit)
    return select(Person).where(Person.id == bindparam("person_id")).options(roles, joinedload(Person.unit))


def init_app(app: Flask) -> None:
    """Install the session's loader."""
    login_manager.init_app(app)
    login_manager.user_loader(load_person)
