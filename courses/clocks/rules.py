"""A person's time is spent once.

The clock remembers which moments of a person's time have been spent: `spent`, intervals [[from, to], …] of whole
milliseconds since 1970, sorted and apart. A report may spend what is free between the opening of its page and the moment
when it arrives, but no more than `limit` back from there.

It takes the earliest free time first. All that is reported at one moment may spend time up to that moment, and what is
reported later may spend as much and more; so the earliest free time is what the fewest others can still use, and taking
it leaves the most to them. From this follows what `tests/unit/learning/test_interleaving.py` tries out: whenever some way
of sharing the time out among all reports would give each what it claims, they all get it, in whatever order they arrive.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

Pieces = list[list[int]]

LONGEST_WAIT_SECONDS = 600
"""A report may spend so much of the time before it arrived: what a lost network held back counts for up to ten minutes,
and a page left open overnight earns no more than that."""
MOST_PIECES = 64
"""How many intervals are remembered; beyond that, the oldest free time between them counts as spent."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def milliseconds(moment: datetime) -> int:
    """Return a moment as whole milliseconds since 1970."""
    return (moment - EPOCH) // MILLISECOND


def window(opened_at: datetime, now: datetime, limit_seconds: float = LONGEST_WAIT_SECONDS) -> tuple[int, int]:
    """Return (from, to): the time that a report arriving at `now` may spend; it is empty before the opening."""
    until = milliseconds(now)
    opened = -((EPOCH - opened_at) // MILLISECOND)  # rounded up: never earlier than it was
    return min(until, max(opened, until - round(limit_seconds * 1000))), until


def gaps(spent: Sequence[Sequence[int]], since: int, until: int) -> Pieces:
    """Return what is free of the time from `since` to `until`."""
    found: Pieces = []
    at = since
    for start, end in spent:
        if end <= at:
            continue
        if start >= until:
            break
        if start > at:
            found.append([at, start])
        at = end
    if at < until:
        found.append([at, until])
    return found


def free(spent: Sequence[Sequence[int]], since: int, until: int) -> int:
    """Return how many milliseconds are free from `since` to `until`."""
    return sum(end - start for start, end in gaps(spent, since, until))


def spend(
    spent: Sequence[Sequence[int]],
    since: int,
    until: int,
    amount: int,
    keep_seconds: int = LONGEST_WAIT_SECONDS,
) -> Pieces:
    """Return `spent` with the earliest `amount` of what is free from `since` to `until` added to it, or all of it.

    Free time that lies more than `keep_seconds` before `until` is forgotten, that is, counts as spent: no report can
    spend it any more.
    """
    taken: Pieces = []
    for start, end in gaps(spent, since, until):
        if amount <= 0:
            break
        taken.append([start, min(end, start + amount)])
        amount -= end - start
    if not taken:
        return [list(piece) for piece in spent]
    return _joined([*map(list, spent), *taken], until - keep_seconds * 1000)


def _joined(pieces: Pieces, forgotten: int) -> Pieces:
    """Return `pieces` sorted, joined where they touch or where all between them lies before `forgotten`."""
    joined: Pieces = []
    for start, end in sorted(pieces):
        if joined and (start <= joined[-1][1] or start <= forgotten):
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    if len(joined) > MOST_PIECES:
        crowded = len(joined) - MOST_PIECES
        joined[: crowded + 1] = [[joined[0][0], joined[crowded][1]]]
    return joined


STUDY_GAP_SECONDS = 1800
"""Longest time that one report may add to somebody's study time."""


def study_time(
    claimed_ms: int, studied: Sequence[Sequence[int]], opened_at: datetime, now: datetime
) -> tuple[int, Pieces]:
    """Return (whole seconds of study time, what is counted as studied now) for `claimed_ms` of studying.

    Over all lessons, books and tabs of a person the seconds never add up to more than the time that passed.
    """
    since, until = window(opened_at, now, STUDY_GAP_SECONDS)
    available = free(studied, since, until)
    seconds = max(0, min((claimed_ms + 500) // 1000, available // 1000))
    return seconds, spend(studied, since, until, seconds * 1000, STUDY_GAP_SECONDS)
