"""What an attempt earns, and which score counts after several. Marks are hundredths of a mark; shares are exact."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction


class GradeMethod(StrEnum):
    """Which score counts after several attempts."""

    BEST = "best"
    LAST = "last"
    AVERAGE = "average"


@dataclass(frozen=True)
class Score:
    """`earned` of `possible`, both in hundredths of a mark; `earned` is exact."""

    earned: Fraction
    possible: int

    @property
    def share(self) -> Fraction:
        """The share of the marks, 0 to 1; 0 where there was nothing to earn."""
        return self.earned / self.possible if self.possible else Fraction(0)


LARGEST_DENOMINATOR = 10**9
"""Rows of shares and scores hold no larger ones. What questions bring is exact in any ordinary paper."""


def kept(value: Fraction) -> Fraction:
    """Return a share, or a score of up to a thousand million hundredths, as the database can hold it.

    Parts that have no small common denominator, as weights of 97 and 89 and so on over many questions, are kept to nine
    places: otherwise nobody could hand in such a paper.
    """
    return value.limit_denominator(LARGEST_DENOMINATOR)


def add_up(graded: Iterable[tuple[Fraction | None, int]]) -> Score:
    """Sum (share, marks) of the questions; a question without a share could not be graded and is left out whole."""
    counted = [(share, marks) for share, marks in graded if share is not None]
    return Score(sum((share * marks for share, marks in counted), Fraction(0)), sum(marks for _share, marks in counted))


def final(method: str, scores: Sequence[Score]) -> Score | None:
    """Return the score that counts after these attempts (in their order); None before the first.

    The average is that of the shares, so that an attempt out of other marks weighs the same.
    """
    if not scores:
        return None
    if method == GradeMethod.LAST:
        return scores[-1]
    if method == GradeMethod.AVERAGE:
        possible = max(score.possible for score in scores)
        mean = sum((score.share for score in scores), Fraction(0)) / len(scores)
        return Score(mean * possible, possible)
    return max(scores, key=lambda score: score.share)


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
    except ArithmeticError:
        return None
    if not value.is_finite() or value != value.to_integral_value() or not 0 < value <= MOST_HUNDREDTHS:
        return None
    return int(value)
