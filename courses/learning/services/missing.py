"""Which stretches of a recording are not credited to somebody, and why: read from the evidence."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from academy.db import db
from courses.catalog.models import LessonVersion
from courses.learning.models import Enrolment, Evidence, LessonProgress, PlaySession
from courses.learning.rules.completion import missing_stretches
from courses.learning.rules.intervals import Intervals, union
from courses.learning.rules.viewing import Stretch, between, explain, wall_of, without
from courses.learning.services.asking import points_of
from courses.lesson_types.base import LessonType
from courses.lesson_types.registry import lesson_type

READ_BACK = 2000
"""How many of the latest reports are read; the reasons of earlier ones have been overtaken."""
AT_THE_WALL_MS = 2000
TOGETHER = timedelta(seconds=60)
"""Reports of two pages within so short a time mean that both were playing."""
TOLD = ("question", "late", "elsewhere", "jumped")
"""Reasons that follow from a report by itself; the first is the most telling."""


@dataclass(frozen=True)
class Missing:
    """What one person still lacks of a recording of `size` milliseconds.

    points: of each question its place and whether it is answered.
    """

    size: int
    covered: Intervals
    stretches: list[Stretch]
    points: list[tuple[int, bool]]

    @property
    def total(self) -> int:
        """Milliseconds."""
        return sum(stretch.length for stretch in self.stretches)


@dataclass
class _Heard:
    """What the evidence of a lesson tells: refused stretches by reason, and those that the clock cut, with their moment."""

    refused: dict[str, Intervals]
    cut: list[tuple[datetime, int | None, Intervals]]
    versions: set[int]


def missing_of(enrolment: Enrolment, lesson: LessonVersion, progress: LessonProgress | None) -> Missing:
    """Return what is missing of a recording, and why. Three queries at most, however long the evidence is."""
    kind = lesson_type(lesson.type)
    if kind is None or kind.measure != "time":
        return Missing(1, [], [], [])
    size, covered = kind.size(lesson.content), progress.covered if progress else []
    answered = progress.answered if progress else []
    points = points_of(kind, lesson.content, enrolment.id, lesson.lesson_id)
    gaps = missing_stretches(covered, size)
    causes = _causes(enrolment, lesson, kind, progress, wall_of(points, answered)) if progress and gaps else []
    places = sorted((at, key in answered) for key, at in points.items())
    return Missing(size, covered, explain(gaps, causes), places)


def _causes(
    enrolment: Enrolment, lesson: LessonVersion, kind: LessonType, progress: LessonProgress, wall: int | None
) -> list[tuple[str, Intervals]]:
    size, heard = kind.size(lesson.content), _hear(progress)
    fast, elsewhere = _cut(enrolment.person_id, heard.cut)
    told = {reason: heard.refused.get(reason, []) for reason in TOLD}
    told["question"] = union(told["question"], _behind(wall, progress.covered, size))
    told["elsewhere"] = union(told["elsewhere"], elsewhere)
    return [
        *told.items(),
        ("fast", fast),
        ("changed", _added(heard.versions - {lesson.id}, lesson, size)),
        ("jumped", between(progress.covered, size)),
    ]


def _hear(progress: LessonProgress) -> _Heard:
    query = (
        select(
            Evidence.received_at,
            Evidence.play_session_id,
            Evidence.lesson_version_id,
            Evidence.claimed,
            Evidence.credited,
        )
        .where(Evidence.progress_id == progress.id, Evidence.kind == "watched")
        .order_by(Evidence.id.desc())
        .limit(READ_BACK)
    )
    heard = _Heard({}, [], set())
    for row in db.session.execute(query):
        heard.versions.add(row.lesson_version_id)
        if "repeats" in row.claimed:
            continue
        _note(heard, row)
    return heard


def _note(heard: _Heard, row: Any) -> None:
    """Add what one report tells: what was held back, and what there was no time for."""
    held = row.claimed.get("held", {})
    unbelieved = without(row.claimed.get("segments", []), row.credited.get("segments", []))
    rest = without(unbelieved, union(*held.values()))
    if row.claimed.get("late"):
        held = {**held, "late": rest}
    elif row.claimed.get("refused") == "other_player":
        held = {**held, "elsewhere": rest}
    elif rest:
        heard.cut.append((row.received_at, row.play_session_id, rest))
    for reason, stretches in held.items():
        heard.refused[reason] = union(heard.refused.get(reason, []), stretches)


def _cut(person_id: int, cut: Sequence[tuple[datetime, int | None, Intervals]]) -> tuple[Intervals, Intervals]:
    """Divide what the clock cut: (faster than it goes, because another page of this person was playing as well)."""
    if not cut:
        return [], []
    moments = [moment for moment, _session, _stretches in cut]
    others = _reports(person_id, min(moments) - TOGETHER, max(moments) + TOGETHER)
    times = [moment for moment, _session in others]
    fast: list[Any] = []
    elsewhere: list[Any] = []
    for moment, session, stretches in cut:
        near = others[bisect_left(times, moment - TOGETHER) : bisect_right(times, moment + TOGETHER)]
        (elsewhere if any(other != session for _at, other in near) else fast).extend(stretches)
    return union(fast), union(elsewhere)


def _reports(person_id: int, since: datetime, until: datetime) -> list[tuple[datetime, int | None]]:
    """Return when a person was credited, and by which opening, in a span of time."""
    query = (
        select(Evidence.received_at, Evidence.play_session_id)
        .join(PlaySession, PlaySession.id == Evidence.play_session_id)
        .where(
            PlaySession.person_id == person_id,
            Evidence.kind == "watched",
            Evidence.received_at.between(since, until),
            Evidence.study_seconds > 0,
        )
        .order_by(Evidence.received_at)
        .limit(READ_BACK)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def _behind(wall: int | None, covered: Intervals, size: int) -> Intervals:
    """Return what lies behind a question at which somebody stands."""
    if wall is None or not any(start < wall and end >= wall - AT_THE_WALL_MS for start, end in covered):
        return []
    return [[wall, size]]


def _added(earlier: set[int], lesson: LessonVersion, size: int) -> Intervals:
    """Return what the present version has beyond the earlier ones that this person studied."""
    if not earlier:
        return []
    query = select(LessonVersion).where(LessonVersion.id.in_(sorted(earlier)), LessonVersion.digest != lesson.digest)
    sizes = [kind.size(old.content) for old in db.session.scalars(query) if (kind := lesson_type(old.type))]
    longest = max(sizes, default=size)
    return [[longest, size]] if longest < size else []
