"""Adding up, and reading the filters. Pure decisions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from academy.errors import UserError
from academy.i18n import _

WEEKS = 10


@dataclass
class Tally:
    """How many enrolments are in each state."""

    completed: int = 0
    studying: int = 0
    enrolled: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.completed + self.studying + self.enrolled

    @property
    def rate(self) -> Fraction | None:
        """The share that is completed; None when there is nobody."""
        return Fraction(self.completed, self.total) if self.total else None

    def add(self, completed: int, studying: int, enrolled: int) -> None:
        """Count more."""
        self.completed += completed
        self.studying += studying
        self.enrolled += enrolled


def per_cent(rate: Fraction | None) -> str:
    """Write a rate with one decimal, rounded half up, exactly: 924 of 1286 is 71.9%."""
    if rate is None:
        return "—"
    tenths = int(rate * 1000 + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}%"


@dataclass(frozen=True)
class Period:
    """The days of enrolment that a report covers, both included; states are as of the end of the last day."""

    first: date | None
    last: date
    zone: ZoneInfo

    @property
    def start(self) -> datetime | None:
        """The moment at which the first day begins."""
        return datetime.combine(self.first, time(), self.zone) if self.first else None

    @property
    def end(self) -> datetime:
        """The moment at which the last day is over."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone)

    def weeks(self) -> list[datetime]:
        """Return the ends of the last ten weeks of the period, the period's end last."""
        return [self.end - timedelta(weeks=number) for number in reversed(range(WEEKS))]


def read_period(first: str, last: str, today: date, zone: ZoneInfo) -> Period:
    """Read the filter's two days (ISO, empty for none). Raises UserError that says which is wrong."""
    begin = _day(first, _("开始日期")) if first else None
    end = _day(last, _("结束日期")) if last else today
    if begin and begin > end:
        raise UserError(_("开始日期晚于结束日期，请对调一下"))
    return Period(begin, min(end, today), zone)


def _day(text: str, label: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise UserError(_("%(label)s“%(text)s”看不懂，请写成 2026-07-09 这样", label=label, text=text[:20])) from error
    if not 1990 <= day.year <= 2200:
        raise UserError(_("%(label)s“%(text)s”不在合理范围内", label=label, text=text[:20]))
    return day


def trend(counts: Iterable[tuple[int, int]]) -> list[Fraction | None]:
    """Return the completion rate at each moment out of (completed, enrolled)."""
    return [Fraction(completed, enrolled) if enrolled else None for completed, enrolled in counts]
