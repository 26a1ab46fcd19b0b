"""Sitting a quiz: starting, saving answers, handing in, and what may be done next."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import contains_eager

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _, bind, current_locale
from academy.signals import attempt_submitted
from academy.web import tickets
from academy.web.filters import show_datetime
from courses.question_types import installed
from courses.question_types.base import FormValues, QuestionType
from courses.questions.models import QuestionVersion
from courses.quizzes import rules
from courses.quizzes.models import Attempt, QuizVersion, QuizVersionSlot, Response
from courses.quizzes.services import scoring

TICKET = "attempt"
CLOSE_AT_ONCE = 200
"""How many overdue attempts one run of the background work ends; the next run takes the rest."""


# -- before and after ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Intro:
    """What stands before a quiz for one person.

    `finished` are the attempts handed in, oldest first; `best` is the one that counts; `open_attempt` can be continued.
    `reason` says in the person's language why none may start, and is empty when one may.
    """

    quiz_version: QuizVersion
    open_attempt: Attempt | None
    finished: tuple[Attempt, ...]
    best: Attempt | None
    passed: bool
    start: rules.Start
    reason: str

    @property
    def used(self) -> int:
        """How many attempts have been handed in."""
        return len(self.finished)


def score_of(attempt: Attempt) -> rules.Score:
    """Return the exact score of a graded attempt."""
    return rules.Score(Fraction(attempt.score_numerator, attempt.score_denominator), attempt.marks_hundredths)


def intro(quiz_version: QuizVersion, person: Person) -> Intro:
    """Return where a person stands with a quiz, over all its versions. One query."""
    query = (
        select(Attempt)
        .where(Attempt.person_id == person.id, Attempt.quiz_id == quiz_version.quiz_id)
        .order_by(Attempt.number)
    )
    attempts = list(db.session.scalars(query))
    finished = tuple(attempt for attempt in attempts if attempt.state == rules.State.SUBMITTED)
    open_attempt = next((attempt for attempt in attempts if attempt.state == rules.State.OPEN), None)
    last = max((attempt.submitted_at for attempt in finished if attempt.submitted_at), default=None)
    start = rules.may_start(len(finished), quiz_version.attempts_allowed, last, quiz_version.retry_wait_seconds, now())
    best = max(finished, key=lambda attempt: (attempt.passed, score_of(attempt).share), default=None)
    return Intro(
        quiz_version=quiz_version,
        open_attempt=open_attempt,
        finished=finished,
        best=best,
        passed=any(attempt.passed for attempt in finished),
        start=start,
        reason=_refusal(start, quiz_version),
    )


def _refusal(start: rules.Start, quiz_version: QuizVersion) -> str:
    if start.refusal == rules.Refusal.NONE_LEFT:
        return _("%(n)s 次机会已经用完，以最好的一次成绩为准", n=quiz_version.attempts_allowed)
    if start.refusal == rules.Refusal.TOO_EARLY:
        return _("两次作答之间要隔一段时间，%(time)s 以后可以再考", time=show_datetime(start.allowed_at))
    return ""


def start_attempt(
    person: Person, quiz_version: QuizVersion, origin: dict[str, Any] | None = None, return_path: str = ""
) -> Attempt:
    """Start an attempt, or return the one that is open: pressing the button twice starts one.

    One whose time is over is handed in and returned as it is, so that its result is seen before the next one starts.

    `origin` says from where it was started and goes with the attempt to whoever listens to `attempt_submitted`;
    `return_path` is the path on this site that the result page leads back to. Raises UserError (409) when the rules allow
    no further attempt.
    """
    state = intro(quiz_version, person)
    if state.open_attempt is not None:
        close_if_overdue(state.open_attempt)
        return state.open_attempt
    if not state.start.allowed:
        raise UserError(state.reason, status=409)
    started_at = now()
    attempt = Attempt(
        person_id=person.id,
        quiz_id=quiz_version.quiz_id,
        quiz_version=quiz_version,
        number=len(state.finished) + 1,
        origin=origin or {},
        return_path=return_path if return_path.startswith("/") and not return_path.startswith("//") else "",
        started_at=started_at,
        deadline_at=rules.deadline(started_at, quiz_version.time_limit_seconds),
    )
    try:
        with db.session.begin_nested():
            db.session.add(attempt)
            db.session.flush()
            _lay_out(attempt)
    except IntegrityError:
        # The same button, pressed twice: the other request was a moment earlier.
        other = intro(quiz_version, person).open_attempt
        if other is None:
            raise
        return other
    return attempt


def _lay_out(attempt: Attempt) -> None:
    """Put the questions of the frozen quiz into the attempt. One statement."""
    paper = select(
        literal(attempt.id),
        _slot.c.position,
        _slot.c.question_version_id,
        _slot.c.marks_hundredths,
        *(literal(value, _response.c[name].type) for name, value in _BLANK.items()),
    ).where(_slot.c.quiz_version_id == attempt.quiz_version_id)
    columns = ["attempt_id", "position", "question_version_id", "marks_hundredths", *_BLANK]
    db.session.execute(insert(_response).from_select(columns, paper, include_defaults=False))


# -- saving ----------------------------------------------------------------------------------------------------------

# The request that comes most often: its two statements are built once, and go past the ORM.
_attempt, _response = cast(Table, Attempt.__table__), cast(Table, Response.__table__)
_person = cast(Table, Person.__table__)
_slot, _question = cast(Table, QuizVersionSlot.__table__), cast(Table, QuestionVersion.__table__)

_BLANK = {"flagged": False, "sequence": 0, "fraction_denominator": 1, "awaiting": False}
"""What a response is before anything is answered."""

_PLACE = (
    select(
        _attempt.c.id,
        _attempt.c.state,
        _attempt.c.deadline_at,
        _question.c.type,
        _response.c.sequence,
        _person.c.session_key,
        _person.c.is_active,
    )
    .join(_person, _person.c.id == _attempt.c.person_id)
    .join(_response, _response.c.attempt_id == _attempt.c.id)
    .join(_question, _question.c.id == _response.c.question_version_id)
    .where(
        _attempt.c.token == bindparam("token"),
        _attempt.c.person_id == bindparam("person_id"),
        _response.c.position == bindparam("position"),
    )
    .with_for_update(read=True, of=_attempt)
)
_KEEP = (
    update(_response)
    .where(
        _response.c.attempt_id == bindparam("here"),
        _response.c.position == bindparam("place"),
        _response.c.sequence < bindparam("number"),
    )
    .values(
        answer=bindparam("given"), flagged=bindparam("mark"), sequence=bindparam("number"), saved_at=bindparam("moment")
    )
)


@dataclass(frozen=True)
class Sitting:
    """What saving one answer needs to know, from one query."""

    attempt_id: int
    state: str
    deadline_at: datetime | None
    position: int
    type: QuestionType
    sequence: int

    @property
    def takes_answers(self) -> bool:
        """Whether an answer that arrives now counts."""
        return rules.takes_answers(self.state, self.deadline_at, now())


@dataclass(frozen=True)
class Saved:
    """What became of a save: `superseded` when a later answer to the same question was here already."""

    sequence: int
    saved_at: datetime
    superseded: bool
    answered: bool


def sitting(token: str, person: Person, position: int) -> Sitting | None:
    """Return the person's own attempt at one question, or None when there is no such thing.

    Locked against handing in until the end of the transaction, where the database can: no answer is acknowledged that
    was written after grading had begun. (SQLite lets one writer in at a time anyway.)
    """
    row = _place(token, person.id, position)
    return None if row is None else _sitting(row, position)


def sitting_by_ticket(ticket: str, token: str, position: int) -> Sitting | None:
    """Return the same for the script of a page that presents its ticket, or None when there is no such thing.

    Nobody has been loaded for such a request: ticket, session and person are held against each other here. Raises
    UserError (401) when they do not fit, as after another sign-in.
    """
    named, (person_id, session_key) = tickets.read(TICKET, ticket), tickets.signed_in_as()
    if named is None or named[:3] != [person_id, token, tickets.sign_in_mark(session_key)]:
        raise UserError(_("登录已过期，请重新登录"), status=401)
    bind(named[3])
    row = _place(token, person_id, position)
    if row is None:
        return None
    if not row.is_active or row.session_key != session_key:
        raise UserError(_("登录已过期，请重新登录"), status=401)
    return _sitting(row, position)


def ticket_of(attempt: Attempt) -> str:
    """Return the ticket that the page of an attempt saves answers with."""
    person_id, session_key = tickets.signed_in_as()
    return tickets.issue(TICKET, person_id, attempt.token, tickets.sign_in_mark(session_key), current_locale())


def _place(token: str, person_id: int, position: int) -> Any:
    values = {"token": token, "person_id": person_id, "position": position}
    return db.session.connection().execute(_PLACE, values).one_or_none()


def _sitting(row: Any, position: int) -> Sitting:
    return Sitting(row.id, row.state, row.deadline_at, position, installed.get(row.type), row.sequence)


def save_answer(place: Sitting, form: FormValues, *, flagged: bool, sequence: int | None) -> Saved:
    """Keep one answer, unless a later one is here already. One statement; durable once the request is acknowledged.

    `sequence` is when the answer was given, in milliseconds by the browser's reckoning of our clock; None without
    scripts. Raises UserError (409) after the end.
    """
    if not place.takes_answers:
        raise UserError(_("作答时间已经结束，这次的答案没有计入。结束前保存的答案都在"), status=409)
    moment = now()
    if not place.type.installed:
        # What was answered while the type was there must not be overwritten by a page that cannot show it.
        return Saved(place.sequence, moment, superseded=False, answered=False)
    answer = place.type.parse_answer(form)
    number = rules.accepted_sequence(sequence, place.sequence, moment)
    superseded = not rules.is_newer(number, place.sequence)
    if not superseded:
        superseded = not _keep(place, answer, flagged, number, moment)
    return Saved(max(number, place.sequence), moment, superseded=superseded, answered=place.type.is_answered(answer))


def _keep(place: Sitting, answer: Any, flagged: bool, sequence: int, moment: datetime) -> bool:
    """Write the answer unless a newer one got in between; return whether it was written."""
    values = {
        "here": place.attempt_id,
        "place": place.position,
        "given": answer,
        "mark": flagged,
        "number": sequence,
        "moment": moment,
    }
    return db.session.connection().execute(_KEEP, values).rowcount == 1


# -- the end -------------------------------------------------------------------------------------------------------


def find_attempt(token: str, person: Person) -> Attempt | None:
    """Return the person's own attempt with its frozen quiz, or None. One query."""
    query = (
        select(Attempt)
        .join(Attempt.quiz_version)
        .options(contains_eager(Attempt.quiz_version))
        .where(Attempt.token == token, Attempt.person_id == person.id)
    )
    return db.session.scalar(query)


def submit(attempt: Attempt) -> Attempt:
    """Hand in and grade. Doing it again changes nothing, and nobody is graded twice."""
    pass_percent = attempt.quiz_version.pass_percent
    lock = select(Attempt).where(Attempt.id == attempt.id).with_for_update()
    db.session.scalars(lock, execution_options={"populate_existing": True}).one()
    if attempt.state == rules.State.SUBMITTED:
        return attempt
    responses = _graded(attempt)
    attempt.submitted_at, attempt.submitted_by = rules.end_of(attempt.state, attempt.deadline_at, now())
    attempt.state = rules.State.SUBMITTED
    scoring.settle(attempt, responses, pass_percent)
    db.session.flush()
    attempt_submitted.send(attempt=attempt)
    return attempt


def _graded(attempt: Attempt) -> list[Response]:
    """Grade every question from what is saved, and note the fraction in its response."""
    query = (
        select(Response, QuestionVersion.type, QuestionVersion.content)
        .join(QuestionVersion, QuestionVersion.id == Response.question_version_id)
        .where(Response.attempt_id == attempt.id)
        .order_by(Response.position)
    )
    graded = []
    for response, key, content in db.session.execute(query):
        scoring.grade(response, key, content)
        graded.append(response)
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
