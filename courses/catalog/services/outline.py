"""Chapters, and the order of chapters and lessons."""

import hashlib

from academy.audit.services import record
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from courses.catalog import rules
from courses.catalog.models import Chapter, Course
from courses.catalog.services.drafts import touch

MOST_CHAPTERS = 60


def outline_of(course: Course) -> list[tuple[int, list[int]]]:
    """Return the ids of the chapters in order, each with the ids of its lessons in order."""
    return [(chapter.id, [lesson.id for lesson in chapter.lessons]) for chapter in course.chapters]


def mark_of(course: Course) -> str:
    """Return a mark of the outline's order, by which a script proves that it saw the newest one."""
    return hashlib.sha256(repr(outline_of(course)).encode()).hexdigest()[:16]


def find_chapter(course: Course, chapter_id: int) -> Chapter | None:
    """Return one chapter of this course, or None."""
    return next((chapter for chapter in course.chapters if chapter.id == chapter_id), None)


def add_chapter(course: Course, title: str, title_en: str = "") -> Chapter:
    """Append a chapter. Raises UserError when there are too many."""
    if len(course.chapters) >= MOST_CHAPTERS:
        raise UserError(_("一门课最多 %(n)s 章", n=MOST_CHAPTERS))
    position = max((chapter.position for chapter in course.chapters), default=-1) + 1
    chapter = Chapter(position=position, title=title, title_en=title_en)
    course.chapters.append(chapter)
    touch(course)
    return chapter


def change_chapter(chapter: Chapter, seen: tuple[str, str], title: str, title_en: str) -> bool:
    """Keep other titles; return whether they differ. `seen`: the titles that the author saw.

    Raises UserError (409) when somebody has changed them since.
    """
    if (chapter.title, chapter.title_en) == (title, title_en):
        return False
    if (chapter.title, chapter.title_en) != seen:
        raise UserError(_("您打开这一页以后，有人改过这一章的标题，所以这次没有保存"), 409)
    chapter.title, chapter.title_en = title, title_en
    touch(chapter.course)
    return True


def remove_chapter(course: Course, chapter: Chapter) -> None:
    """Delete a chapter; its lessons leave the draft, and stay for those who have studied them."""
    moment = now()
    lessons = list(chapter.lessons)
    for lesson in lessons:
        lesson.chapter, lesson.removed_at = None, moment
    db.session.flush()
    course.chapters.remove(chapter)
    touch(course)
    record("course.chapter_deleted", course, chapter=chapter.title, lessons=[lesson.title for lesson in lessons])


def move_chapter(course: Course, chapter: Chapter, step: int) -> None:
    """Move a chapter up (-1) or down (1); at the ends nothing happens."""
    outline = dict(outline_of(course))
    order = rules.moved(list(outline), chapter.id, step)
    _arrange(course, [(identity, outline[identity]) for identity in order])


def move_lesson(course: Course, lesson_id: int, step: int) -> None:
    """Move a lesson up (-1) or down (1), at the end of a chapter into the next one."""
    _arrange(course, rules.moved_lesson(outline_of(course), lesson_id, step))


def reorder(course: Course, seen_mark: str, outline: rules.Outline) -> None:
    """Put chapters and lessons into this order. Raises UserError (409) when the outline is not the one that was seen."""
    if seen_mark != mark_of(course) or not rules.same_members(outline_of(course), outline):
        raise UserError(_("目录刚被改过，这次没有调整顺序。刷新这一页再排一次"), 409)
    _arrange(course, outline)


def _arrange(course: Course, outline: rules.Outline) -> None:
    before = outline_of(course)
    if [(chapter, list(lessons)) for chapter, lessons in outline] == before:
        return
    chapters = {chapter.id: chapter for chapter in course.chapters}
    lessons = {lesson.id: lesson for chapter in course.chapters for lesson in chapter.lessons}
    for place, (chapter_id, lesson_ids) in enumerate(outline):
        chapters[chapter_id].position = place
        for index, lesson_id in enumerate(lesson_ids):
            lessons[lesson_id].position = index
            lessons[lesson_id].chapter_id = chapter_id
    touch(course)
    for chapter in course.chapters:
        db.session.expire(chapter, ["lessons"])
    db.session.expire(course, ["chapters"])
