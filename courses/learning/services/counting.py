"""How many people study something, for those who write it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from academy.db import db
from courses.learning.models import Enrolment, LessonProgress


def learners_of_courses(ids: Sequence[int]) -> Mapping[int, int]:
    """Return how many people are enrolled in each of these courses, or have completed it; one query."""
    query = select(Enrolment.course_id, func.count()).where(Enrolment.course_id.in_(ids)).group_by(Enrolment.course_id)
    return {row[0]: row[1] for row in db.session.execute(query)}


def learners_of_lessons(ids: Sequence[int]) -> Mapping[int, int]:
    """Return how many people have a record of each of these lessons; one query."""
    query = (
        select(LessonProgress.lesson_id, func.count())
        .where(LessonProgress.lesson_id.in_(ids))
        .group_by(LessonProgress.lesson_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}
