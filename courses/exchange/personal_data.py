"""Which data of people this room keeps: none of their own."""

from academy.personal_data import decline

decline("import_batch.owner_id", "the questions are the college's; the column says who imported them")
decline("import_batch.job_id", "names the background work, which is exported by itself")
