"""The notebook of wrong answers, practice sessions and mock exams. All of it is seen by its owner alone."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.clock import now
from academy.db import Base, Json, JsonDict, JsonList, PrimaryKey
from courses.questions.models import Question, QuestionVersion
from courses.quizzes.models import Attempt, Quiz


class PracticeSettings(Base):
    """What a person has chosen; whoever has no row has the defaults.

    `leave_after`: a question leaves the notebook after so many right answers in a row. `keep_reviewing`: the schedule
    goes on with it afterwards.
    """

    __tablename__ = "practice_settings"
    __table_args__ = (CheckConstraint("leave_after BETWEEN 1 AND 3", name="leave_after_range"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    leave_after: Mapped[int] = mapped_column(default=2)
    keep_reviewing: Mapped[bool] = mapped_column(default=True)


class NotebookEntry(Base):
    """One question that a person has answered wrong: how often, how often right since, and when it is due again.

    `question_version_id` is the version that was seen last, `last_answer` the answer to it. `left` says how it left the
    notebook: "answers" or "hand"; empty while it is in. `note_revision` counts the savings of the note, so that two
    windows do not overwrite each other.
    """

    __tablename__ = "notebook_entry"
    __table_args__ = (
        UniqueConstraint("person_id", "question_id"),
        CheckConstraint("wrong_count >= 0 AND right_count >= 0 AND right_in_a_row >= 0", name="counted"),
        CheckConstraint("box BETWEEN 1 AND 5", name="box_range"),
        CheckConstraint("left_by IN ('','answers','hand')", name="left_by_known"),
        CheckConstraint("length(note) <= 2000", name="note_bounded"),
        Index("ix_notebook_entry_person_id_due_on", "person_id", "due_on"),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"))
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id", ondelete="CASCADE"))
    quiz_id: Mapped[int | None] = mapped_column(ForeignKey("quiz.id", ondelete="SET NULL"))
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempt.id", ondelete="SET NULL"))
    wrong_count: Mapped[int] = mapped_column(default=0)
    right_count: Mapped[int] = mapped_column(default=0)
    right_in_a_row: Mapped[int] = mapped_column(default=0)
    last_answer: Mapped[Any] = mapped_column(Json, nullable=True)
    last_right: Mapped[bool] = mapped_column(default=False)
    last_at: Mapped[datetime] = mapped_column(default=now)
    box: Mapped[int] = mapped_column(default=1)
    due_on: Mapped[date | None]
    left_by: Mapped[str] = mapped_column(String(10), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    note_revision: Mapped[int] = mapped_column(default=0)
    added_at: Mapped[datetime] = mapped_column(default=now)

    question: Mapped[Question] = relationship()
    question_version: Mapped[QuestionVersion] = relationship()
    quiz: Mapped[Quiz | None] = relationship()
    attempt: Mapped[Attempt | None] = relationship()


class NotebookPending(Base):
    """An attempt whose key may not be shown yet: it waits here, and goes into the notebook when it may."""

    __tablename__ = "notebook_pending"
    __table_args__ = (Index("ix_notebook_pending_person_id_quiz_id", "person_id", "quiz_id"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id", ondelete="CASCADE"))
    looked_at: Mapped[datetime] = mapped_column(default=now)


class PracticeRecord(Base):
    """One graded answer, for the notebook and the strengths: only added; the oldest go when there are very many.

    When the marks of an attempt are corrected, so is what was noted of it. `attempt_id` is empty for answers of practice. Marks never depend on it.
    """

    __tablename__ = "practice_record"
    __table_args__ = (
        CheckConstraint("fraction_denominator > 0", name="fraction_denominator_positive"),
        Index("ix_practice_record_person_id_id", "person_id", "id"),
        Index("ix_practice_record_attempt_id", "attempt_id"),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"))
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id", ondelete="CASCADE"))
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempt.id", ondelete="SET NULL"))
    answer: Mapped[Any] = mapped_column(Json, nullable=True)
    fraction_numerator: Mapped[int] = mapped_column(BigInteger)
    fraction_denominator: Mapped[int] = mapped_column(BigInteger, default=1)
    answered_at: Mapped[datetime] = mapped_column(default=now)


class PracticeSession(Base):
    """A handful of questions that a person practises now. `chosen` says what was asked for."""

    __tablename__ = "practice_session"
    __table_args__ = (
        CheckConstraint("kind IN ('due','notebook','chapter')", name="kind_known"),
        Index("ix_practice_session_person_id_id", "person_id", "id"),
    )

    id: Mapped[PrimaryKey]
    token: Mapped[str] = mapped_column(String(40), unique=True, default=lambda: secrets.token_urlsafe(12))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    chosen: Mapped[JsonDict] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)


class PracticeItem(Base):
    """One question of a session, in the version that was current, answered once; `answered_at` is empty until then.

    The fraction stays empty where nothing could be graded.
    """

    __tablename__ = "practice_item"
    __table_args__ = (
        UniqueConstraint("session_id", "question_version_id"),
        CheckConstraint("fraction_denominator > 0", name="fraction_denominator_positive"),
        CheckConstraint("fraction_numerator IS NULL OR answered_at IS NOT NULL", name="graded_is_answered"),
    )

    session_id: Mapped[int] = mapped_column(ForeignKey("practice_session.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id", ondelete="CASCADE"))
    answer: Mapped[Any] = mapped_column(Json, nullable=True)
    answered_at: Mapped[datetime | None]
    fraction_numerator: Mapped[int | None] = mapped_column(BigInteger)
    fraction_denominator: Mapped[int] = mapped_column(BigInteger, default=1)

    @property
    def fraction(self) -> Fraction | None:
        """The share that the answer earned; None while there is none."""
        if self.fraction_numerator is None:
            return None
        return Fraction(self.fraction_numerator, self.fraction_denominator)


class MockExam(Base):
    """A paper in the form of the examination, put together for one person, and the attempt that sits it."""

    __tablename__ = "mock_exam"
    __table_args__ = (CheckConstraint("parts BETWEEN 1 AND 20", name="parts_range"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    parts: Mapped[int]
    categories: Mapped[JsonList] = mapped_column(default=list)

    attempt: Mapped[Attempt] = relationship()
