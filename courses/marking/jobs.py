"""Regrades of questions that very many people were asked."""

from academy.jobs.queue import Progress, job
from courses.marking.services import regrading, regrading_in_background


@job(regrading.JOB, regrading_in_background.give_up)
def regrade(progress: Progress, regrade_id: int) -> None:
    """Regrade, a few attempts at a time; in the end all or nothing."""
    progress(0, 1)
    regrading_in_background.work_on(regrade_id, progress)
