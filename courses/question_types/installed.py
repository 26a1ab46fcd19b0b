"""The question types of this installation, and a stand-in for one that is gone."""

from functools import lru_cache

from academy.registry import discover
from courses.question_types.base import QuestionType
from courses.question_types.missing import Missing


@lru_cache
def all_types() -> dict[str, QuestionType]:
    """Every installed type by its key, in the order in which lists show them."""
    return discover(__package__)


def get(key: str) -> QuestionType:
    """The type of this key, or a stand-in that shows “missing” and loses nothing."""
    return all_types().get(key) or Missing(key)
