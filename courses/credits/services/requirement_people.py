"""The annual requirement of many people at once: for the report, for carrying over, for the list of requirements.

A constant number of queries: the requirements, the people with their places, the sums of their hours.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, extract, func, null, or_, select, true

from academy.accounts.models import Person
from academy.audit.models import AuditEntry
from academy.db import db
from academy.organizations.models import Membership, Unit
from courses.credits.models import AnnualRequirement, LedgerEntry
from courses.credits.rules import requirements as rules
from courses.credits.rules.requirements import Earned
from courses.credits.services.requirements import Standing, earned_in, goal_of, known, period_of
from courses.credits.services.totals import end_of

SWITCHES = ("person.deactivated", "person.reactivated")


@dataclass(frozen=True)
class PersonStanding:
    """Somebody, where they belong for this requirement, and how far they are; standing None when nothing is asked."""

    person_id: int
    name: str
    unit_id: int | None
    unit_path: str
    post: str
    standing: Standing | None


@dataclass(frozen=True)
class Asking:
    """Which requirements are meant: those of one length of period, in one year, as known at the end of a day."""

    year: int
    span_years: int
    today: date
    known_on: date | None = None

    @property
    def at(self) -> datetime | None:
        """The moment whose knowledge counts; None is now."""
        return end_of(self.known_on) if self.known_on else None

    def held(self) -> list[AnnualRequirement]:
        """Return the requirements in force: one query."""
        return [each for each in rules.in_force(known(self.at), self.year) if each.span_years == self.span_years]


def people_asked(asking: Asking, within: ColumnElement[bool] | None = None) -> Iterator[PersonStanding]:
    """Yield everybody of a part of the tree with how far they are: three queries.

    within: a condition on `Unit.path`, for the place that counts: that of the period's last day, or of today while it runs.
    Of people who are no trainees nothing is asked, and they are left out.
    """
    held = asking.held()
    day = min(max((period_of(each, asking.year).end for each in held), default=date(asking.year, 12, 31)), asking.today)
    people = _people(day, asking.at, within)
    sums = _sums(asking, held, people)
    for person_id, name, unit_id, path_found, post in db.session.execute(
        people.order_by(Unit.path, Person.name, Person.id)
    ):
        place = path_found or "/"
        chosen = rules.most_specific(held, place, post)
        standing = None
        if chosen is not None and not goal_of(chosen).nothing:
            period = period_of(chosen, asking.year)
            earned = earned_in(sums.get(person_id, {}), period)
            standing = Standing(chosen, period, earned, asking.today)
        yield PersonStanding(person_id, name, unit_id, path_found or "", post, standing)


def _people(day: date, at: datetime | None, within: ColumnElement[bool] | None) -> Select[int, str, Any, str, Any]:
    """Return the query for people with the unit and post of a day, as far as they were there and not deactivated."""
    began = exists().where(Membership.person_id == Person.id, Membership.started_on <= day).correlate(Person)
    then = Membership.__table__.alias("then")
    unit_id = func.coalesce(then.c.unit_id, case((began, null()), else_=Person.unit_id))
    post = func.coalesce(then.c.post, case((began, ""), else_=Person.post))
    on_the_day = and_(
        then.c.person_id == Person.id,
        then.c.started_on <= day,
        or_(then.c.ended_on.is_(None), then.c.ended_on > day),
    )
    return (
        select(Person.id, Person.name, unit_id.label("unit_id"), Unit.path, post.label("post"))
        .outerjoin(then, on_the_day)
        .outerjoin(Unit, Unit.id == unit_id)
        .where(
            or_(Person.created_at < end_of(day), began),
            Person.roles.any(role="trainee"),
            _active(at),
            true() if within is None else within,
        )
    )


def _active(at: datetime | None) -> ColumnElement[bool]:
    """Return whether an account was open at a moment: the first switch after it tells what it was before."""
    if at is None:
        return Person.is_active.is_(True)
    switch = (
        select(AuditEntry.action)
        .where(
            AuditEntry.subject_type == "person",
            AuditEntry.subject_id == Person.id,
            AuditEntry.action.in_(SWITCHES),
            AuditEntry.at >= at,
        )
        .order_by(AuditEntry.at, AuditEntry.id)
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )
    return func.coalesce(switch, case((Person.is_active, SWITCHES[0]), else_=SWITCHES[1])) == SWITCHES[0]


def _sums(
    asking: Asking, held: Iterable[AnnualRequirement], people: Select[int, str, Any, str, Any]
) -> dict[int, dict[int, Earned]]:
    periods = [period_of(each, asking.year) for each in held]
    if not periods:
        return {}
    year = extract("year", LedgerEntry.earned_on)
    query = (
        select(LedgerEntry.person_id, year, LedgerEntry.obligation, func.sum(LedgerEntry.amount_hundredths))
        .where(
            LedgerEntry.person_id.in_(people.with_only_columns(Person.id).order_by(None)),
            LedgerEntry.earned_on.between(min(each.start for each in periods), max(each.end for each in periods)),
        )
        .group_by(LedgerEntry.person_id, year, LedgerEntry.obligation)
    )
    if asking.at is not None:
        query = query.where(LedgerEntry.created_at < asking.at)
    found: dict[int, dict[int, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
    for person_id, when, obligation, amount in db.session.execute(query):
        found[person_id][int(when)][obligation] = int(amount)
    return {who: {when: Earned(**amounts) for when, amounts in years.items()} for who, years in found.items()}


def counts_by_requirement(held: Iterable[AnnualRequirement]) -> dict[int, int]:
    """Return how many active trainees each requirement in force is asked of now, by its id: one query."""
    query = (
        select(func.coalesce(Unit.path, "/"), Person.post, func.count())
        .select_from(Person)
        .outerjoin(Unit, Unit.id == Person.unit_id)
        .where(Person.is_active, Person.roles.any(role="trainee"))
        .group_by(Unit.path, Person.post)
    )
    by_span: dict[int, list[AnnualRequirement]] = defaultdict(list)
    for each in held:
        by_span[each.span_years].append(each)
    counts: dict[int, int] = defaultdict(int)
    for path, post, number in db.session.execute(query):
        for candidates in by_span.values():
            chosen = rules.most_specific(candidates, path, post)
            if chosen is not None:
                counts[chosen.id] += number
    return counts
