"""Questions and their versions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.clock import now
from academy.db import Base, JsonDict, JsonList, PrimaryKey


class Category(Base):
    """A shelf of the question bank, at most three deep; see rules.tree. Names are unique among the shelves beside it.

    `subject` (courses.vocabulary) is kept at the top and holds for everything below. Trainees may practise what is on an
    open shelf and on those below it.
    """

    __tablename__ = "question_category"
    __table_args__ = (
        UniqueConstraint("parent_id", "name"),
        Index(
            "uq_question_category_name_at_the_top",
            "name",
            unique=True,
            sqlite_where=text("parent_id IS NULL"),
            postgresql_where=text("parent_id IS NULL"),
        ),
        CheckConstraint("parent_id <> id", name="not_in_itself"),
        CheckConstraint("parent_id IS NULL OR subject = ''", name="subject_at_the_top"),
        CheckConstraint("name <> ''", name="named"),
    )

    id: Mapped[PrimaryKey]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("question_category.id", ondelete="RESTRICT"))
    name: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(20), default="")
    position: Mapped[int] = mapped_column(default=0)
    open_for_practice: Mapped[bool] = mapped_column(default=False)


class Question(Base):
    """The lasting identity of a question; what it says lies in its versions, of which the newest is current."""

    __tablename__ = "question"
    __table_args__ = (
        Index("ix_question_category_id", "category_id"),
        Index("ix_question_owner_id", "owner_id"),
        Index("ix_question_current_version_id", "current_version_id"),
    )

    id: Mapped[PrimaryKey]
    category_id: Mapped[int | None] = mapped_column(ForeignKey("question_category.id", ondelete="SET NULL"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    type: Mapped[str] = mapped_column(String(40))
    current_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("question_version.id", ondelete="RESTRICT", use_alter=True)
    )
    retired_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    category: Mapped[Category | None] = relationship()
    current: Mapped[QuestionVersion | None] = relationship(foreign_keys=[current_version_id], post_update=True)


class QuestionVersion(Base):
    """What a question said from some moment on; never edited."""

    __tablename__ = "question_version"
    __table_args__ = (
        UniqueConstraint("question_id", "number"),
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("difficulty IN ('easy','medium','hard')", name="difficulty_known"),
    )

    id: Mapped[PrimaryKey]
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"))
    number: Mapped[int]
    type: Mapped[str] = mapped_column(String(40))
    content: Mapped[JsonDict]
    search_text: Mapped[str] = mapped_column(Text, default="")
    difficulty: Mapped[str] = mapped_column(String(10), default="medium")
    tags: Mapped[JsonList] = mapped_column(default=list)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)

    question: Mapped[Question] = relationship(foreign_keys=[question_id])
