"""Time is spent once: what may still be credited to a person, by the server's clock. And reading reports strictly."""

from datetime import datetime, timedelta
from typing import Any

from courses.textbooks.rules import spendable_since

LONGEST_TOKEN = 40
STUDY_GAP_SECONDS = 1800
"""Longest time that one report may add to somebody's study time."""


class MalformedReport(ValueError):
    """A report that no page of ours would send."""


def whole(value: Any, least: int, most: int) -> int:
    """Return `value` if it is a whole number within bounds; raises MalformedReport otherwise."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise MalformedReport(f"expected a whole number from {least} to {most}")
    return value


def token(value: Any) -> str:
    """Return `value` if it may be the token of an opening; raises MalformedReport otherwise."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TOKEN:
        raise MalformedReport("session is a token")
    return value


def study_time(claimed_ms: int, studied_until: datetime, opened_at: datetime, now: datetime) -> tuple[int, datetime]:
    """Return (seconds of study time, up to when it is counted now) for `claimed_ms` of studying reported at `now`.

    Over all lessons and tabs of a person it never adds up to more than the time that passed.
    """
    since = spendable_since(studied_until, opened_at, now, STUDY_GAP_SECONDS)
    seconds = round(min(claimed_ms / 1000, (now - since).total_seconds()))
    return seconds, min(now, max(studied_until, since + timedelta(milliseconds=max(0, claimed_ms))))
