"""The worker: a process of its own that does queued jobs and what is due."""

import logging
import threading

from flask import Flask

from academy.db import db
from academy.jobs.queue import Periodic, periodic, take_up_again

log = logging.getLogger(__name__)


def work(app: Flask) -> None:
    """Do jobs until the process is told to stop (SIGTERM or SIGINT)."""
    with app.app_context():
        take_up_again()
    stop = threading.Event()
    clocks = [threading.Thread(target=_repeat, args=(app, item, stop), daemon=True) for item in periodic()]
    for clock in clocks:
        clock.start()
    try:
        app.extensions["huey"].create_consumer(workers=1, periodic=False, initial_delay=0.2, max_delay=2.0).run()
    finally:
        stop.set()
        for clock in clocks:
            clock.join(timeout=5)


def _repeat(app: Flask, item: Periodic, stop: threading.Event) -> None:
    while not stop.wait(item.every_seconds):
        run_once(app, item)


def run_once(app: Flask, item: Periodic) -> None:
    """Do one piece of periodic work in a transaction of its own; a failure is logged, and tried again next time."""
    with app.app_context():
        try:
            item.work()
            db.session.commit()
        except Exception:
            db.session.rollback()
            log.exception("periodic work %s failed", item.name)
