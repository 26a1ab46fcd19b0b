"""The clock of each person, by which time is spent once."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from academy.db import db
from courses.clocks.models import StudyClock


def lock_clock(person_id: int) -> StudyClock:
    """Return the person's clock, locked until the end of the transaction; it is made at the first use.

    Everything that credits study takes this lock first, so that two requests of one person wait for each other; it
    counts as a change, so that one which has read without waiting notices.
    """
    query = select(StudyClock).where(StudyClock.person_id == person_id).with_for_update()
    clock = db.session.scalar(query, execution_options={"populate_existing": True})
    if clock is None:
        try:
            with db.session.begin_nested():
                db.session.add(StudyClock(person_id=person_id, spent=[], studied=[]))
        except IntegrityError:
            pass  # another request was a moment earlier
        clock = db.session.scalars(query, execution_options={"populate_existing": True}).one()
    clock.revision += 1
    db.session.flush()
    return clock
