"""A throw-away academy with the starter catalogue, and the server in front of it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.visitor import Http
from tests.support import postgres
from tests.support.server import HOME, environment, free_port

SECONDS_TO_START = 60
DATABASE = "academy_benchmark"


@dataclass(frozen=True)
class Site:
    """Where the academy's data lie and how its processes are started."""

    kind: str
    instance: Path
    environ: dict[str, str]


def settings(instance: Path, database_url: str) -> dict[str, str]:
    """Return the environment of the server: one process, so that all its CPU time can be read in one place."""
    values = {"WEB_WORKERS": "1", "LOG_LEVEL": "error"}
    if database_url:
        values["DATABASE_URL"] = database_url
    return environment(instance, **values)


@contextlib.contextmanager
def prepared(kind: str) -> Iterator[Site]:
    """Make an academy on `kind` ("sqlite" or "postgresql") with catalogue and demo people; remove it at the end."""
    with contextlib.ExitStack() as stack:
        instance = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="academy-bench-")))
        url = stack.enter_context(_postgresql()) if kind == "postgresql" else ""
        site = Site(kind, instance, settings(instance, url))
        subprocess.run(
            [sys.executable, "-m", "academy.prepare"], cwd=HOME, env=site.environ, check=True, stdout=subprocess.DEVNULL
        )
        yield site


@contextlib.contextmanager
def _postgresql() -> Iterator[str]:
    """Make a database of our own on the server that DATABASE_URL names, else on one started for the occasion."""
    if given := os.environ.get("DATABASE_URL"):
        os.environ.setdefault("TEST_DATABASE_URL", given)
    server = postgres.Server()
    try:
        yield postgres.create_database(DATABASE)
        postgres.drop_database(DATABASE)
    finally:
        server.stop()


@contextlib.contextmanager
def serving(site: Site) -> Iterator[int]:
    """Run the web server as in production, with the instruments; give its port."""
    port = free_port()
    command = [sys.executable, "-m", "academy.web_server", "benchmarks.app:create_app"]
    process = subprocess.Popen(command, cwd=HOME, env={**site.environ, "PORT": str(port)})
    try:
        _wait(process, port)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("the server ended; its messages stand above")
        with contextlib.suppress(OSError):
            Http(port).cpu_seconds()
            return
        time.sleep(0.1)
    raise RuntimeError(f"the server did not answer within {SECONDS_TO_START} seconds")
