"""Which data of people this room keeps: none of their own."""

from academy.personal_data import decline

decline("course.owner_id", "the course is the college's; the column says who keeps it")
decline("course_version.published_by_id", "the course is the college's; the column says who published it")
