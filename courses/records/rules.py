"""The day a record is asked for, the best result of a quiz, the code by which a printed record is compared. Pure."""

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

EARLIEST = date(2000, 1, 1)


def read_day(text: str, today: date) -> date | None:
    """Read a day of the address; None for none. Raises ValueError for what is no day between 2000 and today."""
    if not text.strip():
        return None
    day = date.fromisoformat(text.strip())
    if not EARLIEST <= day <= today:
        raise ValueError(text)
    return day


def state_on(enrolled: date, begun: date | None, completed: date | None, last: date) -> str:
    """Return completed, studying or enrolled, as of the end of a day."""
    if completed is not None and completed <= last:
        return "completed"
    return "studying" if begun is not None and begun <= last else "enrolled"


@dataclass(frozen=True)
class Result:
    """One attempt at a quiz; score and marks in hundredths of a mark."""

    quiz_id: int
    score: Fraction
    marks: int
    passed: bool

    @property
    def share(self) -> Fraction:
        """The share of the marks; 0 where nothing could be graded."""
        return self.score / self.marks if self.marks else Fraction(0)


def best(results: Iterable[Result]) -> Result:
    """Return the best of a quiz: passed before failed, then the higher share, then the later one."""
    rows = list(results)
    return max(enumerate(rows), key=lambda pair: (pair[1].passed, pair[1].share, pair[0]))[1]


def check_code(secret: bytes, facts: Any) -> str:
    """Return the code of a record, as 3F2A-91BC-77D0: whoever prints the same record again gets the same one.

    Only the academy can make it, so that it cannot be reckoned for figures that somebody has changed.
    """
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hmac.new(secret, b"training-record\n" + text.encode(), hashlib.sha256).hexdigest().upper()[:12]
    return "-".join(digest[start : start + 4] for start in (0, 4, 8))
