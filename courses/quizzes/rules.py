"""The rules of a sitting: time, order of answers, score, resits, and what may be shown when.

Pure: every moment, setting and answer comes in as a value. Marks are hundredths of a mark; shares are exact.
"""

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from fractions import Fraction

GRACE = timedelta(seconds=5)
"""How long after the deadline the server still takes an answer or the paper.

Something sent in the last second needs time to arrive, and on a phone a second try. Nobody sees this time: the
countdown ends at the deadline.
"""

CLOCK_SLACK_MS = 60_000
"""How far ahead of the server's clock an answer's sequence may lie before it is cut.

Enough for a server whose clock was just set back; little enough that a forged sequence locks its own question for a
minute at most.
"""


class State(StrEnum):
    """Where an attempt stands. There is no way back from SUBMITTED."""

    OPEN = "open"
    SUBMITTED = "submitted"


class SubmittedBy(StrEnum):
    """Who ended the attempt."""

    PERSON = "person"
    DEADLINE = "deadline"


class ReviewPolicy(StrEnum):
    """When a trainee may see the key and the explanations."""

    AFTER_SUBMISSION = "after_submission"
    AFTER_PASS = "after_pass"  # noqa: S105 - a pass mark, not a password
    NEVER = "never"


# -- time ----------------------------------------------------------------------------------------------------------


def deadline(started_at: datetime, time_limit_seconds: int | None) -> datetime | None:
    """Return when the paper is due; None without a time limit."""
    return None if time_limit_seconds is None else started_at + timedelta(seconds=time_limit_seconds)


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


# -- the order of answers ------------------------------------------------------------------------------------------


def milliseconds(moment: datetime) -> int:
    """Return the moment as whole milliseconds since 1970, the unit of sequences."""
    return int(moment.timestamp() * 1000)


def accepted_sequence(sent: int | None, stored: int, moment: datetime) -> int:
    """Return the sequence that a save arriving at `moment` is kept under.

    A browser without scripts sends none: its answer is given when it arrives, and so is the newest. Any other keeps what
    it was given, up to a little ahead of our clock.
    """
    arrival = milliseconds(moment)
    if sent is None:
        return max(arrival, stored + 1)
    return max(0, min(sent, arrival + CLOCK_SLACK_MS))


def is_newer(sequence: int, stored: int) -> bool:
    """Whether an answer with this sequence replaces the stored one; repeating a save changes nothing."""
    return sequence > stored


# -- score ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Score:
    """`earned` of `possible`, both in hundredths of a mark; `earned` is exact."""

    earned: Fraction
    possible: int

    @property
    def share(self) -> Fraction:
        """The share of the marks, 0 to 1; 0 where there was nothing to earn."""
        return self.earned / self.possible if self.possible else Fraction(0)


def add_up(graded: Iterable[tuple[Fraction | None, int]]) -> Score:
    """Sum (share, marks) of the questions; a question without a share could not be graded and is left out whole."""
    counted = [(share, marks) for share, marks in graded if share is not None]
    return Score(sum((share * marks for share, marks in counted), Fraction(0)), sum(marks for _share, marks in counted))


def has_passed(score: Score, pass_percent: int) -> bool:
    """Whether the score reaches the pass mark; where nothing could be graded nobody passes."""
    return score.possible > 0 and score.share * 100 >= pass_percent


def marks_missing(score: Score, pass_percent: int) -> Fraction:
    """Return the hundredths of a mark between the score and the pass mark; 0 when it is reached."""
    return max(Fraction(0), Fraction(score.possible * pass_percent, 100) - score.earned)


MOST_HUNDREDTHS = 100_000
"""The most that one question may be worth: a thousand marks."""


def hundredths(text: str) -> int | None:
    """Return typed marks ("2", "1.5", also full-width) in hundredths; None when they are not between 0.01 and 1000."""
    try:
        value = Decimal(unicodedata.normalize("NFKC", text).strip()) * 100
    except InvalidOperation:
        return None
    if not value.is_finite() or value != value.to_integral_value() or not 0 < value <= MOST_HUNDREDTHS:
        return None
    return int(value)


# -- resits --------------------------------------------------------------------------------------------------------


class Refusal(StrEnum):
    """Why a new attempt may not start."""

    NONE_LEFT = "none_left"
    TOO_EARLY = "too_early"


@dataclass(frozen=True)
class Start:
    """Whether an attempt may start. `left` is None without a limit; `allowed_at` is set when it is too early."""

    left: int | None
    refusal: Refusal | None = None
    allowed_at: datetime | None = None

    @property
    def allowed(self) -> bool:
        """Whether it may start now."""
        return self.refusal is None


def may_start(
    used: int, attempts_allowed: int, last_submitted_at: datetime | None, wait_seconds: int, moment: datetime
) -> Start:
    """Decide on a new attempt after `used` finished ones; `attempts_allowed` 0 means without limit.

    Somebody who has passed may try again while attempts are left: the best score counts, so nothing can be lost.
    """
    left = None if attempts_allowed == 0 else max(0, attempts_allowed - used)
    if left == 0:
        return Start(left, Refusal.NONE_LEFT)
    if last_submitted_at is not None and wait_seconds:
        allowed_at = last_submitted_at + timedelta(seconds=wait_seconds)
        if moment < allowed_at:
            return Start(left, Refusal.TOO_EARLY, allowed_at)
    return Start(left)


# -- what may be shown ---------------------------------------------------------------------------------------------


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
    positions = list(range(1, count + 1))
    if not shuffled:
        return positions
    return sorted(positions, key=lambda position: hashlib.sha256(f"{seed}:{position}".encode()).digest())


def option_seed(seed: int, position: int, shuffled: bool) -> str | None:
    """Return the seed by which one question shuffles its options in this attempt; None keeps the author's order."""
    return f"{seed}:{position}" if shuffled else None
