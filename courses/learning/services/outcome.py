"""What becomes of a report."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from academy.errors import UserError
from courses.learning.models import PlaySession


class ReportRefused(UserError):
    """A report that is not believed, or that comes from a page which has to begin anew.

    reason: for the audit log, "" where nothing is amiss; code: tells the page what to do: "foreign" (a ticket of somebody
    else or of another lesson), "reopen" (open the lesson again), "signed_out", "not_counted", "other_player" (ask which
    player to keep); told: what else the page is told.
    """

    def __init__(self, message: str, reason: str = "", status: int = 403, code: str = "foreign", **told: Any) -> None:
        super().__init__(message, status)
        self.reason = reason
        self.code = code
        self.told = told


class OtherPlayer(ReportRefused):
    """A report of a player while another one of the same person plays: `title` of what it plays, `since` when."""

    def __init__(self, message: str, title: str, since: datetime) -> None:
        super().__init__(message, "", 409, "other_player", title=title, since=since.isoformat())


@dataclass
class Outcome:
    """What became of a report: where the person stands now, and what has just been reached by it.

    enrolment, progress, lesson: an Enrolment, a LessonProgress and a LessonVersion, or for a heartbeat copies of those of
    their columns that a page shows, because loading entities costs more than judging the report;
    credited_ms, credited_units: what is new; believed_ms of claimed_ms: of the film reported, what there was time for;
    late: the report was held back by the network; repeated: it had been heard before; ticket: of the opening.
    """

    enrolment: Any
    progress: Any
    lesson: Any
    session: PlaySession | None = None
    credited_ms: int = 0
    credited_units: list[int] = field(default_factory=list)
    lesson_done_now: bool = False
    course_done_now: bool = False
    message: str = ""
    ticket: str = ""
    claimed_ms: int = 0
    believed_ms: int = 0
    late: bool = False
    repeated: bool = False
