"""The rules of marking by hand: whose turn it is, and what several marks come to. Pure; shares are exact, 0 to 1."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

DECISION = 3
"""The round that decides where two markers differ, and that stands above both."""


@dataclass(frozen=True)
class Plan:
    """How answers are marked: by one or by two, and from which difference on (a share) a third mark decides."""

    two_markers: bool = False
    limit: Fraction = Fraction(1, 5)


@dataclass(frozen=True)
class Given:
    """A mark that counts in its round: who gave it, and which share."""

    marker_id: int | None
    share: Fraction


def final_share(rounds: Mapping[int, Given], plan: Plan) -> Fraction | None:
    """Return what the marks come to: the decision, or else the mean; None while one is missing or they differ too much."""
    if DECISION in rounds:
        return rounds[DECISION].share
    shares = [rounds[each].share for each in (1, 2) if each in rounds]
    if len(shares) < (2 if plan.two_markers else 1):
        return None
    if plan.two_markers and max(shares) - min(shares) > plan.limit:
        return None
    return sum(shares, Fraction(0)) / len(shares)


def turn(rounds: Mapping[int, Given], plan: Plan, person_id: int, *, decides: bool) -> int | None:
    """Return the round in which this person may give a mark now, or change theirs; None when it is not their turn.

    Nobody gives both independent marks. What stands is changed by whoever decides, and only by them.
    """
    if DECISION in rounds or final_share(rounds, plan) is not None:
        own = [each for each, given in rounds.items() if given.marker_id == person_id]
        if own == [1] and len(rounds) == 1:
            return 1
        return DECISION if decides else None
    if len(rounds) < (2 if plan.two_markers else 1):
        mine = [each for each, given in rounds.items() if given.marker_id == person_id]
        return mine[0] if mine else len(rounds) + 1
    return DECISION if decides else None


def needs(rounds: Mapping[int, Given], plan: Plan, person_id: int, *, decides: bool) -> bool:
    """Whether an answer waits for this person: it is their turn, and they have not given the mark already."""
    if final_share(rounds, plan) is not None:
        return False
    mine = any(given.marker_id == person_id for given in rounds.values())
    now = turn(rounds, plan, person_id, decides=decides)
    return now is not None and (now == DECISION or not mine)


def share_of_marks(text: str, marks_hundredths: int) -> Fraction | None:
    """Return typed marks ("3", "2.5", also full-width) as a share of the full marks; None when they are none or too many."""
    try:
        value = Decimal(unicodedata.normalize("NFKC", text).strip()) * 100
    except ArithmeticError:
        return None
    if not value.is_finite() or value != value.to_integral_value() or not 0 <= value <= marks_hundredths:
        return None
    return Fraction(int(value), marks_hundredths)
