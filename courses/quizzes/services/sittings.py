"""Sitting a quiz: saving answers and handing in."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import contains_eager

from academy import alone
from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _, bind, current_locale
from academy.signals import attempt_submitted
from academy.web import tickets
from courses.question_types import installed
from courses.question_types.base import FormValues, QuestionType, first
from courses.questions.models import QuestionVersion
from courses.quizzes import rules
from courses.quizzes.feedback import installed as modes
from courses.quizzes.feedback.base import FeedbackMode
from courses.quizzes.models import Attempt, QuizVersion, Response
from courses.quizzes.services import scoring, stepping

TICKET = "attempt"
CLOSE_AT_ONCE = 200
"""How many overdue attempts one run of the background work ends; the next run takes the rest."""


# -- saving ----------------------------------------------------------------------------------------------------------

# The request that comes most often: its two statements are built once, and go past the ORM.
_attempt, _response = cast(Table, Attempt.__table__), cast(Table, Response.__table__)
_person = cast(Table, Person.__table__)
_question, _version = cast(Table, QuestionVersion.__table__), cast(Table, QuizVersion.__table__)

_PLACE = (
    select(
        _attempt.c.id,
        _attempt.c.state,
        _attempt.c.started_at,
        _attempt.c.deadline_at,
        _attempt.c.network,
        _version.c.feedback,
        _question.c.type,
        _response.c.answer,
        _response.c.sequence,
        _response.c.closes_at,
        _response.c.locked,
        _person.c.session_key,
        _person.c.is_active,
    )
    .join(_person, _person.c.id == _attempt.c.person_id)
    .join(_version, _version.c.id == _attempt.c.quiz_version_id)
    .join(_response, _response.c.attempt_id == _attempt.c.id)
    .join(_question, _question.c.id == _response.c.question_version_id)
    .where(
        _attempt.c.token == bindparam("token"),
        _attempt.c.person_id == bindparam("person_id"),
        _response.c.position == bindparam("position"),
    )
)
_PLACE_LOCKED = _PLACE.with_for_update(read=True, of=_attempt)
# Locked against handing in, where the database can: no answer is written, and acknowledged, after grading has begun.
_STILL_OPEN = (
    select(_attempt.c.id)
    .where(_attempt.c.id == bindparam("here"), _attempt.c.state == rules.State.OPEN)
    .with_for_update(read=True)
)
_KEEP = (
    update(_response)
    .where(
        _response.c.attempt_id == _STILL_OPEN.scalar_subquery(),
        _response.c.position == bindparam("place"),
        _response.c.sequence < bindparam("number"),
        _response.c.locked.is_(False),
    )
    .values(
        answer=bindparam("given"),
        flagged=bindparam("mark"),
        confidence=bindparam("sure"),
        sequence=bindparam("number"),
        saved_at=bindparam("moment"),
    )
)
_HERE = (
    select(_attempt.c.state, _response.c.sequence, _response.c.answer)
    .join(_response, _response.c.attempt_id == _attempt.c.id)
    .where(_attempt.c.id == bindparam("here"), _response.c.position == bindparam("place"))
)


@dataclass(frozen=True)
class Sitting:
    """What saving one answer needs to know, from one query."""

    attempt_id: int
    state: str
    started_at: datetime
    deadline_at: datetime | None
    position: int
    type: QuestionType
    sequence: int
    answer: Any = None
    section_closes_at: datetime | None = None
    locked: bool = False
    mode: FeedbackMode = field(default_factory=lambda: modes.get("after_submission"))
    network: str = ""

    @property
    def takes_answers(self) -> bool:
        """Whether an answer that arrives now counts, as far as the attempt is concerned."""
        return rules.takes_answers(self.state, self.deadline_at, now())

    @property
    def section_is_over(self) -> bool:
        """Whether the time of the question's section has passed; the attempt itself may go on."""
        return rules.is_overdue(self.state, self.section_closes_at, now())


class TooLate(UserError):
    """The attempt has ended: an answer that arrives now does not count."""

    def __init__(self) -> None:
        super().__init__(_("作答时间已经结束，这次的答案没有计入。结束前保存的答案都在"), status=409)


@dataclass(frozen=True)
class Saved:
    """What became of a save: `superseded` when a later answer to the same question was here already."""

    sequence: int
    saved_at: datetime
    superseded: bool
    answered: bool


def sitting(token: str, person: Person, position: int) -> Sitting | None:
    """Return the person's own attempt at one question, or None when there is no such thing.

    Locked against handing in until the end of the transaction, where the database can. (SQLite lets one writer in at a
    time anyway.)
    """
    values = {"token": token, "person_id": person.id, "position": position}
    row = db.session.connection().execute(_PLACE_LOCKED, values).one_or_none()
    return None if row is None else _sitting(row, position)


def sitting_by_ticket(ticket: str, token: str, position: int) -> Sitting | None:
    """Return the same for the script of a page that presents its ticket, or None when there is no such thing.

    Nobody has been loaded for such a request: ticket, session and person are held against each other here. Nothing is
    locked. Raises UserError (401) when they do not fit, as after another sign-in.
    """
    named, (person_id, session_key) = tickets.read(TICKET, ticket), tickets.signed_in_as()
    if named is None or named[:3] != [person_id, token, tickets.sign_in_mark(session_key)]:
        raise UserError(_("登录已过期，请重新登录"), status=401)
    bind(named[3])
    row = alone.run(_PLACE, {"token": token, "person_id": person_id, "position": position}).one_or_none()
    if row is None:
        return None
    if not row.is_active or row.session_key != session_key:
        raise UserError(_("登录已过期，请重新登录"), status=401)
    return _sitting(row, position)


def ticket_of(attempt: Attempt) -> str:
    """Return the ticket that the page of an attempt saves answers with."""
    person_id, session_key = tickets.signed_in_as()
    return tickets.issue(TICKET, person_id, attempt.token, tickets.sign_in_mark(session_key), current_locale())


def _sitting(row: Any, position: int) -> Sitting:
    return Sitting(
        attempt_id=row.id,
        state=row.state,
        started_at=row.started_at,
        deadline_at=row.deadline_at,
        position=position,
        type=installed.get(row.type),
        sequence=row.sequence,
        answer=row.answer,
        section_closes_at=row.closes_at,
        locked=row.locked,
        mode=modes.get(row.feedback),
        network=row.network,
    )


def save_answer(place: Sitting, form: FormValues, *, flagged: bool, sequence: int | None) -> Saved:
    """Keep one answer, unless a later one is here already. One statement; durable once the request is acknowledged.

    `sequence` is when the answer was given, in milliseconds by the browser's reckoning of our clock; None without
    scripts. Raises TooLate after the end, UserError (409) after the end of the section, StepRefused (409) for a step that
    cannot be taken.
    """
    if not place.takes_answers:
        raise TooLate
    if place.section_is_over:
        raise UserError(_("这一部分的作答时间已经结束，这次的答案没有计入。其他部分可以接着答"), status=409)
    moment = now()
    if not place.type.installed:
        # What was answered while the type was there must not be overwritten by a page that cannot show it.
        return Saved(place.sequence, moment, superseded=False, answered=False)
    if place.locked:
        return Saved(place.sequence, moment, superseded=True, answered=True)
    answer = place.type.parse_answer(form)
    answered = place.type.is_answered(answer)
    if place.type.stepwise:
        _hold_open(place)
        answer = stepping.advanced(place.attempt_id, place.position, place.type, place.mode, answer)
        answered = place.type.is_answered(answer)
    number = rules.accepted_sequence(sequence, place.sequence, moment)
    # The very save that is here already, sent again because its acknowledgement got lost, is no other answer.
    superseded = not rules.is_newer(number, place.sequence) and (number, answer) != (place.sequence, place.answer)
    if rules.is_newer(number, place.sequence):
        asked = answered and not place.type.marked_by_hand
        sure = place.mode.level(first(form, "confidence")) if asked else None
        superseded = not _keep(place, answer, flagged, sure, number, moment) and _is_overtaken(place, answer, number)
    return Saved(max(number, place.sequence), moment, superseded=superseded, answered=answered)


def _keep(place: Sitting, answer: Any, flagged: bool, sure: int | None, sequence: int, moment: datetime) -> bool:
    """Write the answer unless a newer one got in between, it was checked or handed in; return whether it was written."""
    values = {
        "sure": sure,
        "here": place.attempt_id,
        "place": place.position,
        "given": answer,
        "mark": flagged,
        "number": sequence,
        "moment": moment,
    }
    return alone.run(_KEEP, values, writes=True).rowcount == 1


def _hold_open(place: Sitting) -> None:
    """Lock the attempt against handing in before an answer of it is locked: handing in takes them in this order, too."""
    if db.session.connection().execute(_STILL_OPEN, {"here": place.attempt_id}).one_or_none() is None:
        raise TooLate


def _is_overtaken(place: Sitting, answer: Any, sequence: int) -> bool:
    """Return whether an answer that was not written is another than the one that is here. Raises TooLate after the end.

    The very same may have been on its way twice at this moment: then it is here, whatever came after it.
    """
    row = alone.run(_HERE, {"here": place.attempt_id, "place": place.position}).one()
    if (sequence, answer) == (row.sequence, row.answer):
        return False
    if row.state != rules.State.OPEN:
        raise TooLate
    return True


# -- the end -------------------------------------------------------------------------------------------------------


# Asked by every page of a sitting: built once.
_OWN = (
    select(Attempt)
    .join(Attempt.quiz_version)
    .options(contains_eager(Attempt.quiz_version))
    .where(Attempt.token == bindparam("token"), Attempt.person_id == bindparam("person"))
)


_LOCKED = (
    select(Attempt)
    .where(Attempt.id == bindparam("attempt"))
    .with_for_update()
    .execution_options(populate_existing=True)
)


def find_attempt(token: str, person: Person) -> Attempt | None:
    """Return the person's own attempt with its frozen quiz, or None. One query."""
    return db.session.scalar(_OWN, {"token": token, "person": person.id})


def hold(attempt: Attempt) -> None:
    """Read an attempt anew and keep everybody else from it until the end of the transaction.

    Whoever is going to hand in begins with this: two who have noted something about the attempt first would wait for each
    other for ever.
    """
    db.session.scalars(_LOCKED, {"attempt": attempt.id}).one()


def submit(attempt: Attempt) -> Attempt:
    """Hand in and grade. Doing it again changes nothing, and nobody is graded twice."""
    version = attempt.quiz_version
    hold(attempt)
    if attempt.state == rules.State.SUBMITTED:
        return attempt
    scheme = scoring.scheme_of(attempt, version)
    responses = _graded(attempt, scheme)
    attempt.submitted_at, attempt.submitted_by = rules.end_of(attempt.state, attempt.deadline_at, now())
    attempt.state = rules.State.SUBMITTED
    scoring.settle(attempt, responses, scheme)
    db.session.flush()
    attempt_submitted.send(attempt=attempt)
    return attempt


# Handing in touches every response of the paper: two statements that go past the ORM.
_ANSWERED = (
    select(
        _response.c.position,
        _response.c.marks_hundredths,
        _response.c.answer,
        _response.c.confidence,
        _question.c.type,
        _question.c.content,
    )
    .join(_question, _question.c.id == _response.c.question_version_id)
    .where(_response.c.attempt_id == bindparam("attempt"))
    .order_by(_response.c.position)
)
_NOTE_GRADE = (
    update(_response)
    .where(_response.c.attempt_id == bindparam("here"), _response.c.position == bindparam("place"))
    .values(
        fraction_numerator=bindparam("numerator"),
        fraction_denominator=bindparam("denominator"),
        awaiting=bindparam("waits"),
        confidence=bindparam("sure"),
    )
)


def _graded(attempt: Attempt, scheme: scoring.Scheme) -> list[scoring.Marked]:
    """Grade every question from what is saved, and note the fraction in its response."""
    db.session.flush()
    connection, graded = db.session.connection(), []
    for row in connection.execute(_ANSWERED, {"attempt": attempt.id}):
        marked = scoring.Marked(row.position, row.marks_hundredths, row.answer, row.confidence)
        scoring.grade(marked, row.type, row.content, scheme)
        graded.append(marked)
    values = [
        {
            "here": attempt.id,
            "place": each.position,
            "numerator": each.fraction_numerator,
            "denominator": each.fraction_denominator,
            "waits": each.awaiting,
            "sure": each.confidence,
        }
        for each in graded
    ]
    if values:
        connection.execute(_NOTE_GRADE, values)
    for known in [each for each in db.session if isinstance(each, Response) and each.attempt_id == attempt.id]:
        db.session.expire(known)
    return graded


def close_if_overdue(attempt: Attempt) -> bool:
    """Hand in an attempt whose time is over, with what was saved; return whether it was."""
    if not rules.is_overdue(attempt.state, attempt.deadline_at, now()):
        return False
    submit(attempt)
    return True


def overdue(limit: int = CLOSE_AT_ONCE) -> list[int]:
    """Return the ids of attempts whose time is over although nobody came back, the longest overdue first."""
    query = (
        select(Attempt.id)
        .where(Attempt.state == rules.State.OPEN, Attempt.deadline_at < now() - rules.GRACE)
        .order_by(Attempt.deadline_at)
        .limit(limit)
    )
    return list(db.session.scalars(query))


def close(attempt_id: int) -> bool:
    """Hand in one of `overdue()`; return whether it was still open."""
    attempt = db.session.get(Attempt, attempt_id)
    return attempt is not None and close_if_overdue(attempt)
