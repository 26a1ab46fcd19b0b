"""Starts the academy and stops it again: the web server, the job worker, and before them the database.

    python -m academy.server [--dev]

`make run` calls it. It prepares the database (`academy.prepare`), starts the web server (`academy.web_server`) and
the job worker as its children, and prints the address once the site answers. Ctrl-C and SIGTERM stop both; when one of them
ends by itself the other is stopped too, and its status is the supervisor's. HOST and PORT say where it listens.
"""

from __future__ import annotations

import contextlib
import http.client
import importlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from academy.config import ConfigurationError, Settings, load_settings
from academy.processes import die_with_parent

HOME = Path(__file__).resolve().parent.parent
SECONDS_TO_ANSWER = 60
SECONDS_TO_STOP = 15
LOOK_EVERY_SECONDS = 0.2


class CannotStart(RuntimeError):
    """The academy cannot be started; the message is a sentence for the person at the terminal."""


class Supervisor:
    """Holds the children together."""

    def __init__(self) -> None:
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = False

    def catch_signals(self) -> None:
        """Turn Ctrl-C, SIGTERM and a closed terminal into an orderly stop; asked twice, stop at once."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._asked_to_stop)

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        if self.stopping:
            for name in self.children:
                self._signal_group(name, signal.SIGKILL)
        self.stopping = True

    def start(self, name: str, command: list[str]) -> None:
        """Start a child in a process group of its own, so that Ctrl-C reaches only the supervisor."""
        self.children[name] = subprocess.Popen(
            command,
            cwd=HOME,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
            preexec_fn=die_with_parent(),  # noqa: PLW1509 - there is no thread yet
        )

    def ended(self) -> tuple[str, int] | None:
        """Return the name and status of a child that ended by itself, or None."""
        for name, child in self.children.items():
            status = child.poll()
            if status is not None:
                return name, status
        return None

    def watch(self) -> int:
        """Wait until somebody asks to stop (status 0) or a child ends (its status, never 0)."""
        while not self.stopping:
            if ended := self.ended():
                name, status = ended
                print(f"The {name} ended with status {status}; stopping the rest.", file=sys.stderr, flush=True)
                return status if status > 0 else 1
            time.sleep(LOOK_EVERY_SECONDS)
        return 0

    def stop(self) -> None:
        """End every child, first kindly; nothing that they started stays behind."""
        self.stopping = True
        for child in self.children.values():
            with contextlib.suppress(ProcessLookupError):
                child.terminate()
        until = time.monotonic() + SECONDS_TO_STOP
        for name, child in self.children.items():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, until - time.monotonic()))
            self._signal_group(name, signal.SIGKILL)
            child.wait()

    def _signal_group(self, name: str, number: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.children[name].pid, number)


def where() -> tuple[str, int]:
    """Return host and port from the environment, after making sure that the port can be had.

    Raises CannotStart with what to do about it.
    """
    host, text = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise CannotStart(f"PORT is {text!r}; give a number from 1 to 65535.")
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, int(text), type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror:
        raise CannotStart(f"HOST is {host!r}, which is no address of this machine. Try HOST=127.0.0.1.") from None
    except PermissionError:
        raise CannotStart(f"Port {text} is reserved for the system. Try: make run PORT=8000") from None
    except OSError as error:
        raise CannotStart(
            f"Port {text} on {host} cannot be used: {os.strerror(error.errno or 0)}. "
            f"Stop the program that holds it, or choose another port: make run PORT={_next_port(int(text))}"
        ) from None
    return host, int(text)


def _next_port(port: int) -> int:
    return port + 1 if port < 65535 else 8000


def web_command(host: str, port: int, *, dev: bool) -> list[str]:
    """Return the command that serves pages; in development one that reloads and shows tracebacks."""
    if dev:
        flask = [sys.executable, "-m", "flask", "--app", "app", "--debug"]
        return [*flask, "run", "--host", host, "--port", str(port)]
    os.environ["HOST"], os.environ["PORT"] = host, str(port)
    return [sys.executable, "-m", "academy.web_server"]


def worker_command() -> list[str]:
    """Return the command of the job worker."""
    return [sys.executable, "-m", "flask", "--app", "app", "jobs", "work"]


def answers(host: str, port: int) -> bool:
    """Whether the site gives any answer to a request."""
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not listened on
    connection = http.client.HTTPConnection(local, port, timeout=10)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def wait_for_answer(supervisor: Supervisor, host: str, port: int) -> None:
    """Return when the site answers, or earlier when it never will."""
    until = time.monotonic() + SECONDS_TO_ANSWER
    while not supervisor.stopping and not supervisor.ended():
        if answers(host, port):
            return
        if time.monotonic() > until:
            raise CannotStart(f"The site did not answer within {SECONDS_TO_ANSWER} seconds; see the messages above.")
        time.sleep(LOOK_EVERY_SECONDS)


def welcome(settings: Settings, host: str, port: int) -> str:
    """Return what to print once the site answers: the address, and in a demo how to sign in."""
    shown = f"[{host}]" if ":" in host else host
    lines = ["", f"{settings.college_en} is open at http://{shown}:{port}", ""]
    if settings.demo:
        # Imported only now and only here: a production supervisor stays small.
        people = importlib.import_module("academy.accounts.demo").DEMO
        lines.append("Sign in with one of these names and passwords:")
        lines += [f"  {one.username:<12}{one.password:<16}{one.role.replace('_', ' ')}" for one in people]
        lines.append("")
    return "\n".join([*lines, "Ctrl-C stops it."])


def prepare() -> None:
    """Bring the database up to date and load what a first start needs. Raises CannotStart when that fails."""
    done = subprocess.run([sys.executable, "-m", "academy.prepare"], cwd=HOME, check=False)
    if done.returncode < 0 or done.returncode == 130:
        raise KeyboardInterrupt
    if done.returncode:
        raise CannotStart("The database could not be prepared; the messages above say why.")


def serve(settings: Settings, *, dev: bool) -> int:
    """Run until stopped; return the exit status."""
    host, port = where()
    prepare()
    supervisor = Supervisor()
    supervisor.catch_signals()
    try:
        supervisor.start("web server", web_command(host, port, dev=dev))
        supervisor.start("job worker", worker_command())
        wait_for_answer(supervisor, host, port)
        if not supervisor.stopping and not supervisor.ended():
            print(welcome(settings, host, port), flush=True)
        return supervisor.watch()
    finally:
        supervisor.stop()


def main(arguments: list[str]) -> int:
    """Start, and say in a sentence why not if that fails."""
    dev = "--dev" in arguments
    if dev:
        os.environ.setdefault("ACADEMY_ENV", "development")
    os.environ["ACADEMY_INSTANCE"] = str(Path(os.environ.get("ACADEMY_INSTANCE", HOME / "instance")).resolve())
    try:
        return serve(load_settings(), dev=dev)
    except (CannotStart, ConfigurationError) as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as problem:
        print(f"The academy cannot use what it needs: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
