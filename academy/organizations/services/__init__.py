"""Changes and queries: the tree of units, and who belongs where."""

from academy.organizations.rules import is_below, may_lie_below
from academy.organizations.services.memberships import move_person
from academy.organizations.services.tree import (
    EVERYTHING,
    Branch,
    Option,
    ancestors,
    branches,
    children,
    full_names,
    options,
    search,
    subtree,
    within,
)
from academy.organizations.services.units import UnitValues, add_unit, change_unit, deactivate, reactivate

__all__ = [
    "EVERYTHING",
    "Branch",
    "Option",
    "UnitValues",
    "add_unit",
    "ancestors",
    "branches",
    "change_unit",
    "children",
    "deactivate",
    "full_names",
    "is_below",
    "may_lie_below",
    "move_person",
    "options",
    "reactivate",
    "search",
    "subtree",
    "within",
]
