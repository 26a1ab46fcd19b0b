"""What is known of somebody in a course, as the rules of completion want it."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from academy.db import db
from courses.catalog.models import CourseVersion, LessonVersion, VersionChapter
from courses.completion.evaluate import Facts, Item, Standing, evaluate
from courses.completion.language import leaves_of, root_of
from courses.learning.models import Enrolment, LessonProgress
from courses.learning.rules.completion import counting_lessons
from courses.lesson_types.registry import lesson_type

RULES = "rules of published versions"


def rules_of(version_id: int) -> dict[str, Any]:
    """Return the rules of a published version, which do not change any more: a small query, once in a request."""
    known: dict[int, dict[str, Any]] = db.session.info.setdefault(RULES, {})
    if version_id not in known:
        known[version_id] = db.session.scalar(_rules(), {"version": version_id}) or {}
    return known[version_id]


@cache
def _rules() -> Select[dict[str, Any]]:
    """Return the query, made once: making it costs more than asking it, and every report asks it."""
    return select(CourseVersion.rules).where(CourseVersion.id == bindparam("version"))


def lessons_of(version_id: int) -> list[tuple[int, bool, str]]:
    """Return the lessons of a version in order: (id, required, type). One query."""
    query = (
        select(LessonVersion.lesson_id, LessonVersion.required, LessonVersion.type)
        .join(VersionChapter, VersionChapter.id == LessonVersion.chapter_id)
        .where(LessonVersion.version_id == version_id)
        .order_by(VersionChapter.position, LessonVersion.position)
    )
    return [(lesson, required, key) for lesson, required, key in db.session.execute(query)]


def is_quiz(key: str) -> bool:
    """Return whether lessons of a type have scores."""
    kind = lesson_type(key)
    return kind is not None and kind.measure == "attempt"


def facts_from(lessons: Sequence[tuple[int, bool, str]], standings: Mapping[int, Standing]) -> Facts:
    """Return the facts of one person from the lessons of a version and how far the person is in those begun."""
    return Facts(
        {lesson: standings.get(lesson, Standing()) for lesson, _required, _key in lessons},
        counting_lessons((lesson, required) for lesson, required, _key in lessons),
        frozenset(lesson for lesson, _required, key in lessons if is_quiz(key)),
    )


def standings_of(enrolments: Iterable[int]) -> dict[int, dict[int, Standing]]:
    """Return how far people are in the lessons they have begun, by enrolment and lesson. One query."""
    columns = (
        LessonProgress.enrolment_id,
        LessonProgress.lesson_id,
        LessonProgress.completed_at,
        LessonProgress.share_num,
        LessonProgress.share_den,
        LessonProgress.score_num,
        LessonProgress.score_den,
    )
    found: dict[int, dict[int, Standing]] = {enrolment: {} for enrolment in enrolments}
    for row in db.session.execute(select(*columns).where(LessonProgress.enrolment_id.in_(list(found)))):
        score = Fraction(row.score_num, row.score_den) if row.score_num is not None else None
        standing = Standing(row.completed_at is not None, Fraction(row.share_num, row.share_den), score)
        found[row.enrolment_id][row.lesson_id] = standing
    return found


def verdict_of(enrolment: Enrolment) -> Item:
    """Return what has become of the rule of the version under study. Three small queries."""
    return verdicts_of(enrolment.version_id, [enrolment.id])[enrolment.id]


def verdicts_of(version_id: int, enrolments: Sequence[int]) -> dict[int, Item]:
    """Return what has become of the rule of a version for several enrolments in it. Three queries in all."""
    rules, lessons, standings = rules_of(version_id), lessons_of(version_id), standings_of(enrolments)
    return {each: evaluate(rules, facts_from(lessons, standings[each])) for each in enrolments}


def looks_beyond_done(rules: Mapping[str, Any]) -> bool:
    """Return whether the rule asks for more than which lessons are done: for shares or scores."""
    return any(leaf["is"] in ("share", "score", "total") for leaf in leaves_of(root_of(rules)))
