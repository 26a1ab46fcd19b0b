"""The ledger of credit hours, the choice of rule sets, batches of hours entered from spreadsheets."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.accounts.models import Person
from academy.append_only import APPEND_ONLY
from academy.clock import now
from academy.db import Base, JsonDict, PrimaryKey
from academy.files.models import StoredFile
from academy.organizations.models import Unit


class LedgerEntry(Base):
    """Credit hours in hundredths, appended and never edited or deleted; a correction is a reversal that names the entry.

    The database refuses UPDATE and DELETE. Only `unit_path`, the way from the top of the tree to the unit, follows when
    the unit is hung elsewhere; who belonged to which unit, in which post, stays as it was.

    `earned_on` is the day that the hours count for, `created_at` when they were entered. `rule_set`, `rule_version`
    and `rule` name what made the amount; `evidence` keeps the facts and the way it was worked out. `key` says what an entry
    is for, once: a second posting of the same cannot be stored.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('earned','backfilled','recognised','converted','carried_over','reversed')", name="kind_known"
        ),
        CheckConstraint("(kind = 'reversed') = (reverses_id IS NOT NULL)", name="reversal_names_entry"),
        CheckConstraint(
            "kind NOT IN ('earned','backfilled','recognised') OR amount_hundredths >= 0", name="amount_sign"
        ),
        CheckConstraint("amount_hundredths BETWEEN -10000000 AND 10000000", name="amount_sane"),
        CheckConstraint("obligation IN ('required','elective')", name="obligation_known"),
        CheckConstraint(
            "category IN ('course','quiz','class','teaching','practice','external','other')", name="category_known"
        ),
        CheckConstraint("kind NOT IN ('recognised','reversed') OR length(reason) > 0", name="reason_given"),
        Index("ix_ledger_entry_person_id_earned_on", "person_id", "earned_on"),
        Index("ix_ledger_entry_unit_path_earned_on", "unit_path", "earned_on"),
        Index("ix_ledger_entry_source_type_source_id", "source_type", "source_id"),
        {"info": {APPEND_ONLY: ("unit_path",)}},
    )

    id: Mapped[PrimaryKey]
    key: Mapped[str] = mapped_column(String(120), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    kind: Mapped[str] = mapped_column(String(12), default="earned")
    amount_hundredths: Mapped[int]
    obligation: Mapped[str] = mapped_column(String(10))
    category: Mapped[str] = mapped_column(String(10), default="course")
    rule_set: Mapped[str] = mapped_column(String(40), default="")
    rule_version: Mapped[int] = mapped_column(default=1)
    rule: Mapped[str] = mapped_column(String(40), default="")
    source_type: Mapped[str] = mapped_column(String(20))
    source_id: Mapped[int | None]
    source_version_id: Mapped[int | None]
    source_title: Mapped[str] = mapped_column(String(160), default="")
    evidence: Mapped[JsonDict] = mapped_column(default=dict)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("ledger_entry.id", ondelete="RESTRICT"), unique=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("backfill_batch.id", ondelete="RESTRICT"), index=True)
    proof_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id", ondelete="RESTRICT"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"))
    unit_path: Mapped[str] = mapped_column(String(120), default="")
    post: Mapped[str] = mapped_column(String(40), default="")
    earned_on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(default=now)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    reason: Mapped[str] = mapped_column(String(400), default="")

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    entered_by: Mapped[Person | None] = relationship(foreign_keys=[entered_by_id])
    unit: Mapped[Unit | None] = relationship()
    proof: Mapped[StoredFile | None] = relationship()


class RuleChoice(Base):
    """That a rule set, in one version, applies from a day on: for the college (no unit), or for a unit and all below it.

    Appended, never edited: a later row for the same place and the same or a later day takes over from its day on. An empty
    `rule_set` means that the unit follows what lies above it again.
    """

    __tablename__ = "rule_choice"
    __table_args__ = (
        CheckConstraint("rule_version >= 1", name="version_from_one"),
        CheckConstraint("unit_id IS NOT NULL OR length(rule_set) > 0", name="college_has_a_set"),
        Index("ix_rule_choice_unit_id_starts_on", "unit_id", "starts_on"),
        {"info": {APPEND_ONLY: ()}},
    )

    id: Mapped[PrimaryKey]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"))
    rule_set: Mapped[str] = mapped_column(String(40))
    rule_version: Mapped[int] = mapped_column(default=1)
    starts_on: Mapped[date]
    chosen_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    created_at: Mapped[datetime] = mapped_column(default=now)

    unit: Mapped[Unit | None] = relationship()
    chosen_by: Mapped[Person | None] = relationship()


class BackfillBatch(Base):
    """A spreadsheet of hours: uploaded and looked at, then entered as one batch, perhaps rolled back as one."""

    __tablename__ = "backfill_batch"
    __table_args__ = (
        CheckConstraint("state IN ('previewed','imported','rolled_back')", name="state_known"),
        CheckConstraint("(state IN ('imported','rolled_back')) = (imported_at IS NOT NULL)", name="imported_has_time"),
        CheckConstraint("(state = 'rolled_back') = (rolled_back_at IS NOT NULL)", name="rolled_back_has_time"),
        CheckConstraint("entry_count >= 0 AND total_hundredths >= 0", name="counted"),
        Index("ix_backfill_batch_created_at", "created_at"),
    )

    id: Mapped[PrimaryKey]
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id", ondelete="RESTRICT"))
    state: Mapped[str] = mapped_column(String(12), default="previewed")
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))
    chosen: Mapped[JsonDict] = mapped_column(default=dict)
    entry_count: Mapped[int] = mapped_column(default=0)
    total_hundredths: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    imported_at: Mapped[datetime | None]
    rolled_back_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(400), default="")

    file: Mapped[StoredFile] = relationship()
    owner: Mapped[Person] = relationship()


class AnnualRequirement(Base):
    """What a unit and all below it ask of a post, or of everybody (post empty), from a year on; hours in hundredths.

    Never edited: a change is a further row of the same unit, post, span and first year with the next `revision`, and
    taking it back is one that is withdrawn, so that what was asked on a past day can be told. Of a unit that is empty
    everybody is asked. The deadline is a day of the last year of each period.
    """

    __tablename__ = "annual_requirement"
    __table_args__ = (
        CheckConstraint("span_years BETWEEN 1 AND 5", name="span_known"),
        CheckConstraint("from_year BETWEEN 2000 AND 2200", name="from_year_range"),
        CheckConstraint("revision >= 1", name="revision_counted"),
        CheckConstraint("required_hundredths >= 0 AND elective_hundredths >= 0", name="parts_not_negative"),
        CheckConstraint("total_hundredths >= required_hundredths + elective_hundredths", name="total_holds_parts"),
        CheckConstraint("due_month BETWEEN 1 AND 12 AND due_day BETWEEN 1 AND 31", name="due_is_a_day"),
        Index(
            "uq_annual_requirement_unit",
            "unit_id",
            "post",
            "span_years",
            "from_year",
            "revision",
            unique=True,
            sqlite_where=text("unit_id IS NOT NULL"),
            postgresql_where=text("unit_id IS NOT NULL"),
        ),
        Index(
            "uq_annual_requirement_everybody",
            "post",
            "span_years",
            "from_year",
            "revision",
            unique=True,
            sqlite_where=text("unit_id IS NULL"),
            postgresql_where=text("unit_id IS NULL"),
        ),
        {"info": {APPEND_ONLY: ()}},
    )

    id: Mapped[PrimaryKey]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"))
    post: Mapped[str] = mapped_column(String(40), default="")
    span_years: Mapped[int] = mapped_column(default=1)
    from_year: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)
    required_hundredths: Mapped[int] = mapped_column(default=0)
    elective_hundredths: Mapped[int] = mapped_column(default=0)
    total_hundredths: Mapped[int] = mapped_column(default=0)
    due_month: Mapped[int] = mapped_column(default=12)
    due_day: Mapped[int] = mapped_column(default=31)
    is_withdrawn: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="RESTRICT"))

    unit: Mapped[Unit | None] = relationship()

    @property
    def unit_path(self) -> str:
        """Where it holds: the path of its unit, "/" for everybody."""
        return self.unit.path if self.unit else "/"


class RequirementNote(Base):
    """That a person has closed the note about a deadline; it does not come back. `key` names period and occasion."""

    __tablename__ = "requirement_note"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(20), primary_key=True)
    closed_at: Mapped[datetime] = mapped_column(default=now)


class CarryOverRun(Base):
    """One carrying over of surplus hours from `year` into the next; undone at most once, and then it may be done anew.

    Its ledger entries name it as their source.
    """

    __tablename__ = "carry_over_run"
    __table_args__ = (
        CheckConstraint("people >= 0 AND amount_hundredths >= 0", name="figures_counted"),
        Index(
            "uq_carry_over_run_year",
            "year",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    year: Mapped[int]
    rule: Mapped[str] = mapped_column(String(40))
    rule_version: Mapped[int] = mapped_column(default=1)
    most_hundredths: Mapped[int | None]
    people: Mapped[int] = mapped_column(default=0)
    amount_hundredths: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime] = mapped_column(default=now)
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
