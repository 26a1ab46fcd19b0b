"""Links of questions to what explains them, regulations and their changes, and which questions rest on them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.accounts.models import Person
from academy.clock import now
from academy.db import Base, PrimaryKey


class QuestionLink(Base):
    """Something that explains a question, whichever version of it: `target_id` and `place` are lasting names of its kind.

    No foreign key leads to the target: kinds belong to rooms above, and an author must still see what has gone, by the
    `label` that it had when it was chosen.
    """

    __tablename__ = "question_link"
    __table_args__ = (
        UniqueConstraint("question_id", "kind", "target_id", "place"),
        UniqueConstraint("question_id", "position"),
        CheckConstraint("position BETWEEN 1 AND 3", name="three_at_most"),
        Index("ix_question_link_kind_target_id", "kind", "target_id"),
    )

    id: Mapped[PrimaryKey]
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    target_id: Mapped[int]
    place: Mapped[str] = mapped_column(String(16), default="")
    label: Mapped[str] = mapped_column(String(240), default="")


class Regulation(Base):
    """A law, an ordinance or a document from above. `change_count` is the number of its newest announced change, 0 at first."""

    __tablename__ = "regulation"
    __table_args__ = (
        UniqueConstraint("title", "number"),
        CheckConstraint("title <> ''", name="titled"),
        CheckConstraint("change_count >= 0", name="changes_counted"),
        CheckConstraint("address = '' OR address LIKE 'https://%'", name="address_https"),
    )

    id: Mapped[PrimaryKey]
    title: Mapped[str] = mapped_column(String(120))
    title_en: Mapped[str] = mapped_column(String(200), default="")
    number: Mapped[str] = mapped_column(String(60), default="")
    issuer: Mapped[str] = mapped_column(String(80), default="")
    in_force_since: Mapped[date | None]
    address: Mapped[str] = mapped_column(String(400), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    change_count: Mapped[int] = mapped_column(default=0)
    lock_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)

    changes: Mapped[list[RegulationChange]] = relationship(
        back_populates="regulation", order_by="RegulationChange.number.desc()", viewonly=True
    )


class RegulationChange(Base):
    """One change of a regulation that somebody announced: when it takes effect, and what it is."""

    __tablename__ = "regulation_change"
    __table_args__ = (
        UniqueConstraint("regulation_id", "number"),
        CheckConstraint("number >= 1", name="number_from_one"),
        CheckConstraint("what <> ''", name="says_what"),
    )

    id: Mapped[PrimaryKey]
    regulation_id: Mapped[int] = mapped_column(ForeignKey("regulation.id", ondelete="CASCADE"))
    number: Mapped[int]
    changed_on: Mapped[date]
    what: Mapped[str] = mapped_column(Text)
    announced_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    announced_at: Mapped[datetime] = mapped_column(default=now)

    regulation: Mapped[Regulation] = relationship(back_populates="changes")
    announced_by: Mapped[Person | None] = relationship()


class QuestionRegulation(Base):
    """A question that rests on a regulation, and against which of its changes it was checked last: flagged when newer ones came."""

    __tablename__ = "question_regulation"
    __table_args__ = (
        CheckConstraint("checked_number >= 0", name="checked_counted"),
        Index("ix_question_regulation_regulation_id", "regulation_id"),
    )

    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"), primary_key=True)
    regulation_id: Mapped[int] = mapped_column(ForeignKey("regulation.id", ondelete="RESTRICT"), primary_key=True)
    checked_number: Mapped[int] = mapped_column(default=0)
    checked_at: Mapped[datetime] = mapped_column(default=now)
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    regulation: Mapped[Regulation] = relationship()
    checked_by: Mapped[Person | None] = relationship()
