"""Which data of people this room keeps. The right answers and their explanations are no data of the person who answers."""

from sqlalchemy import select

from academy.i18n import lazy as _l
from academy.personal_data import decline, export
from courses.quizzes.models import (
    Attempt,
    Quiz,
    QuizAllowance,
    QuizCodeGuess,
    QuizEvent,
    QuizTry,
    QuizVersion,
    Response,
)

export(
    "attempts",
    _l("测验"),
    Attempt,
    lambda person_id: Attempt.person_id == person_id,
    by=("person_id",),
    left_out={"seed": "says how the choices are shuffled"},
    also={"quiz_title": select(QuizVersion.title).where(QuizVersion.id == Attempt.quiz_version_id).scalar_subquery()},
)
export(
    "answers",
    _l("测验中的答案"),
    Response,
    lambda person_id: Response.attempt_id.in_(select(Attempt.id).where(Attempt.person_id == person_id)),
    left_out={
        "fraction_numerator": "together with the answer it would be the answer key; the score stands with the attempt",
        "fraction_denominator": "belongs to the numerator",
    },
)
export(
    "checked_answers",
    _l("测验中当场检查过的答案"),
    QuizTry,
    lambda person_id: QuizTry.attempt_id.in_(select(Attempt.id).where(Attempt.person_id == person_id)),
    left_out={
        "fraction_numerator": "together with the answer it would be the answer key",
        "fraction_denominator": "belongs to the numerator",
    },
)
export(
    "quiz_events",
    _l("作答期间的记录"),
    QuizEvent,
    lambda person_id: QuizEvent.attempt_id.in_(select(Attempt.id).where(Attempt.person_id == person_id)),
)
export(
    "quiz_code_guesses",
    _l("输错的进入密码"),
    QuizCodeGuess,
    lambda person_id: QuizCodeGuess.person_id == person_id,
    by=("person_id",),
)
export(
    "quiz_allowances",
    _l("测验的个别安排"),
    QuizAllowance,
    lambda person_id: QuizAllowance.person_id == person_id,
    by=("person_id",),
    left_out={"granted_by_id": "says who of the staff granted it"},
    also={"quiz_title": select(Quiz.title).where(Quiz.id == QuizAllowance.quiz_id).scalar_subquery()},
)
decline("quiz_allowance.granted_by_id", "says who of the staff granted it")
decline("quiz.owner_id", "the draft is the college's; the column says who keeps it")
