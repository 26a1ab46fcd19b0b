"""What a report is: a file with a class and `PLUGIN`, found by the registry; pages and exports come by themselves.

A report turns (who looks, what the address says) into values. Its page `reports/<key>.html` shows them; the same values
make the exported tables, so that an export equals the screen.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from academy.accounts.models import Person
from academy.registry import discover
from courses.formats.tables import Table


@dataclass(frozen=True)
class Request:
    """Who looks at a report, and the filters as the address has them."""

    person: Person
    arguments: Mapping[str, str]
    page: int = 1


class Report(ABC):
    """Contract of a report."""

    key: ClassVar[str]
    name: ClassVar[Any]
    description: ClassVar[Any]
    icon: ClassVar[str] = "chart"
    order: ClassVar[int] = 100
    parameters: ClassVar[tuple[str, ...]]
    """The names of the filters in the address; anything else there is passed over."""
    tables: ClassVar[Mapping[str, Any]]
    """The tables that can be exported: key to name."""

    @abstractmethod
    def page(self, request: Request) -> dict[str, Any]:
        """Return what the report's template needs. Raises UserError or aborts with 404 for a unit out of reach."""

    @abstractmethod
    def table(self, name: str, request: Request) -> Table:
        """Return one of `tables` with all its rows."""

    @abstractmethod
    def rows_expected(self, request: Request) -> int:
        """Return about how many rows an export will have; many make it a background job."""


@lru_cache
def reports() -> dict[str, Report]:
    """Return the installed reports by their key."""
    return discover("courses.reports")
