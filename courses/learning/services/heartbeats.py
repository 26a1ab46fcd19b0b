"""The heartbeat, which comes every ten seconds from everybody who watches, and must cost little.

One query reads all that judging a report needs, without a lock and without loading entities. The first thing written is
the person's clock, and only if nobody has changed it since it was read; so what was read still holds, and two reports of
one person at the same moment cannot spend the same time. A report that loses this race waits for its turn and is judged
anew. What happens seldom (a repeated report, a lesson that is done by it) goes through the services for everything else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, Update, bindparam, exists, insert, select, update

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.i18n import _
from courses.catalog.models import CourseVersion, LessonVersion
from courses.clocks.models import StudyClock
from courses.clocks.rules import Pieces, study_time
from courses.clocks.services import lock_clock
from courses.learning.models import Enrolment, Evidence, LessonProgress
from courses.learning.rules.completion import reached
from courses.learning.rules.intervals import total
from courses.learning.rules.viewing import allowed
from courses.learning.rules.watching import Heartbeat, Verdict, judge
from courses.learning.services.asking import limits_of
from courses.learning.services.enrolments import touch
from courses.learning.services.gates import check_open, ordinary
from courses.learning.services.openings import Caller, Opening, opening_for
from courses.learning.services.outcome import Outcome, ReportRefused
from courses.learning.services.players import Turn, other_player, turn_after
from courses.learning.services.progress import add_evidence, advance, share_by
from courses.learning.services.standing import looks_beyond_done
from courses.lesson_types.base import LessonType
from courses.lesson_types.registry import lesson_type

SEGMENTS_LOGGED = 50
"""What is claimed is logged, but not at any length."""
TOUCH_EVERY = timedelta(seconds=60)

_clock, _person, _progress = StudyClock.__table__.c, Person.__table__.c, LessonProgress.__table__.c
_lesson, _enrolment, _heard = LessonVersion.__table__.c, Enrolment.__table__.c, Evidence.__table__.c
_version = CourseVersion.__table__.c
_SEEN = select(
    _person.session_key,
    _person.is_active,
    _clock.revision,
    _clock.spent,
    _clock.studied,
    _clock.player,
    _clock.player_since,
    _clock.player_until,
    _progress.id.label("progress_id"),
    _progress.digest.label("studied_digest"),
    _progress.covered,
    _progress.answered,
    _progress.study_seconds,
    _progress.completed_at,
    _lesson.id.label("lesson_version_id"),
    _lesson.lesson_id,
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
    exists()
    .where(_heard.play_session_id == bindparam("play"), _heard.sequence == bindparam("sequence"))
    .label("heard"),
).where(
    _person.id == bindparam("person"),
    _clock.person_id == _person.id,
    _progress.id == bindparam("progress"),
    _enrolment.id == _progress.enrolment_id,
    _enrolment.person_id == _person.id,
    _version.id == _enrolment.version_id,
    _lesson.id == bindparam("lesson_version"),
    _lesson.lesson_id == _progress.lesson_id,
)


def _changing(key: Any, *conditions: Any) -> Update:
    """Return the update of the row whose key is given as `row`; what is set is what is given besides."""
    return update(key.table).where(key == bindparam("row"), *conditions)


_HEAR = insert(Evidence.__table__).inline()  # type: ignore[arg-type]
_SPEND = _changing(_clock.person_id, _clock.revision == bindparam("seen"))
_ADVANCE = _changing(_progress.id)
_TOUCH = _changing(_enrolment.id)


@dataclass(slots=True)
class _Judged:
    """A report with everything that follows from it; `notes` is what the evidence keeps of the judgement."""

    connection: Connection
    opening: Opening
    seen: Any
    beat: Heartbeat
    verdict: Verdict
    share: Fraction
    seconds: int
    studied: Pieces
    position: str
    moment: datetime
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def credited(self) -> dict[str, Any]:
        """What the evidence says is credited."""
        return {"segments": self.verdict.credited} if self.verdict.credited else {}

    @property
    def claimed(self) -> dict[str, Any]:
        """What the evidence says was claimed."""
        return {**claim(self.beat), **self.notes}


def claim(beat: Heartbeat) -> dict[str, Any]:
    """Return what a report claims, as it is kept in the evidence."""
    claimed: dict[str, Any] = {
        "segments": [list(pair) for pair in beat.segments[:SEGMENTS_LOGGED]],
        "position": beat.position,
    }
    return {**claimed, "age": beat.age} if beat.late else claimed


def believable(kind: LessonType, seen: Any, beat: Heartbeat) -> tuple[Heartbeat, Mapping[str, Any]]:
    """Return the report without the stretches that may not count in this lesson, and a note of them for the evidence.

    The one place where what a lesson asks of its viewers (questions to be answered, no seeking ahead) limits a report.
    `seen` is the row of `_SEEN`: content, covered, answered, completed_at, enrolment_id, lesson_id …
    """
    limits = limits_of(
        kind, seen.content, seen.enrolment_id, seen.lesson_id, seen.answered, seen.completed_at is not None
    )
    found = allowed(beat.segments, seen.covered, limits)
    if not found.refused:
        return beat, {}
    return replace(beat, segments=found.segments), {"held": found.refused}


def take_heartbeat(caller: Caller, lesson_id: int, beat: Heartbeat) -> Outcome:
    """Judge what a player reports, and credit what its time allows.

    A repeated report earns nothing and is logged. Raises ReportRefused: for a ticket that is forged, somebody else's,
    another lesson's or too old, when the page is out of date, and when another player of this person plays.
    """
    opening = opening_for(caller, lesson_id, beat.session)
    outcome = _take(caller, opening, beat)
    if outcome is None:
        lock_clock(caller.person_id)
        outcome = _take(caller, opening, beat)
    if outcome is None:
        raise RuntimeError("a locked clock has changed")
    return outcome


def _take(caller: Caller, opening: Opening, beat: Heartbeat) -> Outcome | None:
    """Return what becomes of a report, or None, with nothing written, where another one came between."""
    values = {"person": caller.person_id, "progress": opening.progress_id, "lesson_version": opening.lesson_version_id}
    query = {**values, "play": opening.play_id, "sequence": beat.sequence}
    connection = db.session.connection()
    seen: Any = connection.execute(_SEEN, query).first()
    kind = _checked(seen, caller)
    if seen.heard:
        return _repeated(seen, beat)
    moment = now()
    turn = Turn(seen.player, seen.player_since, seen.player_until)
    notes: dict[str, Any] = {}
    conflict = None
    if beat.late:
        notes["late"] = True
    elif turn.taken_by_another(opening.play_id, moment):
        conflict, notes["refused"] = other_player(turn), "other_player"
    else:
        turn = turn_after(turn, opening.play_id, beat.playing, moment)
    until = moment if conflict is None or seen.player_since is None else min(moment, seen.player_since)
    judged = _judge(connection, opening, seen, beat, kind, until)
    judged.notes.update(notes)
    if not _spend(judged, turn):
        return None
    outcome = _settle(judged, kind)
    if conflict is not None:
        raise conflict
    return outcome


def _checked(seen: Any, caller: Caller) -> LessonType:
    """Return the lesson's type, if the report comes from where it may; see `take_heartbeat`."""
    if seen is None:
        raise ReportRefused(_("这一页打开得太久了，请刷新后接着学"), "ticket of nothing", 409, "reopen")
    if not seen.is_active or seen.session_key != caller.session_key:
        raise ReportRefused(_("登录已过期，请重新登录"), "ended sign-in", 401, "signed_out")
    kind = lesson_type(seen.type)
    if kind is None or kind.measure != "time":
        raise ReportRefused(_("这一节不这样计算进度"), "a report for time", 409, "not_counted")
    if seen.digest != seen.studied_digest and seen.completed_at is None:
        raise ReportRefused(_("这一节刚刚更新，请刷新页面接着学"), "", 409, "reopen")
    if seen.rules and seen.state != "completed" and not ordinary(seen.rules):
        check_open(db.session.get_one(Enrolment, seen.enrolment_id), seen.lesson_id)
    return kind


def _judge(
    connection: Connection, opening: Opening, seen: Any, beat: Heartbeat, kind: LessonType, until: datetime
) -> _Judged:
    """Judge a report by the time up to `until`: now, or when another player began."""
    size = kind.size(seen.content)
    position = str(min(beat.position, size))
    if seen.digest != seen.studied_digest:
        beat = replace(beat, segments=())  # done in an earlier version: nothing is to be added in this one
    believed, notes = believable(kind, seen, beat)
    verdict = judge(believed, seen.covered, size, seen.spent, opening.opened_at, until)
    seconds, studied = study_time(verdict.studied, seen.studied, opening.opened_at, until)
    share = share_by(seen, verdict.covered)
    return _Judged(connection, opening, seen, beat, verdict, share, seconds, studied, position, now(), dict(notes))


def _spend(judged: _Judged, turn: Turn) -> bool:
    """Write the clock as it is after the report, unless it has changed since it was read; return whether it was written."""
    seen = judged.seen
    change = {
        "revision": seen.revision + 1,
        "spent": judged.verdict.spent,
        "studied": judged.studied,
        "player": turn.player,
        "player_since": turn.since,
        "player_until": turn.until,
    }
    row = {"row": judged.opening.person_id, "seen": seen.revision}
    return judged.connection.execute(_SPEND, {**row, **change}).rowcount == 1


def _settle(judged: _Judged, kind: LessonType) -> Outcome:
    """Write what a report has brought; return what the page shows."""
    seen = judged.seen
    if not judged.beat.segments and not judged.notes:
        _write(judged, evidence=False)
        return _outcome(judged)
    done_now = seen.completed_at is None and reached(judged.share, kind.goal(seen.completion))
    weighed = judged.verdict.credited and seen.state != "completed" and seen.rules and looks_beyond_done(seen.rules)
    if done_now or weighed:
        return _advance(judged)
    _write(judged, evidence=True)
    return _outcome(judged)


def _repeated(seen: Any, beat: Heartbeat) -> Outcome:
    """Note that a report was heard before, without its numbers: they belong to the first one."""
    lock_clock(db.session.get_one(Enrolment, seen.enrolment_id).person_id)
    progress = db.session.get_one(LessonProgress, seen.progress_id, populate_existing=True)
    lesson = db.session.get_one(LessonVersion, seen.lesson_version_id)
    add_evidence(progress, lesson, "watched", claimed={**claim(beat), "repeats": beat.sequence})
    enrolment = db.session.get_one(Enrolment, seen.enrolment_id)
    return Outcome(enrolment, progress, lesson, ticket=beat.session, repeated=True)


def _advance(judged: _Judged) -> Outcome:
    """Credit a report that does the lesson, or that the rule of the course may wait for, with all that follows from it."""
    seen, beat, verdict = judged.seen, judged.beat, judged.verdict
    progress = db.session.get_one(LessonProgress, seen.progress_id, populate_existing=True)
    enrolment = db.session.get_one(Enrolment, seen.enrolment_id, populate_existing=True)
    lesson = db.session.get_one(LessonVersion, seen.lesson_version_id)
    before = progress.completed_at, enrolment.completed_at
    touch(enrolment, lesson.lesson_id)
    progress.position = judged.position
    heard = (judged.opening.play_id, beat.sequence)
    evidence = add_evidence(
        progress,
        lesson,
        "watched",
        claimed=judged.claimed,
        credited=judged.credited,
        study_seconds=judged.seconds,
        heard=heard,
    )
    advance(enrolment, progress, lesson, evidence, covered=verdict.covered)
    outcome = replace(_outcome(judged), enrolment=enrolment, progress=progress, lesson=lesson)
    return outcome_since(before, outcome)


def outcome_since(before: tuple[Any, Any], outcome: Outcome) -> Outcome:
    """Return `outcome` with what has been reached since `before`: (when the lesson was done, when the course was)."""
    outcome.lesson_done_now = before[0] is None and outcome.progress.completed_at is not None
    outcome.course_done_now = before[1] is None and outcome.enrolment.completed_at is not None
    return outcome


def _write(judged: _Judged, evidence: bool) -> None:
    seen, beat, verdict = judged.seen, judged.beat, judged.verdict
    connection = judged.connection
    change: dict[str, Any] = {"position": judged.position, "study_seconds": seen.study_seconds + judged.seconds}
    if verdict.credited:
        change.update(
            covered=verdict.covered,
            share_num=judged.share.numerator,
            share_den=judged.share.denominator,
            updated_at=judged.moment,
        )
    connection.execute(_ADVANCE, {"row": seen.progress_id, **change})
    if evidence:
        connection.execute(
            _HEAR,
            {
                "progress_id": seen.progress_id,
                "lesson_version_id": seen.lesson_version_id,
                "play_session_id": judged.opening.play_id,
                "sequence": beat.sequence,
                "kind": "watched",
                "received_at": judged.moment,
                "claimed": judged.claimed,
                "credited": judged.credited,
                "study_seconds": judged.seconds,
            },
        )
    last = seen.last_studied_at
    if seen.last_lesson_id != seen.lesson_id or last is None or judged.moment - last >= TOUCH_EVERY:
        studied = {"last_lesson_id": seen.lesson_id, "last_studied_at": judged.moment}
        connection.execute(_TOUCH, {"row": seen.enrolment_id, **studied})


def _outcome(judged: _Judged) -> Outcome:
    """Return what the page shows; the row that was read has the columns of the lesson and of the enrolment."""
    seen, verdict = judged.seen, judged.verdict
    progress = SimpleNamespace(
        covered=verdict.covered,
        share_num=judged.share.numerator,
        share_den=judged.share.denominator,
        answered=seen.answered,
        completed_at=seen.completed_at,
    )
    return Outcome(
        seen,
        progress,
        seen,
        credited_ms=total(verdict.covered) - total(seen.covered),
        ticket=judged.beat.session,
        claimed_ms=verdict.claimed,
        believed_ms=total(verdict.credited),
        late=judged.beat.late,
    )
