"""How gunicorn serves the academy; every value can be set from the environment. See docs/operations.md."""

import os
from importlib import import_module
from pathlib import Path
from typing import Any


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name) or default)


_host = os.environ.get("HOST") or "127.0.0.1"
_port = _number("PORT", 8000)

wsgi_app = "app:create_app()"
chdir = str(Path(__file__).resolve().parent.parent)
bind = os.environ.get("BIND") or (f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}")

# A page costs a few milliseconds of CPU: about one worker per core, and threads for those who wait for the disk.
worker_class = "gthread"
workers = _number("WEB_WORKERS", min(2, os.cpu_count() or 1))
threads = _number("WEB_THREADS", 8)
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn's heartbeat, not data

timeout = _number("WEB_TIMEOUT", 60)
graceful_timeout = 10
keepalive = 5
control_socket_disable = True

loglevel = os.environ.get("LOG_LEVEL") or "warning"
accesslog = os.environ.get("ACCESS_LOG") or None
errorlog = "-"


def on_starting(server: Any) -> None:
    """Import the code once before the workers are forked, which share its memory; a new release wants a restart.

    Each worker still makes its own application, because connections to a database do not survive a fork.
    """
    registry = import_module("academy.registry")
    import_module("app")
    for package in ("academy", "courses"):
        registry.rooms(package)
