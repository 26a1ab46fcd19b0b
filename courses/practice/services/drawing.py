"""Which questions trainees may practise: those of open categories, without what must stay secret."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select

from academy.db import db
from courses.practice.services.notebook import being_sat
from courses.question_types import installed
from courses.questions.models import Question, QuestionVersion
from courses.questions.rules.tree import Shelf, Tree
from courses.questions.services import open_shelves, tree
from courses.questions.services.shelves import rolled_up
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


def secret() -> Select[Any]:
    """Return the ids of questions that stand in a quiz whose answers are never shown: they are practised nowhere."""
    return (
        select(QuizSlot.question_id)
        .join(Quiz, Quiz.id == QuizSlot.quiz_id)
        .where(Quiz.review_policy == ReviewPolicy.NEVER, QuizSlot.question_id.is_not(None))
    )


def practicable(person_id: int, *columns: Any) -> Select[Any]:
    """Return the query for `columns` of questions (with their current version) that the person may practise."""
    return (
        select(*columns)
        .select_from(Question)
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .where(
            Question.category_id.in_(open_shelves()),
            Question.retired_at.is_(None),
            Question.type.in_(practicable_types()),
            Question.id.not_in(secret()),
            Question.id.not_in(being_sat(person_id)),
        )
    )


def candidates(person_id: int, wanted: Wanted) -> list[int]:
    """Return the current versions of the questions that fit; what lies below a category belongs to it. Two queries."""
    shelves = tree().within(wanted.category_ids)
    query = practicable(person_id, Question.current_version_id).where(Question.category_id.in_(shelves))
    if wanted.types:
        query = query.where(Question.type.in_(wanted.types))
    if wanted.difficulties:
        query = query.where(QuestionVersion.difficulty.in_(wanted.difficulties))
    return list(db.session.scalars(query.order_by(Question.id)))


@dataclass(frozen=True)
class Stock:
    """How many questions of each type there are to practise, by the category they lie in themselves."""

    shelves: Tree
    own: Mapping[int, Mapping[str, int]]

    def offered(self) -> list[Shelf]:
        """Return the open categories that hold anything, by themselves or below."""
        return [shelf for shelf in self.shelves if shelf.open and self.of([shelf.id])]

    def of(self, category_ids: Iterable[int]) -> Counter[str]:
        """Return how many there are of each type in these categories and below them, each question once."""
        total: Counter[str] = Counter()
        for each in self.shelves.within(category_ids):
            total.update(self.own.get(each, {}))
        return total


def stock(person_id: int) -> Stock:
    """Return what a person may practise. Two queries."""
    query = practicable(person_id, Question.category_id, Question.type, func.count()).group_by(
        Question.category_id, Question.type
    )
    own: dict[int, dict[str, int]] = {}
    for category_id, type_key, count in db.session.execute(query):
        own.setdefault(category_id, {})[type_key] = count
    return Stock(tree(), own)


@dataclass(frozen=True)
class Kept:
    """A category for its authors: how many questions lie in it and below, and how many of them stay out as secret."""

    shelf: Shelf
    questions: int
    held_back: int


def kept() -> Sequence[Kept]:
    """Return all categories that hold questions, by themselves or below. Two queries."""
    held_back = func.count(Question.id).filter(Question.id.in_(secret()))
    query = (
        select(Question.category_id, func.count(Question.id), held_back)
        .where(Question.retired_at.is_(None), Question.category_id.is_not(None))
        .group_by(Question.category_id)
    )
    rows = db.session.execute(query).all()
    shelves = tree()
    questions = rolled_up(shelves, {row[0]: row[1] for row in rows})
    hidden = rolled_up(shelves, {row[0]: row[2] for row in rows})
    return [Kept(shelf, questions[shelf.id], hidden[shelf.id]) for shelf in shelves if questions[shelf.id]]
