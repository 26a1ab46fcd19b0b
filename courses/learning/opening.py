"""When a page was opened, kept in the page itself and signed, for those who read without scripts."""

from datetime import UTC, datetime

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="lesson-opened")


def sign_opening(person_id: int, lesson_version_id: int, opened_at: datetime) -> str:
    """Return a text that proves when this person opened this version of a lesson."""
    return _signer().dumps([person_id, lesson_version_id, int(opened_at.timestamp() * 1000)])


def read_opening(text: str, person_id: int, lesson_version_id: int) -> datetime | None:
    """Return when the page was opened; None for a text that is forged, somebody else's or of another lesson."""
    try:
        owner, lesson, milliseconds = _signer().loads(text)
    except (BadSignature, ValueError, TypeError):
        return None
    if (owner, lesson) != (person_id, lesson_version_id):
        return None
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
