"""Sets of whole numbers as half-open intervals [[from, to], …]: milliseconds of a recording, or numbered parts.

In normal form the intervals are sorted, not empty, and neither overlap nor touch. All functions return the normal form.
"""

from collections.abc import Iterable, Sequence

Intervals = list[list[int]]


def union(*sets: Iterable[Sequence[int]]) -> Intervals:
    """Return everything that lies in one of `sets`; empty and reversed intervals count for nothing."""
    pieces = sorted((start, end) for intervals in sets for start, end in intervals if start < end)
    merged: Intervals = []
    for start, end in pieces:
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return merged


def clip(intervals: Iterable[Sequence[int]], size: int) -> Intervals:
    """Return the part that lies in [0, size)."""
    return union([(max(0, start), min(size, end)) for start, end in intervals])


def total(intervals: Iterable[Sequence[int]]) -> int:
    """Return how many numbers lie in the set; `intervals` must not overlap."""
    return sum(end - start for start, end in intervals)


def missing(intervals: Iterable[Sequence[int]], size: int) -> Intervals:
    """Return the part of [0, size) that is not covered."""
    gaps: Intervals = []
    reached = 0
    for start, end in clip(intervals, size):
        if start > reached:
            gaps.append([reached, start])
        reached = end
    if reached < size:
        gaps.append([reached, size])
    return gaps


def of_units(units: Iterable[int]) -> Intervals:
    """Return the set of single numbers as intervals."""
    return union([(unit, unit + 1) for unit in units])


def units_of(intervals: Iterable[Sequence[int]]) -> list[int]:
    """Return the single numbers of a set, in order."""
    return [unit for start, end in union(intervals) for unit in range(start, end)]
