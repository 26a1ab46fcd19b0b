"""Results of item analyses that took a while."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from academy.clock import now
from academy.db import Base, JsonDict, PrimaryKey


class ItemAnalysis(Base):
    """The figures of a frozen quiz, worked out in the background; working them out again replaces them.

    `which` says which attempts were counted: the "first" of everybody, or "all".
    """

    __tablename__ = "item_analysis"
    __table_args__ = (
        CheckConstraint("which IN ('first','all')", name="which_known"),
        CheckConstraint("state IN ('waiting','done','failed')", name="state_known"),
    )

    id: Mapped[PrimaryKey]
    quiz_version_id: Mapped[int] = mapped_column(ForeignKey("quiz_version.id", ondelete="CASCADE"), unique=True)
    which: Mapped[str] = mapped_column(String(10), default="first")
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    result: Mapped[JsonDict] = mapped_column(default=dict)
    asked_at: Mapped[datetime] = mapped_column(default=now)
    computed_at: Mapped[datetime | None]
