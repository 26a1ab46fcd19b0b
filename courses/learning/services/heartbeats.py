"""The ordinary heartbeat, which comes every ten seconds from everybody who watches, and must cost little.

It does what `reports.take_heartbeat` does, for the case that nothing special happens, with queries that are built once
and without loading entities. Whatever is special (a repeated or refused report, a page out of date, a lesson that this
report completes) is left to it: then nothing has been written yet.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, Update, bindparam, insert, select, update

from academy.clock import now
from academy.db import db
from courses.catalog.models import CourseVersion, LessonVersion
from courses.learning.models import Enrolment, Evidence, LessonProgress, PlaySession, StudyClock
from courses.learning.rules.clock import study_time
from courses.learning.rules.completion import reached
from courses.learning.rules.intervals import total
from courses.learning.rules.watching import Heartbeat, Verdict, judge
from courses.learning.services.gates import ordinary
from courses.learning.services.outcome import Outcome
from courses.learning.services.progress import share_by
from courses.learning.services.standing import looks_beyond_done
from courses.lesson_types.registry import lesson_type

SEGMENTS_LOGGED = 50
"""What is claimed is logged, but not at any length."""
TOUCH_EVERY = timedelta(seconds=60)

_clock, _session, _progress = StudyClock.__table__.c, PlaySession.__table__.c, LessonProgress.__table__.c
_lesson, _enrolment = LessonVersion.__table__.c, Enrolment.__table__.c
_version = CourseVersion.__table__.c
_CLOCK = (
    select(_clock.credited_until, _clock.studied_until)
    .where(_clock.person_id == bindparam("person_id"))
    .with_for_update()
)
_SEEN = select(
    _session.id.label("session_id"),
    _session.person_id,
    _session.opened_at,
    _session.last_sequence,
    _progress.id.label("progress_id"),
    _progress.lesson_id,
    _progress.digest.label("studied_digest"),
    _progress.covered,
    _progress.study_seconds,
    _progress.completed_at,
    _lesson.id.label("lesson_version_id"),
    _lesson.type,
    _lesson.title,
    _lesson.title_en,
    _lesson.content,
    _lesson.completion,
    _lesson.digest,
    _enrolment.id.label("enrolment_id"),
    _enrolment.state,
    _enrolment.done_count,
    _enrolment.required_count,
    _enrolment.last_lesson_id,
    _enrolment.last_studied_at,
    _version.rules,
).where(
    _session.token == bindparam("token"),
    _progress.id == _session.progress_id,
    _enrolment.id == _progress.enrolment_id,
    _lesson.id == _session.lesson_version_id,
    _version.id == _enrolment.version_id,
)


def _changing(key: Any) -> Update:
    """Return the update of the row whose key is given as `row`; what is set is what is given besides."""
    return update(key.table).where(key == bindparam("row"))


_HEAR = insert(Evidence.__table__)  # type: ignore[arg-type]
_ADVANCE = _changing(_progress.id)
_COUNT = _changing(_session.id)
_SPEND = _changing(_clock.person_id)
_TOUCH = _changing(_enrolment.id)


@dataclass(slots=True)
class _Judged:
    """A report with everything that follows from it."""

    person_id: int
    seen: Any
    beat: Heartbeat
    lesson: LessonVersion
    verdict: Verdict
    share: Fraction
    seconds: int
    studied_until: datetime
    position: str
    moment: datetime


def claim(beat: Heartbeat) -> dict[str, Any]:
    """Return what a report claims, as it is kept in the evidence."""
    return {"segments": [list(pair) for pair in beat.segments[:SEGMENTS_LOGGED]], "position": beat.position}


def ordinary_heartbeat(person_id: int, lesson_id: int, beat: Heartbeat) -> Outcome | None:
    """Judge and credit a report as `take_heartbeat` does, or return None, with nothing written, when it is special."""
    connection = db.session.connection()
    clock = connection.execute(_CLOCK, {"person_id": person_id}).first()
    seen = connection.execute(_SEEN, {"token": beat.session}).first() if clock else None
    if clock is None or seen is None or not _is_ordinary(seen, person_id, lesson_id, beat):
        return None
    lesson = LessonVersion(
        type=seen.type, title=seen.title, title_en=seen.title_en, content=seen.content, completion=seen.completion
    )
    kind = lesson_type(seen.type)
    if kind is None or kind.measure != "time":
        return None
    moment, size = now(), kind.size(seen.content)
    verdict = judge(beat, seen.covered, size, clock.credited_until, seen.opened_at, moment)
    share = share_by(lesson, verdict.covered)
    if seen.completed_at is None and reached(share, kind.goal(seen.completion)):
        return None
    seconds, studied_until = study_time(verdict.studied, clock.studied_until, seen.opened_at, moment)
    position = str(min(beat.position, size))
    judged = _Judged(person_id, seen, beat, lesson, verdict, share, seconds, studied_until, position, moment)
    _write(judged)
    return _outcome(judged)


def _is_ordinary(seen: Row[*tuple[Any, ...]], person_id: int, lesson_id: int, beat: Heartbeat) -> bool:
    return bool(
        beat.segments
        and seen.person_id == person_id
        and seen.lesson_id == lesson_id
        and beat.sequence > seen.last_sequence
        and seen.digest == seen.studied_digest
        and (
            not seen.rules or seen.state == "completed" or (ordinary(seen.rules) and not looks_beyond_done(seen.rules))
        )
    )


def _write(judged: _Judged) -> None:
    seen, beat, verdict = judged.seen, judged.beat, judged.verdict
    connection = db.session.connection()
    connection.execute(
        _HEAR,
        {
            "progress_id": seen.progress_id,
            "lesson_version_id": seen.lesson_version_id,
            "play_session_id": seen.session_id,
            "sequence": beat.sequence,
            "kind": "watched",
            "received_at": judged.moment,
            "claimed": claim(beat),
            "credited": {"segments": verdict.credited} if verdict.credited else {},
            "study_seconds": judged.seconds,
        },
    )
    change: dict[str, Any] = {"position": judged.position, "study_seconds": seen.study_seconds + judged.seconds}
    if verdict.credited:
        change.update(
            covered=verdict.covered,
            share_num=judged.share.numerator,
            share_den=judged.share.denominator,
            updated_at=judged.moment,
        )
    connection.execute(_ADVANCE, {"row": seen.progress_id, **change})
    connection.execute(_COUNT, {"row": seen.session_id, "last_sequence": beat.sequence})
    spent = {"credited_until": verdict.clock, "studied_until": judged.studied_until}
    connection.execute(_SPEND, {"row": judged.person_id, **spent})
    last = seen.last_studied_at
    if seen.last_lesson_id != seen.lesson_id or last is None or judged.moment - last >= TOUCH_EVERY:
        studied = {"last_lesson_id": seen.lesson_id, "last_studied_at": judged.moment}
        connection.execute(_TOUCH, {"row": seen.enrolment_id, **studied})


def _outcome(judged: _Judged) -> Outcome:
    """Return what the page shows, in copies that belong to no session and are never stored."""
    seen, verdict = judged.seen, judged.verdict
    progress = LessonProgress(
        covered=verdict.covered,
        share_num=judged.share.numerator,
        share_den=judged.share.denominator,
        completed_at=seen.completed_at,
    )
    enrolment = Enrolment(done_count=seen.done_count, required_count=seen.required_count, state=seen.state)
    session = PlaySession(token=judged.beat.session, last_sequence=judged.beat.sequence)
    gained = total(verdict.covered) - total(seen.covered)
    return Outcome(enrolment, progress, judged.lesson, session, credited_ms=gained)
