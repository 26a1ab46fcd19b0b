"""A table of plain values, and what a format that can write tables has to offer."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar

from academy.registry import discover


@dataclass(frozen=True)
class Table:
    """A table to be written: its title, its column headings, its rows of text and numbers.

    `rows` may be an iterator and is read once; `notes` are lines that say what the table covers.
    """

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Any]]
    notes: Sequence[str] = field(default_factory=tuple)


class TableFormat(ABC):
    """A file format for tables. `many`: whether one file can hold several."""

    key: ClassVar[str]
    media_type: ClassVar[str]
    many: ClassVar[bool] = False

    @abstractmethod
    def write(self, tables: Sequence[Table]) -> Iterator[bytes]:
        """Yield the file's bytes piece by piece."""


@lru_cache
def table_formats() -> dict[str, TableFormat]:
    """Return the installed formats by their key, which is also the file name's extension."""
    return discover("courses.formats", "TABLE_FORMAT")
