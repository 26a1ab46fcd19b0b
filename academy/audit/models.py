"""Entries of the audit log."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from academy.clock import now
from academy.db import Base, JsonDict, PrimaryKey


class AuditEntry(Base):
    """One act. Names are kept as they were, so that the log reads the same after people and things have changed."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_at", "at"),
        Index("ix_audit_entry_subject_type_subject_id", "subject_type", "subject_id"),
    )

    id: Mapped[PrimaryKey]
    at: Mapped[datetime] = mapped_column(default=now)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    actor_name: Mapped[str] = mapped_column(String(60), default="")
    action: Mapped[str] = mapped_column(String(60))
    subject_type: Mapped[str] = mapped_column(String(40), default="")
    subject_id: Mapped[int | None]
    subject_label: Mapped[str] = mapped_column(String(160), default="")
    detail: Mapped[JsonDict] = mapped_column(default=dict)
    address: Mapped[str] = mapped_column(String(45), default="")
