"""When a sitting begins and ends. Every moment is an aware time, every length is in seconds."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

GRACE = timedelta(seconds=5)
"""How long after the deadline the server still takes an answer or the paper.

Something sent in the last second needs time to arrive, and on a phone a second try. Nobody sees this time: the
countdown ends at the deadline.
"""


class State(StrEnum):
    """Where an attempt stands. There is no way back from SUBMITTED."""

    OPEN = "open"
    SUBMITTED = "submitted"


class SubmittedBy(StrEnum):
    """Who ended the attempt."""

    PERSON = "person"
    DEADLINE = "deadline"


def deadline(
    started_at: datetime, time_limit_seconds: int | None, extra_seconds: int = 0, closes_at: datetime | None = None
) -> datetime | None:
    """Return when the paper is due: after the limit and what the person is granted, at the latest when the quiz closes.

    None without a time limit and without a closing time.
    """
    due = None if time_limit_seconds is None else started_at + timedelta(seconds=time_limit_seconds + extra_seconds)
    return min((moment for moment in (due, closes_at) if moment is not None), default=None)


def later(present: datetime | None, new: datetime | None) -> datetime | None:
    """Return the deadline in the person's favour; None, no deadline, is the latest of all.

    An open attempt follows a change only this way: nobody's time is cut while they are sitting.
    """
    return None if present is None or new is None else max(present, new)


def section_ends(
    started_at: datetime, limits: Sequence[int | None], extra_seconds: int, due: datetime | None
) -> list[datetime | None]:
    """Return until when each section can be answered; None: as long as the attempt itself.

    The limits follow one another: the second one counts from the end of the first, however early somebody goes on. Extra
    time is shared among the sections as the limits are. No section outlasts the attempt.
    """
    whole = sum(limit for limit in limits if limit)
    ends: list[datetime | None] = []
    passed = 0
    for limit in limits:
        passed += limit or 0
        end = started_at + timedelta(seconds=passed + (extra_seconds * passed // whole if whole else 0))
        ends.append((end if due is None else min(end, due)) if limit else None)
    return ends


def remaining_seconds(deadline_at: datetime | None, moment: datetime) -> int | None:
    """Return the whole seconds left, never below 0; None without a time limit."""
    return None if deadline_at is None else max(0, int((deadline_at - moment).total_seconds()))


def is_overdue(state: str, deadline_at: datetime | None, moment: datetime) -> bool:
    """Whether the server must end the attempt: it is open and even the grace is over."""
    return state == State.OPEN and deadline_at is not None and moment > deadline_at + GRACE


def takes_answers(state: str, deadline_at: datetime | None, moment: datetime) -> bool:
    """Whether an answer that arrives at `moment` counts."""
    return state == State.OPEN and not is_overdue(state, deadline_at, moment)


def end_of(state: str, deadline_at: datetime | None, moment: datetime) -> tuple[datetime, SubmittedBy]:
    """Return when an open attempt that is ended at `moment` ended, and who ended it."""
    if deadline_at is not None and is_overdue(state, deadline_at, moment):
        return deadline_at, SubmittedBy.DEADLINE
    return (moment if deadline_at is None else min(moment, deadline_at)), SubmittedBy.PERSON
