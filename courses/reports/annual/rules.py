"""Counting people by how far they are. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol


class HasState(Protocol):
    """Somebody's standing."""

    @property
    def state(self) -> str:
        """met, on_way or behind."""


@dataclass
class Count:
    """How many people have met a requirement, are on the way, are behind; and of how many nothing is asked."""

    met: int = 0
    on_way: int = 0
    behind: int = 0
    unasked: int = 0

    @classmethod
    def of(cls, standings: Iterable[HasState | None]) -> "Count":
        """Count people; None is somebody of whom nothing is asked."""
        count = cls()
        for standing in standings:
            name = standing.state if standing else "unasked"
            setattr(count, name, getattr(count, name) + 1)
        return count

    @property
    def asked(self) -> int:
        """Of how many people something is asked."""
        return self.met + self.on_way + self.behind

    @property
    def rate(self) -> Fraction | None:
        """The share of those asked who have met it; None when nobody is asked."""
        return Fraction(self.met, self.asked) if self.asked else None
