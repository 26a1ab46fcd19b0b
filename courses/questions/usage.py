"""Where questions are used: the bank can show and search it, and knows none of the rooms that use them.

Each room above says in its listeners.py how to find out:

    register_usage("quiz", find=uses_of, used=is_used, count=number_of_uses)
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, false, literal, or_

from academy.accounts.models import Person
from academy.i18n import LazyString
from courses.questions.rules import may_change


@dataclass(frozen=True)
class Use:
    """One place where a question is used.

    `kind`: what sort of place, for example “测验”; `label`: its name; `state`: whether what people see there has the question
    (“已发布”, “草稿”). The page of the place is `endpoint` with `values`; it is for whoever may change the place: `owner_id`
    and administrators, or, with `anybody`, every author.
    """

    question_id: int
    kind: LazyString | str
    label: str
    state: LazyString | str = ""
    published: bool = False
    endpoint: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    owner_id: int | None = None
    anybody: bool = False

    def link_for(self, person: Person) -> str:
        """Return the address for this person, empty when there is none or the page is closed to them."""
        may = self.anybody or may_change(self.owner_id, person.id, person.role_names)
        return url_for(self.endpoint, **self.values) if self.endpoint and may else ""


@dataclass(frozen=True)
class ShelfUse:
    """One thing that hangs on a shelf of the bank, for example a quiz that draws from it."""

    category_id: int
    label: str


Find = Callable[[Collection[int]], list[Use]]
Condition = Callable[[], ColumnElement[bool]]
Count = Callable[[], ColumnElement[int]]


@dataclass(frozen=True)
class _Kind:
    find: Find
    used: Condition
    count: Count


_kinds: dict[str, _Kind] = {}
_shelf_finders: dict[str, Callable[[Collection[int]], list[ShelfUse]]] = {}


def register_usage(kind: str, find: Find, used: Condition | None = None, count: Count | None = None) -> None:
    """Tell the bank about one way of using questions; again with the same `kind` replaces what was told.

    `find` gets ids of questions and returns where they are used. `used` returns the SQL condition on Question.id that a
    question is; without it, this use does not make a question “used”. `count` returns the SQL number of its uses.
    """
    _kinds[kind] = _Kind(find, used or false, count or _no_use)


def register_shelf_usage(kind: str, find: Callable[[Collection[int]], list[ShelfUse]]) -> None:
    """Tell the bank what hangs on shelves: `find` gets ids of shelves. Such a shelf is neither merged away nor deleted."""
    _shelf_finders[kind] = find


def _no_use() -> ColumnElement[int]:
    return literal(0)


def uses_of(question_ids: Collection[int]) -> dict[int, list[Use]]:
    """Return where each of these questions is used, published places first. A fixed number of queries."""
    found: dict[int, list[Use]] = {}
    for kind in _kinds.values():
        for use in kind.find(question_ids) if question_ids else []:
            found.setdefault(use.question_id, []).append(use)
    return {key: sorted(uses, key=lambda use: not use.published) for key, uses in found.items()}


def uses_of_shelves(category_ids: Collection[int]) -> list[ShelfUse]:
    """Return what hangs on these shelves."""
    return [use for find in _shelf_finders.values() for use in find(category_ids)]


def is_used() -> ColumnElement[bool]:
    """Return the condition on Question.id that a question is used anywhere."""
    return or_(false(), *(kind.used() for kind in _kinds.values()))


def number_of_uses() -> ColumnElement[int]:
    """Return the number of places where the question of Question.id is used."""
    total: ColumnElement[int] = literal(0)
    for kind in _kinds.values():
        total = total + kind.count()
    return total
