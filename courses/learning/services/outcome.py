"""What becomes of a report."""

from dataclasses import dataclass, field

from academy.errors import UserError
from courses.catalog.models import LessonVersion
from courses.learning.models import Enrolment, LessonProgress, PlaySession


class ReportRefused(UserError):
    """A report that names an opening of somebody else or of another lesson; `reason` is for the audit log."""

    def __init__(self, message: str, reason: str, status: int = 403) -> None:
        super().__init__(message, status)
        self.reason = reason


@dataclass
class Outcome:
    """What became of a report: where the person stands now, and what has just been reached by it."""

    enrolment: Enrolment
    progress: LessonProgress
    lesson: LessonVersion
    session: PlaySession | None = None
    credited_ms: int = 0
    credited_units: list[int] = field(default_factory=list)
    lesson_done_now: bool = False
    course_done_now: bool = False
    message: str = ""
