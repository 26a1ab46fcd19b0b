"""The formulas of classical test theory, each with its source. Pure: sums in, figures out.

Everything is worked out from sums that the database adds up (`Group`), so that memory does not grow with the number of
people. Figures are floats, for reading; no mark is ever computed from them.

Sources:
- R. L. Ebel, D. A. Frisbie: Essentials of Educational Measurement, 5th ed., 1991 (discrimination, its bands).
- T. L. Kelley: The selection of upper and lower groups for the validation of test items, J. Educ. Psychol. 30, 1939 (27 %).
- L. J. Cronbach: Coefficient alpha and the internal structure of tests, Psychometrika 16, 1951.
- F. M. Lord, M. R. Novick: Statistical Theories of Mental Test Scores, 1968 (corrected item-total correlation, error).
- T. M. Haladyna, S. M. Downing: How many options is enough for a multiple-choice test item?, 1993 (5 % for a distractor).
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

GROUP_SHARE = 0.27
"""Share of the people in the upper and in the lower group; see Kelley."""
ENOUGH_PEOPLE = 30
"""With fewer people the figures say too little to flag a question by them."""
HARD, EASY = 0.2, 0.95
WEAK, GOOD, STRONG = 0.2, 0.3, 0.4
"""Bounds of the discrimination index after Ebel and Frisbie: below 0.2 poor, from 0.4 very good."""
WORKING_DISTRACTOR = 0.05


@dataclass
class Group:
    """People with the same result in one question: how many, the sum of their scores and of the squares of these.

    `earned` is what each of them got for the question; `upper` and `lower` of them are in the upper and lower group.
    """

    earned: float
    count: int
    scores: float
    squares: float
    upper: int = 0
    lower: int = 0


@dataclass(frozen=True)
class Cuts:
    """From which score on one is in the upper group, and up to which in the lower."""

    lower: float
    upper: float


@dataclass(frozen=True)
class Summary:
    """The scores of all: in hundredths of a mark, `alpha` and `error` None where they have no meaning."""

    count: int
    mean: float
    deviation: float
    alpha: float | None = None
    error: float | None = None


@dataclass
class Item:
    """What is known of one question.

    facility: mean share of the marks earned; discrimination: upper minus lower group, in shares of the marks;
    correlation: with the score in the other questions. None where there is nothing to work it out from.
    """

    count: int
    facility: float
    deviation: float
    discrimination: float | None
    correlation: float | None
    alpha_without: float | None = None
    flags: list[str] = field(default_factory=list)


@dataclass
class Choice:
    """How often one answer was given, by all and in the two groups, and whether it is right."""

    count: int
    upper: int
    lower: int
    right: bool


def cuts(scores: Mapping[float, int]) -> Cuts | None:
    """Return where the two groups begin, out of how many people have each score; None when all have the same.

    People with equal scores stay together, so a group holds as near to 27 % as that allows, and at least one score. The
    groups never meet.
    """
    ordered = sorted(scores)
    if len(ordered) < 2:
        return None
    wanted = GROUP_SHARE * sum(scores.values())
    low = _edge(ordered[:-1], scores, wanted)
    above = [score for score in reversed(ordered) if score > low]
    return Cuts(low, _edge(above, scores, wanted))


def _edge(ordered: Sequence[float], scores: Mapping[float, int], wanted: float) -> float:
    """Return the last score of a group that begins at the first of `ordered` and comes nearest to `wanted` people."""
    held, best, edge = 0, math.inf, ordered[0]
    for score in ordered:
        held += scores[score]
        if abs(held - wanted) >= best:
            break
        best, edge = abs(held - wanted), score
    return edge


def variance(count: int, total: float, squares: float) -> float:
    """Return the variance with n - 1, from a sum and a sum of squares; 0 for fewer than two."""
    if count < 2:
        return 0.0
    return max(0.0, (squares - total * total / count) / (count - 1))


def alpha(item_variances: Sequence[float], total_variance: float) -> float | None:
    """Return Cronbach's alpha: k / (k - 1) × (1 - sum of the items' variances / variance of the scores).

    None for fewer than two questions, or when everybody has the same score.
    """
    questions = len(item_variances)
    if questions < 2 or total_variance <= 0:
        return None
    return questions / (questions - 1) * (1 - sum(item_variances) / total_variance)


def standard_error(deviation: float, reliability: float | None) -> float | None:
    """Return the standard error of measurement: deviation × √(1 - reliability)."""
    return None if reliability is None else deviation * math.sqrt(max(0.0, 1 - reliability))


def item(groups: Iterable[Group], full: float) -> Item:
    """Return the figures of one question worth `full`, from the groups of people with each result in it."""
    listed = list(groups)
    count = sum(group.count for group in listed)
    total = sum(group.earned * group.count for group in listed)
    squares = sum(group.earned**2 * group.count for group in listed)
    return Item(
        count=count,
        facility=total / count / full if count and full else 0.0,
        deviation=math.sqrt(variance(count, total, squares)),
        discrimination=_discrimination(listed, full),
        correlation=_rest_correlation(listed, count, total, squares),
    )


def _discrimination(groups: Sequence[Group], full: float) -> float | None:
    """Return the difference between the mean shares of the upper and the lower group."""
    upper, lower = sum(group.upper for group in groups), sum(group.lower for group in groups)
    if not upper or not lower or not full:
        return None
    high = sum(group.earned * group.upper for group in groups) / upper
    low = sum(group.earned * group.lower for group in groups) / lower
    return (high - low) / full


def _rest_correlation(groups: Sequence[Group], count: int, total: float, squares: float) -> float | None:
    """Return Pearson's correlation of the question with the score in all the others (Lord and Novick, 15.6)."""
    scores = sum(group.scores for group in groups)
    score_squares = sum(group.squares for group in groups)
    crossed = sum(group.earned * group.scores for group in groups)
    if count < 2:
        return None
    own = variance(count, total, squares)
    covariance = (crossed - total * scores / count) / (count - 1)
    rest = variance(count, scores, score_squares) - 2 * covariance + own
    product = own * rest
    if product <= 1e-9:
        return None
    return max(-1.0, min(1.0, (covariance - own) / math.sqrt(product)))


def alpha_without(
    index: int, item_deviations: Sequence[float], covariances: Sequence[float], total: float
) -> float | None:
    """Return alpha of the quiz without one question.

    covariances: of each question with the whole score; total: the variance of the scores. The variance of the others'
    score is the total's, less twice the covariance, plus the question's own.
    """
    own = item_deviations[index] ** 2
    rest = [deviation**2 for place, deviation in enumerate(item_deviations) if place != index]
    return alpha(rest, total - 2 * covariances[index] + own)


def covariance(groups: Iterable[Group]) -> float:
    """Return the covariance of a question with the whole score."""
    listed = list(groups)
    count = sum(group.count for group in listed)
    if count < 2:
        return 0.0
    total = sum(group.earned * group.count for group in listed)
    crossed = sum(group.earned * group.scores for group in listed)
    return (crossed - total * sum(group.scores for group in listed) / count) / (count - 1)


def flags_of(found: Item, choices: Sequence[Choice]) -> list[str]:
    """Return what about a question deserves a second look, the gravest first; nothing when too few have answered."""
    if found.count < ENOUGH_PEOPLE:
        return []
    flags = []
    if found.discrimination is not None and found.discrimination < 0:
        flags.append("reversed")
    if _beats_the_key(choices):
        flags.append("key")
    if found.facility <= HARD:
        flags.append("hard")
    elif found.facility >= EASY:
        flags.append("easy")
    if found.discrimination is not None and 0 <= found.discrimination < WEAK and found.facility < EASY:
        flags.append("weak")
    if any(not each.right and each.count < WORKING_DISTRACTOR * found.count for each in choices):
        flags.append("distractor")
    return flags


def _beats_the_key(choices: Sequence[Choice]) -> bool:
    """Whether the best people prefer a wrong answer to every right one: often the key is wrong then."""
    right = max((each.upper for each in choices if each.right), default=None)
    return right is not None and any(not each.right and each.upper > right for each in choices)


def band(discrimination: float | None) -> str:
    """Return the band of a discrimination index after Ebel and Frisbie: strong, good, fair, weak; empty without one."""
    if discrimination is None:
        return ""
    bounds = ((STRONG, "strong"), (GOOD, "good"), (WEAK, "fair"))
    return next((name for bound, name in bounds if discrimination >= bound), "weak")


def reliability_band(value: float | None) -> str:
    """Return how far a reliability carries: "high" from 0.8 on decisions about people, "fair" from 0.6 on, "low"."""
    if value is None:
        return ""
    return "high" if value >= 0.8 else "fair" if value >= 0.6 else "low"


def histogram(scores: Mapping[float, int], full: float, bars: int = 10) -> list[int]:
    """Return how many people have a score in each tenth of the marks; the last one holds the full score too."""
    counts = [0] * bars
    for score, count in scores.items():
        counts[min(bars - 1, max(0, int(score / full * bars))) if full else 0] += count
    return counts


def median(counts: Mapping[int, int]) -> int | None:
    """Return the middle value, the lower one of two, out of how often each occurs; None when there is none."""
    half, seen = (sum(counts.values()) + 1) // 2, 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= half:
            return value
    return None
