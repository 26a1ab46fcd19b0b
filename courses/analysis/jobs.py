"""Analyses of quizzes that very many people have sat."""

from academy.jobs.queue import Progress, job
from courses.analysis.services import keeping


@job(keeping.JOB, keeping.give_up)
def compute_analysis(progress: Progress, version_id: int, which: str) -> None:
    """Work out the figures of a quiz and keep them."""
    progress(0, 1)
    keeping.compute(version_id, which)
    progress(1, 1)
