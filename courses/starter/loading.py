"""Bringing textbooks and courses of the catalogue into the database. What is there already (by its slug) is left alone."""

from pathlib import Path
from typing import Any

from sqlalchemy import select

from academy.accounts.models import Person
from academy.db import db
from courses.catalog.models import Chapter, Course, Lesson
from courses.catalog.publication import checklist, publish
from courses.lesson_types.registry import lesson_types
from courses.starter.lessons import LessonMaker, hundredths
from courses.starter.reading import CatalogueError, folders, need, read_text, read_yaml
from courses.starter.rules import RuleReader
from courses.textbooks import services as textbooks
from courses.textbooks.models import Textbook


def load_textbooks(owner: Person) -> list[str]:
    """Publish the textbooks that are not there yet; return their titles."""
    return [book.title for folder in folders("textbooks", "textbook.yaml") if (book := _textbook(folder, owner))]


def load_courses(owner: Person) -> list[str]:
    """Publish the courses that are not there yet; return their titles."""
    return [course.title for folder in folders("courses", "course.yaml") if (course := _course(folder, owner))]


def _textbook(folder: Path, owner: Person) -> Textbook | None:
    facts = read_yaml(folder / "textbook.yaml")
    slug = need(facts, "slug", folder)
    if db.session.scalar(select(Textbook.id).where(Textbook.slug == slug)):
        return None
    names = ("title", "title_en", "subject", "hue", "editors", "summary", "summary_en")
    book = textbooks.create_textbook(owner, slug, **{name: facts.get(name, "") for name in names})
    for entry in need(facts, "chapters", folder):
        body = read_text(folder / need(entry, "file", folder))
        first, _newline, rest = body.partition("\n")
        body = rest.strip() if first.startswith("# ") else body
        textbooks.add_chapter(book, title=entry["title"], title_en=entry.get("title_en", ""), body=body)
    textbooks.publish(book, owner, "")
    return book


def _course(folder: Path, owner: Person) -> Course | None:
    facts = read_yaml(folder / "course.yaml")
    slug = need(facts, "slug", folder)
    if db.session.scalar(select(Course.id).where(Course.slug == slug)):
        return None
    course = Course(slug=slug, owner_id=owner.id, **_course_facts(facts, folder))
    db.session.add(course)
    db.session.flush()
    maker = LessonMaker(folder, owner, course.title, course.subject)
    lessons: dict[str, Lesson] = {}
    for position, entry in enumerate(need(facts, "chapters", folder)):
        lessons |= _chapter(course, entry, position, maker)
    db.session.flush()
    course.rules = RuleReader(folder, {key: lesson.id for key, lesson in lessons.items()}, maker).rules(facts)
    missing = checklist(course)
    if missing:
        raise CatalogueError("\n".join(f"{folder}: {item.message}" for item in missing))
    publish(course, owner)
    return course


def _course_facts(facts: dict[str, Any], folder: Path) -> dict[str, Any]:
    cover = need(facts, "cover", folder)
    return {
        "title": need(facts, "title", folder),
        "title_en": facts.get("title_en", ""),
        "summary": need(facts, "summary", folder).strip(),
        "summary_en": facts.get("summary_en", "").strip(),
        "goals": list(facts.get("goals", [])),
        "subject": need(facts, "subject", folder),
        "obligation": need(facts, "obligation", folder),
        "credit_hundredths": hundredths(need(facts, "credit_hours", folder), folder),
        "cover_text": cover["text"],
        "cover_hue": cover["hue"],
    }


def _chapter(course: Course, entry: dict[str, Any], position: int, maker: LessonMaker) -> dict[str, Lesson]:
    """Add a chapter; return its lessons by their key."""
    lessons = {}
    chapter = Chapter(position=position, title=entry["title"], title_en=entry.get("title_en", ""))
    course.chapters.append(chapter)
    for index, item in enumerate(need(entry, "lessons", maker.folder)):
        kind = lesson_types()[need(item, "type", maker.folder)]
        lesson = Lesson(
            course_id=course.id,
            position=index,
            type=kind.key,
            title=item["title"],
            title_en=item.get("title_en", ""),
            content=maker.content(item),
            completion=kind.checked_completion(item.get("completion", {})),
            minutes=item.get("minutes", 0),
            required=item.get("required", True),
        )
        chapter.lessons.append(lesson)
        lessons[need(item, "key", maker.folder)] = lesson
    return lessons
