"""Which questions of the bank trainees may practise, for the bank to show."""

from collections.abc import Collection

from sqlalchemy import select

from academy.db import db
from academy.i18n import lazy as _l
from courses.practice.services.drawing import practicable_types, secret
from courses.questions.models import Question
from courses.questions.services import tree
from courses.questions.usage import Use


def find_uses(question_ids: Collection[int]) -> list[Use]:
    """Return the open categories by which the questions are practised. Two queries, one where none is."""
    shelves = tree()
    query = select(Question.id, Question.category_id).where(
        Question.id.in_(question_ids),
        Question.retired_at.is_(None),
        Question.type.in_(practicable_types()),
        Question.id.not_in(secret()),
        Question.category_id.in_([shelf.id for shelf in shelves if shelf.open]),
    )
    return [
        Use(
            question_id,
            _l("练习"),
            shelves.path(category_id),
            _l("开放练习的分类"),
            endpoint="practice.opened",
            anybody=True,
        )
        for question_id, category_id in db.session.execute(query)
    ]
