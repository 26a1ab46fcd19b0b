"""Templates and their versions, number series, batches, certificates."""

from __future__ import annotations

import secrets
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.accounts.models import Person
from academy.clock import now
from academy.db import Base, JsonDict, JsonList, PrimaryKey
from academy.files.models import StoredFile

KINDS = "kind IN ('course','class','annual')"


class CertificateTemplate(Base):
    """A kind of certificate; what it says stands in its versions, of which the latest is used.

    The default template of a kind is the one for courses that name no other; there is at most one.
    """

    __tablename__ = "certificate_template"
    __table_args__ = (
        CheckConstraint(KINDS, name="kind_known"),
        CheckConstraint("is_active OR NOT is_default", name="default_is_active"),
        Index(
            "uq_certificate_template_one_default_a_kind",
            "kind",
            unique=True,
            sqlite_where=text("is_default"),
            postgresql_where=text("is_default"),
        ),
    )

    id: Mapped[PrimaryKey]
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(60), unique=True)
    is_default: Mapped[bool] = mapped_column(default=False)
    is_active: Mapped[bool] = mapped_column(default=True)
    lock_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=now)

    versions: Mapped[list[CertificateTemplateVersion]] = relationship(
        back_populates="template", cascade="all, delete-orphan", order_by="CertificateTemplateVersion.number"
    )


class CertificateTemplateVersion(Base):
    """What a template says, frozen: every change makes a new version.

    `body` and `body_en` have named placeholders; `pattern` is the form of the numbers; `layout` the drawing.
    """

    __tablename__ = "certificate_template_version"
    __table_args__ = (
        UniqueConstraint("template_id", "number"),
        CheckConstraint("number >= 1", name="number_counted"),
        CheckConstraint("validity_months IS NULL OR validity_months BETWEEN 1 AND 600", name="validity_range"),
    )

    id: Mapped[PrimaryKey]
    template_id: Mapped[int] = mapped_column(ForeignKey("certificate_template.id", ondelete="RESTRICT"))
    number: Mapped[int] = mapped_column(default=1)
    layout: Mapped[int] = mapped_column(default=1)
    title: Mapped[str] = mapped_column(String(30))
    title_en: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(Text)
    body_en: Mapped[str] = mapped_column(Text)
    signatory: Mapped[str] = mapped_column(String(60), default="")
    signatory_en: Mapped[str] = mapped_column(String(120), default="")
    series: Mapped[str] = mapped_column(String(20))
    pattern: Mapped[str] = mapped_column(String(60))
    validity_months: Mapped[int | None]
    seal_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    template: Mapped[CertificateTemplate] = relationship(back_populates="versions")
    seal: Mapped[StoredFile | None] = relationship()


class CourseCertificate(Base):
    """What completing a course brings where it is not the default: another template, or (template NULL) nothing."""

    __tablename__ = "course_certificate"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id", ondelete="CASCADE"), primary_key=True)
    template_id: Mapped[int | None] = mapped_column(ForeignKey("certificate_template.id", ondelete="RESTRICT"))


class CertificateSeries(Base):
    """The last number given in a series. Its row is locked until the certificate stands, so that there are no gaps."""

    __tablename__ = "certificate_series"
    __table_args__ = (CheckConstraint("last >= 0", name="last_counted"),)

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class CertificateBatch(Base):
    """Certificates asked for together: what they say, for whom, and how far the job is.

    `recipients` are people's ids in the order asked for; `facts` what all have in common; `refused` are
    [person id, sentence] of those who got none.
    """

    __tablename__ = "certificate_batch"
    __table_args__ = (
        CheckConstraint("kind IN ('course','class','annual')", name="kind_known"),
        CheckConstraint("state IN ('waiting','done')", name="state_known"),
        Index("ix_certificate_batch_created_at", "created_at"),
    )

    id: Mapped[PrimaryKey]
    token: Mapped[str] = mapped_column(String(40), unique=True, default=lambda: secrets.token_urlsafe(12))
    kind: Mapped[str] = mapped_column(String(10))
    label: Mapped[str] = mapped_column(String(120))
    source_key: Mapped[str] = mapped_column(String(60))
    version_id: Mapped[int] = mapped_column(ForeignKey("certificate_template_version.id", ondelete="RESTRICT"))
    facts: Mapped[JsonDict] = mapped_column(default=dict)
    recipients: Mapped[JsonList] = mapped_column(default=list)
    refused: Mapped[JsonList] = mapped_column(default=list)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    job_token: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    version: Mapped[CertificateTemplateVersion] = relationship()


class Certificate(Base):
    """A certificate as it was issued. Everything printed stands in the row and in `printed`, and is never changed.

    `source_key` says what it is for ("course:12"); nobody has two valid certificates for the same. `code` is what the public page
    is asked by. Afterwards only the revocation is entered; one that was mended names the one it replaces.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint(KINDS, name="kind_known"),
        CheckConstraint("hours_hundredths >= 0", name="hours_counted"),
        CheckConstraint("expires_on IS NULL OR expires_on > issued_on", name="expires_later"),
        CheckConstraint(
            "(revoked_at IS NULL AND revoked_reason IS NULL) OR "
            "(revoked_at IS NOT NULL AND revoked_reason IN ('mistake','replaced','misconduct','other'))",
            name="revoked_with_reason",
        ),
        Index(
            "uq_certificate_one_valid",
            "person_id",
            "source_key",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
        Index("ix_certificate_person_id_issued_on", "person_id", "issued_on"),
        Index("ix_certificate_issued_on", "issued_on"),
        Index("ix_certificate_unit_path", "unit_path"),
        Index("ix_certificate_batch_id", "batch_id"),
        Index("ix_certificate_revoked_at", "revoked_at"),
    )

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(12), unique=True)
    number: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[str] = mapped_column(String(10))
    source_key: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    version_id: Mapped[int] = mapped_column(ForeignKey("certificate_template_version.id", ondelete="RESTRICT"))
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("certificate_batch.id", ondelete="RESTRICT"))
    recipient: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(160))
    subject_en: Mapped[str] = mapped_column(String(200), default="")
    hours_hundredths: Mapped[int] = mapped_column(default=0)
    issued_on: Mapped[date]
    expires_on: Mapped[date | None]
    printed: Mapped[JsonDict]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"))
    unit_path: Mapped[str] = mapped_column(String(120), default="")
    unit_name: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id", ondelete="RESTRICT"), unique=True)
    revoked_at: Mapped[datetime | None]
    revoked_reason: Mapped[str | None] = mapped_column(String(12))
    revoked_note: Mapped[str] = mapped_column(String(400), default="")
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    version: Mapped[CertificateTemplateVersion] = relationship()
    replaces: Mapped[Certificate | None] = relationship(remote_side="Certificate.id", foreign_keys=[replaces_id])

    @property
    def title(self) -> str:
        """What it is called: 课程结业证书."""
        return str(self.printed["title"])

    @property
    def title_en(self) -> str:
        """The same in English."""
        return str(self.printed["title_en"])

    def state(self, today: date) -> str:
        """Return "valid", "expired" or "revoked", as of a day."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_on is not None and self.expires_on < today else "valid"
