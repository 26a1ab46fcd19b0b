"""Signed notes of when a page was handed out, so that a GET need not write and a POST can be held against the clock."""

from datetime import UTC, datetime

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from academy.clock import now

SALT = "academy.reading"


def issue(person_id: int, subject: str) -> str:
    """Return a token that says: this person was given `subject` (for example "chapter-7") now."""
    return _serializer().dumps([person_id, subject, int(now().timestamp() * 1000)])


def opened_at(token: object, person_id: int, subject: str) -> datetime | None:
    """Return when the page was handed out, or None where the token is forged, somebody else's or of another subject."""
    if not isinstance(token, str):
        return None
    try:
        whose, what, milliseconds = _serializer().loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    if (whose, what) != (person_id, subject) or not isinstance(milliseconds, int):
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=SALT)
