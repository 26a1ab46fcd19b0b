"""The rules of references: how a link is written, how two authors' choices come together, what must be checked. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

MOST_LINKS = 3
MOST_REGULATIONS = 5
TITLE_LIMIT, NUMBER_LIMIT, ISSUER_LIMIT, ADDRESS_LIMIT = 120, 60, 80, 400
NOTE_LIMIT, CHANGE_LIMIT = 1000, 1000
LABEL_LIMIT = 240

_WRITTEN = re.compile(r"([a-z_]{1,20}):(\d{1,9}):([0-9a-zA-Z_-]{0,16})")
_ADDRESS = re.compile(r"https://[^\s/.@:]+(?:\.[^\s/.@:]+)+(?::\d{1,5})?(?:[/?#]\S*)?", re.IGNORECASE)
Item = TypeVar("Item")


@dataclass(frozen=True)
class Target:
    """Where a link leads: a kind, the lasting id of a thing of that kind, and a place in it, "" for the whole."""

    kind: str
    id: int
    place: str = ""

    @property
    def written(self) -> str:
        """The target as forms carry it; `read_targets` reads it."""
        return f"{self.kind}:{self.id}:{self.place}"


def read_targets(written: Iterable[str]) -> list[Target]:
    """Return the targets that a form names, each once; what no page of ours would send is left out."""
    matches = (_WRITTEN.fullmatch(each) for each in written)
    return list(dict.fromkeys(Target(m[1], int(m[2]), m[3]) for m in matches if m))


def merged(stored: Sequence[Item], before: Iterable[Item], after: Sequence[Item]) -> list[Item]:
    """Return what to store when somebody turned `before` into `after`, and `stored` is what is there by now.

    What was taken out goes, what was put in comes, and what somebody else put in meanwhile stays. Without anybody else it is
    `after`, in its order.
    """
    seen = set(before)
    others = [each for each in stored if each not in seen and each not in after]
    kept = [each for each in after if each in stored or each not in seen]
    return [*kept, *others]


def is_address(text: str) -> bool:
    """Whether a text may stand as the address of a regulation: whole, and https."""
    return len(text) <= ADDRESS_LIMIT and _ADDRESS.fullmatch(text) is not None


def is_flagged(checked: int, changes: int) -> bool:
    """Whether a question has to be checked: it was checked against `checked` of the `changes` announced so far."""
    return checked < changes
