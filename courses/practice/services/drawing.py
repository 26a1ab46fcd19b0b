"""Which questions trainees may practise: those of open categories, without what must stay secret."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from academy.db import db
from courses.practice.services.notebook import being_sat
from courses.question_types import installed
from courses.questions.models import Category, Question, QuestionVersion
from courses.quizzes.models import Quiz, QuizSlot
from courses.quizzes.rules import ReviewPolicy


@dataclass(frozen=True)
class Wanted:
    """What a trainee wants to practise. Empty types and difficulties stand for all."""

    category_ids: Collection[int] = ()
    types: Collection[str] = ()
    difficulties: Collection[str] = ()


def practicable_types() -> list[str]:
    """Return the types that the server grades by itself, at once."""
    return [key for key, type_ in installed.all_types().items() if type_.installed and not type_.marked_by_hand]


def open_categories() -> list[Category]:
    """Return the categories that are open for practice, in their order."""
    query = select(Category).where(Category.open_for_practice).order_by(Category.position, Category.name)
    return list(db.session.scalars(query))


def secret() -> Select[Any]:
    """Return the ids of questions that stand in a quiz whose answers are never shown: they are practised nowhere."""
    return (
        select(QuizSlot.question_id)
        .join(Quiz, Quiz.id == QuizSlot.quiz_id)
        .where(Quiz.review_policy == ReviewPolicy.NEVER, QuizSlot.question_id.is_not(None))
    )


def practicable(person_id: int, *columns: Any) -> Select[Any]:
    """Return the query for `columns` of questions (with their current version and category) that the person may practise."""
    return (
        select(*columns)
        .select_from(Question)
        .join(Category, Category.id == Question.category_id)
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .where(
            Category.open_for_practice,
            Question.retired_at.is_(None),
            Question.type.in_(practicable_types()),
            Question.id.not_in(secret()),
            Question.id.not_in(being_sat(person_id)),
        )
    )


def candidates(person_id: int, wanted: Wanted) -> list[int]:
    """Return the current versions of the questions that fit. One query."""
    query = practicable(person_id, Question.current_version_id).where(Question.category_id.in_(wanted.category_ids))
    if wanted.types:
        query = query.where(Question.type.in_(wanted.types))
    if wanted.difficulties:
        query = query.where(QuestionVersion.difficulty.in_(wanted.difficulties))
    return list(db.session.scalars(query.order_by(Question.id)))


def counts(person_id: int) -> dict[int, dict[str, int]]:
    """Return how many questions of each type there are to practise, by category. One query."""
    query = practicable(person_id, Question.category_id, Question.type, func.count()).group_by(
        Question.category_id, Question.type
    )
    found: dict[int, dict[str, int]] = {}
    for category_id, type_key, count in db.session.execute(query):
        found.setdefault(category_id, {})[type_key] = count
    return found


@dataclass(frozen=True)
class Shelf:
    """A category for its authors: how many questions, and how many of them stay out of practice because they are secret."""

    category: Category
    questions: int
    held_back: int


def shelves() -> Sequence[Shelf]:
    """Return all categories that hold questions. One query."""
    held_back = func.count(Question.id).filter(Question.id.in_(secret()))
    query = (
        select(Category, func.count(Question.id), held_back)
        .join(Question, Question.category_id == Category.id)
        .where(Question.retired_at.is_(None))
        .group_by(Category.id)
        .order_by(Category.position, Category.name)
    )
    return [Shelf(category, questions, hidden) for category, questions, hidden in db.session.execute(query)]
