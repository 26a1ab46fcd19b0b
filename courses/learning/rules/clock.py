"""Reading reports strictly: what no page of ours would send is refused before it is judged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

LONGEST_TOKEN = 400
MOST_REPORTS = 60
"""How many reports may come at once."""
MAX_SEQUENCE = 2**31 - 1
MAX_MILLISECONDS = 7 * 24 * 3600 * 1000
LATE_MS = 20_000
"""A report sent so long after it was made was held back by the network; it tells nothing of who plays now."""

Report = TypeVar("Report")


class MalformedReport(ValueError):
    """A report that no page of ours would send."""


def whole(value: Any, least: int, most: int) -> int:
    """Return `value` if it is a whole number within bounds; raises MalformedReport otherwise."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise MalformedReport(f"expected a whole number from {least} to {most}")
    return value


def token(value: Any) -> str:
    """Return `value` if it may be the ticket of an opening; raises MalformedReport otherwise."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_TOKEN:
        raise MalformedReport("session is a ticket")
    return value


def flag(value: Any) -> bool:
    """Return `value` if it is true or false; raises MalformedReport otherwise."""
    if not isinstance(value, bool):
        raise MalformedReport("expected true or false")
    return value


def parse_reports(payload: Any, parse: Callable[[Any], Report]) -> list[Report]:
    """Return the reports in `payload`: one, or the list in {"reports": [...]}, each read by `parse`.

    Raises MalformedReport where one of them has a wrong shape, and for an empty list or one that is too long.
    """
    if not isinstance(payload, Mapping) or "reports" not in payload:
        return [parse(payload)]
    reports = payload["reports"]
    if not isinstance(reports, list) or not 0 < len(reports) <= MOST_REPORTS:
        raise MalformedReport(f"reports is a list of 1 to {MOST_REPORTS}")
    return [parse(report) for report in reports]


@dataclass(frozen=True)
class Choice:
    """That the player with this ticket is to be the one that counts."""

    session: str
    sequence: int = 0


def parse_choice(payload: Any) -> Choice:
    """Return the choice in `payload`, the decoded JSON; raises MalformedReport for a wrong shape."""
    if not isinstance(payload, Mapping):
        raise MalformedReport("a choice is an object")
    return Choice(token(payload.get("session")))
