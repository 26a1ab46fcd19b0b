"""Imports of questions: the file, what was found in it, and what became of each question."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.accounts.models import Person
from academy.clock import now
from academy.db import Base, JsonDict, JsonList, PrimaryKey
from academy.files.models import StoredFile
from academy.jobs.models import Job
from courses.questions.rules.tree import PATH_LIMIT


class ImportBatch(Base):
    """A file of questions: read and looked at, then imported (all or some), perhaps undone as a whole.

    `message` says why a file could not be read, packed by academy.i18n.pack.
    """

    __tablename__ = "import_batch"
    __table_args__ = (
        CheckConstraint(
            "state IN ('reading','failed','previewed','importing','imported','undone')", name="state_known"
        ),
        CheckConstraint("found >= 0 AND removed >= 0 AND retired >= 0", name="counted"),
        CheckConstraint("(state = 'undone') = (undone_at IS NOT NULL)", name="undone_has_time"),
        Index("ix_import_batch_owner_id", "owner_id", "created_at"),
    )

    id: Mapped[PrimaryKey]
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id", ondelete="RESTRICT"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id", ondelete="SET NULL"))
    format: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12), default="reading")
    message: Mapped[JsonList] = mapped_column(default=list)
    found: Mapped[int] = mapped_column(default=0)
    category: Mapped[str] = mapped_column(String(PATH_LIMIT), default="")
    tags: Mapped[JsonList] = mapped_column(default=list)
    removed: Mapped[int] = mapped_column(default=0)
    retired: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    imported_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]

    owner: Mapped[Person] = relationship()
    file: Mapped[StoredFile] = relationship()
    job: Mapped[Job | None] = relationship()


class ImportRow(Base):
    """A question (or a place that could not be read) of a file.

    `state`: new, near (much like another), double (again in this file), there (in the bank already), bad (a problem), loss
    (a remark about the file). `same_as`: the number of the row that this one repeats; `same_question_id`: the question.
    `notes`: packed sentences.
    """

    __tablename__ = "import_row"
    __table_args__ = (
        UniqueConstraint("batch_id", "number"),
        CheckConstraint("state IN ('new','near','double','there','bad','loss')", name="state_known"),
        CheckConstraint("number >= 1", name="number_from_one"),
        Index("ix_import_row_question_id", "question_id"),
        Index("ix_import_row_same_question_id", "same_question_id"),
    )

    id: Mapped[PrimaryKey]
    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(8))
    line: Mapped[int] = mapped_column(default=0)
    row: Mapped[int] = mapped_column(default=0)
    element: Mapped[str] = mapped_column(String(200), default="")
    type: Mapped[str] = mapped_column(String(40), default="")
    content: Mapped[JsonDict] = mapped_column(default=dict)
    difficulty: Mapped[str] = mapped_column(String(10), default="medium")
    tags: Mapped[JsonList] = mapped_column(default=list)
    category: Mapped[str] = mapped_column(String(PATH_LIMIT), default="")
    notes: Mapped[JsonList] = mapped_column(default=list)
    exact: Mapped[str] = mapped_column(String(64), default="")
    near: Mapped[str] = mapped_column(String(64), default="")
    same_as: Mapped[int] = mapped_column(default=0)
    same_question_id: Mapped[int | None] = mapped_column(ForeignKey("question.id", ondelete="SET NULL"))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("question.id", ondelete="SET NULL"))


class QuestionPrint(Base):
    """What makes a version of a question the same as another, worked out once: `exact` and `near` are hashes."""

    __tablename__ = "question_print"
    __table_args__ = (Index("ix_question_print_exact", "exact"), Index("ix_question_print_near", "near"))

    version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id", ondelete="CASCADE"), primary_key=True)
    exact: Mapped[str] = mapped_column(String(64))
    near: Mapped[str] = mapped_column(String(64))
