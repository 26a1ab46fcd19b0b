"""Annual requirements, and hours that count for them."""

from __future__ import annotations

from sqlalchemy import func, select

from academy.clock import now
from academy.db import db
from academy.organizations.services import move_person
from academy.web.filters import local_date
from courses.credits import services as credits
from courses.credits.models import LedgerEntry
from courses.credits.rules.requirements import Goal
from courses.credits.services import requirements
from courses.credits.services.requirements import RequirementValues
from tests.factories.people import make_person


def ask(unit=None, post="", total=5000, required=0, elective=0, from_year=None, span=1, due=(12, 31)):
    values = RequirementValues(
        unit, post, span, from_year or local_date(now()).year, Goal(required, elective, total), due
    )
    latest = requirements.revisions(unit, post, span, values.from_year)
    return requirements.set_requirement(values, latest[-1].id if latest else 0, None)


def give(person, hundredths, obligation="required", on=None, kind="earned"):
    entry = credits.post(
        credits.Posting(
            key=f"test:{db.session.scalar(select(func.count(LedgerEntry.id)))}",
            person=person,
            source=credits.Source("course", 1, "一门课"),
            amount_hundredths=hundredths,
            obligation=obligation,
            category="course",
            earned_on=on or local_date(now()),
            kind=kind,
        )
    )
    db.session.flush()
    return entry


def trainee_in(unit, post="grid_worker", **values):
    person = make_person(**values)
    move_person(person, unit, post, local_date(now()))
    return person
