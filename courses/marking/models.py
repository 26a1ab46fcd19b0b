"""Marks that persons give, regrades after a corrected key, and appeals. Rows of marks and changes are only ever added."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from academy.clock import now
from academy.db import Base, JsonDict, PrimaryKey


def _of_response() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["attempt_id", "position"], ["response.attempt_id", "response.position"], ondelete="CASCADE"
    )


class MarkingPlan(Base):
    """How the answers of a quiz are marked; without a row: by one marker, with names.

    `limit_percent`: two marks that differ by more of the question's marks are decided by the owner.
    """

    __tablename__ = "marking_plan"
    __table_args__ = (CheckConstraint("limit_percent BETWEEN 0 AND 100", name="limit_percent_range"),)

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id", ondelete="CASCADE"), primary_key=True)
    anonymous: Mapped[bool] = mapped_column(default=False)
    two_markers: Mapped[bool] = mapped_column(default=False)
    limit_percent: Mapped[int] = mapped_column(default=20)


class QuizMarker(Base):
    """Somebody who may mark a quiz besides its owner."""

    __tablename__ = "quiz_marker"
    __table_args__ = (Index("ix_quiz_marker_person_id", "person_id"),)

    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    named_at: Mapped[datetime] = mapped_column(default=now)


class Mark(Base):
    """What one marker gave to one piece of an answer. Never changed: a later row of the same round replaces it.

    `part` is a piece of the answer as its type names it, empty for the whole. `number` counts the marks of a piece, so
    that of two markers who save at once one is told. `round` 1 and 2 are independent, 3 decides; `whole` is a decision
    about the answer as a whole, after an appeal. `choices` are the levels of the rubric, criterion id: level id.
    """

    __tablename__ = "mark"
    __table_args__ = (
        _of_response(),
        UniqueConstraint("attempt_id", "position", "part", "number"),
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("round BETWEEN 1 AND 3", name="round_known"),
        CheckConstraint("denominator > 0 AND numerator >= 0 AND numerator <= denominator", name="share_within_one"),
        CheckConstraint("NOT whole OR round = 3", name="whole_decides"),
        Index("ix_mark_marker_id", "marker_id"),
    )

    id: Mapped[PrimaryKey]
    attempt_id: Mapped[int]
    position: Mapped[int]
    part: Mapped[str] = mapped_column(String(40), default="")
    whole: Mapped[bool] = mapped_column(default=False)
    number: Mapped[int]
    round: Mapped[int]
    marker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    choices: Mapped[JsonDict] = mapped_column(default=dict)
    numerator: Mapped[int] = mapped_column(BigInteger)
    denominator: Mapped[int] = mapped_column(BigInteger)
    comment: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(default=now)


class MarkingPhrase(Base):
    """A sentence that a marker writes often."""

    __tablename__ = "marking_phrase"
    __table_args__ = (UniqueConstraint("person_id", "text"),)

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    text: Mapped[str] = mapped_column(String(200))


class Regrade(Base):
    """A question of a quiz that was graded again for everybody who had been asked it.

    `action`: "key" (by the version `key_version_id`), "full" (full marks for all), "left_out" (counts for nobody).
    """

    __tablename__ = "regrade"
    __table_args__ = (
        CheckConstraint("action IN ('key','full','left_out')", name="action_known"),
        CheckConstraint("state IN ('waiting','done','undoing','undone','failed')", name="state_known"),
        CheckConstraint("(action = 'key') = (key_version_id IS NOT NULL)", name="key_is_named"),
        Index("ix_regrade_quiz_id", "quiz_id"),
        Index(
            "uq_regrade_one_at_a_time",
            "quiz_id",
            "question_id",
            unique=True,
            sqlite_where=text("state IN ('waiting','undoing')"),
            postgresql_where=text("state IN ('waiting','undoing')"),
        ),
    )

    id: Mapped[PrimaryKey]
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"))
    action: Mapped[str] = mapped_column(String(10))
    key_version_id: Mapped[int | None] = mapped_column(ForeignKey("question_version.id", ondelete="RESTRICT"))
    reason: Mapped[str] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=now)
    done_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class RegradeChange(Base):
    """What a regrade changed in one response. A share of NULL is a question that does not count, or one that waits."""

    __tablename__ = "regrade_change"
    __table_args__ = (
        _of_response(),
        CheckConstraint("old_denominator > 0 AND new_denominator > 0", name="denominators_positive"),
        CheckConstraint("score_denominator > 0", name="score_denominator_positive"),
    )

    regrade_id: Mapped[int] = mapped_column(ForeignKey("regrade.id", ondelete="CASCADE"), primary_key=True)
    attempt_id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    old_numerator: Mapped[int | None]
    old_denominator: Mapped[int] = mapped_column(default=1)
    old_awaiting: Mapped[bool] = mapped_column(default=False)
    new_numerator: Mapped[int | None]
    new_denominator: Mapped[int] = mapped_column(default=1)
    score_numerator: Mapped[int] = mapped_column(BigInteger)
    score_denominator: Mapped[int] = mapped_column(BigInteger)
    score_marks: Mapped[int]


class Appeal(Base):
    """A trainee's question about the mark of one answer, and what became of it."""

    __tablename__ = "appeal"
    __table_args__ = (
        _of_response(),
        CheckConstraint("state IN ('open','kept','changed')", name="state_known"),
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered_has_time"),
        Index(
            "uq_appeal_open_once",
            "attempt_id",
            "position",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_appeal_attempt_id_position", "attempt_id", "position"),
    )

    id: Mapped[PrimaryKey]
    attempt_id: Mapped[int]
    position: Mapped[int]
    reason: Mapped[str] = mapped_column(String(1000))
    state: Mapped[str] = mapped_column(String(10), default="open")
    opened_at: Mapped[datetime] = mapped_column(default=now)
    answer: Mapped[str] = mapped_column(String(1000), default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
