"""One commit per successful request. Services flush and never commit."""

from flask import Flask, Response, g, request

from academy.db import db, declare_reading

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def keep_changes() -> None:
    """Commit at the end of this request although the answer is an error (a failed sign-in must be counted)."""
    g.keep_changes = True


def init_app(app: Flask) -> None:
    """Install the begin and end of the request's transaction."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    declare_reading(request.method in SAFE)


def _end(response: Response) -> Response:
    if not db.session.registry.has():
        return response
    if response.status_code < 400 or g.pop("keep_changes", False):
        db.session.commit()
    else:
        db.session.rollback()
    return response
