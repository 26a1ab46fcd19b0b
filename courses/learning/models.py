"""Enrolments, evidence, progress."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.clock import now
from academy.db import Base, JsonDict, JsonList, PrimaryKey
from courses.catalog.models import Course, CourseVersion


class Enrolment(Base):
    """That a person studies a course.

    Unit and post are kept as they were, at enrolment and again at completion, so that a report of a past period does not
    change when somebody moves.

    `version_id` is the version under study; `completed_version_id` the one that completion was earned on. `completed_by` says
    how: by the course's rules, or by testing out with an attempt.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("person_id", "course_id"),
        CheckConstraint("state IN ('enrolled','studying','completed')", name="state_known"),
        CheckConstraint("(state = 'completed') = (completed_at IS NOT NULL)", name="completed_has_time"),
        CheckConstraint("done_count >= 0 AND done_count <= required_count", name="done_within_required"),
        CheckConstraint("completed_by IN ('','rules','test_out')", name="completed_by_known"),
        CheckConstraint(
            "(completed_by = 'test_out') = (test_out_attempt_id IS NOT NULL)", name="testing_out_names_attempt"
        ),
        Index("ix_enrolment_course_id_state", "course_id", "state"),
        Index("ix_enrolment_unit_id_course_id_state", "unit_id", "course_id", "state"),
        Index("ix_enrolment_person_id_last_studied_at", "person_id", "last_studied_at"),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id", ondelete="RESTRICT"))
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id", ondelete="RESTRICT"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"))
    unit_path: Mapped[str] = mapped_column(String(120), default="", index=True)
    post: Mapped[str] = mapped_column(String(40), default="")
    state: Mapped[str] = mapped_column(String(10), default="enrolled")
    done_count: Mapped[int] = mapped_column(default=0)
    required_count: Mapped[int] = mapped_column(default=0)
    last_lesson_id: Mapped[int | None] = mapped_column(ForeignKey("lesson.id", ondelete="SET NULL"))
    enrolled_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    last_studied_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    completed_version_id: Mapped[int | None] = mapped_column(ForeignKey("course_version.id", ondelete="RESTRICT"))
    completed_by: Mapped[str] = mapped_column(String(10), default="")
    test_out_attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempt.id", ondelete="RESTRICT"))

    course: Mapped[Course] = relationship()
    version: Mapped[CourseVersion] = relationship(foreign_keys=[version_id])


class LessonProgress(Base):
    """How far a person is in a lesson: derived from the evidence, apart from `position`, the place to return to.

    `covered` are half-open intervals [[from, to], …] of milliseconds watched or of units (paragraphs, pages) shown;
    `share_num / share_den` is the exact share done. `answered` are the keys of the questions inside a recording that
    have been answered. `score_num / score_den` is the best share of the marks of a quiz, empty before the first one.
    """

    __tablename__ = "lesson_progress"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "lesson_id"),
        CheckConstraint("share_den > 0 AND share_num >= 0 AND share_num <= share_den", name="share_within_one"),
        CheckConstraint("study_seconds >= 0", name="study_seconds_counted"),
        CheckConstraint("score_den > 0 AND score_num >= 0", name="score_is_a_share"),
    )

    id: Mapped[PrimaryKey]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id", ondelete="CASCADE"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id", ondelete="RESTRICT"))
    lesson_version_id: Mapped[int] = mapped_column(ForeignKey("lesson_version.id", ondelete="RESTRICT"))
    digest: Mapped[str] = mapped_column(String(64), default="")
    covered: Mapped[JsonList] = mapped_column(default=list)
    share_num: Mapped[int] = mapped_column(default=0)
    share_den: Mapped[int] = mapped_column(default=1)
    score_num: Mapped[int | None] = mapped_column(BigInteger)
    score_den: Mapped[int] = mapped_column(BigInteger, default=1)
    answered: Mapped[JsonList] = mapped_column(default=list)
    position: Mapped[str] = mapped_column(String(40), default="")
    study_seconds: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    completed_at: Mapped[datetime | None]


class PlaySession(Base):
    """One opening of a lesson: reports name it by a signed ticket, and are worth nothing before `opened_at`."""

    __tablename__ = "play_session"
    __table_args__ = (Index("ix_play_session_progress_id", "progress_id"),)

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    progress_id: Mapped[int] = mapped_column(ForeignKey("lesson_progress.id", ondelete="CASCADE"))
    lesson_version_id: Mapped[int] = mapped_column(ForeignKey("lesson_version.id", ondelete="CASCADE"))
    opened_at: Mapped[datetime] = mapped_column(default=now)


class Evidence(Base):
    """What the server saw and what it credited for it: append-only; progress can be recomputed from it.

    A report that is heard for the first time has the number of its opening and its own; a repeated one has neither.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("play_session_id", "sequence"),
        CheckConstraint(
            "kind IN ('watched','shown','attempt','read','marked','answered','work','settled')", name="kind_known"
        ),
        Index("ix_evidence_progress_id_received_at", "progress_id", "received_at"),
    )

    id: Mapped[PrimaryKey]
    progress_id: Mapped[int] = mapped_column(ForeignKey("lesson_progress.id", ondelete="CASCADE"))
    lesson_version_id: Mapped[int] = mapped_column(ForeignKey("lesson_version.id", ondelete="CASCADE"))
    play_session_id: Mapped[int | None] = mapped_column(ForeignKey("play_session.id", ondelete="SET NULL"))
    sequence: Mapped[int | None]
    kind: Mapped[str] = mapped_column(String(10))
    received_at: Mapped[datetime] = mapped_column(default=now)
    claimed: Mapped[JsonDict] = mapped_column(default=dict)
    credited: Mapped[JsonDict] = mapped_column(default=dict)
    study_seconds: Mapped[int] = mapped_column(default=0)


class LessonWork(Base):
    """Where somebody stands in a lesson that one works through: the state that only the lesson's type understands.

    `revision` counts the steps taken, so that two tabs notice each other.
    """

    __tablename__ = "lesson_work"
    __table_args__ = (CheckConstraint("revision >= 0", name="revision_counted"),)

    progress_id: Mapped[int] = mapped_column(ForeignKey("lesson_progress.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[JsonDict] = mapped_column(default=dict)
    revision: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Dispute(Base):
    """That somebody doubts the record of a lesson, and what an instructor answered.

    `stretches` are the intervals of milliseconds asked for, `granted` those credited; the credit itself is evidence of the
    kind "settled". One may be open for a lesson at a time; none is ever deleted.
    """

    __tablename__ = "dispute"
    __table_args__ = (
        CheckConstraint("state IN ('open','settled','declined')", name="state_known"),
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered_has_time"),
        CheckConstraint("length(reason) > 0", name="reason_given"),
        CheckConstraint("state = 'open' OR length(answer) > 0", name="answer_given"),
        Index(
            "uq_dispute_progress_id_open",
            "progress_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_dispute_progress_id", "progress_id"),
        Index("ix_dispute_course_id_state_opened_at", "course_id", "state", "opened_at"),
    )

    id: Mapped[PrimaryKey]
    progress_id: Mapped[int] = mapped_column(ForeignKey("lesson_progress.id", ondelete="CASCADE"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id", ondelete="CASCADE"))
    lesson_version_id: Mapped[int] = mapped_column(ForeignKey("lesson_version.id", ondelete="RESTRICT"))
    state: Mapped[str] = mapped_column(String(10), default="open")
    stretches: Mapped[JsonList] = mapped_column(default=list)
    reason: Mapped[str] = mapped_column(String(1000))
    opened_at: Mapped[datetime] = mapped_column(default=now)
    granted: Mapped[JsonList] = mapped_column(default=list)
    answer: Mapped[str] = mapped_column(String(1000), default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
