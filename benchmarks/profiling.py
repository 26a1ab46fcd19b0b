"""Where the time of one kind of request goes: `make bench PROFILE=home`."""

from __future__ import annotations

import cProfile
import io
import os
import pstats
from unittest import mock

from werkzeug.test import Client, TestResponse

from benchmarks.app import create_app
from benchmarks.scenarios import everything
from benchmarks.site import Site, prepared
from benchmarks.visitor import Answer, Ask, Http
from benchmarks.world import build
from tests.support.server import HOME

TIMES = 4
LINES = 45


class InProcess(Http):
    """Asks the application in this process instead of a server."""

    def __init__(self, site: Site) -> None:
        with mock.patch.dict(os.environ, site.environ):
            self.client = Client(create_app(), TestResponse, use_cookies=False)

    def send(self, ask: Ask) -> Answer:
        """Ask and check the status."""
        got = self.client.open(ask.path, method=ask.method, headers=ask.headers(), data=ask.body())
        answer = Answer(got.status_code, {k.lower(): v for k, v in got.headers.items()}, got.data)
        return self.checked(ask, answer, got.headers.getlist("Set-Cookie"))


def profile(key: str) -> None:
    """Print what the requests called `key` spend their time on, the dearest functions first."""
    with prepared(os.environ.get("DB") or "sqlite") as site:
        http = InProcess(site)
        found = [each for each in everything(build(site), http) if each.key.startswith(key.partition("-")[0])]
        profiler = cProfile.Profile()
        for number in range(TIMES + 1):
            for scenario in found:
                asks = scenario.requests()
                if number and scenario.key == key:
                    profiler.enable()
                answers = [http.send(ask) for ask in asks]
                profiler.disable()
                scenario.after(answers)
    text = io.StringIO()
    stats = pstats.Stats(profiler, stream=text)
    for order in ("cumulative", "tottime"):
        stats.sort_stats(order).print_stats(LINES)
    print(text.getvalue().replace(f"{HOME}/", ""))
