"""Which questions of the bank a draw may take, and taking them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, cast, false, literal, select, union_all

from academy.db import db
from courses.questions.models import Question, QuestionVersion
from courses.questions.services import tagged, within
from courses.quizzes.models import QuizVersion, QuizVersionSlot
from courses.quizzes.rules import draws

Rule = Mapping[str, Any]
"""What a draw takes: {"category_id" (with what lies below it), "tags" (each of them), "difficulty"}, all optional."""


@dataclass(frozen=True)
class Candidate:
    """A question that a draw may take, in its current version."""

    question_id: int
    version_id: int
    difficulty: str


def conditions(rule: Rule) -> list[ColumnElement[bool]]:
    """Return what a question must be to be drawn by this rule; a rule without any demand takes nothing by mistake."""
    demands: list[ColumnElement[bool]] = []
    if rule.get("category_id"):
        demands.append(Question.category_id.in_(within(rule["category_id"])))
    if rule.get("difficulty"):
        demands.append(QuestionVersion.difficulty == rule["difficulty"])
    demands += [tagged(tag) for tag in rule.get("tags", ())]
    return [Question.retired_at.is_(None), *(demands or [false()])]


def _pool(rule: Rule, *columns: Any) -> Select[Any]:
    query = (
        select(*columns).select_from(Question).join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
    )
    return query.where(*conditions(rule))


def found(rules: Sequence[tuple[Rule, Collection[int]]]) -> list[list[Candidate]]:
    """Return for each (rule, ids of questions to leave out) all questions that a draw may take. One query."""
    if not rules:
        return []
    parts = [
        _pool(rule, literal(place).label("place"), Question.id, QuestionVersion.id, QuestionVersion.difficulty)
        for place, (rule, _without) in enumerate(rules)
    ]
    result: list[list[Candidate]] = [[] for _ in rules]
    for place, question_id, version_id, difficulty in db.session.execute(union_all(*parts)):
        if question_id not in rules[place][1]:
            result[place].append(Candidate(question_id, version_id, difficulty))
    return result


def drawn(version: QuizVersion, seed: int) -> list[list[int]] | None:
    """Return the question versions that the draws of an attempt take, by draw; None when the bank has too few. One query.

    The database mixes the questions by the attempt's seed and hands over only as many as may be needed.
    """
    wanted = version.plan["draws"]
    counts = [draw["count"] for draw in wanted]
    most = counts[0] if len(counts) == 1 else draws.needed(counts)
    parts = []
    for place, draw in enumerate(wanted):
        query = _pool(
            draw["from"],
            literal(place).label("place"),
            Question.id.label("question"),
            QuestionVersion.id.label("version"),
        )
        if version.question_count > sum(counts):
            query = query.where(Question.id.not_in(_fixed(version.id)))
        order = _mixed(*draws.factors(seed, place))
        part = query.add_columns(order.label("turn")).order_by("turn", Question.id).limit(most).subquery()
        parts.append(select(part))
    offered: list[list[int]] = [[] for _ in wanted]
    version_of: dict[int, int] = {}
    rows = db.session.execute(union_all(*parts)).all()
    for row in sorted(rows, key=lambda row: (row.place, row.turn, row.question)):
        offered[row.place].append(row.question)
        version_of[row.question] = row.version
    hands = draws.deal(counts, offered)
    if sum(map(len, hands)) < sum(counts):
        return None
    return [[version_of[question] for question in hand] for hand in hands]


def _mixed(multiplier: int, addend: int) -> ColumnElement[int]:
    """Return the order of `draws.mixed` as the database reckons it; both numbers stay below 2 to the 62."""
    line = (cast(Question.id, BigInteger) * multiplier + addend) % draws.PRIME
    return (line * line) % draws.PRIME


def _fixed(version_id: int) -> Select[Any]:
    query = select(QuestionVersion.question_id).join(
        QuizVersionSlot, QuizVersionSlot.question_version_id == QuestionVersion.id
    )
    return query.where(QuizVersionSlot.quiz_version_id == version_id)
