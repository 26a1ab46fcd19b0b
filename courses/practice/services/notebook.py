"""Reading the notebook: lists with filters, one entry, the note, taking out and putting back."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from academy.accounts.models import Person
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from courses.practice import rules
from courses.practice.models import NotebookEntry
from courses.practice.services.noting import set_standing, standing_of, today
from courses.questions.models import Question, QuestionVersion
from courses.questions.services import tree, within
from courses.quizzes.models import Attempt, Quiz, Response
from courses.quizzes.rules import State


@dataclass(frozen=True)
class Filters:
    """What of the notebook is looked for. `left`: the questions that have left it."""

    category_id: int | None = None
    quiz_id: int | None = None
    type_key: str = ""
    left: bool = False


def being_sat(person_id: int) -> Select[Any]:
    """Return the ids of questions in attempts that this person has open: their key is shown nowhere meanwhile."""
    return (
        select(QuestionVersion.question_id)
        .join(Response, Response.question_version_id == QuestionVersion.id)
        .join(Attempt, Attempt.id == Response.attempt_id)
        .where(Attempt.person_id == person_id, Attempt.state == State.OPEN)
    )


def is_being_sat(person_id: int, question_id: int) -> bool:
    """Whether this question is in an attempt that the person has open. One query."""
    query = being_sat(person_id).where(QuestionVersion.question_id == question_id).limit(1)
    return db.session.scalar(query) is not None


def entries(person: Person, filters: Filters) -> Select[Any]:
    """Return the query for entries that may be shown now, those answered last first."""
    query = (
        select(NotebookEntry)
        .join(NotebookEntry.question)
        .outerjoin(NotebookEntry.quiz)
        .options(
            contains_eager(NotebookEntry.question).joinedload(Question.category),
            contains_eager(NotebookEntry.quiz),
            joinedload(NotebookEntry.question_version),
        )
        .where(*_mine(person), NotebookEntry.question_id.not_in(being_sat(person.id)))
        .order_by(NotebookEntry.last_at.desc(), NotebookEntry.id.desc())
    )
    left = NotebookEntry.left_by != rules.Left.NOT
    query = query.where(left if filters.left else ~left)
    if filters.category_id is not None:
        query = query.where(Question.category_id.in_(within(filters.category_id)))
    if filters.quiz_id is not None:
        query = query.where(NotebookEntry.quiz_id == filters.quiz_id)
    return query.where(Question.type == filters.type_key) if filters.type_key else query


def _mine(person: Person) -> tuple[ColumnElement[bool], ...]:
    return (NotebookEntry.person_id == person.id,)


@dataclass(frozen=True)
class Overview:
    """What is in a notebook: counts, and by what it can be filtered. `hidden` are in an open attempt just now.

    `open_categories`: how many categories anybody may practise.
    """

    inside: int
    left: int
    due: int
    hidden: int
    categories: list[tuple[int, str]]
    open_categories: int
    quizzes: list[Quiz]
    types: list[str]


def overview(person: Person) -> Overview:
    """Count the notebook, and say by what it can be filtered. Four queries."""
    sat = NotebookEntry.question_id.in_(being_sat(person.id))
    outside = NotebookEntry.left_by != rules.Left.NOT
    count = func.count(NotebookEntry.id)
    inside, left, due, hidden = db.session.execute(
        select(
            count.filter(~outside, ~sat),
            count.filter(outside, ~sat),
            count.filter(NotebookEntry.due_on <= today(), ~sat, Question.retired_at.is_(None)),
            count.filter(sat, ~outside),
        )
        .join(NotebookEntry.question)
        .where(*_mine(person))
    ).one()
    kinds = db.session.execute(
        select(Question.category_id, Question.type)
        .select_from(NotebookEntry)
        .join(NotebookEntry.question)
        .where(*_mine(person))
        .distinct()
        .order_by(Question.type)
    ).all()
    held = {row.category_id for row in kinds}
    shelves = tree()
    return Overview(
        inside=inside,
        left=left,
        due=due,
        hidden=hidden,
        categories=[(shelf.id, shelf.path) for shelf in shelves if shelf.id in held],
        open_categories=sum(shelf.open for shelf in shelves),
        quizzes=_quizzes(person),
        types=list(dict.fromkeys(row.type for row in kinds)),
    )


def _quizzes(person: Person) -> list[Quiz]:
    ids = select(NotebookEntry.quiz_id).where(*_mine(person), NotebookEntry.quiz_id.is_not(None))
    return list(db.session.scalars(select(Quiz).where(Quiz.id.in_(ids)).order_by(Quiz.title, Quiz.id)))


def find_entry(person: Person, entry_id: int, *, lock: bool = False) -> NotebookEntry | None:
    """Return the person's own entry, or None: also while its question is in an attempt that they have open. One query."""
    query = (
        select(NotebookEntry)
        .options(
            joinedload(NotebookEntry.question_version),
            joinedload(NotebookEntry.question).joinedload(Question.current),
            joinedload(NotebookEntry.question).joinedload(Question.category),
            joinedload(NotebookEntry.quiz),
            joinedload(NotebookEntry.attempt),
        )
        .where(NotebookEntry.id == entry_id, *_mine(person), NotebookEntry.question_id.not_in(being_sat(person.id)))
    )
    return db.session.scalar(query.with_for_update(of=NotebookEntry) if lock else query)


def save_note(entry: NotebookEntry, text: str, seen_revision: int) -> None:
    """Keep a note. Raises UserError (409) when another window has saved a different one since, (422) when it is too long."""
    text = text.replace("\r\n", "\n").strip().replace("\x00", "")
    if len(text) > rules.NOTE_LIMIT:
        message = _("笔记最多 %(most)s 个字，现在有 %(now)s 个", most=rules.NOTE_LIMIT, now=len(text))
        raise UserError(message, status=422, field="note")
    if text == entry.note:
        return
    if entry.note_revision != seen_revision:
        raise UserError(
            _("这条笔记在别的窗口改过。那边写的在下面，您刚写的还在框里；合并好再保存一次"), status=409, field="note"
        )
    entry.note, entry.note_revision = text, entry.note_revision + 1
    db.session.flush()


def remove(entry: NotebookEntry) -> None:
    """Take a question out by hand; it comes back when it is answered wrong again."""
    set_standing(entry, rules.removed(standing_of(entry)))
    db.session.flush()


def put_back(entry: NotebookEntry) -> None:
    """Put a question back that has left."""
    set_standing(entry, rules.put_back(standing_of(entry), today()))
    db.session.flush()
