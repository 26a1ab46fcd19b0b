"""What browsers report while somebody studies, judged by the server's clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from academy.web.filters import show_duration
from courses.catalog.models import LessonVersion
from courses.clocks.models import StudyClock
from courses.clocks.rules import study_time
from courses.clocks.services import lock_clock
from courses.learning.models import Enrolment, Evidence, LessonProgress, PlaySession
from courses.learning.rules.intervals import missing, of_units, union, units_of
from courses.learning.rules.reading import ShownReport, ShownVerdict, judge_shown, ms_to_read
from courses.learning.services.elsewhere import take_over
from courses.learning.services.enrolments import read_again, touch
from courses.learning.services.gates import check_open
from courses.learning.services.heartbeats import outcome_since
from courses.learning.services.openings import Caller, Opening, opening_for, read_ticket, ticket_of
from courses.learning.services.outcome import Outcome, ReportRefused
from courses.learning.services.players import hand_over, keep_player
from courses.learning.services.progress import add_evidence, advance, begin_progress
from courses.lesson_types.base import LessonType
from courses.lesson_types.registry import lesson_type
from courses.textbooks.rules import time_for

UNITS_LOGGED = 50
"""What is claimed is logged, but not at any length."""
COUNTED_ELSEWHERE = ("time", "attempt", "reading")
"""Measures of lessons whose study time comes with heartbeats, with a quiz handed in, or from the textbook's reader."""


@dataclass
class _Studying:
    """Everything that judging a report needs, from two queries."""

    clock: StudyClock
    opening: Opening
    progress: LessonProgress
    enrolment: Enrolment
    lesson: LessonVersion
    kind: LessonType

    @property
    def outdated(self) -> bool:
        """Whether the page shows another version of the lesson than the one that counts now."""
        return self.lesson.digest != self.progress.digest

    def outcome(self, **values: Any) -> Outcome:
        return Outcome(self.enrolment, self.progress, self.lesson, **values)


def open_lesson(person_id: int, enrolment: Enrolment, lesson: LessonVersion, replaces: str = "") -> Outcome:
    """Note that somebody opens a lesson, and return the opening that reports have to name.

    Nothing counts before it. What was done elsewhere (a quiz passed, a chapter read in the reader) is taken over, and a
    lesson that asks no more than to be opened is done. `replaces` is the ticket of an earlier opening by the same page,
    which goes on playing under the new one.
    """
    lock_clock(person_id)
    read_again(enrolment)
    check_open(enrolment, lesson.lesson_id)
    progress = begin_progress(enrolment, lesson)
    session = PlaySession(person_id=person_id, progress_id=progress.id, lesson_version_id=lesson.id, opened_at=now())
    db.session.add(session)
    touch(enrolment, lesson.lesson_id)
    db.session.flush()
    earlier = read_ticket(replaces)
    if earlier is not None and earlier.person_id == person_id and earlier.lesson_id == lesson.lesson_id:
        hand_over(earlier, session)
    before = progress.completed_at, enrolment.completed_at
    kind = lesson_type(lesson.type)
    if kind is not None and progress.completed_at is None:
        take_over(enrolment, progress, lesson)
        if kind.goal(lesson.completion) == 0 and progress.completed_at is None:
            note = add_evidence(progress, lesson, "marked", credited={"opened": True})
            advance(enrolment, progress, lesson, note, covered=progress.covered)
    key = db.session.get_one(Person, person_id).session_key
    ticket = ticket_of(session, lesson.lesson_id, key)
    return outcome_since(before, Outcome(enrolment, progress, lesson, session, ticket=ticket))


def take_player(caller: Caller, lesson_id: int, ticket: str) -> Outcome:
    """Let the player with this ticket be the one that counts. Raises ReportRefused like `take_heartbeat`."""
    studying = _load(caller, lesson_id, ticket, ("time",))
    keep_player(studying.opening)
    return studying.outcome(ticket=ticket)


def _load(caller: Caller, lesson_id: int, ticket: str, measures: tuple[str, ...] = ()) -> _Studying:
    """Return what a report is about, the person's clock being locked; `measures` are those that it may be a report for."""
    opening = opening_for(caller, lesson_id, ticket)
    clock = lock_clock(caller.person_id)
    query = (
        select(LessonProgress, Enrolment, LessonVersion)
        .join(Enrolment, Enrolment.id == LessonProgress.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(LessonVersion, LessonVersion.lesson_id == LessonProgress.lesson_id)
        .where(
            LessonProgress.id == opening.progress_id,
            LessonVersion.id == opening.lesson_version_id,
            Person.id == caller.person_id,
            Person.session_key == caller.session_key,
            Person.is_active,
        )
    )
    row = db.session.execute(query, execution_options={"populate_existing": True}).first()
    if row is None:
        raise ReportRefused(_("登录已过期，请重新登录"), "ended sign-in", 401, "signed_out")
    progress, enrolment, lesson = row
    kind = lesson_type(lesson.type)
    if kind is None or (kind.measure not in measures if measures else kind.measure in COUNTED_ELSEWHERE):
        raise ReportRefused(_("这一节不这样计算进度"), "a report for another measure", 409, "not_counted")
    studying = _Studying(clock, opening, progress, enrolment, lesson, kind)
    if studying.outdated and progress.completed_at is None:
        raise ReportRefused(_("这一节刚刚更新，请刷新页面接着学"), "", 409, "reopen")
    check_open(enrolment, lesson_id)
    return studying


def _is_replay(play_id: int, sequence: int) -> bool:
    """Return whether a report was heard before; one that was overtaken by a later one was not."""
    heard = select(Evidence.id).where(Evidence.play_session_id == play_id, Evidence.sequence == sequence)
    return db.session.scalar(heard) is not None


def take_shown(caller: Caller, lesson_id: int, report: ShownReport) -> Outcome:
    """Judge which parts of a text or document a page reports as shown, and for how long it was looked at.

    Parts for which there was no time yet may be reported again. Of a lesson without parts only the time counts, as study
    time. Raises like `take_heartbeat`.
    """
    studying = _load(caller, lesson_id, report.session)
    progress, lesson, clock, play_id = studying.progress, studying.lesson, studying.clock, studying.opening.play_id
    claimed: dict[str, Any] = {"units": list(report.units[:UNITS_LOGGED])}
    if report.late:
        claimed["age"] = report.age
    if _is_replay(play_id, report.sequence):
        add_evidence(progress, lesson, "shown", claimed={**claimed, "repeats": report.sequence})
        return studying.outcome(ticket=report.session, repeated=True)
    touch(studying.enrolment, lesson_id)
    if studying.kind.measure == "units":
        progress.position = report.position
    if studying.outdated:
        return studying.outcome(ticket=report.session)
    verdict = _judge_shown(studying, report)
    seconds, clock.studied = study_time(report.visible, clock.studied, studying.opening.opened_at, now())
    clock.spent = verdict.spent
    if not verdict.credited and not seconds and not report.units:
        return studying.outcome(ticket=report.session)
    evidence = add_evidence(
        progress,
        lesson,
        "shown",
        claimed=claimed,
        credited={"units": verdict.credited} if verdict.credited else {},
        study_seconds=seconds,
        heard=(play_id, report.sequence),
    )
    before = progress.completed_at, studying.enrolment.completed_at
    if verdict.credited:
        advance(studying.enrolment, progress, lesson, evidence, covered=verdict.covered)
    outcome = studying.outcome(credited_units=verdict.credited, ticket=report.session, late=report.late)
    return outcome_since(before, outcome)


def _judge_shown(studying: _Studying, report: ShownReport) -> ShownVerdict:
    units = studying.kind.measure == "units"
    weights = studying.kind.unit_weights(studying.lesson.content) if units else []
    covered, opened_at = studying.progress.covered, studying.opening.opened_at
    return judge_shown(report.units, covered, weights, studying.clock.spent, opened_at, now())


def mark_read(person_id: int, enrolment: Enrolment, lesson: LessonVersion, opened_at: datetime) -> Outcome:
    """Take somebody's word for having studied a lesson whose page was opened at `opened_at`.

    This is how studying counts where no script runs: a text is believed when there was time for it, a quiz or a chapter
    when it has been done. Raises UserError (422) that says what is still needed.
    """
    kind = lesson_type(lesson.type)
    if kind is None:
        raise UserError(_("这一节现在打不开，您的进度还在"), 409)
    clock = lock_clock(person_id)
    read_again(enrolment)
    check_open(enrolment, lesson.lesson_id)
    progress = begin_progress(enrolment, lesson)
    touch(enrolment, lesson.lesson_id)
    before = progress.completed_at, enrolment.completed_at
    if progress.completed_at is None:
        _believe(clock, enrolment, progress, lesson, kind, opened_at)
    return outcome_since(before, Outcome(enrolment, progress, lesson))


def _believe(
    clock: StudyClock,
    enrolment: Enrolment,
    progress: LessonProgress,
    lesson: LessonVersion,
    kind: LessonType,
    opened_at: datetime,
) -> None:
    if kind.goal(lesson.completion) == 0:
        note = add_evidence(progress, lesson, "marked", credited={"opened": True})
        advance(enrolment, progress, lesson, note, covered=progress.covered)
    elif kind.measure == "units":
        _read_to_the_end(clock, enrolment, progress, lesson, kind, opened_at)
    else:
        take_over(enrolment, progress, lesson)
    if progress.completed_at is None:
        share = Fraction(progress.share_num, progress.share_den)
        raise UserError(kind.missing(lesson.content, lesson.completion, share) or _("这一节还没有学完"), 422)


def _read_to_the_end(
    clock: StudyClock,
    enrolment: Enrolment,
    progress: LessonProgress,
    lesson: LessonVersion,
    kind: LessonType,
    opened_at: datetime,
) -> None:
    moment, weights = now(), kind.unit_weights(lesson.content)
    needed = ms_to_read(progress.covered, weights)
    rest, spent = time_for(needed, clock.spent, opened_at, moment)
    if rest:
        raise UserError(
            _(
                "这一节读完至少要 %(needed)s。请接着读，再过 %(rest)s就可以记为学完",
                needed=show_duration(-(-needed // 1000)),
                rest=show_duration(rest),
            ),
            422,
        )
    read = units_of(missing(progress.covered, len(weights)))
    visible = (moment - opened_at) // timedelta(milliseconds=1)
    seconds, clock.studied = study_time(visible, clock.studied, opened_at, moment)
    clock.spent = spent
    note = add_evidence(progress, lesson, "marked", credited={"units": read}, study_seconds=seconds)
    advance(enrolment, progress, lesson, note, covered=union(progress.covered, of_units(read)))
