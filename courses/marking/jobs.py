"""Regrades of questions that very many people were asked."""

from academy.jobs.queue import Progress, job
from courses.marking.services import regrading


@job(regrading.JOB, regrading.give_up)
def regrade(progress: Progress, regrade_id: int) -> None:
    """Regrade, all or nothing."""
    progress(0, 1)
    regrading.work_on(regrade_id)
    progress(1, 1)
