"""Which data of people this room keeps: none of their own."""

from academy.personal_data import decline

decline("question.owner_id", "the question is the college's; the column says who keeps it")
decline("question_version.created_by_id", "the question is the college's; the column says who wrote this text of it")
