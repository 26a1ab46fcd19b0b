"""What each room keeps of a person: what goes into the file that everybody can download of themselves, and what does not.

A room says so in its module `personal_data.py`, which is found by name:

    export("enrolments", _l("选课"), Enrolment, lambda person_id: Enrolment.person_id == person_id, by=("person_id",))
    decline("quiz.owner_id", "the draft of a quiz belongs to the college; the name says who keeps it")

A test walks all tables that point to a person, and those that hang on an exported one, and fails on any that is forgotten.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, inspect, select
from sqlalchemy.orm import InstrumentedAttribute

from academy.db import Base

Condition = Callable[[int], ColumnElement[bool]]


@dataclass(frozen=True)
class Part:
    """The rows of one table that are about a person. `by`: its columns that point to the person and are looked up.

    left_out: columns that are not given away, with the reason; also: further columns, for example the title of what an id
    stands for.
    """

    key: str
    title: Any
    model: type[Base]
    condition: Condition
    by: Collection[str] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    also: Mapping[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> dict[str, ColumnElement[Any] | InstrumentedAttribute[Any]]:
        """The columns that are given away, by name."""
        own = {column.name: column for column in self.model.__table__.columns if column.name not in self.left_out}
        return {**own, **self.also}

    def query(self, person_id: int) -> Select[Any]:
        """Return the query for the rows, in the order in which they came."""
        columns = [column.label(name) for name, column in self.columns.items()]
        return select(*columns).where(self.condition(person_id)).order_by(*inspect(self.model).primary_key)


_parts: dict[str, Part] = {}
_declined: dict[str, str] = {}


def export(key: str, title: Any, model: type[Base], condition: Condition, **more: Any) -> None:
    """Register the rows of a table; `more` are the further fields of Part. Raises ValueError for a key used twice."""
    if key in _parts:
        raise ValueError(f"two parts of the personal data are called {key!r}")
    _parts[key] = Part(key, title, model, condition, **more)


def decline(what: str, reason: str) -> None:
    """Say why a table ("study_clock") or a column that points to a person ("quiz.owner_id") is not exported."""
    _declined[what] = reason


def parts() -> dict[str, Part]:
    """Return what is exported, by key."""
    return dict(sorted(_parts.items()))


def declined() -> dict[str, str]:
    """Return what is not exported, with the reasons."""
    return dict(_declined)
