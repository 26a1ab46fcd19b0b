"""Which data of people this room keeps: none of their own."""

from academy.personal_data import decline

decline(
    "regulation_change.announced_by_id", "the regulation is the college's; the column says who announced its change"
)
decline("question_regulation.checked_by_id", "the question is the college's; the column says who checked it last")
