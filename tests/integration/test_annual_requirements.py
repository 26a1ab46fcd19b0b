"""What is asked of whom, how far they are, carrying over; the pages of the admin, the line on the home page, the report."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from academy.audit.models import AuditEntry
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.organizations.services import move_person
from academy.web.filters import local_date
from courses.credits import services as credits
from courses.credits.models import AnnualRequirement, CarryOverRun, LedgerEntry
from courses.credits.rules.requirements import BEHIND, MET, Goal
from courses.credits.services import carry_over, requirements
from courses.credits.services.requirement_people import Asking, people_asked
from courses.credits.services.requirements import RequirementValues
from courses.records.services.record import gather
from tests.factories import make_person, make_unit
from tests.factories.requirements import ask, give, trainee_in
from tests.support import count_queries


@pytest.fixture
def city(app, clock):
    return make_unit("江城市")


@pytest.fixture
def district(city):
    return make_unit("云桥区", parent=city)


def standing(person):
    found = gather(person).standings
    return found[0] if found else None


# -- setting -----------------------------------------------------------------------------------------------------------


def test_a_change_is_a_revision_and_nothing_is_lost(city):
    first = ask(city)
    second = ask(city, total=6000)
    assert (first.revision, second.revision) == (1, 2) and first.total_hundredths == 5000
    assert ask(city, total=6000) is None, "the same again is no change"
    person = trainee_in(city)
    assert standing(person).goal.total == 6000
    requirements.withdraw(second, None)
    assert standing(person) is None


def test_two_at_once_cannot_both_change_it(city):
    ask(city)
    values = RequirementValues(city, "", 1, 2026, Goal(0, 0, 9000))
    with pytest.raises(UserError) as error:
        requirements.set_requirement(values, 0, None)
    assert error.value.status == 409


def test_years_that_are_over_are_not_rewritten(city):
    with pytest.raises(UserError) as error:
        ask(city, from_year=2025)
    assert error.value.field == "from_year"
    assert ask(city, from_year=2025, span=3) is not None, "the period is still running"


def test_the_database_refuses_changes_and_contradictions(city):
    row = ask(city)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(update(AnnualRequirement).where(AnnualRequirement.id == row.id).values(total_hundredths=1))
    bad = AnnualRequirement(unit_id=city.id, from_year=2026, revision=9, required_hundredths=5, total_hundredths=4)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add(bad)
    twice = AnnualRequirement(unit_id=None, from_year=2026, total_hundredths=4)
    again = AnnualRequirement(unit_id=None, from_year=2026, total_hundredths=5)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add_all([twice, again])


# -- whose -------------------------------------------------------------------------------------------------------------


def test_the_nearest_unit_and_the_post_decide(city, district):
    ask(None, total=1000)
    ask(city, total=2000)
    ask(city, "grid_worker", total=3000)
    ask(district, total=4000)
    assert standing(trainee_in(city, "secretary")).goal.total == 2000
    assert standing(trainee_in(city)).goal.total == 3000
    assert standing(trainee_in(district)).goal.total == 4000
    assert standing(trainee_in(make_unit("别的市"))).goal.total == 1000
    assert standing(make_person("instructor", unit=city)) is None


def test_who_moves_is_asked_by_the_new_place_and_keeps_the_hours(city, district, clock):
    ask(city, total=3000)
    ask(district, total=1000)
    person = trainee_in(city)
    give(person, 1000)
    assert standing(person).state != MET
    clock.move(days=100)
    move_person(person, district, "grid_worker", local_date(now()))
    assert standing(person).state == MET


def test_a_year_that_is_over_stays_as_it_was_when_people_move(city, district, clock):
    ask(city, total=3000)
    ask(district, total=1000)
    person = trainee_in(city)
    give(person, 1000)
    clock.move(days=320)
    move_person(person, district, "grid_worker", local_date(now()))
    last_year = [each for each in gather(person).standings if each.period.first_year == 2026]
    assert [each.state for each in last_year] == [BEHIND] and last_year[0].goal.total == 3000


def test_three_years_at_a_time(city, clock):
    ask(city, "social_worker", total=7200, span=3)
    person = trainee_in(city, "social_worker")
    give(person, 4000)
    clock.move(days=500)
    give(person, 3200)
    found = standing(person)
    assert found.period.last_year == 2028 and found.state == MET


def test_many_at_once_agree_with_one_by_one(city, district, clock):
    ask(None, total=1000)
    ask(district, total=2000)
    ask(city, "secretary", total=1500)
    people = [trainee_in(unit, post) for unit in (city, district) for post in ("secretary", "grid_worker")]
    for index, person in enumerate(people):
        give(person, 500 * index)
    clock.move(days=60)
    move_person(people[0], district, "secretary", local_date(now()))
    with count_queries() as queries:
        found = {who.person_id: who.standing for who in people_asked(Asking(2026, 1, local_date(now())))}
    queries.assert_at_most(3)
    for person in people:
        one = standing(person)
        assert (found[person.id].state, found[person.id].earned, found[person.id].goal) == (
            one.state,
            one.earned,
            one.goal,
        )


def test_the_report_of_a_past_day_stays_the_same(city, district, clock):
    ask(city, total=1000)
    people = [trainee_in(city) for _ in range(3)]
    give(people[0], 1000)
    entry = give(people[1], 700)
    day = local_date(now())

    def figures():
        asking = Asking(2026, 1, day, day)
        return [
            (who.person_id, who.unit_path, who.post, who.standing.state, who.standing.earned, who.standing.goal)
            for who in people_asked(asking)
        ]

    clock.move(days=1)
    before = figures()
    assert len(before) == 3
    give(people[2], 1000, on=day)
    credits.reverse(entry, make_person("admin"), "记错了")
    move_person(people[0], district, "secretary", local_date(now()))
    ask(city, total=9000)
    trainee_in(city)
    people[2].is_active = False
    db.session.add(
        AuditEntry(action="person.deactivated", subject_type="person", subject_id=people[2].id, at=now(), detail={})
    )
    db.session.flush()
    assert figures() == before


# -- carrying over -----------------------------------------------------------------------------------------------------


def sums(person):
    rows = db.session.execute(
        select(
            func.extract("year", LedgerEntry.earned_on), LedgerEntry.obligation, func.sum(LedgerEntry.amount_hundredths)
        )
        .where(LedgerEntry.person_id == person.id)
        .group_by(func.extract("year", LedgerEntry.earned_on), LedgerEntry.obligation)
    )
    return {(int(year), obligation): int(amount) for year, obligation, amount in rows if amount}


@pytest.fixture
def surplus(city, clock):
    ask(city, required=5600, total=8400)
    rich, poor = trainee_in(city, name="有余"), trainee_in(city, name="不足")
    give(rich, 7000)
    give(rich, 2000, "elective")
    give(poor, 6000)
    clock.move(days=320)
    return rich, poor


def test_the_surplus_comes_back_as_electives(surplus):
    rich, poor = surplus
    before = sum(sums(rich).values())
    run = carry_over.carry_over(2026, None)
    assert (run.people, run.amount_hundredths) == (1, 600)
    assert sums(rich) == {(2026, "required"): 6400, (2026, "elective"): 2000, (2027, "elective"): 600}
    assert sum(sums(rich).values()) == before and sums(poor) == {(2026, "required"): 6000}
    assert [each.state for each in gather(rich).standings if each.period.first_year == 2026] == [MET]


def test_it_is_done_once_and_can_be_undone(surplus):
    rich, _poor = surplus
    before = sums(rich)
    run = carry_over.carry_over(2026, None)
    with pytest.raises(UserError):
        carry_over.carry_over(2026, None)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add(CarryOverRun(year=2026, rule="x"))
    with pytest.raises(UserError):
        carry_over.undo(run, None, " ")
    carry_over.undo(run, None, "任务改了")
    carry_over.undo(run, None, "再按一次")
    assert sums(rich) == before
    again = carry_over.carry_over(2026, None)
    assert again.id != run.id and sums(rich)[2027, "elective"] == 600


def test_undoing_passes_over_what_was_taken_back_by_itself_and_keeps_both_titles(surplus):
    rich, _poor = surplus
    before = sum(sums(rich).values())
    run = carry_over.carry_over(2026, None)
    comes = db.session.scalars(select(LedgerEntry).where(LedgerEntry.key.endswith(":in"))).one()
    credits.reverse(comes, None, "单独冲正")
    carry_over.undo(run, None, "任务改了")
    assert sum(sums(rich).values()) == before
    taken_back = db.session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "reversed")).all()
    assert len(taken_back) == 2 and all(each.evidence["title_en"] for each in taken_back)


def test_nobody_with_a_surplus_is_no_run(city, clock):
    clock.move(days=320)
    with pytest.raises(UserError):
        carry_over.carry_over(2026, None)


def test_the_entries_say_why(surplus, sign_in):
    rich, _poor = surplus
    carry_over.carry_over(2026, None)
    words = sign_in(rich).get("/me/record").words
    assert "由“2026 年的多余学时”结转 6 学时，计入 2027 年" in words


def test_a_deadline_before_the_end_of_the_year(city, clock):
    ask(city, due=(6, 30))
    person = trainee_in(city)
    give(person, 4900)
    clock.move(days=130)
    assert standing(person).state == BEHIND
    give(person, 100, on=date(2026, 7, 9))
    assert standing(person).state == MET, "what comes late still counts"
