"""One commit per successful request. Services flush and never commit."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, g, request

from academy.db import db, declare_reading

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
STREAMED_TYPE = "application/offset+octet-stream"
UPLOAD_LIMIT = "upload_limit_bytes"
READS_FIRST = "reads_first"
View = TypeVar("View", bound=Callable[..., Any])


def keep_changes() -> None:
    """Commit at the end of this request although the answer is an error (a failed sign-in must be counted)."""
    g.keep_changes = True


def reads_first(view: View) -> View:
    """Mark a view that changes something, but first only reads, and then calls `begin_writing`.

    On SQLite one request writes at a time. What is found out before its turn (who asks, what about, whether at all) then
    holds up nobody else; what matters has to be looked at again in the services, which lock what they change.
    """
    setattr(view, READS_FIRST, True)
    return view


def begin_writing() -> None:
    """End the part that only reads of a view marked by `reads_first`; what it has loaded stays loaded."""
    if db.engine.dialect.name == "sqlite":
        db.session.commit()
    declare_reading(False)


def init_app(app: Flask) -> None:
    """Install the begin and end of the request's transaction."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    declare_reading(request.method in SAFE or hasattr(view, READS_FIRST))
    if request.method not in SAFE:
        _receive()


def _receive() -> None:
    """Take the whole body in before the database is touched, so that a slow sender never holds the write lock."""
    view = current_app.view_functions.get(request.endpoint or "")
    limit = getattr(view, UPLOAD_LIMIT, None)
    if limit:
        request.max_content_length = limit
    if request.mimetype == STREAMED_TYPE:
        return
    _demand_all()
    if request.mimetype in FORM_TYPES:
        request.form  # noqa: B018 - reading it parses the body
    else:
        request.get_data(cache=True)


def _demand_all() -> None:
    """Have a body refused that ends before the length that was announced, and one without a length, which cannot be told.

    The web server ends the stream where the sender has gone as it does where all has come; an answer of which nothing or
    half arrived would take the place of the one that stands. Browsers announce the length of what pages send.
    """
    if "Transfer-Encoding" in request.headers:
        abort(411)
    request.environ.pop("wsgi.input_terminated", None)


def accepts_files(limit_bytes: int) -> Callable[[View], View]:
    """Let the forms of a view carry up to `limit_bytes`, where other forms end at MAX_CONTENT_LENGTH."""

    def mark(view: View) -> View:
        setattr(view, UPLOAD_LIMIT, limit_bytes)
        return view

    return mark


def _end(response: Response) -> Response:
    if not db.session.registry.has():
        return response
    if response.status_code < 400 or g.pop("keep_changes", False):
        db.session.commit()
    else:
        db.session.rollback()
    return response
