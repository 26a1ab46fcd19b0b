"""What was handed in, and its marks."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from academy.clock import now
from academy.db import Base, JsonList, PrimaryKey


class Submission(Base):
    """A version of somebody's work: a draft until it is handed in, from then on as it is.

    `lesson_version_id` is the task and the rubric that it was written for; `revision` counts how often the draft was saved,
    so that two pages notice each other. `state` follows from the last mark.
    """

    __tablename__ = "submission"
    __table_args__ = (
        UniqueConstraint("progress_id", "number"),
        CheckConstraint("state IN ('draft','waiting','marked','returned')", name="state_known"),
        CheckConstraint("(state = 'draft') = (handed_in_at IS NULL)", name="handed_in_has_time"),
        CheckConstraint("number > 0", name="number_counted"),
        CheckConstraint("revision >= 0", name="revision_counted"),
        Index(
            "uq_submission_progress_id_draft",
            "progress_id",
            unique=True,
            sqlite_where=text("state = 'draft'"),
            postgresql_where=text("state = 'draft'"),
        ),
        Index("ix_submission_course_id_state_handed_in_at", "course_id", "state", "handed_in_at"),
        Index("ix_submission_lesson_id_state", "lesson_id", "state"),
    )

    id: Mapped[PrimaryKey]
    progress_id: Mapped[int] = mapped_column(ForeignKey("lesson_progress.id", ondelete="CASCADE"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id", ondelete="CASCADE"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id", ondelete="RESTRICT"))
    lesson_version_id: Mapped[int] = mapped_column(ForeignKey("lesson_version.id", ondelete="RESTRICT"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default="draft")
    text: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    handed_in_at: Mapped[datetime | None]


class SubmissionFile(Base):
    """A file of a submission, in its place."""

    __tablename__ = "submission_file"
    __table_args__ = (
        UniqueConstraint("submission_id", "position"),
        CheckConstraint("position >= 0 AND position < 5", name="few_files"),
        Index("ix_submission_file_file_id", "file_id"),
    )

    id: Mapped[PrimaryKey]
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id", ondelete="RESTRICT"))
    position: Mapped[int]


class AssignmentMark(Base):
    """How a submission was marked; the one with the highest number counts, the earlier ones are kept.

    `chosen` is the number of the level for each criterion of the rubric, or null; `remarks` what was said to each. The points
    are empty where a piece of work went back without all of it being marked; `passed` is empty where nothing has to be
    passed.
    """

    __tablename__ = "assignment_mark"
    __table_args__ = (
        UniqueConstraint("submission_id", "number"),
        CheckConstraint("number > 0", name="number_counted"),
        CheckConstraint("decision IN ('marked','returned')", name="decision_known"),
        CheckConstraint("of_hundredths > 0", name="something_to_reach"),
        CheckConstraint("points_hundredths >= 0 AND points_hundredths <= of_hundredths", name="points_within_most"),
        CheckConstraint("decision = 'returned' OR points_hundredths IS NOT NULL", name="marked_has_points"),
        CheckConstraint("decision = 'marked' OR length(comment) > 0", name="return_has_comment"),
        Index("ix_assignment_mark_marker_id", "marker_id"),
    )

    id: Mapped[PrimaryKey]
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id", ondelete="CASCADE"))
    number: Mapped[int]
    decision: Mapped[str] = mapped_column(String(10))
    chosen: Mapped[JsonList] = mapped_column(default=list)
    remarks: Mapped[JsonList] = mapped_column(default=list)
    points_hundredths: Mapped[int | None]
    of_hundredths: Mapped[int]
    passed: Mapped[bool | None]
    comment: Mapped[str] = mapped_column(String(3000), default="")
    marked_at: Mapped[datetime] = mapped_column(default=now)
    marker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
