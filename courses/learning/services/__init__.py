"""What pages and other rooms do with studying."""

from courses.learning.services.enrolments import enrol, find_enrolment
from courses.learning.services.heartbeats import take_heartbeat
from courses.learning.services.openings import Caller
from courses.learning.services.outcome import Outcome, ReportRefused
from courses.learning.services.progress import refresh_course
from courses.learning.services.reports import mark_read, open_lesson, take_player, take_shown
from courses.learning.services.work import find_work, take_work

__all__ = [
    "Caller",
    "Outcome",
    "ReportRefused",
    "enrol",
    "find_enrolment",
    "find_work",
    "mark_read",
    "open_lesson",
    "refresh_course",
    "take_heartbeat",
    "take_player",
    "take_shown",
    "take_work",
]
