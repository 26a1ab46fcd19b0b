"""From facts to hours. Total and exact: any facts give a finite number of hundredths, without floats."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from courses.credits.rules.facts import Facts
from courses.credits.rules.sets import Cap, Proportion, Rounding, Rule, Tier, Version

HUNDREDTH = Fraction(1, 100)
MOST_HUNDREDTHS = 1_000_000
"""An entry of more than ten thousand hours is a mistake, whatever the rule says."""


@dataclass(frozen=True)
class Award:
    """What one rule gives for facts, before caps."""

    rule: str
    kind: str
    hundredths: int


def evaluate(version: Version, facts: Facts) -> list[Award]:
    """Return what each rule of a version gives for facts; rules that give nothing are left out."""
    awards = []
    for rule in version.rules:
        amount = hundredths(rounded(amount_of(rule, facts), version.rounding)) if applies(rule, facts) else 0
        if amount:
            awards.append(Award(rule.key, rule.enter_as, amount))
    return awards


def applies(rule: Rule, facts: Facts) -> bool:
    """Return whether a rule speaks about facts at all."""
    if rule.category != facts.category:
        return False
    if rule.without and any(facts.each(rule.without)):
        return False
    return not rule.least_share or facts.number("share") >= rule.least_share


def amount_of(rule: Rule, facts: Facts) -> Fraction:
    """Return the hours that a rule gives, before rounding and caps; never negative."""
    if rule.stated:
        return max(Fraction(0), facts.number("stated"))
    if rule.weights:
        return max(Fraction(0), sum((facts.number(name) * each for name, each in rule.weights.items()), Fraction(0)))
    if rule.tiers:
        return sum((tier_of(rule.tiers, item) for item in facts.each(rule.measure)), Fraction(0))
    if rule.proportion is not None:
        return proportional(rule.proportion, facts.number(rule.measure))
    return (
        (rule.hours or Fraction(0)) * max(Fraction(0), facts.number(rule.measure))
        if rule.measure
        else (rule.hours or Fraction(0))
    )


def tier_of(tiers: Iterable[Tier], measure: Fraction) -> Fraction:
    """Return the hours of the highest tier that fits; nothing below the lowest."""
    fitting = [tier for tier in tiers if tier.fits(measure)]
    return max(fitting, key=lambda tier: (tier.least, tier.over)).hours if fitting else Fraction(0)


def proportional(proportion: Proportion, measure: Fraction) -> Fraction:
    """Return whole units of the proportion, and what is left over by share or by tiers."""
    if measure <= 0:
        return Fraction(0)
    if not proportion.rest:
        return measure / proportion.size * proportion.hours
    whole, rest = divmod(measure, proportion.size)
    return whole * proportion.hours + tier_of(proportion.rest, rest)


def rounded(hours: Fraction, rounding: Rounding) -> Fraction:
    """Return hours as a multiple of what the rounding says."""
    steps = hours / rounding.to
    whole, rest = divmod(steps, 1)
    if rounding.mode == "up":
        whole += rest > 0
    elif rounding.mode == "half_up":
        whole += rest >= Fraction(1, 2)
    return whole * rounding.to


def hundredths(hours: Fraction) -> int:
    """Return whole hundredths of an hour, what is finer dropped, within what an entry can hold."""
    return min(MOST_HUNDREDTHS, int(hours / HUNDREDTH))


def capped(amount: int, category: str, caps: Sequence[Cap], used: Mapping[int, int]) -> tuple[int, Cap | None]:
    """Return what is left of an amount under the caps, and the cap that held it back, if any.

    used: for each cap (by its place in `caps`) the hundredths that stand in its period already. As caps never cross
    (see `crossing`), the sum of many amounts is the same in whatever order they arrive.
    """
    left, holding = amount, None
    for place, cap in enumerate(caps):
        room = max(0, hundredths(cap.hours) - used.get(place, 0))
        if cap.covers(category) and room < left:
            left, holding = room, cap
    return left, holding


def crossing(caps: Sequence[Cap]) -> tuple[Cap, Cap] | None:
    """Return two caps neither of which lies within the other although they share hours; None when all is well.

    With caps that cross, a sum would depend on which entry came first.
    """
    return next((pair for place, first in enumerate(caps) for pair in _crossed(first, caps[place + 1 :])), None)


def _crossed(first: Cap, others: Iterable[Cap]) -> Iterable[tuple[Cap, Cap]]:
    return (
        (first, other)
        for other in others
        if not (_apart(first, other) or _within(first, other) or _within(other, first))
    )


def _apart(first: Cap, other: Cap) -> bool:
    return bool(first.categories and other.categories and not first.categories & other.categories)


_WITHIN = {("day", "year"), ("day", "day"), ("year", "year"), ("course", "course")}


def _within(small: Cap, large: Cap) -> bool:
    if (small.per, large.per) not in _WITHIN:
        return False
    return not large.categories or (bool(small.categories) and small.categories <= large.categories)


def must_withdraw(leave_hours: Fraction | int, class_hours: Fraction | int, limit: Fraction) -> bool:
    """Return whether somebody on leave for so many of a class's hours has to withdraw: more than the share `limit`."""
    return class_hours > 0 and Fraction(leave_hours) > limit * Fraction(class_hours)
