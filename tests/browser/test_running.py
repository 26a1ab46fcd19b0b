"""The academy as its operator meets it: starting, stopping, dying, and what the terminal says."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

import psutil
import pytest

from academy.accounts.demo import DEMO
from tests.support import postgres
from tests.support.crawl import Walker
from tests.support.server import HOME, RunningServer, environment, free_port


def run(instance, *arguments, **settings) -> subprocess.CompletedProcess[str]:
    """Run the supervisor where it is expected to give up soon."""
    values = {**environment(instance), "PORT": str(free_port()), **settings}
    command = [sys.executable, "-m", "academy.server", *arguments]
    return subprocess.run(command, cwd=HOME, env=values, capture_output=True, text=True, timeout=60, check=False)


def gone_soon(processes, seconds=20):
    _gone, alive = psutil.wait_procs(processes, timeout=seconds)
    return not alive


def test_it_starts_answers_and_stops_without_leaving_a_process(own_server):
    for number in (signal.SIGINT, signal.SIGTERM):
        assert own_server.get("/sign-in") == 200
        family = own_server.family()
        assert len(family) >= 4, "a supervisor, the web server, its processes and the job worker"
        assert _listening(family) == {"127.0.0.1"}
        assert own_server.stop(number) == 0
        assert gone_soon(family, 0)
        if number == signal.SIGINT:
            own_server.restart()


def test_when_the_supervisor_is_killed_its_children_end_and_the_port_is_free(own_server):
    family = own_server.family()
    os.kill(own_server.process.pid, signal.SIGKILL)
    own_server.process.wait(10)
    assert gone_soon(family)
    own_server.restart()
    assert own_server.get("/sign-in") == 200


def test_when_a_child_ends_everything_ends_with_a_message(own_server):
    supervisor, *_rest = family = own_server.family()
    web_server = next(child for child in supervisor.children() if "academy.web_server" in child.cmdline())
    web_server.kill()
    assert own_server.process.wait(30) != 0
    assert gone_soon(family)
    assert "The web server ended" in own_server.log
    own_server.process = None


def test_a_port_in_use_is_said_clearly(tmp_path):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        done = run(tmp_path, PORT=str(port))
    assert done.returncode == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in done.stderr
    assert f"make run PORT={port + 1}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"PORT": "eighty"}, "PORT is 'eighty'"),
        ({"PORT": "70000"}, "give a number from 1 to 65535"),
        ({"HOST": "no.such.host.invalid"}, "which is no address of this machine"),
        ({"ACADEMY_ENV": "holiday"}, "ACADEMY_ENV is 'holiday'"),
        ({"ACADEMY_ENV": "production"}, "SECRET_KEY is missing or weak"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}, "The database does not answer"),
    ],
)
def test_a_setting_that_cannot_work_is_said_in_a_sentence(tmp_path, settings, sentence):
    done = run(tmp_path, **settings)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_written_is_said_in_a_sentence(tmp_path):
    done = run(tmp_path, ACADEMY_INSTANCE="/proc/academy")
    assert done.returncode == 1
    assert "cannot use what it needs" in done.stderr
    assert "Traceback" not in done.stderr


def _listening(family):
    return {
        connection.laddr.ip
        for process in family
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN
    }


@pytest.fixture
def postgres_address():
    """The address of an empty database."""
    already = os.environ.get(postgres.ADDRESS)
    server = None if already else postgres.Server()
    yield postgres.create_database("academy_running")
    postgres.drop_database("academy_running")
    if server:
        server.stop()


def test_database_url_puts_everything_on_postgresql(tmp_path, postgres_address):
    server = RunningServer(tmp_path, DATABASE_URL=postgres_address.replace("postgresql+psycopg", "postgresql"))
    try:
        server.start()
        walker = Walker(server.url, None)
        walker.sign_in(DEMO[0].username, DEMO[0].password)
        assert walker.open("/courses")[0] == 200
        assert server.stop() == 0
    finally:
        server.kill9()
    assert list(tmp_path.glob("*.sqlite3")) == []
