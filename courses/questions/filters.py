"""The states by which the bank can be filtered; a room above adds one without the bank knowing the room.

In its listeners.py:

    register_state("to_check", _l("待核对"), condition)
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement

from academy.i18n import LazyString
from academy.i18n import lazy as _l
from courses.questions.models import Question

IN_USE, RETIRED, ANY = "", "retired", "any"


@dataclass(frozen=True)
class State:
    """A state: its name, and the conditions on a question (and on its current version, QuestionVersion) that is in it."""

    label: LazyString | str
    conditions: Callable[[], list[ColumnElement[bool]]]
    order: int


FILTERS: dict[str, State] = {
    IN_USE: State(_l("在用"), lambda: [Question.retired_at.is_(None)], 10),
    RETIRED: State(_l("已停用"), lambda: [Question.retired_at.is_not(None)], 90),
}
"""All states by their key in the address."""


def register_state(
    key: str, label: LazyString | str, condition: Callable[[], ColumnElement[bool]], order: int = 50
) -> None:
    """Offer a state: of the questions in use, those for which `condition` (SQL on Question.id) holds."""
    FILTERS[key] = State(label, lambda: [Question.retired_at.is_(None), condition()], order)


def conditions(key: str) -> list[ColumnElement[bool]]:
    """Return the conditions of a state; ANY has none, and what is unknown is the questions in use."""
    return [] if key == ANY else FILTERS.get(key, FILTERS[IN_USE]).conditions()


def states() -> dict[str, State]:
    """Return the states in the order in which they are offered."""
    return dict(sorted(FILTERS.items(), key=lambda item: item[1].order))
