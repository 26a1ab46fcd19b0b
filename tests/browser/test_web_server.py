"""The web server as systemd starts it: alone, on a socket file, with a log of requests."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from tests.support.server import HOME, environment, free_port

SECONDS = 20


class OverSocketFile(http.client.HTTPConnection):
    """HTTP through a socket file."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=SECONDS)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(SECONDS)
        self.sock.connect(str(self.path))


class Alone:
    """A web server without the supervisor, in front of an empty instance."""

    def __init__(self, instance: Path) -> None:
        # The path of a socket file may have about a hundred characters, and folders of tests are longer.
        self.folder = tempfile.TemporaryDirectory(prefix="web-")
        self.socket = Path(self.folder.name, "web.sock")
        self.access_log = instance / "access.log"
        settings = {"BIND": f"unix:{self.socket}", "ACCESS_LOG": str(self.access_log), "WEB_WORKERS": "2"}
        self.environment = environment(instance, **settings)
        self.start()

    def start(self) -> None:
        """Start it, for the first time or again."""
        command = [sys.executable, "-m", "academy.web_server"]
        self.process = subprocess.Popen(command, cwd=HOME, env=self.environment)

    def status(self, path: str = "/static/img/favicon.svg") -> int:
        """Ask for something that needs no database, as soon as somebody answers."""
        until = time.monotonic() + SECONDS
        while True:
            connection = OverSocketFile(self.socket)
            try:
                connection.request("GET", path)
                return connection.getresponse().status
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
            finally:
                connection.close()

    def workers(self) -> list[psutil.Process]:
        """Return its processes."""
        return psutil.Process(self.process.pid).children()


@pytest.fixture
def alone(tmp_path):
    """A running web server; whatever is left of it at the end is killed."""
    server, family = Alone(tmp_path), []
    try:
        assert server.status() == 200
        family = server.workers()
        yield server
    finally:
        family += server.workers() if server.process.poll() is None else []
        server.process.kill()
        server.process.wait(SECONDS)
        for each in family:
            if each.is_running():
                each.kill()
        server.folder.cleanup()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_it_listens_at_a_name_or_a_number(tmp_path, host):
    port = free_port()
    values = environment(tmp_path, HOST=host, PORT=str(port), WEB_WORKERS="1")
    server = subprocess.Popen([sys.executable, "-m", "academy.web_server"], cwd=HOME, env=values)
    try:
        until = time.monotonic() + SECONDS
        while server.poll() is None and time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        pytest.fail("nobody listens")
    finally:
        server.terminate()
        server.wait(SECONDS)


def test_a_proxy_of_another_user_may_use_the_socket(alone):
    assert alone.socket.stat().st_mode & 0o006 == 0o006


def test_requests_are_written_down(alone):
    assert '"GET /static/img/favicon.svg HTTP/1.1" 200' in alone.access_log.read_text()


def test_a_process_that_is_killed_is_replaced(alone):
    killed, other = alone.workers()
    killed.kill()
    killed.wait(SECONDS)
    until = time.monotonic() + SECONDS
    while len(alone.workers()) < 2 and time.monotonic() < until:
        time.sleep(0.1)
    assert other in alone.workers()
    assert len(alone.workers()) == 2
    assert alone.status() == 200


def test_when_it_is_killed_its_processes_end(alone):
    family = alone.workers()
    alone.process.kill()
    _gone, alive = psutil.wait_procs(family, timeout=SECONDS)
    assert alive == []


def test_a_socket_that_was_left_behind_is_no_obstacle(alone):
    family = alone.workers()
    alone.process.kill()
    psutil.wait_procs([*family, alone.process], timeout=SECONDS)
    assert alone.socket.is_socket()
    alone.start()
    assert alone.status() == 200


def test_a_socket_that_somebody_listens_at_is_left_alone(alone):
    first = alone.process
    alone.start()
    assert alone.process.wait(SECONDS) != 0
    alone.process = first
    assert alone.status() == 200


def test_asked_to_stop_it_stops(alone):
    family = alone.workers()
    alone.process.send_signal(signal.SIGTERM)
    assert alone.process.wait(SECONDS) == 0
    assert [each for each in family if each.is_running()] == []


def test_a_file_that_is_no_socket_is_left_alone(tmp_path):
    """Whoever writes a wrong path into BIND must not lose what lies there."""
    precious = tmp_path / "precious"
    precious.write_text("kept")
    settings = {"BIND": f"unix:{precious}"}
    command = [sys.executable, "-m", "academy.web_server"]
    done = subprocess.run(
        command, cwd=HOME, env=environment(tmp_path, **settings), capture_output=True, timeout=SECONDS, check=False
    )
    assert done.returncode != 0
    assert precious.read_text() == "kept"
