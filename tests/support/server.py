"""A real server for browser tests: the same command that `make run` uses, with an instance folder of its own."""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil

HOME = Path(__file__).resolve().parent.parent.parent
SECONDS_TO_START = 90
SECONDS_TO_STOP = 30
DATABASE = "academy.sqlite3"
# Settings of whoever runs the tests must not reach the server.
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "VIRTUAL_ENV", "LD_LIBRARY_PATH")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(instance: Path, **settings: str) -> dict[str, str]:
    """Return the environment of a demo site in `instance`."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**kept, "ACADEMY_ENV": "demo", "ACADEMY_INSTANCE": str(instance), "PYTHONUNBUFFERED": "1", **settings}


class RunningServer:
    """The academy, started as an operator starts it."""

    def __init__(self, instance: Path, **settings: str) -> None:
        self.instance = instance
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings = settings
        self.log_path = instance / "server.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it says that it is open; an AssertionError shows its log otherwise."""
        told = self.log.count("is open at")
        values = environment(self.instance, HOST="127.0.0.1", PORT=str(self.port), **self.settings)
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "academy.server"],
                cwd=HOME,
                env=values,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until = time.monotonic() + SECONDS_TO_START
        while self.log.count("is open at") <= told:
            if self.process.poll() is not None or time.monotonic() > until:
                self.kill9()
                raise AssertionError(f"the server did not start:\n{self.log[-4000:]}")
            time.sleep(0.1)

    @property
    def log(self) -> str:
        """What it has printed so far."""
        return self.log_path.read_text(encoding="utf-8", errors="replace") if self.log_path.exists() else ""

    def last_errors(self, most: int = 12) -> str:
        """The last lines of the newest tracebacks in the log."""
        lines = self.log.splitlines()
        ends = [line for before, line in itertools.pairwise(lines) if before[:2] == "  " and line[:1].strip()]
        return "\n".join(dict.fromkeys(ends[-most:]))

    def family(self) -> list[psutil.Process]:
        """The supervisor and everything that it started."""
        if self.process is None:
            return []
        with contextlib.suppress(psutil.NoSuchProcess):
            supervisor = psutil.Process(self.process.pid)
            return [supervisor, *supervisor.children(recursive=True)]
        return []

    def kill9(self) -> None:
        """Kill every process of the server with SIGKILL, as a power cut would."""
        family = self.family()
        for member in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.send_signal(signal.SIGKILL)
        psutil.wait_procs(family, timeout=10)
        if self.process is not None:
            self.process.wait(10)
            self.process = None

    def restart(self) -> None:
        """Start again on the same data and port, after `stop` or `kill9`."""
        self.start()

    def stop(self, number: int = signal.SIGTERM) -> int | None:
        """Ask it to stop, as Ctrl-C or systemd would; return its status."""
        if self.process is None:
            return None
        family = self.family()
        self.process.send_signal(number)
        try:
            status = self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.kill9()
            raise AssertionError(f"the server did not stop:\n{self.log[-4000:]}") from None
        _gone, alive = psutil.wait_procs(family, timeout=5)
        self.process = None
        if alive:
            raise AssertionError(f"still running after the server stopped: {alive}")
        return status

    def restore(self, seeded_folder: Path) -> None:
        """Put the database back to what it is in a seeded instance, while the server runs: it starts much slower than this."""
        with (
            contextlib.closing(sqlite3.connect(seeded_folder / DATABASE)) as seeded_database,
            contextlib.closing(sqlite3.connect(self.instance / DATABASE, timeout=SECONDS_TO_START)) as live,
        ):
            seeded_database.backup(live)

    def get(self, path: str) -> int:
        """Return the status of a page, without following redirects to other sites."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock between the parallel workers."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def seeded(shared: Path) -> Path:
    """Return an instance folder with the starter catalogue and the demo people, made once for all workers."""
    folder, done = shared / "seeded", shared / "seeded.done"
    with locked(shared / "seeded.lock"):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            made = subprocess.run(
                [sys.executable, "-m", "academy.prepare"],
                cwd=HOME,
                env=environment(folder),
                capture_output=True,
                text=True,
                check=False,
            )
            if made.returncode:
                raise AssertionError(f"the demo could not be prepared:\n{made.stdout}{made.stderr}")
            done.touch()
    return folder


@contextlib.contextmanager
def running(shared: Path, instance: Path, **settings: str) -> Iterator[RunningServer]:
    """Run a server on a copy of the seeded instance."""
    shutil.copytree(seeded(shared), instance, dirs_exist_ok=True)
    server = RunningServer(instance, **settings)
    try:
        server.start()
        yield server
        server.stop()
    finally:
        server.kill9()
