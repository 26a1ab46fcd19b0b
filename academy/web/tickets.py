"""Signed tickets: a few values that a script carries from one request of ours to the next, and cannot change.

A ticket says for whom it was made and by which sign-in, so that what presents it needs no form token besides: another
site can neither read nor make one. See decision 22.
"""

import base64
import hashlib
import hmac
import json
from functools import lru_cache
from typing import Any

from flask import current_app, request, session

MAX_LENGTH = 400
SIGNATURE_BYTES = 32


def issue(purpose: str, *values: Any) -> str:
    """Return a ticket with `values` (JSON-able), which only `read` with the same purpose takes."""
    body = base64.urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).rstrip(b"=")
    return f"{body.decode()}.{_sign(purpose, body, str(current_app.secret_key))}"


def read(purpose: str, ticket: str) -> list[Any] | None:
    """Return the values of a ticket, or None where we have not signed it for this purpose."""
    if len(ticket) > MAX_LENGTH or not ticket.isascii():
        return None
    values = _read(purpose, ticket, str(current_app.secret_key))
    return None if values is None else list(values)


@lru_cache(maxsize=8192)
def _read(purpose: str, ticket: str, secret: str) -> tuple[Any, ...] | None:
    """Check and decode; the same ticket comes with every report of a page, and what it says does not change."""
    body, _dot, signature = ticket.partition(".")
    if not hmac.compare_digest(_sign(purpose, body.encode(), secret), signature):
        return None
    return tuple(json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))))


def sign_in_mark(session_key: str) -> str:
    """Return a short mark of a sign-in, which gives nothing of its key away."""
    return hmac.digest(_key("sign-in", str(current_app.secret_key)), session_key.encode(), "sha256").hex()[:16]


def signed_in_as() -> tuple[int, str]:
    """Return (person id, session key) as the session's signed cookie has them, unchecked by the database; else (0, "")."""
    identity, _dot, key = str(session.get("_user_id", "")).partition(".")
    return (int(identity), key) if identity.isdecimal() and len(identity) <= 10 else (0, "")


def from_this_site() -> bool:
    """Return whether a request comes from a page of ours, as far as the browser says where it comes from."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    origin = request.headers.get("Origin")
    return origin is None or origin == request.host_url.rstrip("/")


def _sign(purpose: str, body: bytes, secret: str) -> str:
    digest = hmac.digest(_key(purpose, secret), body, "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@lru_cache(maxsize=16)
def _key(purpose: str, secret: str) -> bytes:
    return hashlib.sha256(f"academy.ticket.{purpose}\n{secret}".encode()).digest()
