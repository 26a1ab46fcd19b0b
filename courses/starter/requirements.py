"""Gives the demo people requirements of this year and the last, hours from classes, and one of them a move behind her."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from academy.accounts.models import Person
from academy.clock import freeze, now
from academy.db import db
from academy.organizations.models import Membership, Unit
from academy.web.filters import local_date
from courses.credits import services as credits
from courses.credits.models import AnnualRequirement
from courses.credits.rules.requirements import Goal
from courses.credits.services.requirements import RequirementValues, set_requirement
from courses.starter.reading import HOME, read_yaml

FILE = HOME / "demo" / "requirements.yaml"
AFTERNOON = 8
"""Hours by UTC at which something of a past day is entered: the afternoon in China."""


def load_requirements() -> int:
    """Make them unless there are some; return how many entries of hours came."""
    if db.session.scalar(select(AnnualRequirement.id).limit(1)):
        return 0
    file = read_yaml(FILE)
    admin = _person("admin")
    for entry in file["requirements"]:
        values = _values(entry)
        with freeze(_afternoon(date(values.from_year, 1, 4))):
            set_requirement(values, 0, admin)
    for entry in file["moves"]:
        _move(entry)
    return sum(_enter(entry, number, admin) for number, entry in enumerate(file["hours"]))


def _values(entry: dict[str, Any]) -> RequirementValues:
    goal = Goal(_hundredths(entry["required"]), 0, _hundredths(entry["total"]))
    unit = db.session.scalars(select(Unit).where(Unit.code == entry["unit"])).one()
    return RequirementValues(unit, entry["post"], entry.get("span", 1), _year(entry), goal, note=entry["note"])


def _move(entry: dict[str, Any]) -> None:
    """Let somebody have belonged elsewhere before: their present membership begins on the day of the move."""
    person = _person(entry["username"])
    joined, until = _day(entry["joined"]), _day(entry["until"])
    present = db.session.scalars(select(Membership).where(Membership.person_id == person.id)).one()
    if until >= present.started_on:
        return
    before = db.session.scalars(select(Unit).where(Unit.code == entry["unit"])).one()
    person.created_at = _afternoon(joined)
    present.started_on = until
    db.session.add(
        Membership(person_id=person.id, unit_id=before.id, post=entry["post"], started_on=joined, ended_on=until)
    )
    db.session.flush()


def _enter(entry: dict[str, Any], number: int, admin: Person) -> bool:
    day = _day(entry)
    if day > local_date(now()):
        return False
    with freeze(_afternoon(day)):
        credits.post(
            credits.Posting(
                key=f"demo:hours:{number}",
                person=_person(entry["username"]),
                source=credits.Source("class", None, entry["title"]),
                amount_hundredths=_hundredths(entry["hours"]),
                obligation=entry["obligation"],
                category="class",
                earned_on=day,
                kind="recognised",
                reason="签到册和结业名单已核对",
                entered_by=admin,
            )
        )
    return True


def _person(username: str) -> Person:
    return db.session.scalars(select(Person).where(Person.username == username)).one()


def _year(entry: dict[str, Any]) -> int:
    return local_date(now()).year + int(entry["year"])


def _day(entry: dict[str, Any]) -> date:
    return date.fromisoformat(f"{_year(entry)}-{entry['day']}")


def _afternoon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, AFTERNOON, tzinfo=UTC)


def _hundredths(text: str) -> int:
    return int(Decimal(text) * 100)
