"""What happened during an attempt besides answering: which facts are kept, and how they read. No rule here judges anybody."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address

SHORT = timedelta(seconds=3)
"""Absences up to this long are not counted: a page loaded again, a message that slid over the screen."""
MOST_AT_ONCE = 50
MOST_PER_ATTEMPT = 500
"""Enough for any honest exam, and little enough that nobody fills the database."""


class Kind(StrEnum):
    """What may be noted."""

    LEFT = "left"
    BACK = "back"
    NETWORK = "network"
    SECOND_TAB = "second_tab"


TOLD = frozenset({Kind.LEFT, Kind.BACK, Kind.SECOND_TAB})
"""What only the browser can see; networks the server sees for itself."""


@dataclass(frozen=True)
class Happening:
    """One fact."""

    kind: str
    at: datetime
    detail: str = ""


def read(text: str, since: datetime, until: datetime) -> list[Happening]:
    """Return what a browser tells: a JSON list of [kind, milliseconds since 1970]; whatever makes no sense is left out.

    No moment lies before the attempt or after now: a browser's clock may be wrong, and so may be what it says.
    """
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return []
    found = []
    for each in told[:MOST_AT_ONCE] if isinstance(told, list) else ():
        match each:
            case [str(kind), int(at)] if kind in TOLD and not isinstance(at, bool) and 0 <= at < 2**52:
                moment = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=at)
                found.append(Happening(kind, min(max(moment, since), until)))
    return found


def network_of(address: str) -> str:
    """Return an address without its last part, which is enough to see that somebody went to another network.

    Of IPv4's four numbers the first three stay, of IPv6 the first four groups. Nothing where it is no address.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    mapped = getattr(parsed, "ipv4_mapped", None)
    if mapped is not None:
        parsed = mapped
    if parsed.version == 4:
        return ".".join(str(parsed).split(".")[:3]) + ".*"
    return ":".join(part.lstrip("0") or "0" for part in parsed.exploded.split(":")[:4]) + "::*"


# -- reading it ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Absence:
    """From when to when the page was not in front; `until` is None where nobody was seen to come back."""

    since: datetime
    until: datetime | None

    @property
    def seconds(self) -> int:
        """How long, in whole seconds; 0 where the end is not known."""
        return int((self.until - self.since).total_seconds()) if self.until else 0


@dataclass(frozen=True)
class Summary:
    """What happened during one attempt, counted."""

    absences: Sequence[Absence]
    networks: int
    second_tabs: int

    @property
    def seconds_away(self) -> int:
        """How long all absences lasted that have a known end."""
        return sum(each.seconds for each in self.absences)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was noted."""
        return not (self.absences or self.networks or self.second_tabs)


def summary(happenings: Iterable[Happening], end: datetime | None) -> Summary:
    """Count what happened. Leaving twice without coming back is one absence; the last one ends with the attempt."""
    absences: list[Absence] = []
    since: datetime | None = None
    counts = {Kind.NETWORK: 0, Kind.SECOND_TAB: 0}
    for each in sorted(happenings, key=lambda each: each.at):
        if each.kind == Kind.LEFT:
            since = since or each.at
        elif each.kind == Kind.BACK and since is not None:
            if each.at - since > SHORT:
                absences.append(Absence(since, each.at))
            since = None
        elif each.kind in (Kind.NETWORK, Kind.SECOND_TAB):
            counts[Kind(each.kind)] += 1
    if since is not None:
        absences.append(Absence(since, max(since, end) if end else None))
    return Summary(tuple(absences), counts[Kind.NETWORK], counts[Kind.SECOND_TAB])
