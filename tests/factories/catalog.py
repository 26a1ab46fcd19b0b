"""Courses, as they are after publication."""

from __future__ import annotations

from itertools import count
from typing import Any

from academy.accounts.models import Person
from academy.db import db
from courses.catalog.models import Chapter, Course, CourseVersion, Lesson, LessonVersion, VersionChapter
from courses.catalog.publication import digest, searchable
from courses.lesson_types.registry import lesson_type
from courses.quizzes.models import Quiz
from courses.textbooks.models import Textbook

_numbers = count(1)
PARAGRAPHS = "第一段说明为什么要议事。\n\n第二段说明怎样请人来。\n\n第三段说明议完以后做什么。"


def text_lesson(body: str = PARAGRAPHS, **values: Any) -> dict[str, Any]:
    """Describe a text lesson for make_course."""
    return {"type": "text", "content": {"body": body}, **values}


def video_lesson(duration_ms: int = 60_000, file_id: int = 1, **values: Any) -> dict[str, Any]:
    """Describe a video lesson for make_course; the file need not exist where nobody plays it."""
    content = {"file_id": file_id, "duration_ms": duration_ms, "subtitles": {}, "notes": ""}
    return {"type": "video", "content": content, **values}


def quiz_lesson(quiz: Quiz, **values: Any) -> dict[str, Any]:
    """Describe a quiz lesson for make_course."""
    return {"type": "quiz", "content": {"quiz_id": quiz.id}, **values}


def chapter_lesson(book: Textbook, chapter: int = 0, **values: Any) -> dict[str, Any]:
    """Describe the lesson that consists of reading a chapter of a published textbook."""
    content = {"textbook_id": book.id, "chapter_id": book.chapters[chapter].id}
    return {"type": "textbook_chapter", "content": content, **values}


def make_course(
    lessons: list[dict[str, Any]] | None = None,
    *,
    published: bool = True,
    owner: Person | None = None,
    chapters: int = 1,
    **facts: Any,
) -> Course:
    """Make a course; if published, also its first version.

    lessons: one dict each: type, content, and if they matter title, completion, required, minutes; two texts by default.
    They are dealt out over `chapters` in order. Further arguments are the course's own columns.
    """
    number = next(_numbers)
    values = {
        "title": f"课程{number}",
        "slug": f"course-{number}",
        "summary": "讲怎样把事情商量好。",
        "subject": "governance",
        "obligation": "required",
        "credit_hundredths": 150,
        "cover_text": "议事",
        **facts,
    }
    course = Course(owner_id=owner.id if owner else None, **values)
    db.session.add(course)
    db.session.flush()
    described = [text_lesson(), text_lesson()] if lessons is None else lessons
    for position in range(chapters):
        chapter = Chapter(course_id=course.id, position=position, title=f"第{position + 1}部分")
        course.chapters.append(chapter)
        db.session.flush()
        for each in described[position::chapters] if chapters > 1 else described:
            chapter.lessons.append(make_lesson(chapter, len(chapter.lessons), **each))
    db.session.flush()
    if published:
        make_version(course)
    return course


def make_lesson(chapter: Chapter, position: int, type: str = "text", **values: Any) -> Lesson:
    """Make a lesson of a draft."""
    lesson = Lesson(
        course_id=chapter.course_id,
        chapter_id=chapter.id,
        position=position,
        type=type,
        title=values.pop("title", f"{chapter.position + 1}.{position + 1} 一节"),
        content=values.pop("content", {}),
        completion=values.pop("completion", {}),
        **values,
    )
    db.session.add(lesson)
    db.session.flush()
    return lesson


def make_version(course: Course) -> CourseVersion:
    """Freeze the draft as it is, complete or not, as the version that trainees study; nobody is told."""
    earlier = course.current_version.number if course.current_version else 0
    names = ("title", "title_en", "summary", "summary_en", "goals", "subject", "obligation")
    names += ("credit_hundredths", "cover_text", "cover_hue", "rules")
    facts = {name: getattr(course, name) for name in names if getattr(course, name) is not None}
    version = CourseVersion(course_id=course.id, number=earlier + 1, teacher_name="王老师", **facts)
    db.session.add(version)
    for chapter in course.chapters:
        frozen = VersionChapter(position=chapter.position, title=chapter.title, title_en=chapter.title_en or "")
        version.chapters.append(frozen)
        db.session.flush()
        for lesson in chapter.lessons:
            db.session.add(_frozen(lesson, version.id, frozen.id))
    db.session.flush()
    db.session.refresh(version)
    lessons = [lesson for chapter in version.chapters for lesson in chapter.lessons]
    version.chapter_count, version.lesson_count = len(version.chapters), len(lessons)
    version.required_count = sum(lesson.required for lesson in lessons)
    version.minutes = sum(lesson.minutes for lesson in lessons)
    version.search_text = searchable(version, lessons)
    course.current_version = version
    db.session.flush()
    return version


def _frozen(lesson: Lesson, version_id: int, chapter_id: int) -> LessonVersion:
    kind = lesson_type(lesson.type)
    whole = kind is not None and not kind.problems(lesson.content)
    content = kind.freeze(lesson.content) if whole else dict(lesson.content)
    completion = kind.checked_completion(lesson.completion) if kind else dict(lesson.completion)
    return LessonVersion(
        version_id=version_id,
        chapter_id=chapter_id,
        lesson_id=lesson.id,
        position=lesson.position,
        type=lesson.type,
        title=lesson.title,
        title_en=lesson.title_en or "",
        content=content,
        completion=completion,
        required=lesson.required,
        minutes=lesson.minutes or (kind.minutes(content) if kind else 0),
        digest=digest({"type": lesson.type, "content": content, "completion": completion}),
    )
