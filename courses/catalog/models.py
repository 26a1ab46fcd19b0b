"""Courses, chapters and lessons: drafts and frozen versions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.clock import now
from academy.db import Base, JsonDict, JsonList, PrimaryKey


class CourseFacts:
    """What a course says of itself; the same columns in the draft and in each version.

    `credit_hundredths` are credit hours in hundredths: 150 is 1.5 credit hours. `rules` say what completes the course and when
    it is open (courses/completion/language.py); {} asks for all required lessons.
    """

    title: Mapped[str] = mapped_column(String(60))
    title_en: Mapped[str] = mapped_column(String(160), default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    summary_en: Mapped[str] = mapped_column(Text, default="")
    goals: Mapped[JsonList] = mapped_column(default=list)
    subject: Mapped[str] = mapped_column(String(20))
    obligation: Mapped[str] = mapped_column(String(10), default="elective")
    credit_hundredths: Mapped[int] = mapped_column(default=0)
    cover_text: Mapped[str] = mapped_column(String(4), default="")
    cover_hue: Mapped[str] = mapped_column(String(20), default="pine")
    rules: Mapped[JsonDict] = mapped_column(default=dict)


class Course(CourseFacts, Base):
    """The lasting identity of a course and its draft. Published when it has a current version and is not withdrawn."""

    __tablename__ = "course"
    __table_args__ = (
        CheckConstraint("obligation IN ('required','elective')", name="obligation_known"),
        CheckConstraint("credit_hundredths BETWEEN 0 AND 100000", name="credit_range"),
        Index("ix_course_owner_id", "owner_id"),
    )

    id: Mapped[PrimaryKey]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    lock_version: Mapped[int] = mapped_column(default=1)
    current_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("course_version.id", ondelete="RESTRICT", use_alter=True)
    )
    draft_changed_at: Mapped[datetime] = mapped_column(default=now)
    withdrawn_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    chapters: Mapped[list[Chapter]] = relationship(
        back_populates="course", cascade="all, delete-orphan", order_by="Chapter.position"
    )
    current_version: Mapped[CourseVersion | None] = relationship(foreign_keys=[current_version_id], post_update=True)


class Chapter(Base):
    """A chapter of the draft."""

    __tablename__ = "chapter"
    __table_args__ = (Index("ix_chapter_course_id_position", "course_id", "position"),)

    id: Mapped[PrimaryKey]
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id", ondelete="CASCADE"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(60))
    title_en: Mapped[str] = mapped_column(String(160), default="")

    course: Mapped[Course] = relationship(back_populates="chapters")
    lessons: Mapped[list[Lesson]] = relationship(back_populates="chapter", order_by="Lesson.position")


class Lesson(Base):
    """The lasting identity of a lesson and its draft.

    A removed lesson leaves its chapter (`chapter_id` NULL, `removed_at` set) and stays for those who have studied it.
    `completion` is the rule in the words of its type, for example {"rule": "watched", "percent": 90}.
    """

    __tablename__ = "lesson"
    __table_args__ = (
        CheckConstraint("(chapter_id IS NULL) = (removed_at IS NOT NULL)", name="removed_has_no_chapter"),
        Index("ix_lesson_chapter_id_position", "chapter_id", "position"),
        Index("ix_lesson_course_id", "course_id"),
    )

    id: Mapped[PrimaryKey]
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id", ondelete="CASCADE"))
    chapter_id: Mapped[int | None] = mapped_column(ForeignKey("chapter.id", ondelete="RESTRICT"))
    position: Mapped[int] = mapped_column(default=0)
    type: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(60))
    title_en: Mapped[str] = mapped_column(String(160), default="")
    content: Mapped[JsonDict] = mapped_column(default=dict)
    completion: Mapped[JsonDict] = mapped_column(default=dict)
    required: Mapped[bool] = mapped_column(default=True)
    minutes: Mapped[int] = mapped_column(default=0)
    lock_version: Mapped[int] = mapped_column(default=1)
    removed_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(default=now)

    chapter: Mapped[Chapter | None] = relationship(back_populates="lessons")


class CourseVersion(CourseFacts, Base):
    """A published, frozen course. `search_text` is normalised text for browsing; counts are kept for lists."""

    __tablename__ = "course_version"
    __table_args__ = (
        UniqueConstraint("course_id", "number"),
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("obligation IN ('required','elective')", name="obligation_known"),
    )

    id: Mapped[PrimaryKey]
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id", ondelete="CASCADE"))
    number: Mapped[int]
    lesson_count: Mapped[int] = mapped_column(default=0)
    chapter_count: Mapped[int] = mapped_column(default=0)
    required_count: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int] = mapped_column(default=0)
    teacher_name: Mapped[str] = mapped_column(String(60), default="")
    search_text: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(String(400), default="")
    published_at: Mapped[datetime] = mapped_column(default=now)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    course: Mapped[Course] = relationship(foreign_keys=[course_id])
    chapters: Mapped[list[VersionChapter]] = relationship(
        back_populates="version", cascade="all, delete-orphan", order_by="VersionChapter.position"
    )


class VersionChapter(Base):
    """A chapter of a published version."""

    __tablename__ = "version_chapter"
    __table_args__ = (UniqueConstraint("version_id", "position"),)

    id: Mapped[PrimaryKey]
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id", ondelete="CASCADE"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(60))
    title_en: Mapped[str] = mapped_column(String(160), default="")

    version: Mapped[CourseVersion] = relationship(back_populates="chapters")
    lessons: Mapped[list[LessonVersion]] = relationship(
        back_populates="chapter", cascade="all, delete-orphan", order_by="LessonVersion.position"
    )


class LessonVersion(Base):
    """A lesson of a published version, frozen.

    `lesson_id` ties the same lesson together over versions, so that progress
    survives a new publication; `digest` tells whether its content changed.
    """

    __tablename__ = "lesson_version"
    __table_args__ = (
        UniqueConstraint("version_id", "lesson_id"),
        Index("ix_lesson_version_chapter_id_position", "chapter_id", "position"),
        Index("ix_lesson_version_lesson_id", "lesson_id"),
    )

    id: Mapped[PrimaryKey]
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id", ondelete="CASCADE"))
    chapter_id: Mapped[int] = mapped_column(ForeignKey("version_chapter.id", ondelete="CASCADE"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id", ondelete="RESTRICT"))
    position: Mapped[int]
    type: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(60))
    title_en: Mapped[str] = mapped_column(String(160), default="")
    content: Mapped[JsonDict]
    completion: Mapped[JsonDict]
    required: Mapped[bool] = mapped_column(default=True)
    minutes: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(String(64))

    chapter: Mapped[VersionChapter] = relationship(back_populates="lessons")
    version: Mapped[CourseVersion] = relationship()
