"""Which data of people this room keeps."""

from academy.i18n import lazy as _l
from academy.personal_data import decline, export
from courses.credits.models import LedgerEntry, RequirementNote

export(
    "credit_hours",
    _l("学时"),
    LedgerEntry,
    lambda person_id: LedgerEntry.person_id == person_id,
    by=("person_id",),
    left_out={"entered_by_id": "somebody else", "key": "how the ledger keeps entries apart"},
)
export(
    "closed_notes",
    _l("关掉的提醒"),
    RequirementNote,
    lambda person_id: RequirementNote.person_id == person_id,
    by=("person_id",),
)
decline("ledger_entry.entered_by_id", "the entry is the trainee's; the column says who made it")
decline("rule_choice.chosen_by_id", "a decision of the college; the column says who took it")
decline("backfill_batch.owner_id", "hours of other people; the column says who entered them")
decline("annual_requirement.created_by_id", "a decision of the college; the column says who took it")
decline("carry_over_run.done_by_id", "an act for the college; the column says whose")
decline("carry_over_run.undone_by_id", "an act for the college; the column says whose")
