"""From attempts into the notebook: at once where the key may be shown, later where it may be later, never where never."""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, delete, exists, select
from sqlalchemy.orm import joinedload

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from courses.practice import rules
from courses.practice.models import NotebookPending, PracticeRecord
from courses.practice.services.noting import Given, correct_entry, note_answers
from courses.question_types import installed
from courses.questions.models import QuestionVersion
from courses.quizzes import rules as quiz_rules
from courses.quizzes import services as quizzes
from courses.quizzes.feedback import installed as modes
from courses.quizzes.models import Attempt, QuizVersion, Response
from courses.quizzes.services import papers
from courses.quizzes.services.scoring import fraction_of

LOOK_AT_ONCE = 200


def take_in(attempt: Attempt) -> int:
    """Bring what was answered in a submitted attempt into the notebook if its key may be shown, else let it wait.

    Earlier attempts at the same quiz that have been waiting come along when they may. Return how many questions are new.
    """
    if never_shown(attempt.quiz_version):
        return 0
    if not may_show_key(attempt):
        if db.session.get(NotebookPending, attempt.id) is None:
            pending = NotebookPending(attempt_id=attempt.id, person_id=attempt.person_id, quiz_id=attempt.quiz_id)
            db.session.add(pending)
            db.session.flush()
        return 0
    return _note(attempt) + (_take_waiting(attempt) if _may_have_waited(attempt.quiz_version) else 0)


def _take_waiting(attempt: Attempt) -> int:
    """Take in the waiting attempts of the same person at the same quiz whose key may be shown now."""
    query = (
        select(Attempt)
        .join(NotebookPending, NotebookPending.attempt_id == Attempt.id)
        .where(NotebookPending.person_id == attempt.person_id, NotebookPending.quiz_id == attempt.quiz_id)
        .options(joinedload(Attempt.quiz_version))
        .order_by(Attempt.id)
    )
    return sum(_settle(waiting) for waiting in db.session.scalars(query).all())


def _settle(attempt: Attempt) -> int:
    """Take in one waiting attempt if it may be; return how many questions are new."""
    if not may_show_key(attempt):
        return 0
    db.session.execute(delete(NotebookPending).where(NotebookPending.attempt_id == attempt.id))
    return _note(attempt)


def never_shown(version: QuizVersion) -> bool:
    """Whether the key of this frozen quiz may never be shown."""
    return version.review_policy == quiz_rules.ReviewPolicy.NEVER


def _may_have_waited(version: QuizVersion) -> bool:
    """Whether attempts at this quiz may be waiting for their key."""
    return version.review_policy != quiz_rules.ReviewPolicy.AFTER_SUBMISSION or version.closes_at is not None


def may_show_key(attempt: Attempt) -> bool:
    """Whether the right answers of a submitted attempt may be shown to the one who sat it, now. No query where it is plain."""
    version = attempt.quiz_version
    if attempt.state != quiz_rules.State.SUBMITTED or never_shown(version):
        return False
    if not papers.mode_shows_key(attempt):
        return False
    if version.review_policy == quiz_rules.ReviewPolicy.AFTER_SUBMISSION:
        return True
    intro = quizzes.intro(version, db.session.get_one(Person, attempt.person_id))
    return quiz_rules.may_show_key(
        version.review_policy,
        attempt.state,
        ever_passed=intro.passed or attempt.passed,
        attempts_left=intro.start.left,
        sitting_again=intro.open_attempt is not None,
    )


def _note(attempt: Attempt) -> int:
    """Bring the graded answers of an attempt into the notebook, each once."""
    rows = _graded(attempt, contents=_asks_how_sure(attempt))
    answered = sum(installed.get(row.type).is_answered(row.answer) for row in rows)
    blanks = rules.blanks_count(answered, len(rows))
    given = [_given(attempt, row, blanks) for row in rows]
    return note_answers(attempt.person_id, given, attempt.submitted_at or now())


def _graded(attempt: Attempt, contents: bool) -> Sequence[Any]:
    """Return the graded responses that have not been noted yet, with the questions' `contents` or without. One query."""
    return db.session.execute(_to_note(contents), {"attempt": attempt.id}).all()


@cache
def _to_note(contents: bool) -> Select[Any]:
    noted = exists().where(
        PracticeRecord.attempt_id == bindparam("attempt"),
        PracticeRecord.question_version_id == Response.question_version_id,
    )
    return (
        select(
            Response.question_version_id,
            Response.answer,
            Response.fraction_numerator,
            Response.fraction_denominator,
            QuestionVersion.question_id,
            QuestionVersion.type,
            *([QuestionVersion.content] if contents else []),
        )
        .join(QuestionVersion, QuestionVersion.id == Response.question_version_id)
        .where(Response.attempt_id == bindparam("attempt"), Response.fraction_numerator.is_not(None), ~noted)
        .order_by(Response.position)
    )


def _given(attempt: Attempt, row: Any, blanks: bool) -> Given:
    type_ = installed.get(row.type)
    fraction = Fraction(row.fraction_numerator, row.fraction_denominator)
    if _asks_how_sure(attempt) and not type_.marked_by_hand:
        # What one was sure of changes the marks; the notebook asks whether the answer was right.
        fraction = type_.grade(row.content, row.answer) or Fraction(0)
    return Given(
        question_id=row.question_id,
        version_id=row.question_version_id,
        answer=row.answer,
        fraction=fraction,
        quiz_id=attempt.quiz_id,
        attempt_id=attempt.id,
        counts=blanks or type_.is_answered(row.answer),
    )


def _asks_how_sure(attempt: Attempt) -> bool:
    return bool(modes.get(attempt.quiz_version.feedback).levels)


def correct(attempt: Attempt) -> None:
    """Bring corrected marks of an attempt into what was noted of it, as after a mistake in a key.

    A wrong answer that was right after all is taken back, and its entry with it when nothing else is in it.
    """
    if _asks_how_sure(attempt):
        return
    query = (
        select(PracticeRecord, Response)
        .join(
            Response,
            (Response.attempt_id == PracticeRecord.attempt_id)
            & (Response.question_version_id == PracticeRecord.question_version_id),
        )
        .where(PracticeRecord.attempt_id == attempt.id)
    )
    for record, response in db.session.execute(query).all():
        before = Fraction(record.fraction_numerator, record.fraction_denominator)
        after = None if response.fraction_numerator is None else fraction_of(response)
        if after == before:
            continue
        if after is None:
            db.session.delete(record)
        else:
            record.fraction_numerator, record.fraction_denominator = after.as_integer_ratio()
        if (before == 1) != (after == 1 or after is None):
            correct_entry(record, right=before != 1)
    db.session.flush()


def waiting() -> list[int]:
    """Return the ids of some attempts that wait for their key, those first that were looked at longest ago."""
    query = select(NotebookPending.attempt_id).order_by(NotebookPending.looked_at).limit(LOOK_AT_ONCE)
    return list(db.session.scalars(query))


def look_again(attempt_id: int) -> None:
    """Take in one waiting attempt if its key may be shown by now."""
    pending = db.session.get(NotebookPending, attempt_id)
    if pending is None:
        return
    pending.looked_at = now()
    db.session.flush()
    _settle(db.session.get_one(Attempt, attempt_id, options=[joinedload(Attempt.quiz_version)]))
