"""Answers that grow step by step: what a save makes of the answer that stands. Costs nothing to types that do not step."""

from contextlib import suppress
from typing import Any

from sqlalchemy import select

from academy.db import db
from academy.errors import UserError
from courses.question_types.base import QuestionType, StepError
from courses.questions.models import QuestionVersion
from courses.quizzes import rules
from courses.quizzes.feedback.base import FeedbackMode
from courses.quizzes.models import Attempt, QuizTry, QuizVersion, Response


class StepRefused(UserError):
    """The step is none from where the answer stands. What was answered before is kept."""


def advanced(attempt_id: int, position: int, type_: QuestionType, mode: FeedbackMode, given: Any) -> Any:
    """Return the answer to keep when `given` is sent. One statement, and another where the quiz checks answers.

    The response is locked until the end of the transaction: of two windows that step at once, the second sees where the first
    went. Raises StepRefused (409).
    """
    query = (
        select(Response.answer, QuestionVersion.content, Attempt.seed, QuizVersion.shuffle_options)
        .join(QuestionVersion, QuestionVersion.id == Response.question_version_id)
        .join(Attempt, Attempt.id == Response.attempt_id)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .where(Response.attempt_id == attempt_id, Response.position == position)
        .with_for_update(of=Response)
    )
    row = db.session.execute(query).one()
    seed = rules.option_seed(row.seed, position, row.shuffle_options)
    try:
        if mode.checks and row.answer is not None and row.answer == _checked_last(attempt_id, position):
            with suppress(StepError):
                return type_.advance(row.content, None, given, seed) or row.answer
        return type_.advance(row.content, row.answer, given, seed)
    except StepError as error:
        raise StepRefused(str(error.message), status=409) from error


def _checked_last(attempt_id: int, position: int) -> Any:
    """Return the answer that was checked last, after which one may begin anew; None where none was."""
    query = (
        select(QuizTry.answer)
        .where(QuizTry.attempt_id == attempt_id, QuizTry.position == position)
        .order_by(QuizTry.number.desc())
        .limit(1)
    )
    return db.session.scalar(query)
