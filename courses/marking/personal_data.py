"""Which data of people this room keeps. What a marker wrote belongs to the person whose answer it is about."""

from typing import Any

from sqlalchemy import Select, select

from academy.i18n import lazy as _l
from academy.personal_data import decline, export
from courses.marking.models import Appeal, Mark, MarkingPhrase, QuizMarker, RegradeChange
from courses.quizzes.models import Attempt


def _attempts(person_id: int) -> Select[Any]:
    return select(Attempt.id).where(Attempt.person_id == person_id)


export(
    "marks",
    _l("老师的批阅"),
    Mark,
    lambda person_id: Mark.attempt_id.in_(_attempts(person_id)),
    left_out={"marker_id": "somebody else"},
)
export(
    "regrade_changes",
    _l("重新评分的改动"),
    RegradeChange,
    lambda person_id: RegradeChange.attempt_id.in_(_attempts(person_id)),
    left_out={
        **dict.fromkeys(
            ("old_numerator", "new_numerator"), "together with the answer it would be the answer key; the score is told"
        ),
        **dict.fromkeys(("old_denominator", "new_denominator"), "belongs to the numerator"),
    },
)
export(
    "appeals",
    _l("成绩复核"),
    Appeal,
    lambda person_id: Appeal.attempt_id.in_(_attempts(person_id)),
    left_out={"answered_by_id": "somebody else"},
)
export(
    "marking_phrases",
    _l("批阅常用语"),
    MarkingPhrase,
    lambda person_id: MarkingPhrase.person_id == person_id,
    by=("person_id",),
)
export(
    "quizzes_to_mark",
    _l("参加批阅的测验"),
    QuizMarker,
    lambda person_id: QuizMarker.person_id == person_id,
    by=("person_id",),
)
decline("mark.marker_id", "the mark is about somebody else's answer; the column says who gave it")
decline("appeal.answered_by_id", "the appeal is the trainee's; the column says who answered")
decline("regrade.made_by_id", "the regrade is the college's; the column says who made it")
