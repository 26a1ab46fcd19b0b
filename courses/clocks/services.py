"""The clock of each person, by which time is spent once."""

from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.exc import IntegrityError

from academy.db import db
from courses.clocks.models import StudyClock


def lock_clock(person_id: int) -> StudyClock:
    """Return the person's clock, locked until the end of the transaction; it is made at the first use.

    Everything that credits study takes this lock first, so that two requests of one person wait for each other; it
    counts as a change, so that one which has read without waiting notices.
    """
    query, values = _clock(), {"person": person_id}
    clock = db.session.scalar(query, values)
    if clock is None:
        try:
            with db.session.begin_nested():
                db.session.add(StudyClock(person_id=person_id, spent=[], studied=[]))
        except IntegrityError:
            pass  # another request was a moment earlier
        clock = db.session.scalars(query, values).one()
    clock.revision += 1
    db.session.flush()
    return clock


@cache
def _clock() -> Select[StudyClock]:
    query = select(StudyClock).where(StudyClock.person_id == bindparam("person")).with_for_update()
    return query.execution_options(populate_existing=True)
