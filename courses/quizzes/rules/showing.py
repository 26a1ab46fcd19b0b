"""What an attempt shows, and in which order."""

import hashlib
from collections.abc import Iterable, Sequence
from enum import StrEnum

from courses.quizzes.rules.timing import State


class ReviewPolicy(StrEnum):
    """When a trainee may see the key and the explanations."""

    AFTER_SUBMISSION = "after_submission"
    AFTER_PASS = "after_pass"  # noqa: S105 - a pass mark, not a password
    NEVER = "never"


class Feedback(StrEnum):
    """When and how a trainee learns what was right."""

    AFTER_SUBMISSION = "after_submission"
    AFTER_CLOSING = "after_closing"
    IMMEDIATE = "immediate"
    RETRIES = "retries"
    CONFIDENCE = "confidence"


def may_show_key(policy: str, state: str, *, ever_passed: bool, attempts_left: int | None, sitting_again: bool) -> bool:
    """Whether the right answers and explanations of an attempt may reach the browser.

    Never while the same person is sitting the same quiz again. With AFTER_PASS also when no attempt is left: then
    nothing remains to be protected, and something to be learnt.
    """
    if state != State.SUBMITTED or sitting_again or policy == ReviewPolicy.NEVER:
        return False
    return policy == ReviewPolicy.AFTER_SUBMISSION or ever_passed or attempts_left == 0


def question_order(count: int, seed: int, shuffled: bool) -> list[int]:
    """Return the positions 1..count in the order in which this attempt shows them.

    Hashed by hand and not by `random`, so that the order of a running attempt survives an upgrade of Python.
    """
    return _shuffled(range(1, count + 1), seed, shuffled)


def paper_order(count: int, sections: Sequence[tuple[int, int, bool | None]], seed: int, shuffled: bool) -> list[int]:
    """Return the positions 1..count as this attempt shows them: every section keeps its place, and mixes within.

    `sections` are (first position, number of questions, shuffled or None for as the quiz says), in order; questions
    before the first one are mixed among themselves.
    """
    before = sections[0][0] - 1 if sections else count
    order = question_order(before, seed, shuffled)
    for first, size, own in sections:
        order += _shuffled(range(first, first + size), seed, shuffled if own is None else own)
    return order


def _shuffled(positions: Iterable[int], seed: int, shuffled: bool) -> list[int]:
    if not shuffled:
        return list(positions)
    return sorted(positions, key=lambda position: hashlib.sha256(f"{seed}:{position}".encode()).digest())


def option_seed(seed: int, position: int, shuffled: bool) -> str | None:
    """Return the seed by which one question shuffles its options in this attempt; None keeps the author's order."""
    return f"{seed}:{position}" if shuffled else None
