"""The shelves of the bank as they are stored, and changing them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update
from sqlalchemy.orm import aliased

from academy.accounts.models import Person
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from courses.questions import usage
from courses.questions.models import Category, Question
from courses.questions.rules import tree as rules
from courses.questions.rules.tree import Stored, Tree, TreeError

LOCK = 0x5E1F
"""The number of PostgreSQL's advisory lock of the tree."""


def tree() -> Tree:
    """Return all shelves as a tree. One query."""
    query = select(
        Category.id,
        Category.name,
        Category.parent_id,
        Category.position,
        Category.subject,
        Category.open_for_practice,
    )
    return Tree(Stored(*row) for row in db.session.execute(query))


def within(category_id: int) -> Select[Any]:
    """Return the query for a shelf and everything below it, to be used with `in_`."""
    below = select(Category.id).where(Category.parent_id == category_id)
    return select(Category.id).where(
        or_(Category.id == category_id, Category.parent_id == category_id, Category.parent_id.in_(below))
    )


def open_shelves() -> Select[Any]:
    """Return the query for the shelves that are open for practice: by themselves, or because one above them is."""
    upper, top = aliased(Category), aliased(Category)
    return (
        select(Category.id)
        .outerjoin(upper, upper.id == Category.parent_id)
        .outerjoin(top, top.id == upper.parent_id)
        .where(or_(Category.open_for_practice, upper.open_for_practice, top.open_for_practice))
    )


def category_named(path: str) -> Category:
    """Return the shelf of a path ("治理 / 议事协商"); what is missing of it is made.

    A path that does not fit (more than three levels, names too long) is made to fit. A single name that is not at the top
    stands for the one shelf of this name further down.
    """
    return shelf_at(rules.split_path(path))


def shelf_at(names: Sequence[str], subject: str = "") -> Category:
    """Return the shelf that lies at these names, from the top; what is missing is made, a new top with this subject."""
    known = [name for name in (rules.clean_name(name) for name in names) if name]
    wanted = rules.fitted(known or [_("没有名称的分类")])
    found, missing = tree().nearest(wanted)
    if missing:
        lock()  # somebody may just be making the same
        found, missing = tree().nearest(wanted)
    at = db.session.get_one(Category, found.id) if found else None
    for name in missing:
        at = _put(name, at, subject)
    assert at is not None
    return at


def lock() -> None:
    """Hold the tree until the end of the transaction, so that no two changes together break it. SQLite has one writer anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(LOCK)))


def _put(name: str, parent: Category | None, subject: str = "") -> Category:
    category = Category(
        name=name,
        parent_id=parent.id if parent else None,
        position=_last_position(parent.id if parent else None) + 1,
        subject="" if parent else subject,
    )
    db.session.add(category)
    db.session.flush()
    return category


def _last_position(parent_id: int | None) -> int:
    return db.session.scalar(select(func.max(Category.position)).where(_beside(parent_id))) or 0


def _beside(parent_id: int | None) -> ColumnElement[bool]:
    return Category.parent_id.is_(None) if parent_id is None else Category.parent_id == parent_id


# -- what is in them -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Held:
    """How many questions lie on a shelf: in use and retired, on it and with everything below it."""

    own: int = 0
    own_retired: int = 0
    all: int = 0
    all_retired: int = 0


def counts(shelves: Tree) -> dict[int, Held]:
    """Return what lies on each shelf. One query."""
    query = (
        select(Question.category_id, func.count(), func.count(Question.retired_at))
        .where(Question.category_id.is_not(None))
        .group_by(Question.category_id)
    )
    own = {category_id: (total - retired, retired) for category_id, total, retired in db.session.execute(query)}
    found = {}
    for shelf in shelves:
        below = [own.get(each, (0, 0)) for each in shelves.within([shelf.id])]
        used, retired = own.get(shelf.id, (0, 0))
        found[shelf.id] = Held(used, retired, sum(each[0] for each in below), sum(each[1] for each in below))
    return found


def unshelved() -> int:
    """Return how many questions in use lie on no shelf. One query."""
    query = (
        select(func.count()).select_from(Question).where(Question.category_id.is_(None), Question.retired_at.is_(None))
    )
    return db.session.scalar(query) or 0


def rolled_up(shelves: Tree, numbers: Mapping[int | None, int]) -> dict[int, int]:
    """Return for each shelf the sum of the numbers of it and of everything below it."""
    return {shelf.id: sum(numbers.get(each, 0) for each in shelves.within([shelf.id])) for shelf in shelves}


def foreign(person: Person, shelf_ids: Iterable[int]) -> int:
    """Return how many questions on these shelves are somebody else's."""
    others = or_(Question.owner_id.is_(None), Question.owner_id != person.id)
    query = select(func.count()).select_from(Question).where(Question.category_id.in_(list(shelf_ids)), others)
    return db.session.scalar(query) or 0


def need_change(person: Person, shelves: Tree, shelf_id: int) -> None:
    """Raise UserError (403) unless the person may change the shelf."""
    if "admin" in person.role_names:
        return
    others = foreign(person, shelves.within([shelf_id]))
    if others:
        raise UserError(
            _(
                "“%(name)s”里有别的老师的 %(n)s 道题，所以您不能改动这个分类。请管理员来改",
                name=shelves.path(shelf_id),
                n=others,
            ),
            403,
        )


# -- changing them -------------------------------------------------------------------------------------------------


def add(name: str, parent_id: int | None, subject: str = "") -> Category:
    """Put in a new shelf. Raises UserError (422) when it does not fit."""
    lock()
    name = rules.clean_name(name)
    with _saying("name"):
        tree().check_add(name, parent_id)
    return _put(name, db.session.get(Category, parent_id) if parent_id else None, subject)


def rename(category: Category, name: str, subject: str, by: Person) -> bool:
    """Give a shelf another name, and, at the top, another subject; return whether anything changed."""
    shelves = _held(category, by)
    name = rules.clean_name(name)
    with _saying("name"):
        shelves.check_name(name, category.parent_id, but=category.id)
    before = (category.name, category.subject)
    category.name = name
    if category.parent_id is None:
        category.subject = subject
    db.session.flush()
    return before != (category.name, category.subject)


def move(category: Category, parent_id: int | None, by: Person) -> bool:
    """Put a shelf below another or at the top, last there; return whether it moved. At the top it keeps its subject."""
    shelves = _held(category, by)
    if category.parent_id == parent_id:
        return False
    with _saying("parent"):
        shelves.check_move(category.id, parent_id)
    subject = shelves.get(category.id).subject  # type: ignore[union-attr]
    category.position = _last_position(parent_id) + 1
    category.subject = subject if parent_id is None else ""
    category.parent_id = parent_id
    db.session.flush()
    return True


def step(category: Category, up: bool, by: Person) -> bool:
    """Put a shelf one place up or down among those beside it; return whether it moved."""
    shelves = _held(category, by)
    beside = [each.id for each in shelves.children(category.parent_id)]
    at = beside.index(category.id)
    to = at - 1 if up else at + 1
    if not 0 <= to < len(beside):
        return False
    beside[at], beside[to] = beside[to], beside[at]
    db.session.execute(update(Category), [{"id": each, "position": place} for place, each in enumerate(beside, 1)])
    db.session.expire(category)
    return True


def merge(category: Category, into_id: int, by: Person) -> int:
    """Put all questions of a shelf on another one, and take it away; return how many moved.

    The shelves below it go along; where the other one has one of the same name, these two are merged as well.
    """
    shelves = _held(category, by)
    steps = merger(shelves, category.id, into_id)
    gone = [each for each in steps if each.merged]
    for each in gone:
        # Its name becomes free at once: a shelf below may bear it, and go up.
        db.session.execute(update(Category).where(Category.id == each.id).values(name=f"~{each.id}"))
    moved = 0
    for each in steps:
        if not each.merged:
            place = _last_position(each.into) + 1
            values = {"parent_id": each.into, "position": place, "subject": ""}
            db.session.execute(update(Category).where(Category.id == each.id).values(values))
            continue
        result = db.session.execute(
            update(Question).where(Question.category_id == each.id).values(category_id=each.into)
        )
        moved += result.rowcount  # type: ignore[attr-defined]
        db.session.execute(delete(Category).where(Category.id == each.id))
    db.session.expire_all()
    return moved


def merger(shelves: Tree, shelf_id: int, into_id: int) -> list[rules.Step]:
    """Return the steps of a merger. Raises UserError when it cannot be: where to, too deep, or a quiz draws from it."""
    with _saying("into"):
        steps = shelves.check_merge(shelf_id, into_id)
    drawn = usage.uses_of_shelves([each.id for each in steps if each.merged])
    if drawn:
        names = _("、").join(dict.fromkeys(use.label for use in drawn))
        sentence = _(
            "不能合并：这些测验从要并掉的分类里随机抽题：%(names)s。可以把分类移到那边下面，或者先改抽题的条件",
            names=names,
        )
        raise UserError(sentence, 409, "into")
    return steps


def remove(category: Category, by: Person) -> None:
    """Take an empty shelf away. Raises UserError (409) that says what is on it."""
    shelves = _held(category, by)
    held = counts(shelves)[category.id]
    inside = len(shelves.children(category.id))
    if held.own or held.own_retired or inside:
        raise UserError(
            _(
                "“%(name)s”不是空的：有 %(used)s 道在用的题、%(retired)s 道停用的题、%(inside)s 个下级分类。"
                "可以把它合并到别的分类",
                name=category.name,
                used=held.own,
                retired=held.own_retired,
                inside=inside,
            ),
            409,
        )
    drawn = usage.uses_of_shelves([category.id])
    if drawn:
        names = _("、").join(dict.fromkeys(use.label for use in drawn))
        raise UserError(
            _("这些测验从“%(name)s”里随机抽题：%(names)s。先改抽题的条件，再删分类", name=category.name, names=names),
            409,
        )
    db.session.delete(category)
    db.session.flush()


def _held(category: Category, by: Person) -> Tree:
    """Lock the tree and return it. Raises UserError (403) when the person may not change the shelf."""
    lock()
    shelves = tree()
    if category.id not in shelves:
        raise UserError(_("这个分类已经不在了"), 404)
    need_change(by, shelves, category.id)
    return shelves


@contextmanager
def _saying(field: str) -> Iterator[None]:
    """Say at a field of the form what would break the tree."""
    try:
        yield
    except TreeError as error:
        raise UserError(str(error.message), 422, field) from error
