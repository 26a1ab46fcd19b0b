"""Who is signed in. A sign-in is bound to the person's session key: changing the key ends every session everywhere."""

import hmac
from functools import cache
from typing import cast

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, current_user
from itsdangerous import URLSafeTimedSerializer
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


class CookieSessions(SecureCookieSessionInterface):
    """Flask's sessions in a signed cookie, whose signer is made once and not twice for each request."""

    def __init__(self) -> None:
        self._signer: tuple[object, URLSafeTimedSerializer | None] = (None, None)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return the signer for the key that the application has now."""
        key, signer = self._signer
        if signer is None or key != app.secret_key:
            signer = super().get_signing_serializer(app)
            self._signer = app.secret_key, signer
        return signer


def init_app(app: Flask) -> None:
    """Install the session's loader."""
    app.session_interface = CookieSessions()
    login_manager.init_app(app)
    login_manager.user_loader(load_person)
