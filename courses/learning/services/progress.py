"""From evidence to progress, to a completed course, to credit hours."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.signals import course_completed
from courses.catalog.models import CourseVersion, LessonVersion
from courses.learning.models import Enrolment, Evidence, LessonProgress
from courses.learning.rules.completion import (
    FORGIVEN_MILLISECONDS,
    reached,
    share_of,
)
from courses.learning.rules.intervals import Intervals, clip, of_units, union
from courses.learning.services.crediting import credit_again, credit_course
from courses.learning.services.enrolments import snapshot
from courses.learning.services.standing import looks_beyond_done, rules_of, verdict_of
from courses.lesson_types.registry import lesson_type

COUNTED_MEASURES = ("time", "units")


def find_progress(enrolment_id: int, lesson_id: int) -> LessonProgress | None:
    """Return how far somebody is in a lesson, or None when it was never opened."""
    return db.session.scalar(_progress(), {"enrolment": enrolment_id, "lesson": lesson_id})


@cache
def _progress() -> Select[LessonProgress]:
    return select(LessonProgress).where(
        LessonProgress.enrolment_id == bindparam("enrolment"), LessonProgress.lesson_id == bindparam("lesson")
    )


def begin_progress(enrolment: Enrolment, lesson: LessonVersion) -> LessonProgress:
    """Return the progress in a lesson, made at its first opening. The caller holds the person's clock.

    What was done of an earlier version stays; the share is of the present one from here on, unless the lesson is done.
    """
    progress = find_progress(enrolment.id, lesson.lesson_id)
    if progress is None:
        progress = LessonProgress(
            enrolment_id=enrolment.id,
            lesson_id=lesson.lesson_id,
            lesson_version_id=lesson.id,
            digest=lesson.digest,
            covered=[],
        )
        db.session.add(progress)
        db.session.flush()
    elif progress.digest != lesson.digest and progress.completed_at is None:
        rebase(enrolment, progress, lesson)
    return progress


def covered_by(lesson: LessonVersion, evidence: Iterable[Evidence]) -> Intervals:
    """Return everything that was credited, within what the lesson is now."""
    kind = lesson_type(lesson.type)
    if kind is None:
        return []
    if kind.measure == "time":
        pieces = [entry.credited.get("segments", []) for entry in evidence]
    else:
        pieces = [of_units(entry.credited.get("units", [])) for entry in evidence]
    return clip(union(*pieces), kind.size(lesson.content))


def share_by(lesson: LessonVersion, covered: Sequence[Sequence[int]], evidence: Iterable[Evidence] = ()) -> Fraction:
    """Return the exact share of a lesson that is done.

    Of a recording or a text it follows from what is covered; of a quiz or a chapter it is the best one credited.
    """
    kind = lesson_type(lesson.type)
    if kind is None:
        return Fraction(0)
    if kind.measure in COUNTED_MEASURES:
        forgiven = FORGIVEN_MILLISECONDS if kind.measure == "time" else 0
        return share_of(covered, kind.size(lesson.content), forgiven)
    credited = [Fraction(*entry.credited["share"]) for entry in evidence if "share" in entry.credited]
    return min(Fraction(1), max(credited, default=Fraction(0)))


def rebase(enrolment: Enrolment, progress: LessonProgress, lesson: LessonVersion) -> None:
    """Hold what was done of an earlier version of a lesson against the present one."""
    evidence = evidence_of(progress)
    progress.lesson_version_id = lesson.id
    progress.digest = lesson.digest
    covered = covered_by(lesson, evidence)
    share = share_by(lesson, covered, evidence)
    kind = lesson_type(lesson.type)
    if kind is not None and reached(share, kind.goal(lesson.completion)) and share:
        note = add_evidence(progress, lesson, "marked", credited={"by": "publication"})
        advance(enrolment, progress, lesson, note, covered=covered, share=share)
    else:
        _keep(progress, covered, share)


def evidence_of(progress: LessonProgress) -> list[Evidence]:
    """Return the evidence of one lesson in the order in which it came."""
    query = select(Evidence).where(Evidence.progress_id == progress.id).order_by(Evidence.received_at, Evidence.id)
    return list(db.session.scalars(query))


def add_evidence(
    progress: LessonProgress,
    lesson: LessonVersion,
    kind: str,
    *,
    claimed: dict[str, Any] | None = None,
    credited: dict[str, Any] | None = None,
    study_seconds: int = 0,
    heard: tuple[int, int] | None = None,
) -> Evidence:
    """Append what the server saw and what it credited for it.

    heard: (id of the play session, sequence number) of a report that is heard for the first time.
    """
    evidence = Evidence(
        progress_id=progress.id,
        lesson_version_id=lesson.id,
        play_session_id=heard[0] if heard else None,
        sequence=heard[1] if heard else None,
        kind=kind,
        received_at=now(),
        claimed=claimed or {},
        credited=credited or {},
        study_seconds=study_seconds,
    )
    db.session.add(evidence)
    progress.study_seconds += study_seconds
    return evidence


def _keep(progress: LessonProgress, covered: Intervals | None, share: Fraction) -> None:
    if covered is not None and covered != progress.covered:
        progress.covered = covered
    progress.share_num, progress.share_den = share.numerator, share.denominator
    progress.updated_at = now()


def advance(
    enrolment: Enrolment,
    progress: LessonProgress,
    lesson: LessonVersion,
    evidence: Evidence,
    *,
    covered: Intervals | None = None,
    share: Fraction | None = None,
) -> bool:
    """Bring progress up to date after `evidence`; return whether the lesson has just been done.

    Give `covered` for recordings and texts, `share` for what is reported as a share. A lesson that was done stays done.
    """
    kind = lesson_type(lesson.type)
    if kind is None:
        return False
    if share is None:
        share = share_by(lesson, covered or [])
    more = share > Fraction(progress.share_num, progress.share_den)
    _keep(progress, covered, share)
    if more and enrolment.state == "completed":
        db.session.flush()
        credit_again(enrolment)
    if progress.completed_at is not None or not reached(share, kind.goal(lesson.completion)):
        if enrolment.state != "completed" and looks_beyond_done(rules_of(enrolment.version_id)):
            db.session.flush()
            refresh_course(enrolment)
        return False
    progress.completed_at = evidence.received_at
    evidence.credited = {**evidence.credited, "completed": True}
    db.session.flush()
    refresh_course(enrolment)
    return True


def refresh_course(enrolment: Enrolment) -> None:
    """Count what the rule of the course asks for, and complete the course when all of it is done."""
    if enrolment.state == "completed":
        return
    db.session.refresh(enrolment, with_for_update=True)
    if enrolment.state == "completed":
        return
    verdict = verdict_of(enrolment)
    enrolment.required_count, enrolment.done_count = verdict.needed, verdict.met
    if verdict.done:
        complete(enrolment)


def complete(enrolment: Enrolment, attempt_id: int | None = None) -> None:
    """Complete a course: once, with the unit and post of this moment, and with its credit hours.

    attempt_id: the attempt by which somebody tested out of it.
    """
    person = db.session.get_one(Person, enrolment.person_id)
    version = db.session.get_one(CourseVersion, enrolment.version_id)
    enrolment.state = "completed"
    enrolment.completed_at = now()
    enrolment.completed_version_id = version.id
    enrolment.completed_by = "test_out" if attempt_id else "rules"
    enrolment.test_out_attempt_id = attempt_id
    enrolment.started_at = enrolment.started_at or enrolment.completed_at
    for name, value in snapshot(person).items():
        setattr(enrolment, name, value)
    db.session.flush()
    credit_course(enrolment, version, person)
    course_completed.send(enrolment, enrolment=enrolment)
