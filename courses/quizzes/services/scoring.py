"""What the responses of an attempt add up to: at the end of a sitting, and whenever marks change afterwards."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from sqlalchemy import select

from academy.db import db
from academy.signals import attempt_regraded
from courses.question_types import installed
from courses.question_types.base import as_content
from courses.quizzes import rules
from courses.quizzes.feedback import installed as modes
from courses.quizzes.feedback.base import FeedbackMode, Terms
from courses.quizzes.models import Attempt, QuizSettings, QuizTry, QuizVersion, Response


@dataclass(frozen=True)
class Scheme:
    """How a quiz makes marks of answers: its feedback mode, and the answers of an attempt that were checked, by position.

    `rule`: the scoring rule that the paper prescribes for questions that know it; empty for each its own.
    """

    mode: FeedbackMode
    terms: Terms
    pass_percent: int
    tried: Mapping[int, Sequence[Any]]
    rule: str = ""


def scheme_of(attempt: Attempt, version: QuizVersion) -> Scheme:
    """Return how this attempt is marked. One query where its quiz checks answers during the attempt, else none."""
    mode = modes.get(version.feedback)
    tried: dict[int, list[Any]] = {}
    if mode.checks:
        query = select(QuizTry.position, QuizTry.answer).where(QuizTry.attempt_id == attempt.id)
        for position, answer in db.session.execute(query.order_by(QuizTry.position, QuizTry.number)):
            tried.setdefault(position, []).append(answer)
    return Scheme(mode, terms_of(version), version.pass_percent, tried, version.plan.get("scoring", ""))


def terms_of(version: QuizSettings) -> Terms:
    """Return what a quiz says about its feedback mode."""
    return Terms(version.tries_allowed, Fraction(version.penalty_hundredths, 100), version.closes_at)


@dataclass(slots=True)
class Marked:
    """The part of a response that grading reads and writes."""

    position: int
    marks_hundredths: int
    answer: Any
    confidence: int | None
    fraction_numerator: int | None = None
    fraction_denominator: int = 1
    awaiting: bool = False


def grade(response: Response | Marked, type_key: str, content: object, scheme: Scheme) -> None:
    """Note in a response what it earns, or that it waits for a marker; its question counts for nobody without its type.

    The tries are graded anew as well, so that a corrected key counts for them, too.
    """
    type_ = installed.get(type_key)
    content = type_.scored_by(as_content(content), scheme.rule)
    fraction = type_.grade(content, response.answer) if type_.installed else None
    response.awaiting = type_.installed and fraction is None
    if response.awaiting:
        response.confidence = None  # a person judges: how sure somebody was plays no part
    tries = [type_.grade(content, each) or Fraction(0) for each in scheme.tried.get(response.position, ())]
    note(response, scheme.mode.share(fraction, tries, response.confidence, scheme.terms))


def note(response: Response | Marked, fraction: Fraction | None) -> None:
    """Write a fraction into a response; None leaves the question out, or lets it wait."""
    if fraction is None:
        response.fraction_numerator, response.fraction_denominator = None, 1
    else:
        response.fraction_numerator, response.fraction_denominator = rules.kept(fraction).as_integer_ratio()


class Graded(Protocol):
    """What is asked of a graded response here; a row of its columns will do."""

    @property
    def fraction_numerator(self) -> int | None:
        """None where it is not graded."""

    @property
    def fraction_denominator(self) -> int:
        """Never 0."""


def fraction_of(response: Graded) -> Fraction | None:
    """Return the share that an answer earned, or None."""
    if response.fraction_numerator is None:
        return None
    return Fraction(response.fraction_numerator, response.fraction_denominator)


def add_up(responses: Iterable[Response | Marked], scheme: Scheme) -> tuple[rules.Score, int]:
    """Return the score of responses, and how many of them wait for a marker: those earn nothing yet, but count."""
    rows = list(responses)
    zero = Fraction(0)
    shares = [(zero if each.awaiting else fraction_of(each), each) for each in rows]
    score = rules.add_up((share, each.marks_hundredths) for share, each in shares)
    lost = sum(
        (
            scheme.mode.deduction(share, each.confidence) * each.marks_hundredths
            for share, each in shares
            if share is not None and each.confidence is not None
        ),
        zero,
    )
    return rules.Score(max(zero, score.earned - lost), score.possible), sum(each.awaiting for each in rows)


def settle(attempt: Attempt, responses: Iterable[Response | Marked], scheme: Scheme) -> None:
    """Write score, pass and count of waiting answers into an attempt. Nobody has passed while an answer waits."""
    score, attempt.awaiting = add_up(responses, scheme)
    attempt.score_numerator, attempt.score_denominator = rules.kept(score.earned).as_integer_ratio()
    attempt.marks_hundredths = score.possible
    attempt.passed = attempt.awaiting == 0 and rules.has_passed(score, scheme.pass_percent)


def settle_again(attempt: Attempt) -> bool:
    """Add up anew after marks have changed, and tell whoever listens; return whether anything differs.

    The caller holds the lock on the attempt, which has been handed in.
    """
    db.session.flush()
    before = _standing(attempt)
    responses = db.session.scalars(select(Response).where(Response.attempt_id == attempt.id))
    settle(attempt, responses, scheme_of(attempt, attempt.quiz_version))
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
