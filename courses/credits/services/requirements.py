"""Annual requirements: what is asked of whom, how far somebody is, setting and withdrawing.

Whose requirement it is follows from unit and post on one day: the last of the period, or today while the period runs. Who
moves during a year is asked for what the new place asks for, and brings along what was earned at the old one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import extract, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from academy.accounts.models import POSTS, Person
from academy.audit import labels
from academy.audit.services import record
from academy.clock import now
from academy.db import added, db
from academy.errors import UserError
from academy.i18n import _, localized
from academy.i18n import lazy as _l
from academy.organizations.models import Membership, Unit
from academy.web.filters import local_date
from courses.credits.models import AnnualRequirement, LedgerEntry, RequirementNote
from courses.credits.rules import requirements as rules
from courses.credits.rules.requirements import Earned, Goal, Missing, Period
from courses.credits.services.requirement_words import due_day, missing_sentence, years

labels.register(
    {
        "requirement.set": _l("设定了年度任务“%(subject)s”"),
        "requirement.withdrawn": _l("撤销了年度任务“%(subject)s”"),
    }
)

LONGEST_SPAN = 5


@dataclass(frozen=True)
class Place:
    """Unit and post that decide what is asked; `unit_path` is "/" without a unit."""

    unit_path: str
    post: str


@dataclass(frozen=True)
class Standing:
    """How far somebody is with one requirement on a day."""

    requirement: AnnualRequirement
    period: Period
    earned: Earned
    today: date

    @property
    def goal(self) -> Goal:
        """What is asked."""
        return goal_of(self.requirement)

    @property
    def missing(self) -> Missing:
        """What is still missing."""
        return rules.missing(self.goal, self.earned)

    @property
    def state(self) -> str:
        """met, on_way or behind."""
        return rules.state(self.goal, self.earned, self.period, self.today)

    @property
    def forecast(self) -> date | None:
        """The day on which it is reached at this pace."""
        return rules.forecast(self.goal, self.earned, self.period, self.today)

    @property
    def note_key(self) -> str:
        """The key of the note that is due today, or an empty string."""
        stage = "" if self.state == rules.MET else rules.reminder(self.period, self.today)
        return f"{self.period.last_year}-{self.period.span_years}-{stage}" if stage else ""


def goal_of(requirement: AnnualRequirement) -> Goal:
    """Return what a requirement asks for."""
    return Goal(requirement.required_hundredths, requirement.elective_hundredths, requirement.total_hundredths)


def period_of(requirement: AnnualRequirement, year: int) -> Period:
    """Return the period of a requirement that `year` lies in."""
    due = (requirement.due_month, requirement.due_day)
    return rules.period_of(requirement.from_year, requirement.span_years, year, due)


def known(at: datetime | None = None) -> list[AnnualRequirement]:
    """Return all revisions of all requirements, as far as they were known at a moment: one query."""
    query = select(AnnualRequirement).options(joinedload(AnnualRequirement.unit)).order_by(AnnualRequirement.id)
    if at is not None:
        query = query.where(AnnualRequirement.created_at < at)
    return list(db.session.scalars(query))


def sums_by_year(person_id: int, at: datetime | None = None, since: int | None = None) -> dict[int, Earned]:
    """Return what somebody earned, by the year it counts for and as far as it was entered before `at`: one query."""
    year = extract("year", LedgerEntry.earned_on)
    query = (
        select(year, LedgerEntry.obligation, func.sum(LedgerEntry.amount_hundredths))
        .where(LedgerEntry.person_id == person_id)
        .group_by(year, LedgerEntry.obligation)
    )
    if at is not None:
        query = query.where(LedgerEntry.created_at < at)
    if since is not None:
        query = query.where(LedgerEntry.earned_on >= date(since, 1, 1))
    sums: dict[int, dict[str, int]] = defaultdict(dict)
    for when, obligation, amount in db.session.execute(query):
        sums[int(when)][obligation] = int(amount)
    return {when: Earned(**amounts) for when, amounts in sums.items()}


def earned_in(sums: Mapping[int, Earned], period: Period) -> Earned:
    """Add up the years of a period."""
    each = [sums[year] for year in range(period.first_year, period.last_year + 1) if year in sums]
    return Earned(sum(one.required for one in each), sum(one.elective for one in each))


def place_on(person: Person, memberships: Sequence[Membership], day: date) -> Place | None:
    """Return where somebody belonged on a day, in which post; None when they had no account yet.

    The membership of that day decides; where none was ever kept until then, what their profile says.
    """
    if local_date(person.created_at) > day and not any(each.started_on <= day for each in memberships):
        return None
    for each in memberships:
        if each.started_on <= day and (each.ended_on is None or day < each.ended_on):
            return Place(each.unit.path, each.post)
    if any(each.started_on <= day for each in memberships):
        return Place("/", "")
    return Place(person.unit.path if person.unit else "/", person.post)


def standings(
    held: Iterable[AnnualRequirement],
    place_of: Mapping[Period, Place | None] | Place,
    sums: Mapping[int, Earned],
    year: int,
    today: date,
) -> list[Standing]:
    """Return how far somebody is in what is asked in `year`: at most one for each length of period, the shortest first.

    place_of: one place for all, as on the home page; else the place by period.
    """
    found = []
    by_span: dict[int, list[AnnualRequirement]] = defaultdict(list)
    for each in rules.in_force(held, year):
        by_span[each.span_years].append(each)
    for span in sorted(by_span):
        chosen = _chosen(by_span[span], place_of, year)
        if chosen is not None and not goal_of(chosen).nothing:
            period = period_of(chosen, year)
            found.append(Standing(chosen, period, earned_in(sums, period), today))
    return found


def _chosen(
    held: Iterable[AnnualRequirement], place_of: Mapping[Period, Place | None] | Place, year: int
) -> AnnualRequirement | None:
    if isinstance(place_of, Place):
        return rules.most_specific(held, place_of.unit_path, place_of.post)
    fitting = []
    for each in held:
        place = place_of.get(period_of(each, year))
        if place is not None and rules.most_specific([each], place.unit_path, place.post):
            fitting.append(each)
    return max(fitting, key=lambda each: (each.unit_path.count("/"), each.post != ""), default=None)


def standings_by_year(
    person: Person,
    memberships: Sequence[Membership],
    sums: Mapping[int, Earned],
    today: date,
    at: datetime | None = None,
) -> list[Standing]:
    """Return how far somebody was in each period from the first asked until today, the latest first: one query.

    Of people who are no trainees nothing is asked.
    """
    if "trainee" not in person.role_names:
        return []
    held = known(at)
    first = min((each.from_year for each in held), default=today.year + 1)
    found: dict[tuple[int, int], Standing] = {}
    for year in range(max(first, today.year - 30), today.year + 1):
        periods = {period_of(each, year) for each in held if each.from_year <= year}
        places = {period: place_on(person, memberships, period.place_day(today)) for period in periods}
        for each in standings(held, places, sums, year, today):
            found[each.period.first_year, each.period.span_years] = each
    return sorted(found.values(), key=lambda each: (-each.period.last_year, each.period.span_years))


# -- the home page ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HomeLine:
    """What the home page says of the requirement, if anything: who it is, and the note that is due and not closed."""

    standing: Standing | None = None
    note_key: str = ""
    sums: Mapping[int, Earned] = field(default_factory=dict)


def for_home(person: Person, sums: Mapping[int, Earned], today: date) -> HomeLine:
    """Return what the home page says, out of the sums of the last years: one query.

    Of an annual requirement and one over several years the first that is not met is told of; of people who are no trainees
    nothing is asked.
    """
    if "trainee" not in person.role_names:
        return HomeLine()
    ancestors = [int(part) for part in (person.unit.path if person.unit else "").split("/") if part]
    query = (
        select(AnnualRequirement, RequirementNote.key)
        .outerjoin(
            RequirementNote,
            (RequirementNote.person_id == person.id) & RequirementNote.key.startswith(f"{today.year}-"),
        )
        .where(
            or_(AnnualRequirement.unit_id.is_(None), AnnualRequirement.unit_id.in_(ancestors)),
            AnnualRequirement.post.in_({"", person.post}),
        )
        .options(joinedload(AnnualRequirement.unit))
    )
    rows = list(db.session.execute(query))
    held = {requirement.id: requirement for requirement, _key in rows}
    closed = {key for _requirement, key in rows}
    place = Place(person.unit.path if person.unit else "/", person.post)
    found = standings(held.values(), place, sums, today.year, today)
    chosen = next((each for each in found if each.state != rules.MET), found[0] if found else None)
    key = chosen.note_key if chosen else ""
    return HomeLine(chosen, key if key not in closed else "", sums)


def note_sentence(standing: Standing) -> str:
    """Write the note about a deadline that comes near."""
    return _(
        "%(years)s任务%(due)s截止，%(left)s",
        years=years(standing.period),
        due=due_day(standing.period),
        left=missing_sentence(standing.missing),
    )


def close_note(person: Person, key: str) -> None:
    """Close a note for good; closing it again, or a key that no note has, does nothing."""
    parts = key.split("-")
    if len(parts) != 3 or not (parts[0] + parts[1]).isdecimal() or parts[2] not in ("quarter", "month"):
        return
    if len(key) <= 20 and db.session.get(RequirementNote, (person.id, key)) is None:
        added(RequirementNote(person_id=person.id, key=key))


# -- setting ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RequirementValues:
    """What the form of a requirement gives; unit None is everybody, an empty post is all posts."""

    unit: Unit | None
    post: str
    span_years: int
    from_year: int
    goal: Goal
    due: tuple[int, int] = (12, 31)
    note: str = ""


def revisions(unit: Unit | None, post: str, span_years: int, from_year: int) -> list[AnnualRequirement]:
    """Return the revisions of one requirement, the oldest first."""
    query = select(AnnualRequirement).where(
        AnnualRequirement.unit_id.is_not_distinct_from(unit.id if unit else None),
        AnnualRequirement.post == post,
        AnnualRequirement.span_years == span_years,
        AnnualRequirement.from_year == from_year,
    )
    return list(db.session.scalars(query.order_by(AnnualRequirement.revision)))


def set_requirement(values: RequirementValues, seen: int, by: Person | None) -> AnnualRequirement | None:
    """Set what is asked from a year on; return it, or None when nothing is different.

    seen: the id of the latest revision that the person at the screen knew of, 0 for none. Raises UserError: 409 when there
    is another one by now; with the field when the figures contradict each other or the period is over.
    """
    _check(values)
    earlier = revisions(values.unit, values.post, values.span_years, values.from_year)
    latest = earlier[-1] if earlier else None
    if latest is not None and not latest.is_withdrawn and latest.id != seen:
        raise UserError(
            _("这个单位和岗位从 %(year)s 年起已经有任务了，请在它那里修改", year=values.from_year), status=409
        )
    if latest is not None and not latest.is_withdrawn and _same(latest, values):
        return None
    row = _append(values, len(earlier) + 1, by, withdrawn=False)
    record("requirement.set", row, label=describe(row))
    return row


def withdraw(requirement: AnnualRequirement, by: Person | None) -> None:
    """Ask for it no longer, from the period that runs now; what was asked in periods that are over stays."""
    today = local_date(now())
    first = max(requirement.from_year, period_of(requirement, today.year).first_year)
    earlier = revisions(requirement.unit, requirement.post, requirement.span_years, first)
    if earlier and earlier[-1].is_withdrawn:
        return
    values = RequirementValues(
        requirement.unit,
        requirement.post,
        requirement.span_years,
        first,
        goal_of(requirement),
        (requirement.due_month, requirement.due_day),
        requirement.note,
    )
    row = _append(values, len(earlier) + 1, by, withdrawn=True)
    record("requirement.withdrawn", row, label=describe(row))


def describe(requirement: AnnualRequirement) -> str:
    """Name a requirement: whom it is for, and since when."""
    unit = localized(requirement.unit, "name") if requirement.unit else _("全部单位")
    post = str(POSTS.get(requirement.post, requirement.post)) if requirement.post else _("全部岗位")
    return _("%(unit)s · %(post)s · %(year)s 年起", unit=unit, post=post, year=requirement.from_year)


def _check(values: RequirementValues) -> None:
    figures = {
        "required": values.goal.required,
        "elective": values.goal.elective,
        "total": values.goal.total,
        "due_month": values.due[0],
        "due_day": values.due[1],
    }
    words = {
        "too_small": _("总学时不能少于必修与选修之和"),
        "no_such_day": _("这个月没有 %(day)s 日", day=values.due[1]),
    }
    for name, problem in rules.problems(figures):
        raise UserError(words[problem], field=name)
    this_year = local_date(now()).year
    if values.from_year + values.span_years - 1 < this_year:
        raise UserError(
            _("过去的年度已经算完，不能再改。请从 %(year)s 年或以后定起", year=this_year), field="from_year"
        )


def _same(latest: AnnualRequirement, values: RequirementValues) -> bool:
    return (goal_of(latest), (latest.due_month, latest.due_day), latest.note) == (values.goal, values.due, values.note)


def _append(values: RequirementValues, revision: int, by: Person | None, withdrawn: bool) -> AnnualRequirement:
    row = AnnualRequirement(
        unit=values.unit,
        post=values.post,
        span_years=values.span_years,
        from_year=values.from_year,
        revision=revision,
        required_hundredths=values.goal.required,
        elective_hundredths=values.goal.elective,
        total_hundredths=values.goal.total,
        due_month=values.due[0],
        due_day=values.due[1],
        note=values.note,
        is_withdrawn=withdrawn,
        created_by_id=by.id if by else None,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        raise UserError(_("别人刚刚改了同一条任务，请刷新后再改"), status=409) from error
    return row
