"""Who is signed in. A sign-in is bound to the person's session key: changing the key ends every session everywhere."""

import hmac
import time
from copy import deepcopy
from functools import cache, lru_cache
from typing import Any, cast

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload
from werkzeug.local import LocalProxy

from academy.accounts.models import Person, PersonRole
from academy.db import db

COOKIES_KEPT = 4096
"""How many cookies a process remembers to have checked; each is about half a kilobyte."""
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
    """Flask's sessions in a signed cookie, without doing for each request again what comes out the same.

    The signer is made once. A signature is checked once for each cookie and process, its age every time: a browser sends the
    same cookie until the session changes. An answer whose session was only read gets its header and nothing else.
    """

    def __init__(self) -> None:
        self._signer: tuple[object, URLSafeTimedSerializer | None] = (None, None)
        self._checked = lru_cache(maxsize=COOKIES_KEPT)(self._check)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return the signer for the key that the application has now."""
        key, signer = self._signer
        if signer is None or key != app.secret_key:
            signer = super().get_signing_serializer(app)
            self._signer = app.secret_key, signer
            self._checked.cache_clear()
        return signer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return the session of a request's cookie; a new one without a cookie, or with one that is forged or too old."""
        if self.get_signing_serializer(app) is None:
            return None
        cookie = request.cookies.get(self.get_cookie_name(app), "")
        if not cookie:
            return self.session_class()
        try:
            values, signed_at = self._checked(cookie)
        except BadSignature:
            return self.session_class()
        if not 0 <= time.time() - signed_at <= app.permanent_session_lifetime.total_seconds():
            return self.session_class()
        return self.session_class(
            {name: value if isinstance(value, str) else deepcopy(value) for name, value in values.items()}
        )

    def _check(self, cookie: str) -> tuple[dict[str, Any], float]:
        """Return what a cookie says and when it was signed. Raises BadSignature."""
        assert self._signer[1] is not None
        values, signed_at = self._signer[1].loads(cookie, return_timestamp=True)
        return values, signed_at.timestamp()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send the cookie of a session that has changed."""
        if session.modified or self.should_set_cookie(app, session):
            super().save_session(app, session, response)
        elif session.accessed:
            response.headers.add("Vary", "Cookie")


def init_app(app: Flask) -> None:
    """Install the session's loader."""
    app.session_interface = CookieSessions()
    login_manager.init_app(app)
    login_manager.user_loader(load_person)
