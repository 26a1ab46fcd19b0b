"""How much of what a player reports is credited.

A player reports the stretches that it has played. The server believes none of it beyond its own clock: watching takes
time, at least a second for every MAX_SPEED seconds of film, and each person's seconds are spent once. So whatever is
claimed, at whatever speed, in however many tabs, what is credited is never more than MAX_SPEED times the time that has
passed since the lesson was opened.

Times of a recording are whole milliseconds; moments are the server's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from courses.clocks.rules import Pieces, free, spend, window
from courses.learning.rules.clock import (
    LATE_MS,
    MAX_MILLISECONDS,
    MAX_SEQUENCE,
    MalformedReport,
    flag,
    token,
    whole,
)
from courses.learning.rules.intervals import Intervals, clip, union

MAX_SPEED = 2
"""The highest speed of the player, and of crediting."""
SLOWEST = 2
"""At the lowest speed of the player a second of film takes so many seconds."""
MAX_SEGMENTS = 200
GOES_ON_SECONDS = 30
"""A player that says it goes on playing is taken to do so for as long as this without another word."""


@dataclass(frozen=True)
class Heartbeat:
    """What a player reports.

    session: the ticket of its opening; sequence: number of the report, from 1; segments: stretches played since the last
    report, in order; position: where the film stands; played: how long it has been running, by the player's clock;
    playing: whether it goes on; age: milliseconds between making and sending the report. All of this is the browser's
    word; a false one gains nothing.
    """

    session: str
    sequence: int
    segments: tuple[tuple[int, int], ...]
    position: int
    played: int
    playing: bool = True
    age: int = 0

    @property
    def late(self) -> bool:
        """Whether a lost network held it back."""
        return self.age >= LATE_MS


@dataclass(frozen=True)
class Verdict:
    """What is credited for a report.

    credited: the stretches believed; covered: all that is watched now; spent: what is spent of the person's time;
    studied: milliseconds that the player says it ran, as far as the film in it explains them; claimed: milliseconds of
    film within the recording that the report claims.
    """

    credited: Intervals
    covered: Intervals
    spent: Pieces
    studied: int
    claimed: int


def parse_heartbeat(payload: Any) -> Heartbeat:
    """Return the report in `payload`, the decoded JSON.

    Raises MalformedReport for a wrong shape, numbers that are not whole, and numbers out of bounds. Stretches that are
    reversed or negative have the right shape; they are simply worth nothing.
    """
    if not isinstance(payload, Mapping):
        raise MalformedReport("a report is an object")
    segments = payload.get("segments")
    if not isinstance(segments, list) or len(segments) > MAX_SEGMENTS:
        raise MalformedReport(f"segments is a list of at most {MAX_SEGMENTS}")
    return Heartbeat(
        session=token(payload.get("session")),
        sequence=whole(payload.get("sequence"), 1, MAX_SEQUENCE),
        segments=tuple(_segment(segment) for segment in segments),
        position=whole(payload.get("position", 0), 0, MAX_MILLISECONDS),
        played=whole(payload.get("played", 0), 0, MAX_MILLISECONDS),
        playing=flag(payload.get("playing", True)),
        age=whole(payload.get("age", 0), 0, MAX_MILLISECONDS),
    )


def _segment(value: Any) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise MalformedReport("a segment is a pair")
    start, end = (whole(bound, -MAX_MILLISECONDS, MAX_MILLISECONDS) for bound in value)
    return start, end


def judge(
    beat: Heartbeat,
    covered: Sequence[Sequence[int]],
    duration: int,
    spent: Sequence[Sequence[int]],
    opened_at: datetime,
    now: datetime,
) -> Verdict:
    """Decide what a report is worth.

    covered: what this person has watched before; duration: of the recording; spent: what has been spent of the person's
    time, in any lesson or book; opened_at: when this player was opened; now: the server's time.

    The stretches are taken in the order played until the time is used up; the one that is too long is cut. Watching
    something again takes time as well, but earns nothing new.
    """
    since, until = window(opened_at, now)
    budget = free(spent, since, until) * MAX_SPEED
    believed: list[tuple[int, int]] = []
    film = claimed = 0
    for claimed_start, claimed_end in beat.segments:
        start = max(0, claimed_start)
        length = min(duration, claimed_end) - start
        if length <= 0:
            continue
        claimed += length
        length = min(length, budget - film)
        if length > 0:
            believed.append((start, start + length))
            film += length
    return Verdict(
        credited=union(believed),
        covered=clip(union(covered, believed), duration),
        spent=spend(spent, since, until, -(-film // MAX_SPEED)),
        studied=min(beat.played, film * SLOWEST),
        claimed=claimed,
    )
