"""How much of what a page reports as shown is credited: see courses.textbooks.rules for what a paragraph costs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from courses.learning.rules.clock import MalformedReport, token, whole
from courses.learning.rules.intervals import Intervals, of_units, union, units_of
from courses.learning.rules.watching import MAX_MILLISECONDS, MAX_SEQUENCE
from courses.textbooks.rules import BUDGET_LIMIT_SECONDS, accept_shown, cost_seconds, spendable_since

MAX_UNITS = 2000
LONGEST_KEY = 40


@dataclass(frozen=True)
class ShownReport:
    """What a page of text reports.

    session: the token of its opening; sequence: number of the report, from 1; units: numbers of the parts shown, in order;
    position: the part at the top of the window; visible: for how many milliseconds the page has been looked at.
    """

    session: str
    sequence: int
    units: tuple[int, ...]
    position: str
    visible: int


@dataclass(frozen=True)
class ShownVerdict:
    """What is credited: the parts believed, all that is shown now, and up to when the person's time is spent."""

    credited: list[int]
    covered: Intervals
    clock: datetime


def parse_shown(payload: Any) -> ShownReport:
    """Return the report in `payload`, the decoded JSON; raises MalformedReport for a wrong shape."""
    if not isinstance(payload, Mapping):
        raise MalformedReport("a report is an object")
    units = payload.get("shown")
    if not isinstance(units, list) or len(units) > MAX_UNITS:
        raise MalformedReport(f"shown is a list of at most {MAX_UNITS}")
    position = payload.get("position", "")
    if not isinstance(position, str) or len(position) > LONGEST_KEY:
        raise MalformedReport("position is a key")
    return ShownReport(
        session=token(payload.get("session")),
        sequence=whole(payload.get("sequence"), 1, MAX_SEQUENCE),
        units=tuple(_unit(unit) for unit in units),
        position=position,
        visible=whole(payload.get("visible", 0), 0, MAX_MILLISECONDS),
    )


def _unit(value: Any) -> int:
    if not isinstance(value, str) or not value.isascii() or not value.isdecimal() or len(value) > 6:
        raise MalformedReport("a part is named by its number")
    return int(value)


def judge_shown(
    units: Iterable[int],
    covered: Sequence[Sequence[int]],
    weights: Sequence[int],
    clock: datetime,
    opened_at: datetime,
    now: datetime,
) -> ShownVerdict:
    """Decide what a report of parts shown is worth.

    covered: what this person has seen before; weights: characters in every part; clock: up to when the person's time has
    been spent, in any lesson; opened_at: when the page was opened; now: the server's time.
    """
    since = spendable_since(clock, opened_at, now, BUDGET_LIMIT_SECONDS)
    accepted, used = accept_shown(units, weights, units_of(covered), (now - since).total_seconds())
    return ShownVerdict(
        credited=accepted,
        covered=union(covered, of_units(accepted)),
        clock=max(clock, since + timedelta(seconds=used)) if accepted else clock,
    )


def seconds_to_read(covered: Sequence[Sequence[int]], weights: Sequence[int]) -> float:
    """Return the least time in which everything not yet shown can have been read, in seconds."""
    known = set(units_of(covered))
    return sum(cost_seconds(weight) for unit, weight in enumerate(weights) if unit not in known)


def seconds_still_needed(needed: float, clock: datetime, opened_at: datetime, now: datetime) -> int:
    """Return how long somebody must go on reading before “I have read it” can be believed; 0 when it can.

    needed: the least time for what is still unread. A page may stay open as long as the text takes, and longer.
    """
    spendable = now - spendable_since(clock, opened_at, now, max(needed, BUDGET_LIMIT_SECONDS))
    return max(0, -int(-(needed - spendable.total_seconds()) // 1))
