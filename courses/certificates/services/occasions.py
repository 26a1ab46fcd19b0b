"""What a certificate is given for: a completed course, a class, the hours of a year."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from babel.dates import format_date
from sqlalchemy import func, select

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.web.filters import local_date, show_hundredths
from courses.catalog.models import CourseVersion
from courses.credits.models import LedgerEntry
from courses.learning.models import Enrolment

PATTERNS = {"zh": "y 年 M 月 d 日", "en": "d MMMM y"}


@dataclass(frozen=True)
class Occasion:
    """What is certified. `values` and `values_en` fill the placeholders that differ by occasion.

    `source_key` identifies it: nobody gets two valid certificates for the same.
    """

    kind: str
    source_key: str
    subject: str
    subject_en: str = ""
    hours_hundredths: int = 0
    values: dict[str, str] = field(default_factory=dict)
    values_en: dict[str, str] = field(default_factory=dict)


def say_day(day: date, locale: str) -> str:
    """Write a day as it is printed."""
    return format_date(day, PATTERNS[locale], locale=locale)


def completed_course(enrolment: Enrolment) -> Occasion:
    """Return the occasion of a completed course, in the version it was completed in."""
    version = db.session.get_one(CourseVersion, enrolment.completed_version_id)
    day = local_date(enrolment.completed_at or now())
    title_en = version.title_en or version.title
    return Occasion(
        kind="course",
        source_key=f"course:{enrolment.course_id}",
        subject=version.title,
        subject_en=title_en,
        hours_hundredths=version.credit_hundredths,
        values={"course": version.title, "completed_on": say_day(day, "zh")},
        values_en={"course": title_en, "completed_on": say_day(day, "en")},
    )


def attended_class(source_key: str, facts: dict[str, Any]) -> Occasion:
    """Return the occasion of a class; `facts`: class, class_en, starts_on, ends_on (ISO days), hours_hundredths."""
    starts, ends = date.fromisoformat(facts["starts_on"]), date.fromisoformat(facts["ends_on"])
    name_en = facts["class_en"] or facts["class"]
    return Occasion(
        kind="class",
        source_key=source_key,
        subject=facts["class"],
        subject_en=name_en,
        hours_hundredths=facts["hours_hundredths"],
        values={"class": facts["class"], "starts_on": say_day(starts, "zh"), "ends_on": say_day(ends, "zh")},
        values_en={"class": name_en, "starts_on": say_day(starts, "en"), "ends_on": say_day(ends, "en")},
    )


def year_of_learning(person: Person, year: int) -> Occasion:
    """Return the occasion of a year's credit hours, as the ledger has them now."""
    sums = hours_of_year([person.id], year).get(person.id, {})
    parts = {name: max(sums.get(name, 0), 0) for name in ("required", "elective")}
    values = {"year": str(year), **{name: show_hundredths(part) for name, part in parts.items()}}
    return Occasion(
        kind="annual",
        source_key=f"annual:{year}",
        subject=f"{year} 年度",
        subject_en=f"Year {year}",
        hours_hundredths=sum(parts.values()),
        values=values,
        values_en=values,
    )


def hours_of_year(people: list[int], year: int) -> dict[int, dict[str, int]]:
    """Return hundredths of credit hours by person and obligation: one query."""
    query = (
        select(LedgerEntry.person_id, LedgerEntry.obligation, func.sum(LedgerEntry.amount_hundredths))
        .where(
            LedgerEntry.person_id.in_(people),
            LedgerEntry.earned_on >= date(year, 1, 1),
            LedgerEntry.earned_on <= date(year, 12, 31),
        )
        .group_by(LedgerEntry.person_id, LedgerEntry.obligation)
    )
    found: dict[int, dict[str, int]] = {}
    for person_id, obligation, amount in db.session.execute(query):
        found.setdefault(person_id, {})[obligation] = int(amount or 0)
    return found
