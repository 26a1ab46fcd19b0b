"""What counts as read. Pure decisions, no database."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

CHARACTERS_PER_SECOND = 20
"""About three times a fast reader of Chinese (300 to 400 characters a minute): nobody who reads is held back."""
CHARACTERS_PER_MINUTE = 330
"""How fast people read, for telling them how long a chapter takes."""
SECONDS_PER_UNIT = 0.5
BUDGET_LIMIT_SECONDS = 600
"""A page left open overnight earns no more than this."""


def cost_seconds(characters: int) -> float:
    """Return the shortest time in which a paragraph of so many characters can have been read, in seconds."""
    return max(SECONDS_PER_UNIT, characters / CHARACTERS_PER_SECOND)


def accept_shown(
    claimed: Iterable[int], weights: Sequence[int], already: Iterable[int], elapsed_seconds: float
) -> tuple[list[int], float]:
    """Return (the newly accepted units, the seconds they used up) of what a browser claims to have shown.

    claimed: indexes from 0 in the order shown; weights: characters of every unit; already: indexes accepted before;
    elapsed_seconds: server time not yet used up. Units are accepted in order until the time is used up, so that a forged
    claim of a whole chapter earns no more than the minutes that passed; a unit claimed again earns nothing.
    """
    budget = max(0.0, min(elapsed_seconds, BUDGET_LIMIT_SECONDS))
    known = set(already)
    accepted: list[int] = []
    used = 0.0
    for index in claimed:
        if index in known or not 0 <= index < len(weights):
            continue
        cost = cost_seconds(weights[index])
        if used + cost > budget:
            break
        used += cost
        known.add(index)
        accepted.append(index)
    return accepted, used


def spendable_since(spent_until: datetime | None, opened_at: datetime, now: datetime, limit_seconds: float) -> datetime:
    """Return from when on a person's time may still be spent on paragraphs; never later than `now`.

    spent_until: up to when it has been spent, in any chapter of any book; opened_at: when this chapter was opened,
    before which nothing counts; of a wait longer than `limit_seconds` only the end counts.
    """
    since = max(opened_at, now - timedelta(seconds=limit_seconds))
    return min(now, max(since, spent_until) if spent_until else since)


def reading_minutes(characters: int) -> int:
    """Return about how many minutes it takes to read so many characters, at least 1."""
    return max(1, round(characters / CHARACTERS_PER_MINUTE))
