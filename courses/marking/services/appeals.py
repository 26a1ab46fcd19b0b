"""Appeals: a trainee asks about the mark of one answer, the owner of the quiz answers with or without another mark."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.exc import IntegrityError

from academy.accounts.models import Person
from academy.audit.services import record
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from courses.marking.models import Appeal, Mark
from courses.marking.services import answers, marks
from courses.marking.services.access import quizzes_of
from courses.marking.services.answers import Answer
from courses.quizzes.models import Attempt, Quiz, QuizVersion
from courses.quizzes.services import scoring

SHORTEST, LONGEST = 4, 1000
MOST_PER_ANSWER = 3


@dataclass(frozen=True)
class Case:
    """An appeal with the answer that it is about."""

    appeal: Appeal
    answer: Answer


def of_attempt(attempt_id: int) -> dict[int, list[Appeal]]:
    """Return the appeals about an attempt by position, the newest first."""
    found: dict[int, list[Appeal]] = {}
    query = select(Appeal).where(Appeal.attempt_id == attempt_id).order_by(Appeal.id.desc())
    for appeal in db.session.scalars(query):
        found.setdefault(appeal.position, []).append(appeal)
    return found


def touched(attempt_id: int) -> tuple[bool, bool]:
    """Return whether an attempt has marks by hand, and whether it has appeals. One query."""
    row = db.session.execute(_touched(), {"attempt": attempt_id}).one()
    return bool(row[0]), bool(row[1])


@cache
def _touched() -> Select[bool, bool]:
    """Return the query, made once: every page with a result asks it."""
    marked = select(Mark.id).where(Mark.attempt_id == bindparam("attempt")).exists()
    appealed = select(Appeal.id).where(Appeal.attempt_id == bindparam("attempt")).exists()
    return select(marked, appealed)


def refusal(answer: Answer, earlier: list[Appeal]) -> str:
    """Return why no appeal can be made about an answer now; empty when one can."""
    if answer.response.awaiting:
        return _("这道题还没有批完，批完以后才能申请复核")
    if any(each.state == "open" for each in earlier):
        return _("这道题已经有一条复核申请在等老师答复")
    if len(earlier) >= MOST_PER_ANSWER:
        return _("这道题已经申请过 %(n)s 次复核，请直接联系老师", n=MOST_PER_ANSWER)
    return ""


def _checked(text: str, missing: str, field: str) -> str:
    words = text.replace("\r\n", "\n").strip().strip("\u3000")
    if len(words) < SHORTEST:
        raise UserError(missing, 422, field)
    if len(words) > LONGEST:
        raise UserError(_("最多 %(n)s 个字，现在有 %(now)s 个", n=LONGEST, now=len(words)), 422, field)
    return words


def open_appeal(answer: Answer, reason: str) -> Appeal:
    """Note an appeal. Raises UserError: 409 when none can be made now, 422 without a reason."""
    scoring.lock(answer.attempt.id)
    why = refusal(answer, of_attempt(answer.attempt.id).get(answer.response.position, []))
    if why:
        raise UserError(why, 409)
    words = _checked(reason, _("写明您觉得哪里判得不对"), "reason")
    appeal = Appeal(attempt_id=answer.attempt.id, position=answer.response.position, reason=words)
    try:
        with db.session.begin_nested():
            db.session.add(appeal)
    except IntegrityError as error:
        raise UserError(_("这道题已经有一条复核申请在等老师答复"), 409) from error
    record("appeal.opened", appeal, label=answer.quiz_version.title)
    return appeal


def listed(person: Person, *, answered: bool) -> Select[*tuple[Any, ...]]:
    """Return the query for the appeals that a person answers: the longest waiting first, or the last answered first."""
    query = (
        select(Appeal, Attempt, Person, QuizVersion)
        .join(Attempt, Attempt.id == Appeal.attempt_id)
        .join(Person, Person.id == Attempt.person_id)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(quizzes_of(person, deciding=True))
    )
    if answered:
        return query.where(Appeal.state != "open").order_by(Appeal.answered_at.desc(), Appeal.id.desc())
    return query.where(Appeal.state == "open").order_by(Appeal.opened_at, Appeal.id)


def find(appeal_id: int) -> Case | None:
    """Return an appeal with its answer."""
    appeal = db.session.get(Appeal, appeal_id)
    answer = answers.find(appeal.attempt_id, appeal.position) if appeal else None
    return Case(appeal, answer) if appeal and answer else None


def settle(case: Case, person: Person, share: Fraction | None, words: str) -> Appeal:
    """Answer an appeal; `share` is the new mark, None leaves it as it is.

    Raises UserError: 422 without a reason, 409 when somebody has answered meanwhile.
    """
    scoring.lock(case.answer.attempt.id)
    appeal = case.appeal
    db.session.refresh(appeal)
    if appeal.state != "open":
        raise UserError(_("这条申请刚才已经答复过了，这次没有保存"), 409)
    answer = _checked(words, _("写明为什么这样处理，学员会看到"), "answer")
    changed = share is not None and share != case.answer.fraction
    appeal.state = "changed" if changed else "kept"
    appeal.answer, appeal.answered_at, appeal.answered_by_id = answer, now(), person.id
    db.session.flush()
    if changed and share is not None:
        marks.decide_whole(case.answer, person, share, answer)
    name = case.answer.person.name
    record(f"appeal.{appeal.state}", appeal, label=case.answer.quiz_version.title, name=name, reason=answer[:200])
    return appeal
