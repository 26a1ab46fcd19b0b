"""From a draft to a frozen version that trainees study."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from academy.accounts.models import Person
from academy.audit.services import record
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _, localized
from academy.signals import course_published
from courses.catalog.comparing import differences, facts_of
from courses.catalog.models import Chapter, Course, CourseVersion, Lesson, LessonVersion, VersionChapter
from courses.catalog.search import searchable_text
from courses.catalog.services.completion import faults_of, pinned, shape_of, verdict_of_nobody
from courses.lesson_types.base import Problem
from courses.lesson_types.registry import lesson_type, lesson_types

SEARCH_LIMIT = 200_000


@dataclass(frozen=True)
class Missing:
    """One line of the check-list: the sentence, and the lesson it belongs to (None: the course itself)."""

    message: str
    lesson: Lesson | None = None
    step: str = "outline"
    place: str = ""


def load_draft(course_id: int, for_update: bool = False) -> Course | None:
    """Return the course with its chapters, lessons and current version, in three queries.

    for_update: hold it until the end of the transaction, so that two authors change it one after the other.
    """
    query = (
        select(Course)
        .where(Course.id == course_id)
        .options(joinedload(Course.current_version), selectinload(Course.chapters).selectinload(Chapter.lessons))
    )
    if for_update:
        query = query.with_for_update(of=Course)
    return db.session.scalar(query, execution_options={"populate_existing": for_update})


def checklist(course: Course) -> list[Missing]:
    """Return what is missing before the course can be published; empty when it is ready."""
    found = [*_facts_missing(course)]
    if not course.chapters:
        found.append(Missing(_("还没有章。至少要有一章")))
    problems = _problems([lesson for chapter in course.chapters for lesson in chapter.lessons])
    for chapter in course.chapters:
        if not chapter.lessons:
            found.append(Missing(_("“%(title)s”这一章还没有内容", title=localized(chapter, "title"))))
        for lesson in chapter.lessons:
            found.extend(_lesson_missing(lesson, problems.get(lesson.id, [])))
    if course.chapters and not any(lesson.required for chapter in course.chapters for lesson in chapter.lessons):
        found.append(Missing(_("没有一节是必学的，学员无法结业。至少把一节设为必学")))
    found.extend(Missing(fault.message, step="completion", place=fault.place) for fault in faults_of(course))
    return found


def cautions(course: Course) -> list[Missing]:
    """Return what the author should look at before publishing; nothing of it hinders that."""
    lessons = [lesson for chapter in course.chapters for lesson in chapter.lessons]
    found = []
    for key, kind in lesson_types().items():
        of_type = [lesson for lesson in lessons if lesson.type == key]
        for lesson, texts in zip(of_type, kind.cautions_of_all([each.content for each in of_type]), strict=True):
            title = localized(lesson, "title")
            found += [Missing(_("“%(title)s”：%(message)s", title=title, message=text), lesson) for text in texts]
    return found


def _facts_missing(course: Course) -> list[Missing]:
    found = []
    if not course.summary.strip():
        found.append(Missing(_("还没有写课程介绍"), step="facts"))
    if not course.cover_text.strip():
        found.append(Missing(_("还没有写封面上的两个字"), step="facts"))
    if not course.credit_hundredths:
        found.append(Missing(_("还没有填学时"), step="completion"))
    return found


def _problems(lessons: list[Lesson]) -> dict[int, list[Problem]]:
    """Return what each lesson lacks by its id; each type is asked once for all its lessons."""
    found: dict[int, list[Problem]] = {}
    for key, kind in lesson_types().items():
        of_type = [lesson for lesson in lessons if lesson.type == key]
        for lesson, problems in zip(of_type, kind.problems_of_all([each.content for each in of_type]), strict=True):
            found[lesson.id] = problems
    return found


def _lesson_missing(lesson: Lesson, problems: list[Problem]) -> list[Missing]:
    title = localized(lesson, "title")
    if lesson_type(lesson.type) is None:
        return [Missing(_("“%(title)s”的类型（%(type)s）没有安装", title=title, type=lesson.type), lesson)]
    return [Missing(_("“%(title)s”：%(message)s", title=title, message=each.message), lesson) for each in problems]


def publish(course: Course, person: Person | None, note: str = "") -> CourseVersion:
    """Freeze the draft as the next version, which trainees study from now on.

    A draft that equals the current version makes no new one (so that a button pressed twice publishes once); a withdrawn
    course then only comes back. Lessons keep their identity, so that progress survives. Raises UserError (409) when
    something is missing.
    """
    if checklist(course):
        raise UserError(_("还有几处没有完成，暂时不能发布"), 409)
    if course.current_version is not None and not differences(course):
        return _again(course, course.current_version)
    number = db.session.scalar(select(func.max(CourseVersion.number)).where(CourseVersion.course_id == course.id)) or 0
    version = CourseVersion(
        course_id=course.id,
        number=number + 1,
        note=note,
        published_by_id=person.id if person else None,
        teacher_name=_teacher(course),
        **{**facts_of(course), "rules": pinned(course.rules or {})},
    )
    for position, chapter in enumerate(course.chapters):
        version.chapters.append(_freeze_chapter(version, chapter, position))
    db.session.add(version)
    _count(version)
    db.session.flush()
    course.current_version = version
    course.withdrawn_at = None
    record("course.published", course, version=version.number)
    course_published.send(course, version=version)
    return version


def _again(course: Course, version: CourseVersion) -> CourseVersion:
    if course.withdrawn_at is not None:
        course.withdrawn_at = None
        record("course.restored", course, version=version.number)
    course.draft_changed_at = min(course.draft_changed_at, version.published_at)
    return version


def _teacher(course: Course) -> str:
    owner = db.session.get(Person, course.owner_id) if course.owner_id else None
    return owner.name if owner else ""


def _freeze_chapter(version: CourseVersion, chapter: Chapter, position: int) -> VersionChapter:
    frozen = VersionChapter(position=position, title=chapter.title, title_en=chapter.title_en)
    with db.session.no_autoflush:
        frozen.lessons = [freeze_lesson(lesson, index) for index, lesson in enumerate(chapter.lessons)]
        for lesson in frozen.lessons:
            lesson.version = version
    return frozen


def freeze_lesson(lesson: Lesson, position: int) -> LessonVersion:
    """Return the lesson as it is published; not yet part of a version."""
    kind = lesson_type(lesson.type)
    if kind is None:
        raise UserError(
            _("“%(title)s”的类型（%(type)s）没有安装", title=localized(lesson, "title"), type=lesson.type), 409
        )
    content = kind.freeze(lesson.content)
    completion = kind.checked_completion(lesson.completion)
    return LessonVersion(
        lesson_id=lesson.id,
        position=position,
        type=lesson.type,
        title=lesson.title,
        title_en=lesson.title_en,
        content=content,
        completion=completion,
        required=lesson.required,
        minutes=lesson.minutes or kind.minutes(content),
        digest=digest({"type": lesson.type, "content": content, "completion": completion}),
    )


def digest(value: Any) -> str:
    """Return a hash by which two contents can be compared."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _count(version: CourseVersion) -> None:
    lessons = [lesson for chapter in version.chapters for lesson in chapter.lessons]
    version.chapter_count = len(version.chapters)
    version.lesson_count = len(lessons)
    version.required_count = _asked_for(version, lessons)
    version.minutes = sum(lesson.minutes for lesson in lessons)
    version.search_text = searchable(version, lessons)


def _asked_for(version: CourseVersion, lessons: list[LessonVersion]) -> int:
    """Return how many things the rule of a version asks for; of the ordinary rule how many lessons are required."""
    if not version.rules.get("rule"):
        return sum(lesson.required for lesson in lessons)
    return verdict_of_nobody(version.rules, shape_of(version)).needed


def searchable(version: CourseVersion, lessons: list[LessonVersion]) -> str:
    """Return the normalised text by which the course is found: its own words first, then those of its lessons."""
    parts = [version.title, version.title_en, version.summary, version.summary_en, version.teacher_name, *version.goals]
    parts += [text for chapter in version.chapters for text in (chapter.title, chapter.title_en)]
    for lesson in lessons:
        kind = lesson_type(lesson.type)
        parts += [lesson.title, lesson.title_en, kind.search_text(lesson.content) if kind else ""]
    return searchable_text(parts)[:SEARCH_LIMIT]


def withdraw(course: Course) -> None:
    """Take the course out of the catalogue; trainees under way may finish. Twice is once."""
    if course.withdrawn_at is not None:
        return
    course.withdrawn_at = now()
    record("course.withdrawn", course)
