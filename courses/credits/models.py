"""The ledger of credit hours."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from academy.clock import now
from academy.db import Base, JsonDict, PrimaryKey


class LedgerEntry(Base):
    """Credit hours in hundredths, appended and never edited; a correction is a reversal that names the entry.

    `rule` and `evidence` answer "why 0.5?"; unit and post are kept as they were.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint("kind IN ('earned','reversed')", name="kind_known"),
        CheckConstraint("(kind = 'reversed') = (reverses_id IS NOT NULL)", name="reversal_names_entry"),
        CheckConstraint("(kind = 'earned') = (amount_hundredths >= 0)", name="amount_sign"),
        CheckConstraint("obligation IN ('required','elective')", name="obligation_known"),
        Index(
            "uq_ledger_entry_course_earned_once",
            "person_id",
            "source_type",
            "source_id",
            unique=True,
            sqlite_where=text("kind = 'earned'"),
            postgresql_where=text("kind = 'earned'"),
        ),
        Index("ix_ledger_entry_person_id_earned_on", "person_id", "earned_on"),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(String(10), default="earned")
    amount_hundredths: Mapped[int]
    obligation: Mapped[str] = mapped_column(String(10))
    rule: Mapped[str] = mapped_column(String(40))
    rule_version: Mapped[int] = mapped_column(default=1)
    source_type: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[int]
    source_version_id: Mapped[int | None]
    source_title: Mapped[str] = mapped_column(String(160), default="")
    evidence: Mapped[JsonDict] = mapped_column(default=dict)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entry.id", ondelete="RESTRICT"), unique=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"))
    unit_path: Mapped[str] = mapped_column(String(120), default="")
    post: Mapped[str] = mapped_column(String(40), default="")
    earned_on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(default=now)
