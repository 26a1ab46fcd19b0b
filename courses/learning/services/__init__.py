"""What pages and other rooms do with studying."""

from courses.learning.services.enrolments import enrol, find_enrolment
from courses.learning.services.outcome import Outcome, ReportRefused
from courses.learning.services.progress import refresh_course
from courses.learning.services.reports import mark_read, open_lesson, take_heartbeat, take_shown

__all__ = [
    "Outcome",
    "ReportRefused",
    "enrol",
    "find_enrolment",
    "mark_read",
    "open_lesson",
    "refresh_course",
    "take_heartbeat",
    "take_shown",
]
