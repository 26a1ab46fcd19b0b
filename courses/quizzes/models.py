"""Quizzes (drafts), their frozen versions, attempts and responses."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.clock import now
from academy.db import Base, Json, JsonDict, PrimaryKey
from courses.questions.models import Question, QuestionVersion


def _settings_checks() -> tuple[CheckConstraint, ...]:
    return (
        CheckConstraint(
            "time_limit_seconds IS NULL OR time_limit_seconds BETWEEN 60 AND 86400", name="time_limit_sane"
        ),
        CheckConstraint("pass_percent BETWEEN 0 AND 100", name="pass_percent_range"),
        CheckConstraint("attempts_allowed BETWEEN 0 AND 100", name="attempts_allowed_range"),
        CheckConstraint("review_policy IN ('after_submission','after_pass','never')", name="review_policy_known"),
    )


class QuizSettings:
    """What a quiz asks for. `attempts_allowed` 0 means without limit; no time limit is NULL."""

    title: Mapped[str] = mapped_column(String(120))
    title_en: Mapped[str] = mapped_column(String(160), default="")
    time_limit_seconds: Mapped[int | None]
    pass_percent: Mapped[int] = mapped_column(default=60)
    attempts_allowed: Mapped[int] = mapped_column(default=3)
    retry_wait_seconds: Mapped[int] = mapped_column(default=0)
    shuffle_questions: Mapped[bool] = mapped_column(default=False)
    shuffle_options: Mapped[bool] = mapped_column(default=False)
    review_policy: Mapped[str] = mapped_column(String(20), default="after_submission")


class Quiz(QuizSettings, Base):
    """The draft that its author edits."""

    __tablename__ = "quiz"
    __table_args__ = _settings_checks()

    id: Mapped[PrimaryKey]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    lock_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    slots: Mapped[list[QuizSlot]] = relationship(
        back_populates="quiz", cascade="all, delete-orphan", order_by="QuizSlot.position"
    )


class QuizSlot(Base):
    """One question in the draft, with the marks it is worth in hundredths."""

    __tablename__ = "quiz_slot"
    __table_args__ = (
        UniqueConstraint("quiz_id", "question_id"),
        CheckConstraint("marks_hundredths BETWEEN 1 AND 100000", name="marks_positive"),
        Index("ix_quiz_slot_quiz_id_position", "quiz_id", "position"),
    )

    id: Mapped[PrimaryKey]
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="RESTRICT"))
    position: Mapped[int]
    marks_hundredths: Mapped[int] = mapped_column(default=100)

    quiz: Mapped[Quiz] = relationship(back_populates="slots")
    question: Mapped[Question] = relationship()


class QuizVersion(QuizSettings, Base):
    """A frozen quiz: what trainees sit; never edited. `digest` tells whether the draft has changed since.

    The number of questions and the sum of their marks are kept for pages that only announce the quiz.
    """

    __tablename__ = "quiz_version"
    __table_args__ = (
        *_settings_checks(),
        UniqueConstraint("quiz_id", "number"),
        CheckConstraint("question_count > 0 AND marks_hundredths > 0", name="has_questions"),
    )

    id: Mapped[PrimaryKey]
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id", ondelete="RESTRICT"))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    question_count: Mapped[int]
    marks_hundredths: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=now)

    quiz: Mapped[Quiz] = relationship()
    slots: Mapped[list[QuizVersionSlot]] = relationship(
        back_populates="quiz_version", cascade="all, delete-orphan", order_by="QuizVersionSlot.position"
    )


class QuizVersionSlot(Base):
    """One question of a frozen quiz, in the version that it had."""

    __tablename__ = "quiz_version_slot"
    __table_args__ = (CheckConstraint("marks_hundredths > 0", name="marks_positive"),)

    quiz_version_id: Mapped[int] = mapped_column(ForeignKey("quiz_version.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id", ondelete="RESTRICT"))
    marks_hundredths: Mapped[int]

    quiz_version: Mapped[QuizVersion] = relationship(back_populates="slots")
    question_version: Mapped[QuestionVersion] = relationship()


class Attempt(Base):
    """One sitting. `seed` fixes its shuffling; `origin` says from where it was started and is set by the server.

    The score is exact: `score_numerator / score_denominator` hundredths of a mark out of `marks_hundredths`, which leaves
    out questions whose type was not installed. `submitted_by` is "person" or "deadline".
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("person_id", "quiz_id", "number"),
        CheckConstraint("state IN ('open','submitted')", name="state_known"),
        CheckConstraint("(state = 'submitted') = (submitted_at IS NOT NULL)", name="submitted_has_time"),
        CheckConstraint("submitted_by IN ('','person','deadline')", name="submitted_by_known"),
        CheckConstraint("score_denominator > 0", name="score_denominator_positive"),
        Index("ix_attempt_state_deadline_at", "state", "deadline_at"),
        Index(
            "uq_attempt_open_once",
            "person_id",
            "quiz_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_attempt_quiz_version_id", "quiz_version_id"),
    )

    id: Mapped[PrimaryKey]
    token: Mapped[str] = mapped_column(String(40), unique=True, default=lambda: secrets.token_urlsafe(12))
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id", ondelete="RESTRICT"))
    quiz_version_id: Mapped[int] = mapped_column(ForeignKey("quiz_version.id", ondelete="RESTRICT"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    number: Mapped[int]
    seed: Mapped[int] = mapped_column(default=lambda: secrets.randbelow(2**31))
    state: Mapped[str] = mapped_column(String(10), default="open")
    origin: Mapped[JsonDict] = mapped_column(default=dict)
    return_path: Mapped[str] = mapped_column(String(300), default="")
    started_at: Mapped[datetime] = mapped_column(default=now)
    deadline_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str] = mapped_column(String(10), default="")
    score_numerator: Mapped[int] = mapped_column(BigInteger, default=0)
    score_denominator: Mapped[int] = mapped_column(BigInteger, default=1)
    marks_hundredths: Mapped[int] = mapped_column(default=0)
    passed: Mapped[bool] = mapped_column(default=False)

    quiz_version: Mapped[QuizVersion] = relationship()


class Response(Base):
    """One question of an attempt, in the version drawn for it, and the last acknowledged answer to it.

    All rows of an attempt are there from its start; `saved_at` is empty until something is saved. `position` is the place
    in the attempt's paper, whatever the shuffling; `marks_hundredths` is what the question is worth in it.

    `sequence` is the moment of the answer in milliseconds by the server's clock, as the browser reckons it, so that an
    answer given earlier never overwrites a later one, whenever it arrives. The fraction is empty until graded, and stays
    so where the question's type is not installed.
    """

    __tablename__ = "response"
    __table_args__ = (
        CheckConstraint("sequence >= 0", name="sequence_counted"),
        CheckConstraint("fraction_denominator > 0", name="fraction_denominator_positive"),
        CheckConstraint("marks_hundredths > 0", name="marks_positive"),
        Index("ix_response_question_version_id", "question_version_id"),
    )

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id", ondelete="RESTRICT"))
    marks_hundredths: Mapped[int]
    answer: Mapped[Any] = mapped_column(Json, nullable=True)
    flagged: Mapped[bool] = mapped_column(default=False)
    sequence: Mapped[int] = mapped_column(BigInteger, default=0)
    saved_at: Mapped[datetime | None]
    fraction_numerator: Mapped[int | None]
    fraction_denominator: Mapped[int] = mapped_column(default=1)

    question_version: Mapped[QuestionVersion] = relationship()
