"""Annual requirements in plain sentences, in the language of the request."""

from datetime import date
from typing import TYPE_CHECKING

from academy.i18n import _
from academy.i18n import lazy as _l
from academy.web.filters import show_date, show_hundredths
from courses.credits.rules.requirements import (
    BEHIND,
    MET,
    ON_WAY,
    Goal,
    Missing,
    Period,
    third_of_month,
)

if TYPE_CHECKING:
    from courses.credits.services.requirements import Standing

STATES = {MET: _l("已达标"), ON_WAY: _l("进度正常"), BEHIND: _l("进度落后")}
SPANS = {1: _l("每年"), 2: _l("每两年"), 3: _l("每三年"), 5: _l("每五年")}
_MONTH = {"zh": "M 月", "en": "MMMM"}
_MONTH_OF_YEAR = {"zh": "y 年 M 月", "en": "MMMM y"}
_DAY = {"zh": "M 月 d 日", "en": "d MMMM"}


def years(period: Period) -> str:
    """Name a period: 2026 年, 2026–2028 年."""
    if period.span_years == 1:
        return _("%(year)s 年", year=period.first_year)
    return _("%(first)s–%(last)s 年", first=period.first_year, last=period.last_year)


def due_day(period: Period) -> str:
    """Write the deadline; the year stands in the period's name, and only longer periods repeat it."""
    return show_date(period.due, _DAY if period.span_years == 1 else None)


def about(day: date, today: date) -> str:
    """Write a day as roughly as a forecast is: 11 月中旬."""
    month = show_date(day, _MONTH if day.year == today.year else _MONTH_OF_YEAR)
    pattern = (_("%(month)s上旬"), _("%(month)s中旬"), _("%(month)s下旬"))[third_of_month(day)]
    return pattern % {"month": month}


def asked(goal: Goal) -> str:
    """Say what is asked: 共 84 学时，其中必修 56 学时."""
    parts = []
    if goal.required:
        parts.append(_("必修 %(n)s 学时", n=show_hundredths(goal.required)))
    if goal.elective:
        parts.append(_("选修 %(n)s 学时", n=show_hundredths(goal.elective)))
    total = show_hundredths(goal.total)
    if not parts:
        return _("共 %(n)s 学时", n=total)
    return _("共 %(n)s 学时，其中%(parts)s", n=total, parts=_("、").join(parts))


def missing_sentence(left: Missing) -> str:
    """Say what is still missing: 还差必修 6.5 学时; an empty string when nothing is."""
    parts = []
    if left.required:
        parts.append(_("必修 %(n)s 学时", n=show_hundredths(left.required)))
    if left.elective:
        parts.append(_("选修 %(n)s 学时", n=show_hundredths(left.elective)))
    if left.either and not parts:
        return _("还差 %(n)s 学时", n=show_hundredths(left.either))
    if left.either:
        parts.append(_("不限类别 %(n)s 学时", n=show_hundredths(left.either)))
    return _("还差%(list)s", list=_("、").join(parts)) if parts else ""


def outlook(standing: "Standing") -> str:
    """Say when it will be done at this pace, or what stands in the way; empty when there is nothing honest to say."""
    day, due = standing.forecast, standing.period.due
    if standing.state == MET:
        return ""
    if standing.today > due:
        return _("%(day)s的截止日已经过了", day=due_day(standing.period))
    if day is None or (day > due and standing.state == ON_WAY):
        return ""
    if day <= due:
        return _("按现在的速度，%(when)s能完成", when=about(day, standing.today))
    return _(
        "按现在的速度，要到 %(when)s才能完成，比截止日 %(due)s 晚",
        when=about(day, standing.today),
        due=due_day(standing.period),
    )


def sentences(standing: "Standing") -> str:
    """Say what is missing and when it will be done, as whole sentences."""
    left, more = missing_sentence(standing.missing), outlook(standing)
    return _("%(left)s。%(more)s。", left=left, more=more) if more else _("%(left)s。", left=left)


def line(standing: "Standing") -> str:
    """Say it all in one quiet line, for the home page."""
    name = years(standing.period)
    if standing.state == MET:
        return _("%(years)s任务 %(n)s 学时，已达标", years=name, n=show_hundredths(standing.goal.total))
    left = missing_sentence(standing.missing)
    if standing.state == ON_WAY and outlook(standing):
        return _("%(years)s任务%(left)s。%(more)s", years=name, left=left, more=outlook(standing))
    return _("%(years)s任务%(left)s，%(due)s截止", years=name, left=left, due=due_day(standing.period))
