"""What a rule set is made of once its file has been read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from academy.i18n import lazy as _l
from courses.credits.rules.facts import MEASURES

DEFAULT_SET = "as_stated"
PERIODS = {"course": _l("每门课"), "day": _l("每天"), "year": _l("每年")}
MODES = ("down", "half_up", "up")


@dataclass(frozen=True)
class Tier:
    """Hours for whatever measures `least` or more ("over": more than `least`)."""

    least: Fraction
    hours: Fraction
    over: bool = False

    def fits(self, measure: Fraction) -> bool:
        """Return whether something of this measure belongs here."""
        return measure > self.least if self.over else measure >= self.least


@dataclass(frozen=True)
class Proportion:
    """`hours` for every whole `size`; for what is left over either its share (`rest` empty) or by tiers."""

    size: Fraction
    hours: Fraction
    rest: tuple[Tier, ...] = ()


@dataclass(frozen=True)
class Rule:
    """How facts of one category become hours. Exactly one of stated, hours, tiers, proportion, weights says how."""

    key: str
    category: str
    text: str
    text_en: str = ""
    measure: str = ""
    stated: bool = False
    hours: Fraction | None = None
    tiers: tuple[Tier, ...] = ()
    proportion: Proportion | None = None
    weights: Mapping[str, Fraction] = field(default_factory=dict)
    least_share: Fraction = Fraction(0)
    without: str = ""
    enter_as: str = "earned"


@dataclass(frozen=True)
class Cap:
    """At most `hours` in a period, of some categories (all, when none is named)."""

    per: str
    hours: Fraction
    text: str
    text_en: str = ""
    categories: frozenset[str] = frozenset()

    def covers(self, category: str) -> bool:
        """Return whether hours of a category are held back by this cap."""
        return not self.categories or category in self.categories


@dataclass(frozen=True)
class Rounding:
    """To multiples of `to` hours. Whatever is finer than a hundredth is dropped in any case."""

    to: Fraction = Fraction(1, 100)
    mode: str = "down"


@dataclass(frozen=True)
class Requirement:
    """What the set asks of people over some years: in all, of an obligation, or of a category; of some posts or of all."""

    key: str
    hours: Fraction
    years: int
    text: str
    text_en: str = ""
    obligation: str = ""
    category: str = ""


@dataclass(frozen=True)
class CarryOver:
    """Surplus of one obligation that counts as the other one in the next year."""

    source: str
    target: str
    text: str
    text_en: str = ""


@dataclass(frozen=True)
class Example:
    """Facts and what they must give: hours, or of leave, whether it means withdrawal."""

    says: str
    says_en: str
    category: str
    numbers: Mapping[str, Any]
    hours: Fraction | None = None
    withdraws: bool | None = None
    line: int = 0


@dataclass(frozen=True)
class Version:
    """One version of a set. `withdrawal_over` is the share of a class's hours beyond which leave means withdrawal."""

    number: int
    since: date
    rules: tuple[Rule, ...]
    caps: tuple[Cap, ...] = ()
    rounding: Rounding = Rounding()
    requirements: tuple[Requirement, ...] = ()
    carry_over: CarryOver | None = None
    withdrawal_over: Fraction | None = None
    withdrawal_text: str = ""
    withdrawal_text_en: str = ""
    examples: tuple[Example, ...] = ()
    note: str = ""
    note_en: str = ""

    def rules_for(self, category: str) -> list[Rule]:
        """Return the rules that speak about a category, in the order of the file."""
        return [rule for rule in self.rules if rule.category == category]

    def measures(self, category: str) -> list[str]:
        """Return the numbers that the rules of a category look at."""
        rules = self.rules_for(category)
        used = {rule.measure for rule in rules} | {rule.without for rule in rules}
        used |= {name for rule in rules for name in rule.weights}
        used |= {"stated"} if any(rule.stated for rule in rules) else set()
        used |= {"share"} if any(rule.least_share for rule in rules) else set()
        return [name for name in MEASURES[category] if name in used]

    def rule(self, key: str) -> Rule | None:
        """Return one of the rules."""
        return next((rule for rule in self.rules if rule.key == key), None)


@dataclass(frozen=True)
class RuleSet:
    """A set with all its versions, the newest last."""

    key: str
    name: str
    name_en: str
    summary: str
    summary_en: str
    versions: tuple[Version, ...]
    order: int = 100

    @property
    def newest(self) -> Version:
        """The version that can be chosen."""
        return self.versions[-1]

    def version(self, number: int) -> Version | None:
        """Return an old or the newest version."""
        return next((version for version in self.versions if version.number == number), None)
