"""What the pages of one course share: who may open it, its heading and the four steps."""

from typing import Any

from flask import abort, render_template, url_for

from academy.accounts.session import current_person
from academy.i18n import _
from academy.web.lookups import MAX_ID
from courses.catalog import services
from courses.catalog.models import Chapter, Course, Lesson
from courses.catalog.publication import load_draft
from courses.lesson_types.registry import lesson_type


def course_or_refuse(course_id: int, for_update: bool = False) -> Course:
    """Return the course with its draft; 404 when there is none, 403 when it is somebody else's."""
    course = load_draft(course_id, for_update) if 0 < course_id <= MAX_ID else None
    if course is None:
        abort(404)
    if not services.may_edit(course, current_person):
        abort(403)
    return course


def chapter_or_404(course: Course, chapter_id: int) -> Chapter:
    """Return one chapter of the draft."""
    chapter = services.find_chapter(course, chapter_id)
    if chapter is None:
        abort(404)
    return chapter


def lesson_or_404(course: Course, lesson_id: int) -> Lesson:
    """Return one lesson of the draft."""
    lesson = services.find_lesson(course, lesson_id)
    if lesson is None:
        abort(404)
    return lesson


def course_page(template: str, course: Course, step: str, **context: Any) -> str:
    """Render a page of the editor; `step`: facts, outline, completion or publish."""
    lessons = [lesson for chapter in course.chapters for lesson in chapter.lessons]
    return render_template(
        template,
        course=course,
        step=step,
        steps=_steps(course, lessons, step),
        state=services.state_of(course),
        states=services.STATES,
        lesson_count=len(lessons),
        **context,
    )


def outline_page(template: str, course: Course, **context: Any) -> str:
    """Render a page with the outline at its side. `lesson` or `chapter` in the context is the one that is open."""
    return course_page(
        template,
        course,
        "outline",
        kinds=lesson_type,
        mark=services.mark_of(course),
        **{"lesson": None, "chapter": None, **context},
    )


def _steps(course: Course, lessons: list[Lesson], current: str) -> list[tuple[str, str, str]]:
    whole = bool(lessons) and all(chapter.lessons for chapter in course.chapters) and not any(map(lacks, lessons))
    done = {
        "facts": bool(course.summary.strip() and course.cover_text.strip()),
        "outline": whole,
        "completion": bool(course.credit_hundredths),
        "publish": services.state_of(course) == "published",
    }
    steps = (
        ("facts", _("基本信息"), "catalog.edit_course"),
        ("outline", _("课程内容"), "catalog.outline"),
        ("completion", _("考核与结业"), "catalog.completion"),
        ("publish", _("发布"), "catalog.publish"),
    )
    return [
        (text, url_for(endpoint, course_id=course.id), "current" if key == current else "done" if done[key] else "")
        for key, text, endpoint in steps
    ]


def lacks(lesson: Lesson) -> str:
    """Return in a word what the lesson still needs, or an empty string."""
    kind = lesson_type(lesson.type)
    return kind.lacks(lesson.content) if kind else _("类型没有安装")
