"""Headers that every answer carries, and a character that no question may."""

from flask import Flask, Response, abort, g, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict

from academy.web.transactions import FORM_TYPES

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "media-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)
YEAR_SECONDS = 365 * 24 * 3600
NUL = "\0"
"""Nobody types it, and PostgreSQL keeps no text with it."""


def init_app(app: Flask) -> None:
    """Install the headers, and take the character out."""
    app.before_request(_refuse_nul)

    @app.after_request
    def _headers(response: Response) -> Response:
        headers = response.headers
        frames = g.pop("frames", "")
        headers.setdefault("Content-Security-Policy", f"{POLICY}; frame-src {frames}" if frames else POLICY)
        headers["X-Content-Type-Options"] = "nosniff"
        headers.setdefault("Referrer-Policy", "same-origin")
        if request.endpoint == "static" and "v" in request.args:
            headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
        elif request.endpoint != "static":
            headers.setdefault("Cache-Control", "private, no-store")
        return response


def _refuse_nul() -> None:
    """Find nothing under an address with a NUL, and take it out of what is asked for and what a form sends."""
    if NUL in request.path:
        abort(404)
    if _has_nul(request.args):
        request.args = _without_nul(request.args)
    if request.mimetype in FORM_TYPES and _has_nul(request.form):
        request.form = _without_nul(request.form)


def _has_nul(sent: MultiDict[str, str]) -> bool:
    return any(NUL in value for _name, value in sent.items(multi=True))


def _without_nul(sent: MultiDict[str, str]) -> ImmutableMultiDict[str, str]:
    return ImmutableMultiDict([(name, value.replace(NUL, "")) for name, value in sent.items(multi=True)])
