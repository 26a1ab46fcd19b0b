"""The contents of a course as one person sees them, without loading what the lessons contain."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from functools import cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, literal, select

from academy.db import db
from academy.i18n import current_locale
from courses.catalog.models import LessonVersion, VersionChapter
from courses.completion.evaluate import Lock
from courses.learning.models import LessonProgress
from courses.learning.rules.completion import next_lesson
from courses.lesson_types.registry import lesson_type

FACTS_KEPT = 5000


@dataclass(slots=True)
class Facts:
    """What follows from a lesson's content: kind and length in words ("视频 21:30"), and what progress is measured against."""

    label: str
    size: int


_facts: dict[tuple[str, int, str], Facts] = {}
"""By (digest of the content, minutes, language): what the content says, so never out of date."""


@dataclass(slots=True)
class Line:
    """One lesson of the contents, with how far the person is in it.

    `lock` and `named` (by the rule of the course) are written in by services.rulebook.
    """

    id: int
    lesson_id: int
    number: str
    type: str
    title: str
    title_en: str
    required: bool
    minutes: int
    digest: str
    share: Fraction | None = None
    completed_at: datetime | None = None
    position: str = ""
    completion: dict[str, Any] = field(default_factory=dict)
    score: Fraction | None = None
    lock: Lock | None = None
    lock_text: str = ""
    named: bool = False

    @property
    def done(self) -> bool:
        """Whether the person has done it."""
        return self.completed_at is not None

    @property
    def opened(self) -> bool:
        """Whether the person has begun."""
        return self.share is not None


@dataclass(slots=True)
class Part:
    """A chapter of the contents."""

    title: str
    title_en: str
    lines: list[Line] = field(default_factory=list)

    @property
    def done(self) -> int:
        """How many of its lessons are done."""
        return sum(line.done for line in self.lines)


@dataclass(slots=True)
class Outline:
    """All chapters and lessons of a version."""

    parts: list[Part]

    @property
    def lines(self) -> list[Line]:
        """All lessons in order."""
        return [line for part in self.parts for line in part.lines]

    def find(self, lesson_id: int | None) -> Line | None:
        """Return the lesson with this identity."""
        return next((line for line in self.lines if line.lesson_id == lesson_id), None)

    def next(self, last: int | None) -> Line | None:
        """Return the lesson to go on with after `last`: one that is open, where any is left to do."""
        lines = [line for line in self.lines if line.lock is None or not line.lock.sealed] or self.lines
        done = {line.lesson_id for line in lines if line.done}
        return self.find(next_lesson([line.lesson_id for line in lines], done, last))

    def beside(self, lesson_id: int) -> tuple[Line | None, Line | None]:
        """Return the lessons before and after one."""
        lines = self.lines
        at = next((place for place, line in enumerate(lines) if line.lesson_id == lesson_id), None)
        if at is None:
            return None, None
        return (lines[at - 1] if at else None), (lines[at + 1] if at + 1 < len(lines) else None)


def outlines(versions: Sequence[tuple[int, int | None]]) -> dict[int, Outline]:
    """Return the outlines of course versions by their id, each with the progress of one enrolment: one query in all.

    versions: pairs (version id, enrolment id, or None for somebody who is not enrolled).
    """
    if not versions:
        return {}
    enrolments = [enrolment for _version, enrolment in versions if enrolment is not None]
    rows: dict[int, list[Any]] = {version: [] for version, _enrolment in versions}
    values = {"versions": list(rows), **({"enrolments": enrolments} if enrolments else {})}
    for row in db.session.execute(_query(bool(enrolments)), values):
        rows[row.version_id].append(row)
    return {version: _outline(found) for version, found in rows.items()}


@cache
def _query(enrolled: bool) -> Select[*tuple[Any, ...]]:
    """Return the query, made once: making it costs more than asking it."""
    query: Select[*tuple[Any, ...]] = (
        select(
            LessonVersion.version_id,
            LessonVersion.id,
            LessonVersion.lesson_id,
            LessonVersion.type,
            LessonVersion.title,
            LessonVersion.title_en,
            LessonVersion.required,
            LessonVersion.minutes,
            LessonVersion.digest,
            LessonVersion.completion,
            VersionChapter.id.label("chapter_id"),
            VersionChapter.title.label("chapter_title"),
            VersionChapter.title_en.label("chapter_title_en"),
            *_progress_columns(enrolled),
        )
        .join(VersionChapter, VersionChapter.id == LessonVersion.chapter_id)
        .where(LessonVersion.version_id.in_(bindparam("versions", expanding=True)))
        .order_by(LessonVersion.version_id, VersionChapter.position, LessonVersion.position)
    )
    if not enrolled:
        return query
    own = and_(
        LessonProgress.lesson_id == LessonVersion.lesson_id,
        LessonProgress.enrolment_id.in_(bindparam("enrolments", expanding=True)),
    )
    return query.outerjoin(LessonProgress, own)


_OWN = ("share_num", "share_den", "completed_at", "position", "score_num", "score_den")


def _progress_columns(enrolled: bool) -> list[Any]:
    if not enrolled:
        return [literal(None).label(name) for name in _OWN]
    return [getattr(LessonProgress, name) for name in _OWN]


def _outline(rows: Iterable[Any]) -> Outline:
    parts: list[Part] = []
    chapter = None
    for row in rows:
        if row.chapter_id != chapter:
            chapter = row.chapter_id
            parts.append(Part(row.chapter_title, row.chapter_title_en))
        parts[-1].lines.append(
            Line(
                id=row.id,
                lesson_id=row.lesson_id,
                number=f"{len(parts)}.{len(parts[-1].lines) + 1}",
                type=row.type,
                title=row.title,
                title_en=row.title_en,
                required=row.required,
                minutes=row.minutes,
                digest=row.digest,
                share=Fraction(row.share_num, row.share_den) if row.share_den else None,
                completed_at=row.completed_at,
                position=row.position or "",
                completion=row.completion,
                score=Fraction(row.score_num, row.score_den) if row.score_num is not None else None,
            )
        )
    return Outline(parts)


def facts_of(lines: Iterable[Line]) -> dict[int, Facts]:
    """Return what follows from the contents of lessons, by the id of the lesson version.

    Asks the database only for contents not met before; one query at most.
    """
    lines = list(lines)
    locale = current_locale()
    unknown = [line for line in lines if (line.digest, line.minutes, locale) not in _facts]
    if unknown:
        _learn(unknown, locale)
    missing = Facts("", 1)
    return {line.id: _facts.get((line.digest, line.minutes, locale), missing) for line in lines}


def _learn(lines: list[Line], locale: str) -> None:
    query = select(LessonVersion.id, LessonVersion.content).where(LessonVersion.id.in_([line.id for line in lines]))
    contents = {row.id: row.content for row in db.session.execute(query)}
    if len(_facts) + len(lines) > FACTS_KEPT:
        _facts.clear()
    for line in lines:
        kind, content = lesson_type(line.type), contents.get(line.id)
        if kind is not None and content is not None:
            facts = Facts(kind.length_label(content, line.minutes), kind.size(content))
            _facts[line.digest, line.minutes, locale] = facts


def length_labels(lines: Iterable[Line]) -> dict[int, str]:
    """Return kind and length of lessons ("视频 21:30") by the id of the lesson version."""
    return {identity: facts.label for identity, facts in facts_of(lines).items()}
