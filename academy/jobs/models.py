"""Background jobs as people see them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from academy.clock import now
from academy.db import Base, JsonDict, PrimaryKey


class Job(Base):
    """One piece of work: what, for whom, how far, and what came out. `tries` counts how often it was begun."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','running','done','failed')", name="state_known"),
        CheckConstraint("done >= 0 AND total >= 0", name="progress_counted"),
        CheckConstraint("tries >= 0", name="tries_counted"),
        Index("ix_job_owner_id_created_at", "owner_id", "created_at"),
    )

    id: Mapped[PrimaryKey]
    token: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(60))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    arguments: Mapped[JsonDict] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(String(400), default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    finished_at: Mapped[datetime | None]
