"""Reading the tree. A subtree is a prefix of paths; no query here grows in number with the tree."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, false, func, or_, select

from academy.accounts.models import Person
from academy.db import db
from academy.i18n import localized
from academy.organizations.models import Unit

EVERYTHING = "/"
ORDER = (Unit.position, Unit.name, Unit.id)


@dataclass
class Branch:
    """A unit with what lies below it. `own` counts the active people of the unit itself, `people` also those below."""

    unit: Unit
    own: int = 0
    people: int = 0
    children: list["Branch"] = field(default_factory=list)

    def flat(self, depth: int = 0) -> Iterable[tuple[int, "Branch"]]:
        """Yield this branch and all below it with their depth, in the order of the page."""
        yield depth, self
        for child in self.children:
            yield from child.flat(depth + 1)


@dataclass(frozen=True)
class Option:
    """A unit as a choice: its label is indented by its depth."""

    id: int
    label: str
    path: str
    level: str
    is_active: bool


def within(paths: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that `Unit` lies in one of the subtrees `paths` ("/" is everything, no path is nothing)."""
    return or_(false(), *(Unit.path.like(f"{path}%") for path in paths))


def subtree(path: str) -> Select[Unit]:
    """Return the query for the unit with `path` and all below it."""
    return select(Unit).where(within([path])).order_by(Unit.path)


def children(unit: Unit | None) -> Sequence[Unit]:
    """Return the units directly below `unit`, or at the top: one query."""
    parent_id = unit.id if unit else None
    return db.session.scalars(select(Unit).where(Unit.parent_id.is_not_distinct_from(parent_id)).order_by(*ORDER)).all()


def ancestors(unit: Unit) -> Sequence[Unit]:
    """Return the units above `unit`, from the top down: one query."""
    identities = [int(part) for part in unit.path.split("/") if part][:-1]
    found = {one.id: one for one in db.session.scalars(select(Unit).where(Unit.id.in_(identities)))}
    return [found[identity] for identity in identities if identity in found]


def branches(paths: Iterable[str], active_only: bool = True) -> list[Branch]:
    """Return the subtrees `paths` with their counts of active people: two queries."""
    condition = within(paths)
    query = select(Unit).where(condition).order_by(func.length(Unit.path), *ORDER)
    if active_only:
        query = query.where(Unit.is_active)
    counted = (
        select(Person.unit_id, func.count())
        .join(Unit, Person.unit_id == Unit.id)
        .where(Person.is_active, condition)
        .group_by(Person.unit_id)
    )
    own = {row[0]: row[1] for row in db.session.execute(counted)}
    return _assemble(db.session.scalars(query).all(), own)


def _assemble(units: Sequence[Unit], own: dict[int | None, int]) -> list[Branch]:
    found = {unit.id: Branch(unit, own.get(unit.id, 0)) for unit in units}
    tops: list[Branch] = []
    for unit in sorted(units, key=lambda unit: unit.depth):
        above = found.get(unit.parent_id or 0)
        (above.children if above else tops).append(found[unit.id])
    for unit in sorted(units, key=lambda unit: -unit.depth):
        branch = found[unit.id]
        branch.people = branch.own + sum(child.people for child in branch.children)
        branch.children.sort(key=lambda child: (child.unit.position, child.unit.name, child.unit.id))
    return tops


def options(paths: Iterable[str], keep: int | None = None) -> list[Option]:
    """Return the active units of the subtrees as choices in the order of the tree: one query.

    `keep` is a unit that is offered although it is no longer active, because it is chosen now.
    """
    query = select(Unit).where(within(paths), or_(Unit.is_active, Unit.id == keep)).order_by(*ORDER)
    flat = [pair for top in _assemble(db.session.scalars(query).all(), {}) for pair in top.flat()]
    return [
        Option(
            branch.unit.id,
            "\u3000" * depth + localized(branch.unit, "name"),
            branch.unit.path,
            branch.unit.level,
            branch.unit.is_active,
        )
        for depth, branch in flat
    ]


def search(words: str, paths: Iterable[str], most: int = 50) -> Sequence[Unit]:
    """Return units whose name or code contains `words`, at most `most`: one query."""
    found = or_(*(column.icontains(words, autoescape=True) for column in (Unit.name, Unit.name_en, Unit.code)))
    return db.session.scalars(select(Unit).where(within(paths), found).order_by(Unit.path).limit(most)).all()


def full_names(units: Iterable[Unit]) -> dict[int, str]:
    """Return for each unit its name with those above it, top first: one query."""
    wanted = list(units)
    identities = {int(part) for unit in wanted for part in unit.path.split("/") if part}
    names = {one.id: localized(one, "name") for one in db.session.scalars(select(Unit).where(Unit.id.in_(identities)))}
    return {unit.id: " › ".join(names[int(part)] for part in unit.path.split("/") if part) for unit in wanted}
