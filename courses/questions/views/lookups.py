"""Finding what an address names, or 404."""

from flask import abort

from academy.accounts.session import current_person
from academy.web.lookups import MAX_ID
from courses.question_types import installed
from courses.question_types.base import QuestionType
from courses.questions import services
from courses.questions.models import Question


def question_or_404(question_id: int) -> Question:
    """Return a question, or end the request with 404."""
    question = services.get(question_id) if question_id <= MAX_ID else None
    if question is None:
        abort(404)
    return question


def own_question(question_id: int) -> Question:
    """Return a question that the person may change; 403 for anybody else's."""
    question = question_or_404(question_id)
    if not services.may_edit(question, current_person):
        abort(403)
    return question


def type_or_404(key: str) -> QuestionType:
    """Return an installed type, or end the request with 404."""
    type_ = installed.all_types().get(key)
    if type_ is None:
        abort(404)
    return type_
