"""What the responses of an attempt add up to: at the end of a sitting, and whenever marks change afterwards."""

from collections.abc import Iterable
from fractions import Fraction

from sqlalchemy import select

from academy.db import db
from academy.signals import attempt_regraded
from courses.question_types import installed
from courses.quizzes import rules
from courses.quizzes.models import Attempt, Response


def grade(response: Response, type_key: str, content: object) -> None:
    """Note in a response what its answer earns, or that it waits for a marker; its question counts for nobody without its type."""
    type_ = installed.get(type_key)
    fraction = type_.grade(content, response.answer) if type_.installed else None
    response.awaiting = type_.installed and fraction is None
    note(response, fraction)


def note(response: Response, fraction: Fraction | None) -> None:
    """Write a fraction into a response; None leaves the question out, or lets it wait."""
    if fraction is None:
        response.fraction_numerator, response.fraction_denominator = None, 1
    else:
        response.fraction_numerator, response.fraction_denominator = fraction.as_integer_ratio()


def fraction_of(response: Response) -> Fraction | None:
    """Return the share that an answer earned, or None."""
    if response.fraction_numerator is None:
        return None
    return Fraction(response.fraction_numerator, response.fraction_denominator)


def add_up(responses: Iterable[Response]) -> tuple[rules.Score, int]:
    """Return the score of responses, and how many of them wait for a marker: those earn nothing yet, but count."""
    rows = list(responses)
    zero = Fraction(0)
    score = rules.add_up((zero if each.awaiting else fraction_of(each), each.marks_hundredths) for each in rows)
    return score, sum(each.awaiting for each in rows)


def settle(attempt: Attempt, responses: Iterable[Response], pass_percent: int) -> None:
    """Write score, pass and count of waiting answers into an attempt. Nobody has passed while an answer waits."""
    score, attempt.awaiting = add_up(responses)
    attempt.score_numerator, attempt.score_denominator = score.earned.as_integer_ratio()
    attempt.marks_hundredths = score.possible
    attempt.passed = attempt.awaiting == 0 and rules.has_passed(score, pass_percent)


def settle_again(attempt: Attempt) -> bool:
    """Add up anew after marks have changed, and tell whoever listens; return whether anything differs.

    The caller holds the lock on the attempt, which has been handed in.
    """
    db.session.flush()
    before = _standing(attempt)
    responses = db.session.scalars(select(Response).where(Response.attempt_id == attempt.id))
    settle(attempt, responses, attempt.quiz_version.pass_percent)
    db.session.flush()
    if _standing(attempt) == before:
        return False
    attempt_regraded.send(attempt=attempt)
    return True


def lock(attempt_id: int) -> Attempt | None:
    """Return an attempt, read afresh and locked until the end of the transaction."""
    query = select(Attempt).where(Attempt.id == attempt_id).with_for_update()
    return db.session.scalar(query, execution_options={"populate_existing": True})


def _standing(attempt: Attempt) -> tuple[object, ...]:
    score = Fraction(attempt.score_numerator, attempt.score_denominator)
    return score, attempt.marks_hundredths, attempt.passed, attempt.awaiting
