"""Which recordings ask questions of the bank, for the bank to show and to search by."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, select

from academy.db import db
from academy.i18n import _
from academy.i18n import lazy as _l
from courses.catalog.models import Course, Lesson, LessonVersion
from courses.lesson_types.questions import FIELD
from courses.lesson_types.registry import lesson_types
from courses.questions.models import Question
from courses.questions.usage import Use

KIND = _l("片中的题")


def find_uses(question_ids: Collection[int]) -> list[Use]:
    """Return the recordings that ask these questions, in the draft or as published. Two queries."""
    wanted = set(question_ids)
    found: dict[tuple[int, int], tuple[Any, bool]] = {}
    for rows, published in ((_drafts(), False), (_published(), True)):
        for row in rows:
            for question_id in wanted & set(_ids(row.asked)):
                found[question_id, row.lesson_id] = (row, published)
    return [_use(question_id, row, published) for (question_id, _lesson), (row, published) in sorted(found.items())]


def _use(question_id: int, row: Any, published: bool) -> Use:
    values = {"course_id": row.course_id, "lesson_id": row.lesson_id}
    label = _("%(course)s · %(lesson)s", course=row.course, lesson=row.lesson)
    state = _l("已发布") if published else _l("草稿")
    return Use(question_id, KIND, label, state, published, "catalog.lesson_questions", values, row.owner_id)


def _asking() -> list[str]:
    return [key for key, kind in lesson_types().items() if kind.asks]


def _drafts() -> Iterable[Any]:
    query = (
        select(
            Lesson.id.label("lesson_id"),
            Lesson.course_id,
            Lesson.title.label("lesson"),
            Course.title.label("course"),
            Course.owner_id,
            Lesson.content[FIELD].label("asked"),
        )
        .join(Course, Course.id == Lesson.course_id)
        .where(Lesson.type.in_(_asking()), Lesson.removed_at.is_(None))
    )
    return db.session.execute(query)


def _published() -> Iterable[Any]:
    query = (
        select(
            LessonVersion.lesson_id,
            Course.id.label("course_id"),
            LessonVersion.title.label("lesson"),
            Course.title.label("course"),
            Course.owner_id,
            LessonVersion.content[FIELD].label("asked"),
        )
        .join(Course, Course.current_version_id == LessonVersion.version_id)
        .where(LessonVersion.type.in_(_asking()))
    )
    return db.session.execute(query)


def _ids(asked: Any) -> list[int]:
    return [each["question_id"] for each in asked or ()]


def is_used() -> ColumnElement[bool]:
    """Return the condition on Question.id: a recording asks it. The recordings are read to say so, in two queries."""
    ids = {each for rows in (_drafts(), _published()) for row in rows for each in _ids(row.asked)}
    return Question.id.in_(sorted(ids))
