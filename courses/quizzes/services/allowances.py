"""What single people are granted beyond a quiz's rules, and how open attempts follow."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import aliased, joinedload

from academy.accounts.models import Person
from academy.audit.services import record
from academy.db import added, db
from courses.quizzes import rules
from courses.quizzes.models import Attempt, Quiz, QuizAllowance, QuizVersion, Response


@dataclass(frozen=True)
class Granted:
    """What somebody is to be granted: seconds, attempts, the letter of a paper (empty: by turns); and why."""

    extra_seconds: int
    extra_attempts: int
    paper: str
    reason: str


def allowances_of(quiz: Quiz) -> Sequence[QuizAllowance]:
    """Return what people are granted at this quiz, the newest first. One query."""
    query = (
        select(QuizAllowance)
        .where(QuizAllowance.quiz_id == quiz.id)
        .options(joinedload(QuizAllowance.person).joinedload(Person.unit), joinedload(QuizAllowance.granted_by))
        .order_by(QuizAllowance.id.desc())
    )
    return db.session.scalars(query).all()


def allowance_of(quiz: Quiz, person_id: int) -> QuizAllowance | None:
    """Return what one person is granted, or None."""
    return db.session.scalar(_of(quiz, person_id))


def _of(quiz: Quiz, person_id: int) -> Select[QuizAllowance]:
    return select(QuizAllowance).where(QuizAllowance.quiz_id == quiz.id, QuizAllowance.person_id == person_id)


def grant(quiz: Quiz, person: Person, granted: Granted, by: Person | None) -> QuizAllowance:
    """Grant this to a person, in place of what they were granted before; an attempt that is open gets its time at once."""
    values = {**asdict(granted), "granted_by_id": by.id if by else None}
    found = allowance_of(quiz, person.id)
    if found is None:
        first = QuizAllowance(quiz_id=quiz.id, person_id=person.id, **values)
        found = first if added(first) else db.session.scalars(_of(quiz, person.id)).one()
    for name, value in values.items():
        setattr(found, name, value)
    db.session.flush()
    follow(quiz.id, person.id)
    record(
        "quiz.allowance_granted",
        quiz,
        name=person.name,
        minutes=granted.extra_seconds // 60,
        attempts=granted.extra_attempts,
        paper=granted.paper,
        reason=granted.reason,
    )
    return found


def withdraw(quiz: Quiz, allowance: QuizAllowance) -> None:
    """Take an allowance back. An attempt that is open keeps the time that it was given."""
    name = allowance.person.name
    db.session.delete(allowance)
    db.session.flush()
    record("quiz.allowance_withdrawn", quiz, name=name)


def follow(quiz_id: int, person_id: int | None = None) -> int:
    """Let open attempts follow what has changed: more time for a person, a later closing of the newest version.

    Only ever in their favour: nobody's time is cut while they are sitting. Returns how many have more time now.
    """
    closing = aliased(QuizVersion)
    newest = select(func.max(QuizVersion.number)).where(QuizVersion.quiz_id == quiz_id).scalar_subquery()
    query = (
        select(Attempt, QuizAllowance.extra_seconds, closing.closes_at)
        .select_from(Attempt)
        .join(closing, (closing.quiz_id == Attempt.quiz_id) & (closing.number == newest))
        .outerjoin(
            QuizAllowance,
            (QuizAllowance.quiz_id == Attempt.quiz_id) & (QuizAllowance.person_id == Attempt.person_id),
        )
        .options(joinedload(Attempt.quiz_version))
        .where(Attempt.quiz_id == quiz_id, Attempt.state == rules.State.OPEN, Attempt.deadline_at.is_not(None))
        .with_for_update(of=Attempt)
    )
    if person_id is not None:
        query = query.where(Attempt.person_id == person_id)
    moved = 0
    for attempt, extra, closes_at in db.session.execute(query):
        limit = attempt.quiz_version.time_limit_seconds
        due = rules.deadline(attempt.started_at, limit, extra or 0, closes_at)
        later = rules.later(attempt.deadline_at, due)
        if later != attempt.deadline_at:
            attempt.deadline_at = later
            moved += 1
        _follow_sections(attempt, extra or 0)
    db.session.flush()
    return moved


def _follow_sections(attempt: Attempt, extra_seconds: int) -> None:
    """Let the ends of timed sections follow in the same way. One statement a section, none where no section is timed."""
    for first, last, end in timed_sections(attempt, extra_seconds):
        db.session.execute(
            update(Response)
            .where(Response.attempt_id == attempt.id, Response.position.between(first, last), Response.closes_at < end)
            .values(closes_at=end)
        )


def timed_sections(attempt: Attempt, extra_seconds: int) -> list[tuple[int, int, datetime]]:
    """Return (first position, last position, end) of the sections with a time limit of their own."""
    sections = attempt.quiz_version.plan.get("sections", [])
    limits = [section["seconds"] for section in sections]
    if not any(limits):
        return []
    ends = rules.section_ends(attempt.started_at, limits, extra_seconds, attempt.deadline_at)
    return [
        (section["first"], section["first"] + section["count"] - 1, end)
        for section, end in zip(sections, ends, strict=True)
        if end is not None
    ]
