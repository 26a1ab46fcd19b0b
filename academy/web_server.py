"""Serves the pages: granian, set from the environment as docs/operations.md says.

    python -m academy.web_server [module:factory]

`make run` starts it through `academy.server`; systemd may start it alone.
"""

from __future__ import annotations

import copy
import gc
import os
import signal
import socket
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LOGGING_CONFIG, LogLevels
from granian.server import Server

from academy import registry
from academy.processes import die_with_parent

APPLICATION = "app:create_app"
STANDARD_OUTPUT = "-"
SECONDS_TO_STOP = 10
MILLISECONDS_FOR_HEADERS = 15_000
SECONDS_TO_COMPUTE = 0.001
"""Then a thread lets another one compute. A request that saves an answer is interrupted several times, by the database and the
disk; with Python's own five milliseconds it waits as long each time while pages are made. See decision 36."""
COLLECT_AFTER = (20_000, 20, 50)
"""New objects until the youngest are looked through, and how many such looks until the older ones are. A page makes a few
thousand, nearly all of which go by themselves."""
OPEN_TO_ALL = 0o666
"""Of a socket file: the proxy is another user. Who may not use it is kept out by its folder."""
MOST_WAITING = 512
"""Requests that one process takes in while all its threads are at work; more wait in the system's own queue."""


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name) or default)


def _workers() -> int:
    # A page costs a few milliseconds of CPU: about one process per core, and threads for those who wait for the disk.
    return _number("WEB_WORKERS", min(2, os.cpu_count() or 1))


def _address() -> dict[str, Any]:
    """Return where to listen: a socket file named by BIND, else HOST and PORT."""
    bind = os.environ.get("BIND") or ""
    if bind:
        path = Path(bind.removeprefix("unix:"))
        _clear(path)
        return {"uds": path, "uds_permissions": OPEN_TO_ALL}
    return {"address": _number_of(os.environ.get("HOST") or "127.0.0.1"), "port": _number("PORT", 8000)}


def _number_of(host: str) -> str:
    """Return the address of a host that may be given by its name, IPv4 before IPv6; the server knows no names."""
    found = sorted(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM), key=lambda each: each[0] != socket.AF_INET)
    return str(found[0][4][0])


def _clear(path: Path) -> None:
    """Remove a socket file at which nobody listens any more: a server that was killed leaves it behind."""
    if not path.is_socket():
        return
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except ConnectionRefusedError:
            path.unlink(missing_ok=True)
        except OSError:
            return


def _logging(access_log: str) -> dict[str, Any]:
    """Return the server's own settings of logging, with messages to standard error and requests to `access_log`."""
    settings: dict[str, Any] = copy.deepcopy(LOGGING_CONFIG)
    handlers = settings["handlers"]
    handlers["console"]["stream"] = "ext://sys.stderr"
    if access_log and access_log != STANDARD_OUTPUT:
        handlers["access"] = {
            "formatter": "access",
            "class": "logging.handlers.WatchedFileHandler",
            "filename": access_log,
        }
    return settings


def _import_rooms() -> None:
    """Import the code once before the processes are forked, which share its memory; a new release wants a restart.

    Each process still makes its own application, because connections to a database do not survive a fork.
    """
    import_module("app")
    for package in ("academy", "courses"):
        registry.rooms(package)
    _leave_alone_what_stays()


def _load(target: str) -> Callable[..., Any]:
    """Make the application, in a process that ends with the one that forked it."""
    # A gentler signal is lost on a process that is not ready yet: until then it has the handlers of its parent.
    if end := die_with_parent(signal.SIGKILL):
        end()
    module, _colon, factory = target.partition(":")
    made: Callable[..., Any] = getattr(import_module(module), factory)()
    _leave_alone_what_stays()
    sys.setswitchinterval(SECONDS_TO_COMPUTE)
    return made


def _leave_alone_what_stays() -> None:
    """Keep the garbage collector from going through all code and templates again and again, for they stay."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def main(arguments: list[str]) -> None:
    """Serve until stopped."""
    access_log = os.environ.get("ACCESS_LOG") or ""
    _import_rooms()
    server = Server(
        arguments[0] if arguments else APPLICATION,
        **_address(),
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=MILLISECONDS_FOR_HEADERS),
        websockets=False,
        workers=_workers(),
        blocking_threads=_number("WEB_THREADS", 8),
        backpressure=MOST_WAITING,
        log_level=LogLevels((os.environ.get("LOG_LEVEL") or "error").lower()),
        log_dictconfig=_logging(access_log),
        log_access=bool(access_log),
        respawn_failed_workers=True,
        workers_kill_timeout=SECONDS_TO_STOP,
    )
    server.serve(target_loader=_load)


if __name__ == "__main__":
    main(sys.argv[1:])
