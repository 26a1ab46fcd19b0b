"""The ledger for other rooms: entering hours by rules, taking them back, adding up, explaining."""

from courses.credits.services.choosing import InForce, in_force
from courses.credits.services.explaining import Why, find, sentences, title_of, why
from courses.credits.services.posting import (
    Posting,
    Source,
    earn,
    has_entry,
    post,
    reversal_of,
    reverse,
    would_earn,
)
from courses.credits.services.totals import YearTotal, add_up, entries_of, known, sums, total, totals_by_year

__all__ = [
    "InForce",
    "Posting",
    "Source",
    "Why",
    "YearTotal",
    "add_up",
    "earn",
    "entries_of",
    "find",
    "has_entry",
    "in_force",
    "known",
    "post",
    "reversal_of",
    "reverse",
    "sentences",
    "sums",
    "title_of",
    "total",
    "totals_by_year",
    "why",
    "would_earn",
]
