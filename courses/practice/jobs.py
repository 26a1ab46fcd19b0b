"""What is due for the notebook."""

import logging

from academy.db import db
from academy.jobs.queue import every
from courses.practice.services import taking_in

log = logging.getLogger(__name__)


@every(600, "take in attempts whose answers may be shown by now")
def take_in_waiting() -> None:
    """Fill notebooks from attempts at quizzes that have closed since, or that may not be tried again."""
    for attempt_id in taking_in.waiting():
        try:
            taking_in.look_again(attempt_id)
            db.session.commit()
        except Exception:
            db.session.rollback()
            log.exception("attempt %s could not be taken into the notebook", attempt_id)
