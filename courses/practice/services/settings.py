"""What a trainee has chosen for the notebook."""

from academy.accounts.models import Person
from academy.db import added, db
from courses.practice.models import PracticeSettings
from courses.practice.rules import Choice


def choice_of(person_id: int) -> Choice:
    """Return the person's choice, or the defaults. One query."""
    found = db.session.get(PracticeSettings, person_id)
    return Choice(found.leave_after, found.keep_reviewing) if found else Choice()


def choose(person: Person, leave_after: int, *, keep_reviewing: bool) -> None:
    """Keep a choice. It counts from the next answer on: nothing leaves or comes back by it."""
    row = db.session.get(PracticeSettings, person.id)
    if row is None:
        first = PracticeSettings(person_id=person.id, leave_after=leave_after, keep_reviewing=keep_reviewing)
        row = first if added(first) else db.session.get_one(PracticeSettings, person.id)
    row.leave_after, row.keep_reviewing = leave_after, keep_reviewing
    db.session.flush()
