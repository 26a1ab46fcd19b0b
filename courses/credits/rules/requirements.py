"""What is asked of somebody in a period, how far they are, when they will be done. Pure decisions; hours in hundredths.

A requirement holds for a unit and everything below it, and for a post or for all of them. Of those that fit somebody the
nearest unit wins, then the one that names the post. It is asked in periods of one or more calendar years, counted from the
year in which it began to hold.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol, TypeVar

MET, ON_WAY, BEHIND = "met", "on_way", "behind"
STATES = (BEHIND, ON_WAY, MET)
PATIENCE_DAYS = 30
"""A pace is not spoken of before so many days have gone."""
GRACE_PARTS = 4
"""Nobody is behind before a fourth of the time has gone."""
LAST_QUARTER_MONTHS = 3


@dataclass(frozen=True)
class Goal:
    """What is asked: so much required, so much elective, and so much in all, of whichever kind."""

    required: int = 0
    elective: int = 0
    total: int = 0

    @property
    def nothing(self) -> bool:
        """Whether nothing is asked."""
        return not (self.required or self.elective or self.total)


@dataclass(frozen=True)
class Earned:
    """What somebody has: reversals are already taken off, so a figure may even be below zero."""

    required: int = 0
    elective: int = 0

    @property
    def total(self) -> int:
        """Both together."""
        return self.required + self.elective


@dataclass(frozen=True)
class Missing:
    """What is still missing; `either` of whichever kind, beyond the two."""

    required: int
    elective: int
    either: int

    @property
    def total(self) -> int:
        """All of it: what has to be earned at least."""
        return self.required + self.elective + self.either


@dataclass(frozen=True)
class Period:
    """Calendar years from 1 January of the first to 31 December of the last; the deadline lies in the last one."""

    first_year: int
    span_years: int = 1
    due_month: int = 12
    due_day: int = 31

    @property
    def last_year(self) -> int:
        """The year in which it ends."""
        return self.first_year + self.span_years - 1

    @property
    def start(self) -> date:
        """Its first day."""
        return date(self.first_year, 1, 1)

    @property
    def end(self) -> date:
        """Its last day. What is earned after the deadline still counts, until here."""
        return date(self.last_year, 12, 31)

    @property
    def due(self) -> date:
        """The day until which the hours should be there; the last of the month where the month is too short."""
        return date(self.last_year, self.due_month, min(self.due_day, monthrange(self.last_year, self.due_month)[1]))

    def place_day(self, today: date) -> date:
        """Return the day whose unit and post decide what is asked: the period's last one, or today while it runs.

        Who moves during the year is therefore asked for what their new place asks for, and brings all hours along; a
        period that is over is never judged anew.
        """
        return min(self.end, today)


def period_of(from_year: int, span_years: int, year: int, due: tuple[int, int] = (12, 31)) -> Period:
    """Return the period of a requirement that `year` lies in; due: month and day."""
    first = from_year + (year - from_year) // span_years * span_years
    return Period(first, span_years, *due)


class Held(Protocol):
    """A requirement, as far as it matters whom it is for. `unit_path` is "/" for everybody."""

    @property
    def unit_path(self) -> str:
        """Where it holds."""

    @property
    def post(self) -> str:
        """For whom; empty is everybody."""

    @property
    def span_years(self) -> int:
        """How many years a period has."""

    @property
    def from_year(self) -> int:
        """Since when."""

    @property
    def revision(self) -> int:
        """Which text of it this is."""

    @property
    def is_withdrawn(self) -> bool:
        """Whether it is no longer asked."""


Requirement = TypeVar("Requirement", bound=Held)


def in_force(requirements: Iterable[Requirement], year: int) -> list[Requirement]:
    """Return of each unit, post and span the one that holds in `year`: it began last, and is its latest revision."""
    latest: dict[tuple[str, str, int], Requirement] = {}
    for each in sorted(requirements, key=lambda each: (each.from_year, each.revision)):
        if each.from_year <= year:
            latest[each.unit_path, each.post, each.span_years] = each
    return [each for each in latest.values() if not each.is_withdrawn]


def most_specific(requirements: Iterable[Requirement], unit_path: str, post: str) -> Requirement | None:
    """Return the one that is asked of somebody: of the nearest unit, there the one for their post; None if none fits."""
    fitting = [each for each in requirements if unit_path.startswith(each.unit_path) or each.unit_path == "/"]
    fitting = [each for each in fitting if each.post in ("", post)]
    return max(fitting, key=lambda each: (each.unit_path.count("/"), each.post != ""), default=None)


def missing(goal: Goal, earned: Earned) -> Missing:
    """Return what is still missing."""
    required = max(0, goal.required - earned.required)
    elective = max(0, goal.elective - earned.elective)
    return Missing(required, elective, max(0, goal.total - earned.total - required - elective))


def met(goal: Goal, earned: Earned) -> bool:
    """Return whether everything that is asked is there."""
    return missing(goal, earned).total == 0


def forecast(goal: Goal, earned: Earned, period: Period, today: date) -> date | None:
    """Return the day on which the goal is reached if the hours go on coming in as they have since the period began.

    None when it is reached already, when it is too early to tell, and when nothing has come in of something that is missing.
    """
    gone = (today - period.start).days + 1
    pairs = [
        (goal.required, earned.required),
        (goal.elective, earned.elective),
        (goal.total, earned.total),
    ]
    open_pairs = [(asked - have, have) for asked, have in pairs if have < asked]
    if not open_pairs or gone < PATIENCE_DAYS or any(have <= 0 for _rest, have in open_pairs):
        return None
    days = max(-(-rest * gone // have) for rest, have in open_pairs)
    return today + timedelta(days=days) if days < 36_500 else None


def state(goal: Goal, earned: Earned, period: Period, today: date) -> str:
    """Return met, on_way or behind.

    Behind is who has let the deadline pass; and, once a fourth of the time has gone, whose pace does not reach it or who
    has nothing of what is missing.
    """
    if met(goal, earned):
        return MET
    if today > period.due:
        return BEHIND
    day = forecast(goal, earned, period, today)
    if day is not None and day <= period.due:
        return ON_WAY
    gone, whole = (today - period.start).days + 1, (period.due - period.start).days + 1
    return BEHIND if gone * GRACE_PARTS > whole else ON_WAY


def third_of_month(day: date) -> int:
    """Return 0, 1 or 2 for the first ten days of a month, the second ten, and the rest."""
    return min(2, (day.day - 1) // 10)


def reminder(period: Period, today: date) -> str:
    """Return which note is due: "quarter" while the last three months begin, "month" in the last one, else nothing."""
    if today > period.due or today.year != period.last_year:
        return ""
    months = period.due_month - today.month
    if months == 0:
        return "month"
    return "quarter" if months == min(LAST_QUARTER_MONTHS, period.due_month) - 1 else ""


def carried(goal: Goal, earned: Earned, most: int | None = None) -> int:
    """Return how many required hours go over into the next year as electives.

    Only what is beyond the requirement, as a whole and of its required part, so that the year that gives stays met; at
    most `most` where the rule set says so. Nothing is carried by whom nothing was asked of, or who has not met it.
    """
    if goal.nothing or not met(goal, earned):
        return 0
    surplus = min(earned.required - goal.required, earned.total - goal.total)
    return surplus if most is None else min(surplus, most)


def problems(values: dict[str, Any]) -> list[tuple[str, str]]:
    """Return (field, what is wrong) of a requirement's figures: "total" below its parts, a "due" day that never comes."""
    found = []
    if values["total"] < values["required"] + values["elective"]:
        found.append(("total", "too_small"))
    if values["due_day"] > monthrange(2024, values["due_month"])[1]:
        found.append(("due_day", "no_such_day"))
    return found
