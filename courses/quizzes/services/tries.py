"""Checking one answer while the attempt is open: each check that counts is a row, appended and never changed."""

from fractions import Fraction

from sqlalchemy import select

from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from courses.question_types import installed
from courses.question_types.base import hints_of
from courses.questions.models import QuestionVersion
from courses.quizzes import rules
from courses.quizzes.models import Attempt, QuizTry, Response
from courses.quizzes.services.scoring import terms_of
from courses.quizzes.services.sittings import Sitting


def check(place: Sitting) -> bool:
    """Check the answer that is saved; return whether that was a further try.

    The very answer that was checked last is no further try: a button pressed twice costs nothing. Raises UserError (409)
    after the end, and where there is nothing to check (422).
    """
    if not place.takes_answers or place.section_is_over:
        raise UserError(_("作答时间已经结束，不能再检查"), status=409)
    if not place.mode.checks or place.type.marked_by_hand or not place.type.installed:
        raise UserError(_("这道题要交卷以后才评分"), status=409)
    query = (
        select(Response, QuestionVersion)
        .join(QuestionVersion, QuestionVersion.id == Response.question_version_id)
        .where(Response.attempt_id == place.attempt_id, Response.position == place.position)
        .with_for_update(of=Response)
        .execution_options(populate_existing=True)
    )
    response, question = db.session.execute(query).one()
    if response.locked:
        return False
    if not installed.get(question.type).is_answered(response.answer):
        raise UserError(_("先作答，再检查这题"), status=422)
    return _append(place, response, question)


def _append(place: Sitting, response: Response, question: QuestionVersion) -> bool:
    earned = installed.get(question.type).grade(question.content, response.answer)
    if earned is None:
        raise UserError(_("这道题要交卷以后才评分"), status=409)
    earlier = _earlier(response)
    if earlier and earlier[-1].answer == response.answer:
        return False
    tries = [*(Fraction(each.fraction_numerator, each.fraction_denominator) for each in earlier), earned]
    terms = terms_of(db.session.get_one(Attempt, place.attempt_id).quiz_version)
    hints = min(place.mode.hints(tries, terms), len(hints_of(question.content)))
    numerator, denominator = rules.kept(earned).as_integer_ratio()
    db.session.add(
        QuizTry(
            attempt_id=response.attempt_id,
            position=response.position,
            number=len(tries),
            answer=response.answer,
            fraction_numerator=numerator,
            fraction_denominator=denominator,
            confidence=response.confidence,
            hint=hints,
            at=now(),
        )
    )
    response.locked = place.mode.is_locked(tries, terms)
    db.session.flush()
    return True


def _earlier(response: Response) -> list[QuizTry]:
    query = select(QuizTry).where(QuizTry.attempt_id == response.attempt_id, QuizTry.position == response.position)
    return list(db.session.scalars(query.order_by(QuizTry.number)))
