"""Kinds of things that explain a question. Rooms register theirs here: textbooks below, lessons above.

A link is found when its thing is there and the person may open it. Kinds answer with queries of the same columns, which are
asked as one, however many links and kinds there are.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import CTE, ColumnElement, Integer, Select, cast, literal

from academy.i18n import LazyString
from courses.references.rules import Target


@dataclass(frozen=True)
class Choice:
    """Something that a link may lead to; `excerpt` is some of what it says."""

    target: Target
    title: str
    excerpt: str = ""


class LinkKind(ABC):
    """One kind of thing that a question may be linked to. Stateless."""

    key: ClassVar[str]
    """Stored with every link; never changes."""
    name: ClassVar[LazyString]
    icon: ClassVar[str]
    order: ClassVar[int] = 100

    @abstractmethod
    def found(self, links: CTE, person: ColumnElement[int]) -> Select[Any]:
        """Return the query for those of `links` that lead somewhere this person may go: `columns(links, …)`.

        `links` has the columns holder, position, kind, target and place; those of other kinds must be left out. `person` is the id
        of the person, as a parameter of the query; 0 for an author, who sees what everybody may open.
        """

    @abstractmethod
    def title(self, row: Any) -> str:
        """Return what the link says, in the language of the request; `row` has the columns that `found` gave."""

    @abstractmethod
    def url(self, row: Any) -> str:
        """Return where the link leads."""

    @abstractmethod
    def search(self, words: str, limit: int) -> list[Choice]:
        """Return what these words find, at most `limit`. A fixed number of queries."""


def columns(
    links: CTE, *, whole: Any, whole_en: Any, title: Any, title_en: Any, slug: Any, at: Any = 0
) -> Sequence[Any]:
    """Return the columns of `LinkKind.found`: the book or course, the chapter or lesson, its address, a number within it."""
    return (
        links.c.holder,
        links.c.position,
        links.c.kind,
        links.c.target,
        links.c.place,
        whole.label("whole"),
        whole_en.label("whole_en"),
        title.label("title"),
        title_en.label("title_en"),
        slug.label("slug"),
        cast(literal(at) if isinstance(at, int) else at, Integer).label("at"),
    )


_kinds: dict[str, LinkKind] = {}


def register(kind: LinkKind) -> None:
    """Add a kind; the same key again replaces it."""
    _kinds[kind.key] = kind


def all_kinds() -> list[LinkKind]:
    """Return the kinds, in their order."""
    return sorted(_kinds.values(), key=lambda kind: kind.order)


def get(key: str) -> LinkKind | None:
    """Return a kind, or None where no room that is installed has it."""
    return _kinds.get(key)
