"""Lessons of a draft."""

from typing import Any

from academy.audit.services import record
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from courses.catalog.models import Chapter, Course, Lesson
from courses.catalog.rules import changes
from courses.catalog.services.drafts import LIMIT_LESSONS, touch
from courses.lesson_types.base import LessonType


def find_lesson(course: Course, lesson_id: int) -> Lesson | None:
    """Return one lesson of this draft, or None; removed lessons are not in it."""
    return next((lesson for chapter in course.chapters for lesson in chapter.lessons if lesson.id == lesson_id), None)


def add_lesson(course: Course, chapter: Chapter, kind: LessonType, title: str, title_en: str = "") -> Lesson:
    """Append an empty lesson of a type to a chapter. Raises UserError when the course has too many."""
    if sum(len(each.lessons) for each in course.chapters) >= LIMIT_LESSONS:
        raise UserError(_("一门课最多 %(n)s 节", n=LIMIT_LESSONS))
    lesson = Lesson(
        course_id=course.id,
        chapter=chapter,
        position=max((each.position for each in chapter.lessons), default=-1) + 1,
        type=kind.key,
        title=title,
        title_en=title_en,
        content=kind.empty(),
        completion=kind.checked_completion({}),
    )
    db.session.add(lesson)
    touch(course)
    return lesson


def change_lesson(course: Course, lesson: Lesson, seen_version: int, **values: Any) -> bool:
    """Keep other values (columns of Lesson); return whether anything differs.

    Raises UserError (409) when somebody has changed the lesson since version `seen_version` was opened.
    """
    if lesson.removed_at is not None:
        raise UserError(_("这一节刚被删除了，没有保存。可以复制下面填写的内容，放到新的一节里"), 409)
    changed = changes({name: getattr(lesson, name) for name in values}, values)
    if changed and lesson.lock_version != seen_version:
        raise UserError(_("您打开这一页以后，有人改过这一节，所以这次没有保存"), 409)
    if not changed:
        return False
    for name in changed:
        setattr(lesson, name, values[name])
    lesson.updated_at = now()
    lesson.lock_version += 1
    touch(course)
    return True


def remove_lesson(course: Course, lesson: Lesson) -> None:
    """Take a lesson out of the draft. What people have studied of it is kept."""
    lesson.chapter, lesson.removed_at = None, now()
    touch(course)
    record("lesson.deleted", lesson, course=course.title)
