"""Finding questions: what may be asked for, and the query for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import contains_eager, joinedload

from academy.accounts.models import Person
from academy.db import db
from courses.questions import filters, rules, usage
from courses.questions.models import Question, QuestionVersion
from courses.questions.services.shelves import within

NEWEST, OLDEST, STEM, MOST_USED = "", "oldest", "stem", "used"
USED, UNUSED = "yes", "no"
NO_SHELF = -1
"""Stands for the questions that lie on no shelf."""


@dataclass(frozen=True)
class Wanted:
    """What is looked for; everything empty: all questions in use, the newest change first.

    `q`: words, all of them; `category_id`: a shelf with what is below it, or NO_SHELF; `tags`: all of them; `used`: USED
    or UNUSED; `ids`: only among these.
    """

    q: str = ""
    category_id: int | None = None
    type_key: str = ""
    tags: tuple[str, ...] = ()
    difficulty: str = ""
    owner_id: int | None = None
    used: str = ""
    state: str = filters.IN_USE
    sort: str = NEWEST
    ids: tuple[int, ...] | None = None


def find(wanted: Wanted) -> Select[Any]:
    """Return the query for questions that fit, with their current version and shelf, in the order asked for."""
    query = (
        select(Question)
        .join(Question.current)
        .options(contains_eager(Question.current), joinedload(Question.category))
        .where(*conditions(wanted))
    )
    return query.order_by(*_order(wanted.sort))


def conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return what a question (joined with its current version) must be to fit."""
    found = filters.conditions(wanted.state)
    words = rules.searchable(wanted.q)[:100].split()
    found += [QuestionVersion.search_text.contains(word, autoescape=True) for word in words]
    if wanted.category_id == NO_SHELF:
        found.append(Question.category_id.is_(None))
    elif wanted.category_id is not None:
        found.append(Question.category_id.in_(within(wanted.category_id)))
    if wanted.type_key:
        found.append(Question.type == wanted.type_key)
    if wanted.difficulty:
        found.append(QuestionVersion.difficulty == wanted.difficulty)
    if wanted.owner_id is not None:
        found.append(Question.owner_id == wanted.owner_id)
    if wanted.ids is not None:
        found.append(Question.id.in_(wanted.ids))
    found += [tagged(tag) for tag in wanted.tags]
    if wanted.used:
        found.append(usage.is_used() if wanted.used == USED else ~usage.is_used())
    return found


def _order(sort: str) -> list[Any]:
    """Return by what to sort. A version gets its number when it is saved, so the highest is the newest change."""
    newest = Question.current_version_id.desc()
    if sort == OLDEST:
        return [Question.current_version_id.asc()]
    if sort == STEM:
        return [QuestionVersion.content["stem"].as_string(), newest]
    if sort == MOST_USED:
        return [usage.number_of_uses().desc(), newest]
    return [newest]


def search(
    q: str = "",
    category_id: int | None = None,
    type_key: str = "",
    *,
    retired: bool = False,
    without: Iterable[int] = (),
) -> Select[Any]:
    """Return the query for questions that fit, the newest change first, with their current version and shelf.

    `q` is searched in everything a question says; several words must all be there. What lies below the shelf belongs to
    it. `without` are ids to leave out.
    """
    query = find(Wanted(q, category_id, type_key, state=filters.RETIRED if retired else filters.IN_USE))
    excluded = list(without)
    return query.where(Question.id.not_in(excluded)) if excluded else query


def tagged(tag: str) -> ColumnElement[bool]:
    """Return the condition that a version bears this tag."""
    if db.engine.dialect.name == "postgresql":
        return type_coerce(QuestionVersion.tags, JSONB).contains([tag])
    each = func.json_each(QuestionVersion.tags).table_valued("value")
    return exists(select(literal(1)).select_from(each).where(each.c.value == tag))


def tags_in_use(limit: int) -> list[tuple[str, int]]:
    """Return the tags of questions in use with the number of questions, the most used first. One query."""
    if db.engine.dialect.name == "postgresql":
        each = func.jsonb_array_elements_text(QuestionVersion.tags).table_valued("value")
    else:
        each = func.json_each(QuestionVersion.tags).table_valued("value")
    number = func.count()
    query = (
        select(each.c.value, number)
        .select_from(Question)
        .join(Question.current)
        .join(each, literal(True))
        .where(Question.retired_at.is_(None))
        .group_by(each.c.value)
        .order_by(number.desc(), each.c.value)
        .limit(limit)
    )
    return [(str(tag), count) for tag, count in db.session.execute(query)]


def owners() -> list[tuple[int, str]]:
    """Return the people who have questions, by name. One query."""
    has_some = exists(select(literal(1)).where(Question.owner_id == Person.id))
    query = select(Person.id, Person.name).where(has_some).order_by(Person.name, Person.id)
    return [(person_id, name) for person_id, name in db.session.execute(query)]


def ids(wanted: Wanted, limit: int) -> list[int]:
    """Return the ids of the questions that fit, at most so many, in the order asked for. One query."""
    query = select(Question.id).join(Question.current).where(*conditions(wanted)).order_by(*_order(wanted.sort))
    return list(db.session.scalars(query.limit(limit)))
