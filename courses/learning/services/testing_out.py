"""Testing out: a quiz that completes a course by itself, for those who know it already."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from courses.catalog.models import CourseVersion
from courses.completion.evaluate import course_lock, tested_out
from courses.completion.wording import locked
from courses.learning.models import Enrolment
from courses.learning.services.clocks import lock_clock
from courses.learning.services.gates import completed_among, names_for
from courses.learning.services.progress import complete
from courses.quizzes.models import Attempt, QuizVersion
from courses.quizzes.services import score_of, start_attempt


@dataclass(frozen=True)
class Offer:
    """The quiz by which somebody may test out: what it asks for, and how many attempts are left; `open`: one is under way."""

    percent: int
    questions: int
    minutes: int
    allowed: int
    used: int
    open: bool

    @property
    def left(self) -> int:
        """How many attempts may still be started."""
        return max(0, self.allowed - self.used)


def attempts_at(person_id: int, quiz_id: int) -> Any:
    """Return the query for how many attempts at a quiz somebody has handed in, and how many are open."""
    return select(
        func.count().filter(Attempt.state == "submitted").label("used"),
        func.count().filter(Attempt.state == "open").label("open"),
    ).where(Attempt.person_id == person_id, Attempt.quiz_id == quiz_id)


def offer_for(version: CourseVersion, person_id: int | None) -> Offer | None:
    """Return the quiz by which a course can be tested out of, or None; one query at most."""
    rule = version.rules.get("test_out")
    if not rule or not rule.get("quiz_version_id") or not rule.get("percent"):
        return None
    row = db.session.execute(attempts_at(person_id, rule["quiz_id"])).one() if person_id else None
    return Offer(
        percent=rule["percent"],
        questions=rule.get("questions", 0),
        minutes=rule.get("time_limit_seconds", 0) // 60,
        allowed=rule.get("attempts", 1),
        used=row.used if row else 0,
        open=bool(row and row.open),
    )


def start(person: Person, enrolment: Enrolment, return_path: str) -> Attempt:
    """Start testing out, or go on with the attempt that is open. The score promised now is the one that will count.

    Raises UserError (409) when it is not offered, not open, or no attempt is left.
    """
    lock_clock(person.id)
    db.session.refresh(enrolment)
    version = db.session.get_one(CourseVersion, enrolment.version_id)
    offer = offer_for(version, person.id)
    if enrolment.state == "completed":
        raise UserError(_("这门课您已经学完了，不用再免修"), 409)
    if offer is None:
        raise UserError(_("这门课没有免修测验"), 409)
    lock = course_lock(version.rules, now(), completed_among(person.id, version.rules.get("courses", ())))
    if lock is not None:
        raise UserError(locked(lock, names_for(lock, version.id)), 409)
    if not offer.open and not offer.left:
        raise UserError(_("免修测验的 %(n)s 次机会已经用完。可以照常学习这门课", n=offer.allowed), 409)
    rule = version.rules["test_out"]
    promise = {"course_id": enrolment.course_id, "version_id": version.id, "percent": rule["percent"]}
    quiz = db.session.get_one(QuizVersion, rule["quiz_version_id"])
    origin = {"test_out": promise, "enrolment_id": enrolment.id}
    return start_attempt(person, quiz, origin=origin, return_path=return_path)


def note_test_out(attempt: Attempt) -> bool:
    """Complete the course when an attempt to test out of it has reached what was promised; return whether it has.

    Failing changes nothing. A completed course stays as it is, whatever is handed in afterwards.
    """
    promise = attempt.origin.get("test_out")
    if not isinstance(promise, Mapping) or attempt.awaiting:
        return False
    lock_clock(attempt.person_id)
    enrolment = db.session.get(Enrolment, attempt.origin.get("enrolment_id", 0), populate_existing=True)
    if enrolment is None or enrolment.person_id != attempt.person_id or enrolment.state == "completed":
        return False
    db.session.refresh(enrolment, with_for_update=True)
    rules = db.session.get_one(CourseVersion, enrolment.version_id).rules
    handed_in = attempt.submitted_at or now()
    lock = course_lock({**rules, "courses": [], "opens_at": ""}, handed_in, ())
    if enrolment.state == "completed" or lock is not None or not tested_out(promise, score_of(attempt).share):
        return False
    complete(enrolment, attempt_id=attempt.id)
    return True
