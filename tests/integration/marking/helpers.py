"""People who sit quizzes with essays, and those who mark them."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from academy.accounts.models import Person
from academy.db import db
from courses.quizzes import services as quizzes
from courses.quizzes.models import Attempt, QuizVersion, Response
from courses.quizzes.services import scoring
from tests.factories import make_person

ESSAY = "先分别听双方讲，再一起到现场看，最后商量维修和费用。"


def response(attempt: Attempt, position: int) -> Response:
    return db.session.get_one(Response, (attempt.id, position), populate_existing=True)


def answer(attempt: Attempt, person: Person, position: int, **fields) -> None:
    """Save an answer; a field "answer" is that of a single value."""
    place = quizzes.sitting(attempt.token, person, position)
    form = MultiDict([(name.replace("__", "-"), value) for name, value in fields.items()])
    quizzes.save_answer(place, form, flagged=False, sequence=None)


def sit(
    version: QuizVersion, person: Person | None = None, essay: str = ESSAY, right: bool = True, **values
) -> Attempt:
    """Hand in a quiz of a single choice and an essay (positions 1 and 2)."""
    person = person or make_person()
    attempt = quizzes.start_attempt(person, version, **values)
    choice = response(attempt, 1).question_version.content
    wrong = next(each["id"] for each in choice["options"] if each["id"] != choice["correct"])
    answer(attempt, person, 1, answer=choice["correct"] if right else wrong)
    if essay:
        answer(attempt, person, 2, answer=essay)
    db.session.expire_all()
    return quizzes.submit(attempt)


def score(attempt: Attempt) -> tuple[int, int, bool, int]:
    """Earned and possible hundredths, passed, waiting."""
    db.session.refresh(attempt)
    found = quizzes.score_of(attempt)
    return int(found.earned), found.possible, attempt.passed, attempt.awaiting


__all__ = ["ESSAY", "answer", "response", "score", "scoring", "sit"]
