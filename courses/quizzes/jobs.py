"""What is due for quizzes."""

import logging

from academy.db import db
from academy.jobs.queue import every
from courses.quizzes import services

log = logging.getLogger(__name__)


@every(20, "hand in overdue attempts")
def close_overdue_attempts() -> None:
    """Hand in attempts whose time is over although nobody came back.

    Each is committed by itself: nobody's save waits long for the lock, and one that fails does not hold up the others.
    """
    for attempt_id in services.overdue():
        try:
            services.close(attempt_id)
            db.session.commit()
        except Exception:
            db.session.rollback()
            log.exception("attempt %s could not be handed in", attempt_id)
