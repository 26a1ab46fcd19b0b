"""The training record: credit hours with their grounds, and courses with their states."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import defer

from academy.db import db
from courses.catalog.models import Course, CourseVersion
from courses.credits.models import LedgerEntry
from courses.learning.models import Enrolment
from courses.learning.services.home import last_touched


@dataclass
class Year:
    """The credit hours of one year, in hundredths; entries with the latest first."""

    year: int
    entries: list[LedgerEntry] = field(default_factory=list)

    def total(self, obligation: str = "") -> int:
        """Return the sum, of one obligation if it is given."""
        return sum(
            entry.amount_hundredths for entry in self.entries if not obligation or entry.obligation == obligation
        )


def credit_by_year(person_id: int) -> list[Year]:
    """Return all credit hours of somebody, the latest year first: one query."""
    query = (
        select(LedgerEntry)
        .where(LedgerEntry.person_id == person_id)
        .order_by(LedgerEntry.earned_on.desc(), LedgerEntry.id.desc())
    )
    years: dict[int, Year] = {}
    for entry in db.session.scalars(query):
        years.setdefault(entry.earned_on.year, Year(entry.earned_on.year)).entries.append(entry)
    return list(years.values())


def courses_of(person_id: int) -> list[tuple[Enrolment, Course, CourseVersion]]:
    """Return all courses that somebody has joined, the latest studied first: one query."""
    query = (
        select(Enrolment, Course, CourseVersion)
        .join(Course, Course.id == Enrolment.course_id)
        .join(CourseVersion, CourseVersion.id == Enrolment.version_id)
        .where(Enrolment.person_id == person_id)
        .order_by(last_touched().desc(), Enrolment.id.desc())
        .options(defer(CourseVersion.search_text))
    )
    return [(enrolment, course, version) for enrolment, course, version in db.session.execute(query)]


def moment(text: str) -> datetime:
    """Return a moment as it is kept in the evidence of an entry."""
    return datetime.fromisoformat(text)
