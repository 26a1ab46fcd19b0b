"""Doubts about the record: a trainee opens one, the course's instructor settles it with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError

from academy.accounts.models import Person
from academy.audit.services import record
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from courses.catalog.models import Course, LessonVersion
from courses.clocks.services import lock_clock
from courses.learning.models import Dispute, Enrolment, Evidence, LessonProgress, PlaySession
from courses.learning.rules.intervals import Intervals, clip, union
from courses.learning.rules.viewing import chosen
from courses.learning.services.elsewhere import current_lesson
from courses.learning.services.enrolments import read_again
from courses.learning.services.missing import missing_of
from courses.learning.services.progress import add_evidence, advance, begin_progress, find_progress
from courses.lesson_types.registry import lesson_type

SHORTEST_REASON = 4
LONGEST_REASON = 1000
MOST_PER_LESSON = 10


@dataclass(frozen=True)
class Case:
    """A dispute with everything that whoever settles it has to know."""

    dispute: Dispute
    progress: LessonProgress
    enrolment: Enrolment
    person: Person
    lesson: LessonVersion
    course: Course


def disputes_of(progress_id: int) -> list[Dispute]:
    """Return the disputes about a lesson, the newest first."""
    query = select(Dispute).where(Dispute.progress_id == progress_id).order_by(Dispute.id.desc())
    return list(db.session.scalars(query))


def _checked_reason(text: str, missing: str, field: str) -> str:
    reason = text.replace("\r\n", "\n").strip().strip("\u3000")
    if len(reason) < SHORTEST_REASON:
        raise UserError(missing, 422, field)
    if len(reason) > LONGEST_REASON:
        raise UserError(_("最多 %(n)s 个字，现在有 %(now)s 个", n=LONGEST_REASON, now=len(reason)), 422, field)
    return reason


def open_dispute(
    person_id: int, enrolment: Enrolment, lesson: LessonVersion, stretches: Sequence[Sequence[int]], reason: str
) -> Dispute:
    """Note that somebody doubts the record of a lesson, for those of `stretches` that are really missing.

    Raises UserError: 422 for what has to be mended, 409 when one is open already or nothing is missing any more.
    """
    lock_clock(person_id)
    read_again(enrolment)
    progress = find_progress(enrolment.id, lesson.lesson_id)
    if progress is None or progress.completed_at is not None:
        raise UserError(_("这一节没有缺的片段，不用再提疑问"), 409)
    earlier = disputes_of(progress.id)
    if any(each.state == "open" for each in earlier):
        raise UserError(_("这一节已经有一条疑问在等老师答复，答复以后才能再提"), 409)
    if len(earlier) >= MOST_PER_LESSON:
        raise UserError(_("这一节提过 %(n)s 次疑问了，请直接联系老师", n=MOST_PER_LESSON), 409)
    lacking = [(each.start, each.end) for each in missing_of(enrolment, lesson, progress).stretches]
    asked = chosen(stretches, lacking)
    if not asked:
        raise UserError(_("至少勾选一段有疑问的片段"), 422, "stretch")
    why = _checked_reason(reason, _("请写明当时的情况，例如什么时候、用什么设备看的"), "reason")
    dispute = Dispute(
        progress_id=progress.id,
        course_id=enrolment.course_id,
        lesson_version_id=lesson.id,
        stretches=asked,
        reason=why,
        opened_at=now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(dispute)
    except IntegrityError as error:
        raise UserError(_("这一节已经有一条疑问在等老师答复，答复以后才能再提"), 409) from error
    record("dispute.opened", dispute, label=lesson.title)
    return dispute


def _cases() -> Select[*tuple[Any, ...]]:
    return (
        select(Dispute, LessonProgress, Enrolment, Person, LessonVersion, Course)
        .join(LessonProgress, LessonProgress.id == Dispute.progress_id)
        .join(Enrolment, Enrolment.id == LessonProgress.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(LessonVersion, LessonVersion.id == Dispute.lesson_version_id)
        .join(Course, Course.id == Dispute.course_id)
    )


def _own(query: Select[*tuple[Any, ...]], person: Person) -> Select[*tuple[Any, ...]]:
    """Leave the courses that this person may settle disputes of: their own, or all of them for an administrator."""
    return query if "admin" in person.role_names else query.where(Course.owner_id == person.id)


def queue(person: Person, *, answered: bool) -> Select[*tuple[Any, ...]]:
    """Return the query for the cases that a person may settle: the longest waiting first, or the last answered first."""
    query = _own(_cases(), person)
    if answered:
        return query.where(Dispute.state != "open").order_by(Dispute.answered_at.desc(), Dispute.id.desc())
    return query.where(Dispute.state == "open").order_by(Dispute.opened_at, Dispute.id)


def open_for(person: Person) -> Select[int]:
    """Return the query that counts the disputes which wait for this person."""
    query = select(func.count()).select_from(Dispute).join(Course, Course.id == Dispute.course_id)
    return _own(query.where(Dispute.state == "open"), person)


def count_open(person: Person) -> int:
    """Return how many disputes wait for this person."""
    return db.session.scalar(open_for(person)) or 0


def find_case(dispute_id: int) -> Case | None:
    """Return a dispute with its circumstances."""
    row = db.session.execute(_cases().where(Dispute.id == dispute_id)).first()
    return Case(*row) if row else None


def may_settle(case: Case, person: Person) -> bool:
    """Whether this person may answer: the course is theirs, or they are an administrator. Nobody answers themselves."""
    mine = case.course.owner_id == person.id or "admin" in person.role_names
    return mine and case.enrolment.person_id != person.id


def settle(case: Case, person: Person, granted: Sequence[Sequence[int]], answer: str) -> Dispute:
    """Credit some of the stretches asked for, or none, with a reason that the trainee reads.

    The credit is evidence like any other, so that progress can be recomputed. Raises UserError: 422 without a reason, 409
    when somebody has answered meanwhile.
    """
    lock_clock(case.enrolment.person_id)
    dispute, enrolment = case.dispute, case.enrolment
    db.session.refresh(dispute, with_for_update=True)
    if dispute.state != "open":
        raise UserError(_("这条疑问刚才已经答复过了，这次没有保存"), 409)
    words = _checked_reason(answer, _("请写明为什么这样处理，学员会看到"), "answer")
    given = chosen(granted, dispute.stretches)
    db.session.refresh(enrolment)
    dispute.state, dispute.granted = ("settled" if given else "declined"), given
    dispute.answer, dispute.answered_at, dispute.answered_by_id = words, now(), person.id
    if given:
        _credit(enrolment, case, given)
    db.session.flush()
    record(f"dispute.{dispute.state}", dispute, label=case.lesson.title, name=case.person.name, reason=words[:200])
    return dispute


def _credit(enrolment: Enrolment, case: Case, given: Intervals) -> None:
    lesson = current_lesson(enrolment, case.progress.lesson_id) or case.lesson
    progress = begin_progress(enrolment, lesson)
    kind = lesson_type(lesson.type)
    if kind is None:
        raise UserError(_("这一节的类型没有安装，现在不能补记"), 409)
    note = add_evidence(progress, lesson, "settled", claimed={"dispute": case.dispute.id}, credited={"segments": given})
    covered = clip(union(progress.covered, given), kind.size(lesson.content))
    advance(enrolment, progress, lesson, note, covered=covered)


# -- what the server saw ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Opening:
    """One opening of the lesson: when, how many reports came, and when the last one."""

    opened_at: Any
    reports: int
    last_at: Any


def openings(progress_id: int, limit: int = 20) -> list[Opening]:
    """Return the last openings of a lesson by one person, the newest first. One query."""
    query = (
        select(PlaySession.opened_at, func.count(Evidence.id), func.max(Evidence.received_at))
        .outerjoin(Evidence, Evidence.play_session_id == PlaySession.id)
        .where(PlaySession.progress_id == progress_id)
        .group_by(PlaySession.id, PlaySession.opened_at)
        .order_by(PlaySession.id.desc())
        .limit(limit)
    )
    return [Opening(*row) for row in db.session.execute(query)]


def reports(progress_id: int) -> Select[Any]:
    """Return the query for the evidence of a lesson, the newest first."""
    return select(Evidence).where(Evidence.progress_id == progress_id).order_by(Evidence.id.desc())
