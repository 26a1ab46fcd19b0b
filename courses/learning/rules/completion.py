"""How far somebody is, and when something is done."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from courses.learning.rules.intervals import Intervals, clip, missing, total

FORGIVEN_MILLISECONDS = 1000
"""Players do not report the very last frames; a second in all may be missing from a recording watched to the end."""
COURSE_COMPLETION = "course_completion"
COURSE_COMPLETION_VERSION = 1
"""Rule of the ledger: all required lessons done earns the credit hours stated in the version studied, once."""


def share_of(covered: Iterable[Sequence[int]], size: int, forgiven: int = 0) -> Fraction:
    """Return the exact share of [0, size) that is covered; 1 when no more than `forgiven` is missing."""
    size = max(1, size)
    done = total(clip(covered, size))
    if done and size - done <= min(forgiven, size // 10):
        return Fraction(1)
    return Fraction(done, size)


def missing_stretches(covered: Iterable[Sequence[int]], duration: int) -> Intervals:
    """Return the stretches of a recording still to be watched, for display: in milliseconds, without slivers."""
    gaps = missing(covered, duration)
    if total(gaps) <= FORGIVEN_MILLISECONDS:
        return []
    return [gap for gap in gaps if gap[1] - gap[0] >= FORGIVEN_MILLISECONDS] or gaps


def reached(share: Fraction, goal: Fraction) -> bool:
    """Return whether a lesson with this share is done."""
    return share >= goal


def counting_lessons(lessons: Iterable[tuple[int, bool]]) -> frozenset[int]:
    """Return the lessons that completion depends on, of pairs (lesson id, required): all of them where none is required."""
    pairs = list(lessons)
    return frozenset(lesson for lesson, required in pairs if required) or frozenset(lesson for lesson, _ in pairs)


def course_done(counting: Collection[int], done: Collection[int]) -> bool:
    """Return whether a course is completed: every lesson that counts is done, and there is one."""
    return bool(counting) and set(counting) <= set(done)


def share_of_attempts(rule: str, submitted: bool, passed: bool) -> Fraction:
    """Return how far a quiz lesson is: done by passing, or under any other rule by handing in."""
    return Fraction(passed if rule == "passed" else submitted)


def best_score(credited: Iterable[Mapping[str, Any]]) -> Fraction | None:
    """Return the best score of a quiz lesson from what its evidence credits, in the order in which it came.

    An attempt that was marked again counts with its last score, which may be lower than the first.
    """
    scores = {entry.get("attempt_id"): Fraction(*entry["quiz_score"]) for entry in credited if "quiz_score" in entry}
    return max(scores.values(), default=None)


def next_lesson(order: Sequence[int], done: Collection[int], last: int | None) -> int | None:
    """Return the lesson to go on with: the last one while it is not done, else the next one not done after it.

    When nothing is left it is the last one studied, else the first; None for a course without lessons.
    """
    if not order:
        return None
    start = order.index(last) if last in order else 0
    ahead = [*order[start:], *order[:start]]
    return next((lesson for lesson in ahead if lesson not in done), ahead[0])
