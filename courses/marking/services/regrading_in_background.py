"""Regrades of many attempts: a few at a time, so that nobody waits long with saving an answer; in the end all or nothing."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from academy.db import db, only_reading
from courses.marking.models import Regrade
from courses.marking.services import regrading

log = logging.getLogger(__name__)

AT_A_TIME = 20
"""Attempts that are changed in one transaction: about a tenth of a second."""
WORKS: dict[str, Callable[[Regrade, Sequence[tuple[int, int]]], None]] = {
    "waiting": regrading.apply_to,
    "undoing": regrading.give_back,
}
"""What a regrade waits for in each state, at some places."""


def work_on(regrade_id: int, report: Callable[[int, int], Any]) -> None:
    """Do what a regrade waits for; `report` commits after each few attempts.

    Begun again, it goes on with what is left; a second delivery finds nothing to do.
    """
    with only_reading():
        row = db.session.get_one(Regrade, regrade_id, populate_existing=True)
        state = row.state
        places = regrading.left(row) if state in WORKS else []
    for begin in range(0, len(places), AT_A_TIME):
        held = _held(regrade_id, state)
        if held is None:
            return
        WORKS[state](held, places[begin : begin + AT_A_TIME])
        report(min(begin + AT_A_TIME, len(places)), len(places))
    held = _held(regrade_id, state)
    if held is not None:
        regrading.end(held)


def _held(regrade_id: int, state: str) -> Regrade | None:
    """Return a regrade, locked, if there is still something to do; nothing that was loaded before counts any more."""
    db.session.expire_all()
    row = db.session.get(Regrade, regrade_id, with_for_update=True)
    return row if row is not None and row.state == state and state in WORKS else None


def give_up(regrade_id: int) -> None:
    """Note that a regrade failed: what it had changed is given back. What a failed undoing has left can be undone again."""
    row = db.session.get_one(Regrade, regrade_id)
    if row.state == "waiting":
        row.state = "failed" if _given_back(row) else "done"
    elif row.state == "undoing":
        row.state = "done"
    db.session.flush()


def _given_back(row: Regrade) -> bool:
    """Give back what a regrade has changed so far; False when even that fails: then it stands, and can be undone later."""
    try:
        with db.session.begin_nested():
            regrading.give_back(row, regrading.changed(row))
    except Exception:
        log.exception("what regrade %s has changed could not be given back", row.id)
        return False
    return True
