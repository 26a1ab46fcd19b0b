"""The tree of shelves: paths, what lies below what, and which changes keep it a tree. Pure.

A path is written "治理 / 议事协商". A slash inside of a name is kept as "∕" (U+2215), so that a path reads back as it was.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from academy.i18n import LazyString
from academy.i18n import lazy as _l
from courses.formats.questions import SEPARATOR, SLASH_IN_NAME
from courses.question_types.text import clean_line

MOST_LEVELS = 3
NAME_LIMIT = 80
PATH_LIMIT = MOST_LEVELS * NAME_LIMIT + (MOST_LEVELS - 1) * len(SEPARATOR)
_INDENT = "\u3000"
_SLASHES = re.compile(r"[/／]")
_JOINED = " · "


class TreeError(ValueError):
    """A change that would not leave a tree; `message` is a whole sentence."""

    def __init__(self, message: LazyString) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True)
class Shelf:
    """One shelf as the tree shows it. `level` counts from 1; `subject` is that of the top; `open` also for what lies above."""

    id: int
    name: str
    parent_id: int | None
    level: int
    path: str
    subject: str
    opened: bool
    open: bool

    @property
    def indented(self) -> str:
        """The name as a line of a list, set in by its level."""
        return _INDENT * (self.level - 1) + self.name


@dataclass(frozen=True)
class Stored:
    """A shelf as it is stored."""

    id: int
    name: str
    parent_id: int | None = None
    position: int = 0
    subject: str = ""
    opened: bool = False


class Tree:
    """All shelves, in the order of reading: each before those below it."""

    def __init__(self, stored: Iterable[Stored]) -> None:
        self._stored = {each.id: each for each in stored}
        self._below: dict[int | None, list[int]] = {}
        for each in sorted(self._stored.values(), key=lambda each: (each.position, each.name, each.id)):
            self._below.setdefault(each.parent_id, []).append(each.id)
        self._shelves: dict[int, Shelf] = {}
        for top in self._below.get(None, []):
            self._place(self._stored[top], None)

    def _place(self, stored: Stored, above: Shelf | None) -> None:
        path = f"{above.path}{SEPARATOR}{stored.name}" if above else stored.name
        shelf = Shelf(
            stored.id,
            stored.name,
            stored.parent_id,
            above.level + 1 if above else 1,
            path,
            above.subject if above else stored.subject,
            stored.opened,
            stored.opened or bool(above and above.open),
        )
        self._shelves[stored.id] = shelf
        for below in self._below.get(stored.id, []):
            self._place(self._stored[below], shelf)

    def __iter__(self) -> Iterator[Shelf]:
        return iter(self._shelves.values())

    def __len__(self) -> int:
        return len(self._shelves)

    def __contains__(self, shelf_id: object) -> bool:
        return shelf_id in self._shelves

    def get(self, shelf_id: int | None) -> Shelf | None:
        """Return a shelf, or None."""
        return self._shelves.get(shelf_id) if shelf_id is not None else None

    def path(self, shelf_id: int | None) -> str:
        """Return the path of a shelf, empty for none."""
        found = self.get(shelf_id)
        return found.path if found else ""

    def children(self, shelf_id: int | None) -> list[Shelf]:
        """Return the shelves right below one, or the topmost, in their order."""
        return [self._shelves[each] for each in self._below.get(shelf_id, [])]

    def above(self, shelf_id: int) -> list[Shelf]:
        """Return the shelves above one, the topmost first."""
        found: list[Shelf] = []
        at = self._shelves[shelf_id].parent_id
        while at is not None:
            found.insert(0, self._shelves[at])
            at = self._shelves[at].parent_id
        return found

    def within(self, shelf_ids: Iterable[int]) -> set[int]:
        """Return these shelves and everything below them; unknown ids are left out."""
        found: set[int] = set()
        waiting = [each for each in shelf_ids if each in self]
        while waiting:
            at = waiting.pop()
            if at not in found:
                found.add(at)
                waiting += self._below.get(at, [])
        return found

    def levels(self, shelf_id: int) -> int:
        """Return how many levels a shelf and what lies below it take up, at least 1."""
        return 1 + max((self.levels(each) for each in self._below.get(shelf_id, [])), default=0)

    def named(self, name: str, parent_id: int | None) -> Shelf | None:
        """Return the shelf of this name below another (or at the top); width, case and spaces make no difference."""
        beside = self.children(parent_id)
        exact = [each for each in beside if each.name == name]
        alike = [each for each in beside if folded(each.name) == folded(name)]
        return next(iter(exact or alike), None)

    def nearest(self, names: Sequence[str]) -> tuple[Shelf | None, list[str]]:
        """Follow a path as far as it is there; return the last shelf found and the names that are missing.

        A single name that is not at the top stands for the one shelf of this name further down, if there is only one.
        """
        found: Shelf | None = None
        missing = list(names)
        while missing and (below := self.named(missing[0], found.id if found else None)) is not None:
            found = below
            missing.pop(0)
        if missing and len(names) == 1:
            same = [each for each in self if folded(each.name) == folded(names[0])]
            if len(same) == 1:
                return same[0], []
        return found, missing

    # -- changes: each raises TreeError when it would break the tree -------------------------------------------------

    def check_name(self, name: str, parent_id: int | None, but: int | None = None) -> None:
        """Make sure that a shelf `but` (None for a new one) may have this name below another."""
        if not name:
            raise TreeError(_l("写上分类的名称"))
        if len(name) > NAME_LIMIT:
            raise TreeError(_l("名称不能超过 %(limit)s 个字", limit=NAME_LIMIT))
        there = self.named(name, parent_id)
        if there is not None and there.id != but:
            raise TreeError(_l("这里已经有分类“%(name)s”了。换一个名称，或者把两个分类合并", name=there.name))

    def check_add(self, name: str, parent_id: int | None) -> None:
        """Make sure that a new shelf may be put below another."""
        parent = self._parent(parent_id)
        if parent is not None and parent.level >= MOST_LEVELS:
            raise TreeError(_l("分类最多 %(most)s 层，“%(name)s”下面不能再分", most=MOST_LEVELS, name=parent.name))
        self.check_name(name, parent_id)

    def check_move(self, shelf_id: int, parent_id: int | None) -> None:
        """Make sure that a shelf may be put, with everything below it, below another or at the top."""
        shelf = self._shelves[shelf_id]
        parent = self._parent(parent_id)
        if parent is not None and parent.id in self.within([shelf_id]):
            raise TreeError(_l("不能把“%(name)s”放进它自己或者它下面的分类", name=shelf.name))
        if (parent.level if parent else 0) + self.levels(shelf_id) > MOST_LEVELS:
            raise TreeError(
                _l("分类最多 %(most)s 层。“%(name)s”连同下面的分类放到那里就超过了", most=MOST_LEVELS, name=shelf.name)
            )
        self.check_name(shelf.name, parent_id, but=shelf_id)

    def check_merge(self, shelf_id: int, into_id: int) -> list["Step"]:
        """Return how a shelf is merged into another: what moves, and what is merged because the name is there already."""
        shelf, into = self._shelves[shelf_id], self._parent(into_id)
        if into is None or into.id == shelf_id:
            raise TreeError(_l("选一个别的分类"))
        if into.id in self.within([shelf_id]):
            raise TreeError(_l("“%(name)s”不能合并到它下面的分类", name=shelf.name))
        return self._steps(shelf, into)

    def _steps(self, shelf: Shelf, into: Shelf) -> list["Step"]:
        steps: list[Step] = []
        for child in self.children(shelf.id):
            same = self.named(child.name, into.id)
            if same is not None and same.id == shelf.id:
                same = None
            if same is not None:
                steps += self._steps(child, same)
            elif into.level + self.levels(child.id) > MOST_LEVELS:
                raise TreeError(
                    _l(
                        "分类最多 %(most)s 层。“%(name)s”下面还有分类，合并过去就超过了",
                        most=MOST_LEVELS,
                        name=shelf.name,
                    )
                )
            else:
                steps.append(Step(child.id, into.id, merged=False))
        return [*steps, Step(shelf.id, into.id, merged=True)]

    def _parent(self, parent_id: int | None) -> Shelf | None:
        if parent_id is None:
            return None
        if parent_id not in self:
            raise TreeError(_l("上级分类已经不在了，请重新选"))
        return self._shelves[parent_id]


@dataclass(frozen=True)
class Step:
    """One step of a merger: shelf `id` goes below `into`, or (merged) its questions do and it goes away."""

    id: int
    into: int
    merged: bool


# -- paths ---------------------------------------------------------------------------------------------------------


def folded(text: str) -> str:
    """Return a name as it is compared: width, case and spaces make no difference."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def clean_name(text: str) -> str:
    """Return a name as it is kept: one line, with no slash that would part a path, and none at its ends. It may be too long."""
    return _SLASHES.sub(SLASH_IN_NAME, clean_line(text)).strip(SLASH_IN_NAME + " ")


def split_path(text: str) -> list[str]:
    """Return the names of a path that was typed or came with a file; both slashes part it, empty names are passed over."""
    names = (clean_name(part) for part in _SLASHES.split(text))
    return [name for name in names if name]


def join_path(names: Iterable[str]) -> str:
    """Return names as a path."""
    return SEPARATOR.join(clean_name(name) for name in names)


def fitted(names: Sequence[str]) -> list[str]:
    """Return the names of a path from a file so that they fit: what is deeper goes into the last name, and long names are cut."""
    kept = list(names[: MOST_LEVELS - 1])
    deep = names[MOST_LEVELS - 1 :]
    if deep:
        kept.append(_JOINED.join(deep))
    return [clean_name(name[:NAME_LIMIT]) for name in kept]


def path_problem(text: str) -> LazyString | None:
    """Say what is wrong with a typed path, or return None."""
    names = split_path(text)
    if len(names) > MOST_LEVELS:
        return _l("分类最多 %(most)s 层，这里写了 %(count)s 层", most=MOST_LEVELS, count=len(names))
    if any(len(name) > NAME_LIMIT for name in names):
        return _l("分类的每个名称不能超过 %(limit)s 个字", limit=NAME_LIMIT)
    return None
