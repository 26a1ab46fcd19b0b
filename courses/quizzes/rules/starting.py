"""Whether an attempt may start."""

import hmac
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Refusal(StrEnum):
    """Why a new attempt may not start."""

    NOT_ADMITTED = "not_admitted"
    NOT_OPEN = "not_open"
    CLOSED = "closed"
    NONE_LEFT = "none_left"
    TOO_EARLY = "too_early"


@dataclass(frozen=True)
class Terms:
    """What a quiz asks of one person who wants to start. `attempts_allowed` 0 means without limit.

    `admitted`: the person belongs to the unit that the quiz is for, or it is for everybody.
    """

    attempts_allowed: int
    wait_seconds: int = 0
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    admitted: bool = True
    extra_attempts: int = 0

    @property
    def attempts(self) -> int:
        """How many attempts the person has in all; 0 means without limit."""
        return self.attempts_allowed + self.extra_attempts if self.attempts_allowed else 0


@dataclass(frozen=True)
class Start:
    """Whether an attempt may start. `left` is None without a limit; `allowed_at` is set when it is too early."""

    left: int | None
    refusal: Refusal | None = None
    allowed_at: datetime | None = None

    @property
    def allowed(self) -> bool:
        """Whether it may start now."""
        return self.refusal is None


def may_start(used: int, last_submitted_at: datetime | None, terms: Terms, moment: datetime) -> Start:
    """Decide on a new attempt after `used` finished ones.

    Somebody who has passed may try again while attempts are left. The quiz is open from `opens_at` on, and closed from
    `closes_at` on.
    """
    left = max(0, terms.attempts - used) if terms.attempts else None
    if not terms.admitted:
        return Start(left, Refusal.NOT_ADMITTED)
    if terms.closes_at is not None and moment >= terms.closes_at:
        return Start(left, Refusal.CLOSED)
    if left == 0:
        return Start(left, Refusal.NONE_LEFT)
    if terms.opens_at is not None and moment < terms.opens_at:
        return Start(left, Refusal.NOT_OPEN, terms.opens_at)
    if last_submitted_at is not None and terms.wait_seconds:
        allowed_at = last_submitted_at + timedelta(seconds=terms.wait_seconds)
        if moment < allowed_at:
            return Start(left, Refusal.TOO_EARLY, allowed_at)
    return Start(left)


def is_admitted(unit_path: str | None, person_path: str | None) -> bool:
    """Whether a person with this unit may sit a quiz for `unit_path` (None: for everybody) and the units below it."""
    return unit_path is None or bool(person_path and person_path.startswith(unit_path))


def code_fits(wanted: str, typed: str) -> bool:
    """Whether the access code is right; blanks around it, letter case and full-width forms are forgiven."""
    return not wanted or hmac.compare_digest(_folded(wanted), _folded(typed))


def _folded(code: str) -> bytes:
    return unicodedata.normalize("NFKC", code).strip().casefold().encode()
