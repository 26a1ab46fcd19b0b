"""The academy with instruments: the web server serves this during a benchmark, and nothing else ever does.

It adds two things. A page that asks for no more than a session and a person and is padded to a given size, which is what
other pages are compared with. And in front of everything the instruments: the number of queries of a request in a header
of its answer, and at /bench/cpu the CPU time that the process has used so far.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from flask import Blueprint, Flask, render_template, request
from jinja2 import DictLoader
from markupsafe import Markup
from sqlalchemy import Engine, event

import app as product
from academy.permissions import signed_in
from tests.support.queries import HOUSEKEEPING

QUERIES_HEADER = "X-Bench-Queries"
CPU_PATH = "/bench/cpu"
LAYOUTS = ("trainee", "console", "bare")
MOST_PADDING = 4_000_000

_PAGE = """{%% extends 'layouts/%s.html' %%}
{%% block title %%}Bare page{%% endblock %%}
{%% block page %%}<main id="main" class="wrap" tabindex="-1"><h1>Bare page</h1><p>{{ padding }}</p></main>{%% endblock %%}
"""

blueprint = Blueprint("bench", __name__)


@blueprint.get("/bench/bare/<layout>")
@signed_in
def bare(layout: str) -> str:
    """Show a layout with `pad` bytes of text in it."""
    padding = min(request.args.get("pad", 0, type=int), MOST_PADDING)
    text = "学" * (padding // 3) + "." * (padding % 3)
    return render_template(f"bench/{layout}.html", padding=Markup(text))


class Instruments:
    """WSGI middleware that counts queries and answers how much CPU time was used."""

    def __init__(self, inner: Callable[..., Iterable[bytes]]) -> None:
        self.inner = inner
        self.counted = threading.local()
        event.listen(Engine, "before_cursor_execute", self._note)

    def _note(self, connection: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(HOUSEKEEPING):
            self.counted.queries = getattr(self.counted, "queries", 0) + 1

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == CPU_PATH:
            body = json.dumps({"nanoseconds": time.process_time_ns()}).encode()
            start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
            return [body]
        self.counted.queries = 0

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, (QUERIES_HEADER, str(self.counted.queries))], *rest)

        return self.inner(environ, start)


def create_app() -> Flask:
    """Build the academy from the environment and put the instruments in."""
    app = product.create_app()
    pages = {f"bench/{layout}.html": _PAGE % layout for layout in LAYOUTS}
    app.jinja_env.loader.loaders.append(DictLoader(pages))  # type: ignore[union-attr]
    app.register_blueprint(blueprint)
    app.wsgi_app = Instruments(app.wsgi_app)  # type: ignore[method-assign]
    return app
