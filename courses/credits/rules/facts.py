"""What a rule sees of an achievement: plain values, given by the rooms that know courses, quizzes and classes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from academy.i18n import lazy as _l

CATEGORIES = {
    "course": _l("网络课程"),
    "quiz": _l("测验"),
    "class": _l("培训班"),
    "teaching": _l("授课"),
    "practice": _l("现场实践"),
    "external": _l("校外学习"),
    "other": _l("其他"),
}
MEASURES = {
    "course": ("minutes", "videos", "share", "stated"),
    "quiz": ("passed",),
    "class": ("days", "half_days", "hours", "stated"),
    "teaching": ("days", "half_days", "hours", "stated"),
    "practice": ("days", "half_days", "hours", "stated"),
    "external": ("days", "half_days", "hours", "stated"),
    "other": ("days", "half_days", "hours", "stated"),
}
"""The numbers that facts of each category may carry. `videos` is a list: the minutes of each recording; `share` is in per cent;
`stated` are the credit hours that the source itself states; `passed` counts tests; `hours` are hours of the clock."""

Number = Fraction
Values = Mapping[str, "Number | tuple[Number, ...]"]


@dataclass(frozen=True)
class Facts:
    """What happened: its category, its numbers, whether it was required, and the day it counts for."""

    category: str
    numbers: Values = field(default_factory=dict)
    obligation: str = "elective"
    earned_on: date | None = None

    def number(self, name: str) -> Fraction:
        """Return a number, 0 when the facts do not carry it; of a list its sum."""
        value = self.numbers.get(name, Fraction(0))
        return sum(value, Fraction(0)) if isinstance(value, tuple) else value

    def each(self, name: str) -> tuple[Fraction, ...]:
        """Return the items of a list; a plain number is a list of one, a missing one is empty."""
        value = self.numbers.get(name, ())
        return value if isinstance(value, tuple) else (value,)


def course(
    *,
    minutes: Fraction | int,
    videos: Sequence[Fraction | int] = (),
    share: Fraction | int = 100,
    stated: Fraction | int = 0,
    obligation: str = "elective",
    earned_on: date | None = None,
) -> Facts:
    """Return the facts of a completed course: minutes of all its content and of each recording, the share in per cent."""
    numbers: dict[str, Fraction | tuple[Fraction, ...]] = {
        "minutes": Fraction(minutes),
        "videos": tuple(Fraction(video) for video in videos),
        "share": Fraction(share),
        "stated": Fraction(stated),
    }
    return Facts("course", numbers, obligation, earned_on)


def quiz(*, passed: int = 1, obligation: str = "elective", earned_on: date | None = None) -> Facts:
    """Return the facts of tests passed."""
    return Facts("quiz", {"passed": Fraction(passed)}, obligation, earned_on)


def presence(
    category: str,
    *,
    days: Fraction | int = 0,
    half_days: int = 0,
    hours: Fraction | int = 0,
    stated: Fraction | int = 0,
    obligation: str = "elective",
    earned_on: date | None = None,
) -> Facts:
    """Return the facts of attending ("class"), teaching, practice or learning elsewhere ("external")."""
    numbers: dict[str, Fraction | tuple[Fraction, ...]] = {
        "days": Fraction(days),
        "half_days": Fraction(half_days),
        "hours": Fraction(hours),
        "stated": Fraction(stated),
    }
    return Facts(category, numbers, obligation, earned_on)
