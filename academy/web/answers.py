"""The answers of the site."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Answer(Response):
    """Flask's, handed to the web server as a whole where it is one.

    The server then sends it without asking for it piece by piece, each time in turn with the threads that compute.
    """

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Return the body in one piece, unless it is made while it is sent."""
        pieces = super().__call__(environ, start_response)
        if not self.is_sequence:
            return pieces
        whole = b"".join(pieces)
        self.close()
        return [whole]
