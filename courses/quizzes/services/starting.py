"""Before an attempt, and starting one: who may, until when, and which questions it gets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, cast

from sqlalchemy import Table, and_, bindparam, case, insert, literal, null, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from academy.accounts.models import Person
from academy.clock import now
from academy.db import UtcDateTime, db
from academy.errors import UserError
from academy.i18n import _
from academy.organizations.models import Unit
from academy.web.filters import show_datetime
from courses.quizzes import rules
from courses.quizzes.models import Attempt, QuizAllowance, QuizVersion, QuizVersionSlot, Response
from courses.quizzes.services import codes, pools
from courses.quizzes.services.allowances import timed_sections
from courses.quizzes.services.sittings import close_if_overdue


@dataclass(frozen=True)
class Intro:
    """What stands before a quiz for one person.

    `finished` are the attempts handed in, oldest first; `best` is the best of them; `counted` is the score that counts by
    the quiz's method; `open_attempt` can be continued. `reason` says in the person's language why none may start, and is
    empty when one may. `allowance` is what the person is granted beyond the rules.
    """

    quiz_version: QuizVersion
    open_attempt: Attempt | None
    finished: tuple[Attempt, ...]
    best: Attempt | None
    counted: rules.Score | None
    passed: bool
    start: rules.Start
    reason: str
    allowance: QuizAllowance | None = None

    @property
    def used(self) -> int:
        """How many attempts have been handed in."""
        return len(self.finished)

    @property
    def attempts(self) -> int:
        """How many attempts the person has in all; 0 means without limit."""
        return _terms(self.quiz_version, self.allowance).attempts

    @property
    def time_limit_seconds(self) -> int | None:
        """How long an attempt lasts for this person; None without a limit."""
        limit = self.quiz_version.time_limit_seconds
        return None if limit is None else limit + _extra_seconds(self.allowance)


def score_of(attempt: Attempt) -> rules.Score:
    """Return the exact score of a graded attempt."""
    return rules.Score(Fraction(attempt.score_numerator, attempt.score_denominator), attempt.marks_hundredths)


def intro(quiz_version: QuizVersion, person: Person) -> Intro:
    """Return where a person stands with a quiz, over all its versions. One query."""
    attempts, allowance, admitted = _standing(quiz_version, person)
    finished = tuple(attempt for attempt in attempts if attempt.state == rules.State.SUBMITTED)
    open_attempt = next((attempt for attempt in attempts if attempt.state == rules.State.OPEN), None)
    last = max((attempt.submitted_at for attempt in finished if attempt.submitted_at), default=None)
    terms = _terms(quiz_version, allowance, admitted=admitted)
    start = rules.may_start(len(finished), last, terms, now())
    best = max(finished, key=lambda attempt: (attempt.passed, score_of(attempt).share), default=None)
    return Intro(
        quiz_version=quiz_version,
        open_attempt=open_attempt,
        finished=finished,
        best=best,
        counted=rules.final(quiz_version.grade_method, [score_of(attempt) for attempt in finished]),
        passed=_passed(quiz_version, finished),
        start=start,
        reason=_refusal(start, quiz_version, terms),
        allowance=allowance,
    )


# Asked at every start and on every page before a quiz: built once.
_STANDING = (
    select(Attempt, QuizAllowance)
    .select_from(Person)
    .outerjoin(Attempt, and_(Attempt.person_id == Person.id, Attempt.quiz_id == bindparam("quiz")))
    .outerjoin(QuizAllowance, and_(QuizAllowance.person_id == Person.id, QuizAllowance.quiz_id == bindparam("quiz")))
    .where(Person.id == bindparam("person"))
    .order_by(Attempt.number)
)


def _standing(quiz_version: QuizVersion, person: Person) -> tuple[list[Attempt], QuizAllowance | None, bool]:
    """Return the person's attempts in order, what they are granted, and whether the quiz is for them. One query."""
    unit_id = quiz_version.unit_id
    query, values = _STANDING, {"person": person.id, "quiz": quiz_version.quiz_id}
    if unit_id is not None:
        own, wanted = aliased(Unit), aliased(Unit)
        query = query.outerjoin(own, own.id == Person.unit_id).join(wanted, wanted.id == unit_id)
        query = query.add_columns(own.path, wanted.path)
    rows: Sequence[Any] = db.session.execute(query, values).all()
    admitted = unit_id is None or rules.is_admitted(rows[0][3], rows[0][2])
    return [row[0] for row in rows if row[0] is not None], rows[0][1], admitted


def _terms(quiz_version: QuizVersion, allowance: QuizAllowance | None, *, admitted: bool = True) -> rules.Terms:
    return rules.Terms(
        attempts_allowed=quiz_version.attempts_allowed,
        wait_seconds=quiz_version.retry_wait_seconds,
        opens_at=quiz_version.opens_at,
        closes_at=quiz_version.closes_at,
        admitted=admitted,
        extra_attempts=allowance.extra_attempts if allowance else 0,
    )


def _extra_seconds(allowance: QuizAllowance | None) -> int:
    return allowance.extra_seconds if allowance else 0


def _passed(quiz_version: QuizVersion, finished: tuple[Attempt, ...]) -> bool:
    """Whether the quiz is passed; by the best one, whoever passed once has passed, whatever the pass mark is now."""
    if not finished:
        return False
    if quiz_version.grade_method == rules.GradeMethod.BEST:
        return any(attempt.passed for attempt in finished)
    if quiz_version.grade_method == rules.GradeMethod.LAST:
        return finished[-1].passed
    counted = rules.final(rules.GradeMethod.AVERAGE, [score_of(attempt) for attempt in finished])
    waiting = any(attempt.awaiting for attempt in finished)
    return counted is not None and not waiting and rules.has_passed(counted, quiz_version.pass_percent)


def has_passed_with(attempt: Attempt) -> bool:
    """Whether the quiz is passed now that this attempt is handed in, by the method that the quiz counts by.

    No query, except where the average of several attempts counts.
    """
    version = attempt.quiz_version
    if version.grade_method != rules.GradeMethod.AVERAGE:
        return attempt.passed
    query = select(Attempt).where(
        Attempt.person_id == attempt.person_id, Attempt.quiz_id == attempt.quiz_id, Attempt.number <= attempt.number
    )
    return _passed(version, tuple(each for each in db.session.scalars(query) if each.state == rules.State.SUBMITTED))


def _refusal(start: rules.Start, quiz_version: QuizVersion, terms: rules.Terms) -> str:
    match start.refusal:
        case rules.Refusal.NOT_ADMITTED:
            return _("这份测验只对指定单位的人员开放。如果您应该参加，请联系任课老师")
        case rules.Refusal.NOT_OPEN:
            return _("%(time)s 开放，到时候再来", time=show_datetime(start.allowed_at))
        case rules.Refusal.CLOSED:
            return _("这份测验已经在 %(time)s 截止", time=show_datetime(quiz_version.closes_at))
        case rules.Refusal.NONE_LEFT:
            return _none_left(quiz_version.grade_method, terms.attempts)
        case rules.Refusal.TOO_EARLY:
            return _("两次作答之间要隔一段时间，%(time)s 以后可以再考", time=show_datetime(start.allowed_at))
    return ""


def _none_left(method: str, attempts: int) -> str:
    if method == rules.GradeMethod.LAST:
        return _("%(n)s 次机会已经用完，以最后一次成绩为准", n=attempts)
    if method == rules.GradeMethod.AVERAGE:
        return _("%(n)s 次机会已经用完，以各次的平均成绩为准", n=attempts)
    return _("%(n)s 次机会已经用完，以最好的一次成绩为准", n=attempts)


# -- starting ------------------------------------------------------------------------------------------------------


def start_attempt(
    person: Person,
    quiz_version: QuizVersion,
    origin: dict[str, Any] | None = None,
    return_path: str = "",
    code: str = "",
    network: str = "",
) -> Attempt:
    """Start an attempt, or return the one that is open: pressing the button twice starts one.

    One whose time is over is handed in and returned as it is, so that its result is seen before the next one starts.

    `origin` says from where it was started and goes with the attempt to whoever listens to `attempt_submitted`;
    `return_path` is the path on this site that the result page leads back to; `code` is the access code as typed, `network`
    where the request came from. Raises UserError (409; 403 for a wrong code, 429 after too many) when none may start.
    """
    state = intro(quiz_version, person)
    if state.open_attempt is not None:
        close_if_overdue(state.open_attempt)
        return state.open_attempt
    if not state.start.allowed:
        raise UserError(state.reason, status=409)
    codes.check(person, quiz_version, code)
    attempt = _new_attempt(person, state, origin or {}, return_path)
    attempt.network = network
    try:
        with db.session.begin_nested():
            db.session.add(attempt)
            db.session.flush()
            _lay_out(attempt, _extra_seconds(state.allowance))
    except IntegrityError:
        # The same button, pressed twice: the other request was a moment earlier.
        other = intro(quiz_version, person).open_attempt
        if other is None:
            raise
        return other
    return attempt


def _new_attempt(person: Person, state: Intro, origin: dict[str, Any], return_path: str) -> Attempt:
    version, allowance, started_at = state.quiz_version, state.allowance, now()
    number = len(state.finished) + 1
    return Attempt(
        person_id=person.id,
        quiz_id=version.quiz_id,
        quiz_version=version,
        number=number,
        paper=_letter(version, allowance) or rules.letter_for(person.id, number, version.paper_count),
        origin=origin,
        return_path=return_path if return_path.startswith("/") and not return_path.startswith("//") else "",
        started_at=started_at,
        deadline_at=rules.deadline(
            started_at, version.time_limit_seconds, _extra_seconds(allowance), version.closes_at
        ),
    )


def _letter(version: QuizVersion, allowance: QuizAllowance | None) -> str:
    """Return the letter that was chosen for the person, if there is such a paper."""
    chosen = allowance.paper if allowance else ""
    return chosen if version.paper_count > 1 and chosen in tuple(rules.LETTERS[: version.paper_count]) else ""


# Laying out goes past the ORM: a paper may have hundreds of questions.
_response, _slot = cast(Table, Response.__table__), cast(Table, QuizVersionSlot.__table__)

_BLANK = {"flagged": False, "sequence": 0, "fraction_denominator": 1, "awaiting": False, "locked": False}
"""What a response is before anything is answered."""


_COPIED = ["attempt_id", "position", "question_version_id", "marks_hundredths", *_BLANK]
_SLOTS = select(
    bindparam("attempt", type_=_response.c.attempt_id.type),
    _slot.c.position,
    _slot.c.question_version_id,
    _slot.c.marks_hundredths,
    *(literal(value, _response.c[name].type) for name, value in _BLANK.items()),
).where(_slot.c.quiz_version_id == bindparam("version"))
_COPY = insert(_response).from_select(_COPIED, _SLOTS, include_defaults=False)


def _lay_out(attempt: Attempt, extra_seconds: int) -> None:
    """Put the questions of the frozen quiz into the attempt: one statement, two more where questions are drawn.

    Raises UserError (409) when the bank has too few questions left for a draw.
    """
    version = attempt.quiz_version
    ends = timed_sections(attempt, extra_seconds)
    drawing = version.plan.get("draws", [])
    if version.question_count > sum(draw["count"] for draw in drawing):
        _copy_slots(attempt, ends)
    if not drawing:
        return
    hands = pools.drawn(version, attempt.seed)
    if hands is None:
        raise UserError(
            _("题库里可以抽的题不够这份测验用，现在不能开始。请告诉任课老师，您的作答次数没有减少"), status=409
        )
    db.session.execute(
        insert(_response),
        [
            {
                "attempt_id": attempt.id,
                "position": position,
                "question_version_id": version_id,
                "marks_hundredths": draw["marks"],
                "closes_at": _end_at(position, ends),
                **_BLANK,
            }
            for draw, hand in zip(drawing, hands, strict=True)
            for position, version_id in enumerate(hand, draw["first"])
        ],
    )


def _copy_slots(attempt: Attempt, ends: list[tuple[int, int, datetime]]) -> None:
    """Put in the questions that are the same for everybody with this letter. One statement."""
    query, names = _SLOTS, _COPIED
    if ends:
        whens = [(_slot.c.position.between(first, last), literal(end, UtcDateTime())) for first, last, end in ends]
        query, names = query.add_columns(case(*whens, else_=null())), [*names, "closes_at"]
    if attempt.paper:
        query = query.where(_slot.c.paper.in_(("", attempt.paper)))
    plain = query is _SLOTS
    statement = _COPY if plain else insert(_response).from_select(names, query, include_defaults=False)
    db.session.execute(statement, {"attempt": attempt.id, "version": attempt.quiz_version_id})


def _end_at(position: int, ends: list[tuple[int, int, datetime]]) -> datetime | None:
    return next((end for first, last, end in ends if first <= position <= last), None)
