"""What counts as read. Pure decisions, no database."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from courses.clocks.rules import LONGEST_WAIT_SECONDS, Pieces, free, spend, window

CHARACTERS_PER_SECOND = 20
"""About three times a fast reader of Chinese (300 to 400 characters a minute): nobody who reads is held back."""
CHARACTERS_PER_MINUTE = 330
"""How fast people read, for telling them how long a chapter takes."""
LEAST_MS = 500
"""Even a paragraph of one word takes so long."""


def cost_ms(characters: int) -> int:
    """Return the shortest time in which a paragraph of so many characters can have been read, in milliseconds."""
    return max(LEAST_MS, characters * 1000 // CHARACTERS_PER_SECOND)


def accept_shown(
    claimed: Iterable[int], weights: Sequence[int], already: Iterable[int], budget_ms: int
) -> tuple[list[int], int]:
    """Return (the newly accepted units, the milliseconds they used up) of what a browser claims to have shown.

    claimed: indexes from 0 in the order shown; weights: characters of every unit; already: indexes accepted before;
    budget_ms: server time not yet used up. Units are accepted in order until the time is used up, so that a forged
    claim of a whole chapter earns no more than the minutes that passed; a unit claimed again earns nothing.
    """
    known = set(already)
    accepted: list[int] = []
    used = 0
    for index in claimed:
        if index in known or not 0 <= index < len(weights):
            continue
        cost = cost_ms(weights[index])
        if used + cost > budget_ms:
            break
        used += cost
        known.add(index)
        accepted.append(index)
    return accepted, used


def judge_reading(
    claimed: Iterable[int],
    weights: Sequence[int],
    already: Iterable[int],
    spent: Sequence[Sequence[int]],
    opened_at: datetime,
    now: datetime,
) -> tuple[list[int], Pieces]:
    """Return (the units accepted as read, what is spent of the person's time now) of what a page reports as shown.

    spent: what has been spent of the person's time, in any lesson or book; opened_at: when the page was handed out.
    """
    since, until = window(opened_at, now)
    accepted, used = accept_shown(claimed, weights, already, free(spent, since, until))
    return accepted, spend(spent, since, until, used)


def time_for(needed_ms: int, spent: Sequence[Sequence[int]], opened_at: datetime, now: datetime) -> tuple[int, Pieces]:
    """Return (seconds still lacking, what is spent then) for reading that takes `needed_ms`, told when it is done.

    A page may stay open as long as its text takes, and longer. Nothing is spent while anything is lacking.
    """
    since, until = window(opened_at, now, max(2 * needed_ms / 1000, LONGEST_WAIT_SECONDS))
    lacking = needed_ms - free(spent, since, until)
    if lacking > 0:
        return -(-lacking // 1000), [list(piece) for piece in spent]
    return 0, spend(spent, since, until, needed_ms)


def reading_minutes(characters: int) -> int:
    """Return about how many minutes it takes to read so many characters, at least 1."""
    return max(1, round(characters / CHARACTERS_PER_MINUTE))
