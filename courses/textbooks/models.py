"""Textbooks, their chapters, frozen editions, and reading."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.clock import now
from academy.db import Base, JsonDict, JsonList, PrimaryKey


class TextbookFacts:
    """What a textbook says of itself; the same columns in the draft and in each edition."""

    title: Mapped[str] = mapped_column(String(80))
    title_en: Mapped[str] = mapped_column(String(160), default="")
    subject: Mapped[str] = mapped_column(String(20), default="")
    hue: Mapped[str] = mapped_column(String(20), default="indigo")
    editors: Mapped[str] = mapped_column(String(160), default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    summary_en: Mapped[str] = mapped_column(Text, default="")


class Textbook(TextbookFacts, Base):
    """The lasting identity of a textbook and its draft."""

    __tablename__ = "textbook"

    id: Mapped[PrimaryKey]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    lock_version: Mapped[int] = mapped_column(default=1)
    current_edition_id: Mapped[int | None] = mapped_column(
        ForeignKey("edition.id", ondelete="RESTRICT", use_alter=True)
    )
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    chapters: Mapped[list[TextbookChapter]] = relationship(
        back_populates="textbook", cascade="all, delete-orphan", order_by="TextbookChapter.position"
    )
    current_edition: Mapped[Edition | None] = relationship(foreign_keys=[current_edition_id], post_update=True)


class TextbookChapter(Base):
    """The lasting identity of a chapter and its draft text; a removed chapter stays for those who have read it."""

    __tablename__ = "textbook_chapter"
    __table_args__ = (Index("ix_textbook_chapter_textbook_id_position", "textbook_id", "position"),)

    id: Mapped[PrimaryKey]
    textbook_id: Mapped[int] = mapped_column(ForeignKey("textbook.id", ondelete="CASCADE"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(80))
    title_en: Mapped[str] = mapped_column(String(160), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    lock_version: Mapped[int] = mapped_column(default=1)
    removed_at: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(default=now)

    textbook: Mapped[Textbook] = relationship(back_populates="chapters")


class Edition(TextbookFacts, Base):
    """A published, frozen state of the whole book. `search_text` is what it is found by on the shelf, in normal form."""

    __tablename__ = "edition"
    __table_args__ = (UniqueConstraint("textbook_id", "number"), CheckConstraint("number >= 1", name="number_from_one"))

    id: Mapped[PrimaryKey]
    textbook_id: Mapped[int] = mapped_column(ForeignKey("textbook.id", ondelete="CASCADE"))
    number: Mapped[int]
    search_text: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(String(400), default="")
    published_at: Mapped[datetime] = mapped_column(default=now)
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    textbook: Mapped[Textbook] = relationship(foreign_keys=[textbook_id])
    chapters: Mapped[list[EditionChapter]] = relationship(
        back_populates="edition", cascade="all, delete-orphan", order_by="EditionChapter.position"
    )


class EditionChapter(Base):
    """A chapter as it was published. `headings` is the inner table of contents: [{"anchor", "title"}]."""

    __tablename__ = "edition_chapter"
    __table_args__ = (UniqueConstraint("edition_id", "chapter_id"), UniqueConstraint("edition_id", "position"))

    id: Mapped[PrimaryKey]
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"))
    chapter_id: Mapped[int] = mapped_column(ForeignKey("textbook_chapter.id", ondelete="RESTRICT"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(80))
    title_en: Mapped[str] = mapped_column(String(160), default="")
    characters: Mapped[int] = mapped_column(default=0)
    paragraph_count: Mapped[int] = mapped_column(default=0)
    headings: Mapped[JsonList] = mapped_column(default=list)

    edition: Mapped[Edition] = relationship(back_populates="chapters")


class Paragraph(Base):
    """One block of a published chapter. `anchor` stays the same over editions as long as the paragraph lives on."""

    __tablename__ = "paragraph"
    __table_args__ = (UniqueConstraint("edition_chapter_id", "anchor"),)

    edition_chapter_id: Mapped[int] = mapped_column(
        ForeignKey("edition_chapter.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    anchor: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(12))
    html: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text, default="")
    search_text: Mapped[str] = mapped_column(Text, default="")


class ReadingEvidence(Base):
    """One batch of paragraphs that the server accepts as shown, and the time they were looked at: append-only.

    `opened_at` and `sequence` are the opening of the page and the number of its report, by which a repeated report is
    recognised; what is told by a form has no number.
    """

    __tablename__ = "reading_evidence"
    __table_args__ = (
        UniqueConstraint("person_id", "edition_chapter_id", "opened_at", "sequence"),
        Index("ix_reading_evidence_person_id_chapter_id", "person_id", "chapter_id"),
        CheckConstraint("seconds >= 0", name="seconds_counted"),
    )

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    chapter_id: Mapped[int] = mapped_column(ForeignKey("textbook_chapter.id", ondelete="CASCADE"))
    edition_chapter_id: Mapped[int] = mapped_column(ForeignKey("edition_chapter.id", ondelete="CASCADE"))
    received_at: Mapped[datetime] = mapped_column(default=now)
    opened_at: Mapped[datetime] = mapped_column(default=now)
    sequence: Mapped[int | None]
    anchors: Mapped[JsonList]
    seconds: Mapped[int] = mapped_column(default=0)


class ReadingState(Base):
    """How far a person is in a chapter: derived from the evidence, plus the place to return to."""

    __tablename__ = "reading_state"
    __table_args__ = (Index("ix_reading_state_person_id_updated_at", "person_id", "updated_at"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    chapter_id: Mapped[int] = mapped_column(ForeignKey("textbook_chapter.id", ondelete="CASCADE"), primary_key=True)
    textbook_id: Mapped[int] = mapped_column(ForeignKey("textbook.id", ondelete="CASCADE"))
    shown: Mapped[JsonList] = mapped_column(default=list)
    shown_count: Mapped[int] = mapped_column(default=0)
    paragraph_count: Mapped[int] = mapped_column(default=0)
    position_anchor: Mapped[str] = mapped_column(String(16), default="")
    opened_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class ReaderSettings(Base):
    """How a person likes the reader: {"size", "spacing", "face", "paper"}."""

    __tablename__ = "reader_settings"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    values: Mapped[JsonDict] = mapped_column(default=dict)
