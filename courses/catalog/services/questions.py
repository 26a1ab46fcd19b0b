"""Questions of the bank inside the recording of a lesson: choosing them, and when they come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from courses.catalog.models import Course, Lesson
from courses.catalog.services.lessons import change_lesson
from courses.lesson_types.questions import MOST_QUESTIONS, new_key, placed, spread
from courses.question_types import installed
from courses.questions.models import Question


@dataclass(frozen=True)
class Placed:
    """A question in a lesson: its key, when it comes, and the question itself (None when it is gone)."""

    key: str
    question_id: int
    from_ms: int
    to_ms: int
    right: bool
    question: Question | None


def questions_of(lesson: Lesson) -> list[Placed]:
    """Return the questions of a draft in the order in which they come. One query, none without questions."""
    entries = placed(lesson.content)
    wanted = sorted({each["question_id"] for each in entries})
    query = select(Question).options(joinedload(Question.current)).where(Question.id.in_(wanted))
    found = {question.id: question for question in db.session.scalars(query)} if wanted else {}
    return [
        Placed(
            each["key"],
            each["question_id"],
            each["from_ms"],
            each["to_ms"],
            bool(each.get("right")),
            found.get(each["question_id"]),
        )
        for each in entries
    ]


def add_to_lesson(course: Course, lesson: Lesson, question_ids: Iterable[int]) -> int:
    """Put questions into a lesson, spread over the recording; return how many came. Those that are there stay.

    Raises UserError when there would be too many, and for a question that is answered step by step: a recording asks once.
    """
    entries = placed(lesson.content)
    there = {each["question_id"] for each in entries}
    query = select(Question.id, Question.type).where(
        Question.id.in_(sorted(question_ids)), Question.retired_at.is_(None)
    )
    types = {identity: installed.get(key) for identity, key in db.session.execute(query)}
    new = [identity for identity in sorted(types) if identity not in there]
    steps = next((types[identity] for identity in new if types[identity].stepwise), None)
    if steps is not None:
        raise UserError(_("%(type)s题要一步一步作答，不能放进片子，请放进测验。这次没有放进任何题", type=steps.name))
    if len(entries) + len(new) > MOST_QUESTIONS:
        raise UserError(_("一节里最多放 %(n)s 道题", n=MOST_QUESTIONS))
    points = spread(len(new), lesson.content.get("duration_ms", 0))
    entries += [
        {"key": new_key(), "question_id": identity, "from_ms": at, "to_ms": at, "right": False}
        for identity, at in zip(new, points, strict=True)
    ]
    if new:
        keep_questions(course, lesson, lesson.lock_version, entries)
    return len(new)


def keep_questions(course: Course, lesson: Lesson, seen_version: int, entries: Sequence[dict[str, Any]]) -> bool:
    """Keep which questions come when; return whether anything differs. Raises UserError (409) as `change_lesson` does."""
    rest = {name: value for name, value in lesson.content.items() if name != "questions"}
    content = {**rest, "questions": placed({"questions": entries})} if entries else rest
    return change_lesson(course, lesson, seen_version, content=content)
