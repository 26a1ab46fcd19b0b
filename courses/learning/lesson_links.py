"""Lessons of courses as what explains a question."""

from typing import Any

from flask import url_for
from sqlalchemy import CTE, ColumnElement, Select, and_, func, or_, select

from academy.db import db
from academy.i18n import _, localized
from academy.i18n import lazy as _l
from courses.catalog.models import Course, CourseVersion, LessonVersion, VersionChapter
from courses.learning.models import Enrolment
from courses.lesson_types.registry import lesson_types
from courses.references.kinds import Choice, LinkKind, columns
from courses.references.rules import Target

ESCAPE = "\\"


class LessonLink(LinkKind):
    """A lesson (`target` is its lasting id) of a course: in the version that somebody studies, else in the present one."""

    key = "lesson"
    name = _l("课时")
    icon = "course"
    order = 20

    def found(self, links: CTE, person: ColumnElement[int]) -> Select[Any]:
        """See LinkKind. A course that was withdrawn is there for those who study it."""
        own = and_(Enrolment.course_id == Course.id, Enrolment.person_id == person)
        return (
            select(
                *columns(
                    links,
                    whole=CourseVersion.title,
                    whole_en=CourseVersion.title_en,
                    title=LessonVersion.title,
                    title_en=LessonVersion.title_en,
                    slug=Course.slug,
                )
            )
            .select_from(links)
            .join(LessonVersion, LessonVersion.lesson_id == links.c.target)
            .join(CourseVersion, CourseVersion.id == LessonVersion.version_id)
            .join(Course, Course.id == CourseVersion.course_id)
            .outerjoin(Enrolment, own)
            .where(
                links.c.kind == self.key,
                CourseVersion.id == func.coalesce(Enrolment.version_id, Course.current_version_id),
                or_(Course.withdrawn_at.is_(None), Enrolment.id.is_not(None)),
            )
        )

    def title(self, row: Any) -> str:
        """See LinkKind."""
        return _("课程《%(course)s》：%(lesson)s", course=localized(row, "whole"), lesson=localized(row, "title"))

    def url(self, row: Any) -> str:
        """See LinkKind."""
        return url_for("learning.lesson", slug=row.slug, lesson_id=row.target)

    def search(self, words: str, limit: int) -> list[Choice]:
        """See LinkKind: by the titles of lesson, chapter and course; what only tests explains nothing. One query."""
        tests = [key for key, kind in lesson_types().items() if kind.measure == "attempt"]
        names = (
            LessonVersion.title,
            LessonVersion.title_en,
            VersionChapter.title,
            VersionChapter.title_en,
            CourseVersion.title,
            CourseVersion.title_en,
        )
        query = (
            select(
                LessonVersion.lesson_id.label("target"),
                LessonVersion.title,
                LessonVersion.title_en,
                CourseVersion.title.label("whole"),
                CourseVersion.title_en.label("whole_en"),
            )
            .join(VersionChapter, VersionChapter.id == LessonVersion.chapter_id)
            .join(CourseVersion, CourseVersion.id == LessonVersion.version_id)
            .join(Course, Course.current_version_id == CourseVersion.id)
            .where(Course.withdrawn_at.is_(None), LessonVersion.type.not_in(tests))
            .order_by(CourseVersion.id.desc(), VersionChapter.position, LessonVersion.position)
            .limit(limit)
        )
        for word in words.split():
            query = query.where(or_(*[name.icontains(word, autoescape=True, escape=ESCAPE) for name in names]))
        return [Choice(Target(self.key, row.target), self.title(row)) for row in db.session.execute(query)]
