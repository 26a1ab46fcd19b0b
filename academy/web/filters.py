"""How numbers, times and lengths are written on a page."""

from datetime import date, datetime
from fractions import Fraction
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from flask import Flask, current_app

from academy.i18n import _, current_locale
from academy.web.rich_text import lang_of, question_phrase, question_pieces, question_stem, question_text

UNKNOWN = "—"
_DATE = {"zh": "y 年 M 月 d 日", "en": "d MMM y"}
_DATETIME = {"zh": "y 年 M 月 d 日 HH:mm", "en": "d MMM y, HH:mm"}
_WEEKDAY = {"zh": "y 年 M 月 d 日 EEEE", "en": "EEEE, d MMMM y"}


def zone() -> ZoneInfo:
    """Return the college's time zone."""
    return _zone(current_app.config["TIME_ZONE"])


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local_date(moment: datetime) -> date:
    """Return the college's calendar date of a moment."""
    return moment.astimezone(zone()).date()


def show_date(value: date | datetime | None, pattern: dict[str, str] | None = None) -> str:
    """Write a date as people do: 2026 年 7 月 9 日."""
    if value is None:
        return UNKNOWN
    day = local_date(value) if isinstance(value, datetime) else value
    return format_date(day, format=_pick(pattern or _DATE), locale=current_locale())


def show_long_date(value: date | datetime | None) -> str:
    """Write a date with its weekday."""
    return show_date(value, _WEEKDAY)


def show_datetime(value: datetime | None) -> str:
    """Write a moment in the college's time zone, to the minute."""
    if value is None:
        return UNKNOWN
    return format_datetime(value.astimezone(zone()), format=_pick(_DATETIME), locale=current_locale())


def show_time(value: datetime | None) -> str:
    """Write the time of day, 24 hours."""
    if value is None:
        return UNKNOWN
    local = value.astimezone(zone())
    return f"{local.hour:02}:{local.minute:02}"


def show_duration(seconds: float | None) -> str:
    """Write a length of time: 12 分 48 秒."""
    if seconds is None:
        return UNKNOWN
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [_("%(n)s 小时", n=hours)] if hours else []
    if minutes:
        parts.append(_("%(n)s 分", n=minutes) if rest and not hours else _("%(n)s 分钟", n=minutes))
    if (rest and not hours) or not parts:
        parts.append(_("%(n)s 秒", n=rest))
    return " ".join(parts)


def show_clock(seconds: float | None) -> str:
    """Write a position in a video: 08:42."""
    minutes, rest = divmod(int(seconds or 0), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def show_hundredths(value: int | None) -> str:
    """Write exact hundredths (credit hours, marks) without trailing zeros: 150 is 1.5."""
    if value is None:
        return UNKNOWN
    whole, rest = divmod(abs(value), 100)
    text = f"{whole}.{rest:02}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 else text


def show_percent(share: Fraction | float | None) -> str:
    """Write a share of 0..1 in whole per cent, rounded down, so that 100% means all of it."""
    return UNKNOWN if share is None else f"{int(share * 100)}%"


def show_filesize(size: int | None) -> str:
    """Write a number of bytes with a fitting unit."""
    if size is None:
        return UNKNOWN
    value, units = float(size), ["B", "KB", "MB", "GB"]
    while value >= 1024 and len(units) > 1:
        value, units = value / 1024, units[1:]
    return f"{value:.0f} {units[0]}" if value >= 10 or units[0] == "B" else f"{value:.1f} {units[0]}"


def _pick(patterns: dict[str, str]) -> str:
    return patterns.get(current_locale(), patterns["en"])


def init_app(app: Flask) -> None:
    """Give templates the filters."""
    filters: dict[str, Any] = {
        "date": show_date,
        "long_date": show_long_date,
        "datetime": show_datetime,
        "time": show_time,
        "duration": show_duration,
        "clock": show_clock,
        "hours": show_hundredths,
        "marks": show_hundredths,
        "percent": show_percent,
        "filesize": show_filesize,
        "lang_of": lang_of,
        "question_text": question_text,
        "question_pieces": question_pieces,
        "question_phrase": question_phrase,
        "question_stem": question_stem,
    }
    app.jinja_env.filters.update(filters)
