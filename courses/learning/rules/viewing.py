"""What of a recording may be credited yet: up to an unanswered question, and, where seeking is held back, in order.

Pure: stretches and positions are whole milliseconds, half-open. The clock is another matter; see `watching`.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from courses.learning.rules.intervals import Intervals, clip, union

SEEK_TOLERANCE_MS = 3000
"""How far beyond what has been watched a stretch may begin: players are not exact to the second when they go on."""
SLIVER_MS = 1000
"""A stretch shorter than this is not worth a line of its own."""
MOST_REFUSED = 20
"""How many refused stretches of a report are kept for each reason."""


@dataclass(frozen=True)
class Limits:
    """What limits a viewing: `wall`, the first question not yet answered (None: none is); `in_order`: no seeking ahead."""

    wall: int | None = None
    in_order: bool = False


FREE = Limits()


@dataclass(frozen=True)
class Allowed:
    """What is left of the stretches that a player reports, and what is refused, by its reason."""

    segments: tuple[tuple[int, int], ...]
    refused: dict[str, Intervals] = field(default_factory=dict)


def gate_point(seed: str, start: int, end: int) -> int:
    """Return where between `start` and `end` (both included) a question comes: anywhere, but always there for one seed."""
    if end <= start:
        return start
    digest = hashlib.sha256(seed.encode()).digest()
    return start + int.from_bytes(digest[:8], "big") % (end - start + 1)


def wall_of(points: Mapping[str, int], answered: Collection[str]) -> int | None:
    """Return the first point whose question is not answered."""
    return min((point for key, point in points.items() if key not in answered), default=None)


def frontier(covered: Iterable[Sequence[int]]) -> int:
    """Return up to where a recording has been watched from its start without a gap worth the name."""
    reached = 0
    for start, end in union(covered):
        if start > reached + SEEK_TOLERANCE_MS:
            break
        reached = end
    return reached


def allowed(segments: Iterable[tuple[int, int]], covered: Iterable[Sequence[int]], limits: Limits) -> Allowed:
    """Return what of `segments`, in the order played, may be credited at all, given what was `covered` before."""
    if limits == FREE:
        return Allowed(tuple(segments))
    kept: list[tuple[int, int]] = []
    beyond: list[tuple[int, int]] = []
    jumped: list[tuple[int, int]] = []
    watched = union(covered)
    reached = frontier(watched)
    for start, claimed_end in segments:
        end = claimed_end if limits.wall is None else min(claimed_end, limits.wall)
        if end < claimed_end:
            beyond.append((max(start, end), claimed_end))
        if start >= end:
            continue
        if limits.in_order and start > reached + SEEK_TOLERANCE_MS:
            jumped.append((start, end))
            continue
        kept.append((start, end))
        if limits.in_order and end > reached:
            watched = union(watched, [(start, end)])
            reached = frontier(watched)
    refused = {"question": union(beyond)[:MOST_REFUSED], "jumped": union(jumped)[:MOST_REFUSED]}
    return Allowed(tuple(kept), {reason: stretches for reason, stretches in refused.items() if stretches})


# -- what is missing, and why ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stretch:
    """A stretch that is not credited, and the reason: a key of `wording.REASONS`."""

    start: int
    end: int
    reason: str

    @property
    def length(self) -> int:
        """Milliseconds."""
        return self.end - self.start


def common(first: Iterable[Sequence[int]], second: Iterable[Sequence[int]]) -> Intervals:
    """Return what lies in both sets."""
    others = union(second)
    return union([(max(start, begin), min(end, stop)) for start, end in union(first) for begin, stop in others])


def without(first: Iterable[Sequence[int]], second: Iterable[Sequence[int]]) -> Intervals:
    """Return what lies in the first set and not in the second."""
    left: Intervals = []
    others = union(second)
    for start, end in union(first):
        at = start
        for begin, stop in others:
            if stop <= at or begin >= end:
                continue
            if begin > at:
                left.append([at, begin])
            at = max(at, stop)
        if at < end:
            left.append([at, end])
    return left


def explain(gaps: Iterable[Sequence[int]], causes: Iterable[tuple[str, Iterable[Sequence[int]]]]) -> list[Stretch]:
    """Divide `gaps` by their causes: pairs (reason, where it holds), the most telling first.

    What is left without a cause is "unplayed". Slivers are counted with their neighbour.
    """
    found: list[Stretch] = []
    left = union(gaps)
    for reason, where in causes:
        pieces = common(left, where)
        found += [Stretch(start, end, reason) for start, end in pieces]
        left = without(left, pieces)
    found += [Stretch(start, end, "unplayed") for start, end in left]
    return _joined(sorted(found, key=lambda stretch: stretch.start))


def _joined(stretches: list[Stretch]) -> list[Stretch]:
    joined: list[Stretch] = []
    for stretch in stretches:
        last = joined[-1] if joined else None
        touching = last is not None and last.end == stretch.start
        if last and touching and (last.reason == stretch.reason or stretch.length < SLIVER_MS):
            joined[-1] = Stretch(last.start, stretch.end, last.reason)
        elif last and touching and last.length < SLIVER_MS:
            joined[-1] = Stretch(last.start, stretch.end, stretch.reason)
        else:
            joined.append(stretch)
    return joined


def between(covered: Iterable[Sequence[int]], size: int) -> Intervals:
    """Return what lies before the furthest point watched: whatever is missing there was passed over."""
    pieces = clip(covered, size)
    return [[0, pieces[-1][1]]] if pieces else []


def chosen(wanted: Iterable[Sequence[int]], offered: Iterable[Sequence[int]]) -> Intervals:
    """Return the stretches of `wanted` as far as they lie in `offered`."""
    return common(wanted, offered)
