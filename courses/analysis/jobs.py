"""Analyses of quizzes that very many people have sat."""

from academy.db import db
from academy.jobs.queue import Progress, job
from courses.analysis.services import keeping


@job(keeping.JOB)
def compute_analysis(progress: Progress, version_id: int, which: str) -> None:
    """Work out the figures of a quiz and keep them."""
    progress(0, 1)
    try:
        keeping.compute(version_id, which)
    except Exception:
        db.session.rollback()
        keeping.give_up(version_id)
        db.session.commit()
        raise
    progress(1, 1)
