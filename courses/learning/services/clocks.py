"""The clock of each person, by which time is spent once."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from academy.db import db
from courses.learning.models import StudyClock

NEVER = datetime(2000, 1, 1, tzinfo=UTC)
"""Nothing has been spent; what limits the first report is when its lesson was opened."""


def lock_clock(person_id: int) -> StudyClock:
    """Return the person's clock, locked until the end of the transaction; it is made at the first use.

    Everything that credits study takes this lock first, so that two requests of one person wait for each other.
    """
    query = select(StudyClock).where(StudyClock.person_id == person_id).with_for_update()
    clock = db.session.scalar(query, execution_options={"populate_existing": True})
    if clock is not None:
        return clock
    try:
        with db.session.begin_nested():
            db.session.add(StudyClock(person_id=person_id, credited_until=NEVER, studied_until=NEVER))
    except IntegrityError:
        pass  # another request was a moment earlier
    return db.session.scalars(query, execution_options={"populate_existing": True}).one()
