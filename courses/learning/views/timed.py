"""What the page of a lesson shows of a recording besides the player."""

from typing import Any

from flask import url_for

from courses.catalog.models import LessonVersion
from courses.learning.models import Enrolment, LessonProgress
from courses.learning.services.asking import stops_of
from courses.learning.services.disputes import disputes_of
from courses.learning.wording import DISPUTES
from courses.lesson_types.base import LessonType


def timed(
    enrolment: Enrolment, lesson: LessonVersion, progress: LessonProgress | None, kind: LessonType, slug: str
) -> dict[str, Any]:
    """Return where questions stop the player, whether it may seek ahead, and the last dispute about the record."""
    if kind.measure != "time":
        return {}
    address: dict[str, Any] = {"slug": slug, "lesson_id": lesson.lesson_id}
    stops = stops_of(kind, lesson.content, enrolment.id, lesson.lesson_id, progress)
    done = progress is not None and progress.completed_at is not None
    disputes = disputes_of(progress.id) if progress else []
    return {
        "stops": [
            {"key": stop.key, "at": stop.at, "url": url_for("learning.question", **address, key=stop.key)}
            for stop in stops
        ],
        "in_order": kind.in_order(lesson.content) and not done,
        "dispute": disputes[0] if disputes else None,
        "dispute_states": DISPUTES,
    }
