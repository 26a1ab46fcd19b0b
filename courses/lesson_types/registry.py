"""The lesson types that are installed."""

from functools import lru_cache

from academy.registry import discover
from courses.lesson_types.base import LessonType


@lru_cache
def lesson_types() -> dict[str, LessonType]:
    """Return every installed type by its key, in the order in which they are offered."""
    return discover("courses.lesson_types")


def lesson_type(key: str) -> LessonType | None:
    """Return the type called `key`, or None when it is not installed (the lesson then shows a "missing" page)."""
    return lesson_types().get(key)
