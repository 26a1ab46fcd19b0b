"""What rooms above have to say beside the questions of a result page: they register, this room asks."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from courses.quizzes.models import Attempt


@dataclass(frozen=True)
class Piece:
    """A piece below every question: a template, and what it shows, there as `piece.values`.

    The template also sees `question`, `each` (services.Reviewed) and `show_key`.
    """

    template: str
    values: Mapping[str, Any]


_asked: list[Callable[[Attempt], Iterable[Piece]]] = []


def tells(provider: Callable[[Attempt], Iterable[Piece]]) -> Callable[[Attempt], Iterable[Piece]]:
    """Register who is asked about every attempt whose result is shown to the person who sat it."""
    _asked.append(provider)
    return provider


def pieces(attempt: Attempt) -> list[Piece]:
    """Return the pieces for the result page of an attempt."""
    return [piece for provider in _asked for piece in provider(attempt)]
