"""Regrades of questions that very many people were asked."""

from academy.db import db
from academy.jobs.queue import Progress, job
from courses.marking.services import regrading


@job(regrading.JOB)
def regrade(progress: Progress, regrade_id: int) -> None:
    """Regrade, all or nothing."""
    progress(0, 1)
    try:
        regrading.work_on(regrade_id)
    except Exception:
        db.session.rollback()
        regrading.give_up(regrade_id)
        db.session.commit()
        raise
    progress(1, 1)
