"""How much of what a page reports as shown is credited: see courses.textbooks.rules for what a paragraph costs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from courses.clocks.rules import Pieces
from courses.learning.rules.clock import LATE_MS, MAX_MILLISECONDS, MAX_SEQUENCE, MalformedReport, token, whole
from courses.learning.rules.intervals import Intervals, of_units, union, units_of
from courses.textbooks.rules import cost_ms, judge_reading

MAX_UNITS = 2000
LONGEST_KEY = 40


@dataclass(frozen=True)
class ShownReport:
    """What a page reports that is looked at.

    session: the ticket of its opening; sequence: number of the report, from 1; units: numbers of the parts shown, in
    order, none where only the time counts; position: the part at the top of the window; visible: for how many
    milliseconds the page has been looked at; age: milliseconds between making and sending the report.
    """

    session: str
    sequence: int
    units: tuple[int, ...]
    position: str
    visible: int
    age: int = 0

    @property
    def late(self) -> bool:
        """Whether a lost network held it back."""
        return self.age >= LATE_MS


@dataclass(frozen=True)
class ShownVerdict:
    """What is credited: the parts believed, all that is shown now, and what is spent of the person's time."""

    credited: list[int]
    covered: Intervals
    spent: Pieces


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
        age=whole(payload.get("age", 0), 0, MAX_MILLISECONDS),
    )


def _unit(value: Any) -> int:
    if not isinstance(value, str) or not value.isascii() or not value.isdecimal() or len(value) > 6:
        raise MalformedReport("a part is named by its number")
    return int(value)


def judge_shown(
    units: Iterable[int],
    covered: Sequence[Sequence[int]],
    weights: Sequence[int],
    spent: Sequence[Sequence[int]],
    opened_at: datetime,
    now: datetime,
) -> ShownVerdict:
    """Decide what a report of parts shown is worth.

    covered: what this person has seen before; weights: characters in every part; spent: what has been spent of the
    person's time, in any lesson or book; opened_at: when the page was opened; now: the server's time.
    """
    accepted, then_spent = judge_reading(units, weights, units_of(covered), spent, opened_at, now)
    return ShownVerdict(accepted, union(covered, of_units(accepted)), then_spent)


def ms_to_read(covered: Sequence[Sequence[int]], weights: Sequence[int]) -> int:
    """Return the least time in which everything not yet shown can have been read, in milliseconds."""
    known = set(units_of(covered))
    return sum(cost_ms(weight) for unit, weight in enumerate(weights) if unit not in known)
