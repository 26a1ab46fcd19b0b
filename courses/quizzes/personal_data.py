"""Which data of people this room keeps. The right answers and their explanations are no data of the person who answers."""

from sqlalchemy import select

from academy.i18n import lazy as _l
from academy.personal_data import decline, export
from courses.quizzes.models import Attempt, QuizVersion, Response

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
decline("quiz.owner_id", "the draft is the college's; the column says who keeps it")
