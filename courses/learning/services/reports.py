"""What browsers report while somebody studies, judged by the server's clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from academy.web.filters import show_duration
from courses.catalog.models import LessonVersion
from courses.learning.models import Enrolment, Evidence, LessonProgress, PlaySession, StudyClock
from courses.learning.rules.clock import study_time
from courses.learning.rules.intervals import missing, of_units, total, union, units_of
from courses.learning.rules.reading import ShownReport, judge_shown, seconds_still_needed, seconds_to_read
from courses.learning.rules.watching import Heartbeat, judge
from courses.learning.services.clocks import lock_clock
from courses.learning.services.elsewhere import take_over
from courses.learning.services.enrolments import touch
from courses.learning.services.gates import check_open
from courses.learning.services.heartbeats import claim, ordinary_heartbeat
from courses.learning.services.outcome import Outcome, ReportRefused
from courses.learning.services.progress import add_evidence, advance, begin_progress
from courses.lesson_types.base import LessonType
from courses.lesson_types.registry import lesson_type

UNITS_LOGGED = 50
"""What is claimed is logged, but not at any length."""


@dataclass
class _Studying:
    """Everything that judging a report needs, from two queries."""

    clock: StudyClock
    session: PlaySession
    progress: LessonProgress
    enrolment: Enrolment
    lesson: LessonVersion
    kind: LessonType

    @property
    def outdated(self) -> bool:
        """Whether the page shows another version of the lesson than the one that counts now."""
        return self.lesson.digest != self.progress.digest

    def outcome(self, **values: Any) -> Outcome:
        return Outcome(self.enrolment, self.progress, self.lesson, self.session, **values)


def open_lesson(person_id: int, enrolment: Enrolment, lesson: LessonVersion) -> Outcome:
    """Note that somebody opens a lesson, and return the opening that reports have to name.

    Nothing counts before it. What was done elsewhere (a quiz passed, a chapter read in the reader) is taken over, and a
    lesson that asks no more than to be opened is done.
    """
    lock_clock(person_id)
    db.session.refresh(enrolment)  # another request of this person may have been waited for
    check_open(enrolment, lesson.lesson_id)
    progress = begin_progress(enrolment, lesson)
    session = PlaySession(person_id=person_id, progress_id=progress.id, lesson_version_id=lesson.id, opened_at=now())
    db.session.add(session)
    touch(enrolment, lesson.lesson_id)
    db.session.flush()
    before = progress.completed_at, enrolment.completed_at
    kind = lesson_type(lesson.type)
    if kind is not None and progress.completed_at is None:
        take_over(enrolment, progress, lesson)
        if kind.goal(lesson.completion) == 0 and progress.completed_at is None:
            note = add_evidence(progress, lesson, "marked", credited={"opened": True})
            advance(enrolment, progress, lesson, note, covered=progress.covered)
    return _outcome_since(before, Outcome(enrolment, progress, lesson, session))


def _outcome_since(before: tuple[Any, Any], outcome: Outcome) -> Outcome:
    outcome.lesson_done_now = before[0] is None and outcome.progress.completed_at is not None
    outcome.course_done_now = before[1] is None and outcome.enrolment.completed_at is not None
    return outcome


def _load(person_id: int, lesson_id: int, token: str, measure: str) -> _Studying:
    clock = lock_clock(person_id)
    query = (
        select(PlaySession, LessonProgress, Enrolment, LessonVersion)
        .join(LessonProgress, LessonProgress.id == PlaySession.progress_id)
        .join(Enrolment, Enrolment.id == LessonProgress.enrolment_id)
        .join(LessonVersion, LessonVersion.id == PlaySession.lesson_version_id)
        .where(PlaySession.token == token)
    )
    row = db.session.execute(query).first()
    if row is None:
        raise UserError(_("这一页打开得太久了，请刷新后接着学"), 409)
    session, progress, enrolment, lesson = row
    if session.person_id != person_id:
        raise ReportRefused(_("这次学习不是从您的账号打开的"), "token of another person")
    if progress.lesson_id != lesson_id:
        raise ReportRefused(_("这次学习不是从这一节打开的"), "token of another lesson")
    kind = lesson_type(lesson.type)
    if kind is None or kind.measure != measure:
        raise ReportRefused(_("这一节不这样计算进度"), f"a report for {measure}", 409)
    studying = _Studying(clock, session, progress, enrolment, lesson, kind)
    if studying.outdated and progress.completed_at is None:
        raise UserError(_("这一节刚刚更新，请刷新页面接着学"), 409)
    check_open(enrolment, lesson_id)
    return studying


def _is_replay(session: PlaySession, sequence: int) -> bool:
    """Return whether a report was heard before; one that was overtaken by a later one was not."""
    if sequence > session.last_sequence:
        session.last_sequence = sequence
        return False
    heard = select(Evidence.id).where(Evidence.play_session_id == session.id, Evidence.sequence == sequence)
    return db.session.scalar(heard) is not None


def take_heartbeat(person_id: int, lesson_id: int, beat: Heartbeat) -> Outcome:
    """Judge what a player reports, and credit what its time allows.

    A repeated report earns nothing and is logged. Raises ReportRefused for a token of somebody else or of another lesson,
    UserError (409) when the page is out of date.
    """
    if ordinary := ordinary_heartbeat(person_id, lesson_id, beat):
        return ordinary
    studying = _load(person_id, lesson_id, beat.session, "time")
    progress, lesson, clock = studying.progress, studying.lesson, studying.clock
    claimed = claim(beat)
    if _is_replay(studying.session, beat.sequence):
        add_evidence(progress, lesson, "watched", claimed={**claimed, "repeats": beat.sequence})
        return studying.outcome()
    touch(studying.enrolment, lesson_id)
    progress.position = str(min(beat.position, studying.kind.size(lesson.content)))
    if not beat.segments or studying.outdated:
        return studying.outcome()
    moment = now()
    size = studying.kind.size(lesson.content)
    verdict = judge(beat, progress.covered, size, clock.credited_until, studying.session.opened_at, moment)
    seconds, clock.studied_until = study_time(verdict.studied, clock.studied_until, studying.session.opened_at, moment)
    clock.credited_until = verdict.clock
    evidence = add_evidence(
        progress,
        lesson,
        "watched",
        claimed=claimed,
        credited={"segments": verdict.credited} if verdict.credited else {},
        study_seconds=seconds,
        heard=(studying.session.id, beat.sequence),
    )
    before = progress.completed_at, studying.enrolment.completed_at
    gained = total(verdict.covered) - total(progress.covered)
    if verdict.credited:
        advance(studying.enrolment, progress, lesson, evidence, covered=verdict.covered)
    return _outcome_since(before, studying.outcome(credited_ms=gained))


def take_shown(person_id: int, lesson_id: int, report: ShownReport) -> Outcome:
    """Judge which parts of a text or document a page reports as shown.

    Parts for which there was no time yet may be reported again. Raises like `take_heartbeat`.
    """
    studying = _load(person_id, lesson_id, report.session, "units")
    progress, lesson, clock = studying.progress, studying.lesson, studying.clock
    claimed: dict[str, Any] = {"units": list(report.units[:UNITS_LOGGED])}
    if _is_replay(studying.session, report.sequence):
        add_evidence(progress, lesson, "shown", claimed={**claimed, "repeats": report.sequence})
        return studying.outcome()
    touch(studying.enrolment, lesson_id)
    progress.position = report.position
    if studying.outdated:
        return studying.outcome()
    moment = now()
    weights = studying.kind.unit_weights(lesson.content)
    opened_at = studying.session.opened_at
    verdict = judge_shown(report.units, progress.covered, weights, clock.credited_until, opened_at, moment)
    seconds, clock.studied_until = study_time(report.visible, clock.studied_until, opened_at, moment)
    clock.credited_until = verdict.clock
    if not verdict.credited and not seconds:
        return studying.outcome()
    evidence = add_evidence(
        progress,
        lesson,
        "shown",
        claimed=claimed,
        credited={"units": verdict.credited} if verdict.credited else {},
        study_seconds=seconds,
        heard=(studying.session.id, report.sequence),
    )
    before = progress.completed_at, studying.enrolment.completed_at
    if verdict.credited:
        advance(studying.enrolment, progress, lesson, evidence, covered=verdict.covered)
    return _outcome_since(before, studying.outcome(credited_units=verdict.credited))


def mark_read(person_id: int, enrolment: Enrolment, lesson: LessonVersion, opened_at: datetime) -> Outcome:
    """Take somebody's word for having studied a lesson whose page was opened at `opened_at`.

    This is how studying counts where no script runs: a text is believed when there was time for it, a quiz or a chapter
    when it has been done. Raises UserError (422) that says what is still needed.
    """
    kind = lesson_type(lesson.type)
    if kind is None:
        raise UserError(_("这一节现在打不开，您的进度还在"), 409)
    clock = lock_clock(person_id)
    db.session.refresh(enrolment)  # another request of this person may have been waited for
    check_open(enrolment, lesson.lesson_id)
    progress = begin_progress(enrolment, lesson)
    touch(enrolment, lesson.lesson_id)
    before = progress.completed_at, enrolment.completed_at
    if progress.completed_at is None:
        _believe(clock, enrolment, progress, lesson, kind, opened_at)
    return _outcome_since(before, Outcome(enrolment, progress, lesson))


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
    needed = seconds_to_read(progress.covered, weights)
    rest = seconds_still_needed(needed, clock.credited_until, opened_at, moment)
    if rest:
        raise UserError(
            _(
                "这一节读完至少要 %(needed)s。请接着读，再过 %(rest)s就可以记为学完",
                needed=show_duration(-(-needed // 1)),
                rest=show_duration(rest),
            ),
            422,
        )
    read = units_of(missing(progress.covered, len(weights)))
    visible = (moment - opened_at) // timedelta(milliseconds=1)
    seconds, clock.studied_until = study_time(visible, clock.studied_until, opened_at, moment)
    clock.credited_until = max(clock.credited_until, moment)
    note = add_evidence(progress, lesson, "marked", credited={"units": read}, study_seconds=seconds)
    advance(enrolment, progress, lesson, note, covered=union(progress.covered, of_units(read)))
