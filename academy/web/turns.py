"""How many requests a process works on at the same moment.

Python lets one thread of a process compute at a time. Eight that all want to are no faster than three, but take turns so
often that each costs up to half more, and a request that would be done in two milliseconds waits behind all others. The
threads beyond the few are there for those who send and receive slowly, and that goes on outside the turn.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask

from academy.config import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

AT_ONCE = 3
"""One that computes, one that waits for the database, one that waits for the disk."""
LONGEST_WAIT_SECONDS = 1.0
"""Then a request goes on without its turn: those that have theirs are waiting for something, not computing."""


class Turns:
    """WSGI middleware that lets a few requests at a time be answered; sending the answer is no longer counted."""

    def __init__(self, inner: Callable[..., Iterable[bytes]], at_once: int = AT_ONCE) -> None:
        self._inner = inner
        self._free = threading.Semaphore(at_once)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer when it is this request's turn, or after a second."""
        mine = self._free.acquire(timeout=LONGEST_WAIT_SECONDS)
        try:
            return self._inner(environ, start_response)
        finally:
            if mine:
                self._free.release()


def init_app(app: Flask, settings: Settings) -> None:
    """Put it in front of everything else; not with SQLite, whose writers stand in a queue of their own already."""
    if settings.database_url.startswith("sqlite"):
        return
    inner: Any = app.wsgi_app
    app.wsgi_app = Turns(inner)  # type: ignore[method-assign]
