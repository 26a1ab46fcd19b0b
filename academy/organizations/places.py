"""Which units a person may see figures of, and walking down their tree; for reports, ledgers and records alike."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from flask import abort
from sqlalchemy import ColumnElement, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from academy.accounts.models import Person
from academy.db import db
from academy.i18n import _, localized
from academy.organizations.models import Unit


@dataclass(frozen=True)
class Place:
    """Where in the tree a page stands: a unit, or (unit None) the top of what the person may see."""

    unit: Unit | None
    children: list[Unit]
    above: list[Unit]
    units: list[Unit]
    whole: bool

    @property
    def name(self) -> str:
        """The unit's name, or the words for everything."""
        return localized(self.unit, "name") if self.unit else _("全部单位")

    def within(self, path: InstrumentedAttribute[str]) -> ColumnElement[bool]:
        """Return the condition that a column with a unit's path lies in this place."""
        if self.unit:
            return path.startswith(self.unit.path, autoescape=True)
        if self.whole:
            return true()
        return or_(false(), *(path.startswith(unit.path, autoescape=True) for unit in self.children))

    def child_of(self, path: str) -> Unit | None:
        """Return the child in whose subtree a unit with this path lies; None for the place itself and for no unit."""
        return next((unit for unit in self.children if path.startswith(unit.path)), None)


def place(person: Person, wanted: str) -> Place:
    """Return the place that the address asks for (a unit's id, or nothing for the top). 404 when it is out of reach."""
    scopes = person.scope_paths
    units = [unit for unit in _all_units() if _inside(unit, scopes)]
    tops = [unit for unit in units if not any(_below(unit, other) for other in units)]
    if not wanted:
        unit = tops[0] if len(tops) == 1 and "/" not in scopes else None
    else:
        unit = next((unit for unit in units if str(unit.id) == wanted), None)
        if unit is None:
            abort(404)
    children = [other for other in units if other.parent_id == unit.id] if unit else tops
    above = [other for other in units if unit and _below(unit, other)]
    return Place(unit, children, sorted(above, key=lambda item: item.depth), units, "/" in scopes)


def _all_units() -> Iterator[Unit]:
    """Yield the units from the top down, each followed by those below it, in the order that the tree has."""
    below: dict[int | None, list[Unit]] = defaultdict(list)
    for unit in db.session.scalars(select(Unit).order_by(Unit.position, Unit.id)):
        below[unit.parent_id].append(unit)
    waiting = below[None][::-1]
    while waiting:
        unit = waiting.pop()
        yield unit
        waiting.extend(below[unit.id][::-1])


def _inside(unit: Unit, scopes: tuple[str, ...]) -> bool:
    return any(unit.path.startswith(scope) for scope in scopes)


def _below(unit: Unit, other: Unit) -> bool:
    return unit.id != other.id and unit.path.startswith(other.path)
