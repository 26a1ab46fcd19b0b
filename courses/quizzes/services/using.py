"""Where quizzes use the questions of the bank, for the bank to show and to search by."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Executable, exists, func, literal, or_, select

from academy.db import db
from academy.i18n import lazy as _l
from courses.questions.models import Question, QuestionVersion
from courses.questions.services import tree
from courses.questions.usage import ShelfUse, Use
from courses.quizzes.models import Quiz, QuizSlot, QuizVersion, QuizVersionSlot, Response

KIND = _l("测验")


def find_uses(question_ids: Collection[int]) -> list[Use]:
    """Return the quizzes whose draft or newest published version has the questions, then those that may draw them. Five queries."""
    drafts = _quizzes(_in_drafts(question_ids))
    published = _quizzes(_in_published(question_ids))
    uses = []
    for key in sorted({**drafts, **published}):
        state = _l("草稿")
        if key in published:
            state = _l("已发布") if key in drafts else _l("已发布，草稿里已经去掉")
        title, owner_id = drafts.get(key) or published[key]
        uses.append(_use(key, title, owner_id, state, published=key in published))
    return uses + [use for key, use in _drawable(question_ids).items() if key not in drafts and key not in published]


Key = tuple[int, int]
"""A question and a quiz."""


def _quizzes(query: Executable) -> dict[Key, tuple[str, int | None]]:
    return {(row[0], row[1]): (row[2], row[3]) for row in db.session.execute(query)}


def _use(key: Key, title: str, owner_id: int | None, state: Any, *, published: bool) -> Use:
    return Use(key[0], KIND, title, state, published, "quizzes.edit", {"quiz_id": key[1]}, owner_id)


def _in_drafts(question_ids: Collection[int]) -> Executable:
    return (
        select(QuizSlot.question_id, Quiz.id, Quiz.title, Quiz.owner_id)
        .join(Quiz, Quiz.id == QuizSlot.quiz_id)
        .where(QuizSlot.question_id.in_(question_ids), ~Quiz.generated)
    )


def _in_published(question_ids: Collection[int]) -> Executable:
    newest = select(func.max(QuizVersion.id)).group_by(QuizVersion.quiz_id)
    return (
        select(QuestionVersion.question_id, Quiz.id, Quiz.title, Quiz.owner_id)
        .join(QuizVersionSlot, QuizVersionSlot.question_version_id == QuestionVersion.id)
        .join(QuizVersion, QuizVersion.id == QuizVersionSlot.quiz_version_id)
        .join(Quiz, Quiz.id == QuizVersion.quiz_id)
        .where(QuestionVersion.question_id.in_(question_ids), ~Quiz.generated, QuizVersion.id.in_(newest))
        .distinct()
    )


def _drawable(question_ids: Collection[int]) -> dict[Key, Use]:
    """Return the quizzes whose draft may draw the questions as they are now."""
    draws = db.session.execute(
        select(QuizSlot.draw_from, Quiz.id, Quiz.title, Quiz.owner_id)
        .join(Quiz, Quiz.id == QuizSlot.quiz_id)
        .where(QuizSlot.draw_count > 0, ~Quiz.generated)
    ).all()
    if not draws:
        return {}
    questions = db.session.execute(
        select(Question.id, Question.category_id, QuestionVersion.difficulty, QuestionVersion.tags)
        .join(Question.current)
        .where(Question.id.in_(question_ids), Question.retired_at.is_(None))
    ).all()
    shelves = tree()
    found = {}
    for rule, quiz_id, title, owner_id in draws:
        below = shelves.within([rule["category_id"]]) if rule.get("category_id") else None
        for question in questions:
            fits = (
                (below is None or question.category_id in below)
                and rule.get("difficulty") in (None, "", question.difficulty)
                and set(rule.get("tags", ())) <= set(question.tags)
            )
            if fits and rule:
                key = (question.id, quiz_id)
                found[key] = _use(key, title, owner_id, _l("随机抽题可能抽到"), published=False)
    return found


def is_used() -> ColumnElement[bool]:
    """Return the condition on Question.id: it stands in a quiz, or somebody was asked it."""
    published = select(QuestionVersion.question_id).join(
        QuizVersionSlot, QuizVersionSlot.question_version_id == QuestionVersion.id
    )
    asked = exists(
        select(literal(1))
        .select_from(QuestionVersion)
        .join(Response, Response.question_version_id == QuestionVersion.id)
        .where(QuestionVersion.question_id == Question.id)
        .correlate(Question)
    )
    drafts = select(QuizSlot.question_id).where(QuizSlot.question_id.is_not(None))
    return or_(Question.id.in_(drafts), Question.id.in_(published), asked)


def number_of_uses() -> ColumnElement[int]:
    """Return in how many quizzes the question of Question.id stands."""
    query = select(func.count()).select_from(QuizSlot).where(QuizSlot.question_id == Question.id)
    return query.correlate(Question).scalar_subquery()


def find_draws(category_ids: Collection[int]) -> list[ShelfUse]:
    """Return the quizzes that draw from these shelves: in their draft or in their newest published version. Two queries."""
    draws = select(QuizSlot.draw_from, Quiz.id, Quiz.title).join(Quiz, Quiz.id == QuizSlot.quiz_id)
    rules: list[tuple[dict[str, Any], int, str]] = [
        (rule, quiz_id, title) for rule, quiz_id, title in db.session.execute(draws.where(QuizSlot.draw_count > 0))
    ]
    newest = select(func.max(QuizVersion.id)).group_by(QuizVersion.quiz_id)
    plans = (
        select(QuizVersion.plan, Quiz.id, Quiz.title)
        .join(Quiz, Quiz.id == QuizVersion.quiz_id)
        .where(QuizVersion.id.in_(newest), ~Quiz.generated)
    )
    for plan, quiz_id, title in db.session.execute(plans):
        rules += [(draw["from"], quiz_id, title) for draw in plan.get("draws", ())]
    wanted = set(category_ids)
    found = {
        (rule["category_id"], quiz_id): ShelfUse(rule["category_id"], title)
        for rule, quiz_id, title in rules
        if rule.get("category_id") in wanted
    }
    return list(found.values())
