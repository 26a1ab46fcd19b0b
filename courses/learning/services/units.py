"""Keeping the copies of a unit's place in the tree in step with the tree."""

from sqlalchemy import func, literal, update

from academy.db import db
from academy.organizations.models import Unit
from courses.credits.models import LedgerEntry
from courses.learning.models import Enrolment


def follow(unit: Unit, old_path: str) -> None:
    """Rewrite the paths kept in enrolments and credit hours after `unit` has been hung elsewhere.

    Who belonged to which unit stays as it was; only the way from the top to that unit is another one now.
    """
    for model in (Enrolment, LedgerEntry):
        moved = literal(unit.path).concat(func.substr(model.unit_path, len(old_path) + 1))
        below = model.unit_path.startswith(old_path, autoescape=True)
        db.session.execute(update(model).where(below).values(unit_path=moved))
