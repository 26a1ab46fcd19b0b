"""Stored files and uploads under way."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from academy.clock import now
from academy.db import Base, JsonDict, PrimaryKey


class StoredFile(Base):
    """A file as somebody uploaded it. Two files with the same content share one `sha256` and one place on disk.

    `kind` is what the content was recognised as: a key of recognition.KINDS, or "made" by the site itself.
    `facts` holds what was measured: duration_ms, width, height, pages, page_texts.
    """

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint("size >= 0", name="size_counted"),
        CheckConstraint("length(sha256) = 64", name="sha256_whole"),
        Index("ix_stored_file_sha256", "sha256"),
        Index("ix_stored_file_owner_id_created_at", "owner_id", "created_at"),
    )

    id: Mapped[PrimaryKey]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(20))
    media_type: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(200))
    facts: Mapped[JsonDict] = mapped_column(default=dict)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)

    def fact(self, name: str, default: Any = None) -> Any:
        """Return a measured fact, or `default`."""
        return self.facts.get(name, default)


class Upload(Base):
    """An upload under way: `received` of `length` bytes lie in a partial file named by `token`."""

    __tablename__ = "upload"
    __table_args__ = (CheckConstraint("received >= 0 AND received <= length", name="received_within_length"),)

    id: Mapped[PrimaryKey]
    token: Mapped[str] = mapped_column(String(40), unique=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(200))
    wanted_kind: Mapped[str] = mapped_column(String(60), default="")
    length: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
