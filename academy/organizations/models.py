"""Units and memberships."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.clock import now
from academy.db import Base, PrimaryKey
from academy.i18n import lazy as _l

LEVELS = {
    "college": _l("学院"),
    "city": _l("市"),
    "district": _l("区县"),
    "subdistrict": _l("街道"),
    "community": _l("社区"),
}


class Unit(Base):
    """A place in the tree. `path` lists the ids from the root down, as "/1/5/": a subtree is a prefix."""

    __tablename__ = "unit"
    __table_args__ = (
        CheckConstraint("level IN ('college','city','district','subdistrict','community')", name="level_known"),
        Index("ix_unit_parent_id_position", "parent_id", "position"),
        UniqueConstraint("parent_id", "name"),
        Index(
            "uq_unit_name_top",
            "name",
            unique=True,
            sqlite_where=text("parent_id IS NULL"),
            postgresql_where=text("parent_id IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"))
    level: Mapped[str] = mapped_column(String(20))
    code: Mapped[str | None] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(120), default="")
    path: Mapped[str] = mapped_column(String(120), index=True, default="")
    position: Mapped[int] = mapped_column(default=0)
    is_active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)

    parent: Mapped[Unit | None] = relationship(remote_side="Unit.id")

    @property
    def depth(self) -> int:
        """How deep it lies; the root is 0."""
        return self.path.count("/") - 2


class Membership(Base):
    """That a person belonged to a unit, in a post, from a day until a day (open while `ended_on` is empty)."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="ends_after_start"),
        Index(
            "uq_membership_open",
            "person_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
        Index("ix_membership_unit_id", "unit_id"),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"))
    post: Mapped[str] = mapped_column(String(40), default="")
    started_on: Mapped[date]
    ended_on: Mapped[date | None]

    unit: Mapped[Unit] = relationship()
