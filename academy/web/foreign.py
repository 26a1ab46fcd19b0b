"""Content that others made and whose scripts run: shown on an origin of its own.

There it can do what it was made to do (frames, storage, scripts of its own), and nothing of ours is within its reach: our
cookies are not sent there, and our pages do not answer there. `ACADEMY_CONTENT_ORIGIN` names the origin; on a computer that
serves itself alone (localhost, 127.0.0.1) it is http://content.localhost with the same port. Elsewhere there is none
until the operator names one.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, request

APART = "served_apart"
LOOPBACK = {"localhost", "127.0.0.1", "[::1]"}
LOOPBACK_CONTENT = "content.localhost"
View = TypeVar("View", bound=Callable[..., Any])


def apart(view: View) -> View:
    """Let a view answer on the origin for foreign content, and nowhere else."""
    setattr(view, APART, True)
    return view


def origin() -> str:
    """Return the origin on which foreign content is shown in this request, or "" where there is none."""
    configured = current_app.config["SETTINGS"].content_origin
    if configured:
        return str(configured)
    host, port = _host(request.host)
    if host in LOOPBACK | {LOOPBACK_CONTENT}:
        return f"{request.scheme}://{LOOPBACK_CONTENT}{port}"
    return ""


def home() -> str:
    """Return the origin of the page of ours that is answered."""
    return request.host_url.rstrip("/")


def frame_foreign() -> None:
    """Let the page of this request show a frame of foreign content."""
    g.frames = origin()


def _host(netloc: str) -> tuple[str, str]:
    host, colon, port = netloc.rpartition(":")
    return (host, colon + port) if colon and port.isdecimal() else (netloc, "")


def init_app(app: Flask) -> None:
    """Keep the two origins apart."""
    app.before_request(_keep_apart)


def _keep_apart() -> None:
    """Answer 404 for our pages on the other origin, and for foreign content on ours.

    A request that names no host, as a load balancer's probe may, is for us.
    """
    if request.endpoint is None or request.endpoint == "static":
        return
    here = bool(request.headers.get("Host")) and urlsplit(origin()).netloc == request.host
    if here != bool(getattr(current_app.view_functions[request.endpoint], APART, False)):
        abort(404)
