"""What is done in the background for textbooks."""

from typing import Any

from academy.jobs.queue import job
from courses.textbooks.services.publishing import RECOUNT
from courses.textbooks.services.reading import recount


@job(RECOUNT)
def recount_reading(progress: Any, textbook_id: int) -> None:
    """Measure everyone's reading against a new edition."""
    recount(textbook_id)
