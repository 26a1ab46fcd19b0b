from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from courses.credits.rules.requirements import (
    BEHIND,
    MET,
    ON_WAY,
    Earned,
    Goal,
    Period,
    carried,
    forecast,
    in_force,
    met,
    missing,
    most_specific,
    period_of,
    problems,
    reminder,
    state,
    third_of_month,
)

YEAR = Period(2026)
amounts = st.integers(0, 12_000)
goals = st.builds(lambda r, e, more: Goal(r, e, r + e + more), amounts, amounts, amounts)
earned = st.builds(Earned, st.integers(-500, 20_000), st.integers(-500, 20_000))
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
dues = st.tuples(st.integers(1, 12), st.integers(1, 31))


@dataclass(frozen=True)
class Asked:
    unit_path: str = "/"
    post: str = ""
    span_years: int = 1
    from_year: int = 2026
    revision: int = 1
    is_withdrawn: bool = False


# -- what is missing, and states ---------------------------------------------------------------------------------------


def test_what_is_missing_of_each_kind():
    goal = Goal(5600, 0, 8400)
    assert missing(goal, Earned(4950, 1000)) == missing(goal, Earned(4950, 1000))
    left = missing(goal, Earned(4950, 1000))
    assert (left.required, left.elective, left.either) == (650, 0, 1800)
    assert met(goal, Earned(8400, 0)) and not met(goal, Earned(0, 8400))
    assert met(Goal(0, 0, 5000), Earned(0, 5000)), "of a total without parts any hours will do"


@given(goals, earned)
def test_earning_what_is_missing_meets_the_goal(goal, have):
    left = missing(goal, have)
    after = Earned(have.required + left.required + left.either, have.elective + left.elective)
    assert met(goal, after)
    assert (left.total == 0) == met(goal, have)


@given(goals, earned, days, dues)
def test_a_forecast_never_claims_met_when_it_is_not(goal, have, today, due):
    period = Period(2026, 1, *due)
    said, day = state(goal, have, period, today), forecast(goal, have, period, today)
    assert (said == MET) == met(goal, have)
    if day is not None:
        assert day > today and said != MET
        assert said == ON_WAY or not (day <= period.due and today <= period.due)
        assert said == ON_WAY or day > period.due or today > period.due


@given(goals, earned, days)
def test_a_forecast_is_the_first_day_on_which_the_pace_is_enough(goal, have, today):
    day = forecast(goal, have, YEAR, today)
    assume(day is not None)
    gone = (today - YEAR.start).days + 1

    def enough(days):
        pairs = ((goal.required, have.required), (goal.elective, have.elective), (goal.total, have.total))
        return all(amount >= asked or amount * (gone + days) >= asked * gone for asked, amount in pairs)

    ahead = (day - today).days
    assert enough(ahead) and not enough(ahead - 1)


@given(goals, earned, days, st.integers(0, 3000), st.integers(0, 3000))
def test_more_hours_never_make_it_worse(goal, have, today, required, elective):
    order = [BEHIND, ON_WAY, MET]
    more = Earned(have.required + required, have.elective + elective)
    assert order.index(state(goal, more, YEAR, today)) >= order.index(state(goal, have, YEAR, today))


@pytest.mark.parametrize(
    ("have", "today", "expected"),
    [
        (Earned(0, 0), date(2026, 1, 5), ON_WAY),
        (Earned(0, 0), date(2026, 6, 1), BEHIND),
        (Earned(2500, 0), date(2026, 6, 30), ON_WAY),
        (Earned(1000, 0), date(2026, 9, 30), BEHIND),
        (Earned(5000, 0), date(2026, 2, 1), MET),
        (Earned(4900, 0), date(2027, 1, 1), BEHIND),
    ],
)
def test_states(have, today, expected):
    assert state(Goal(0, 0, 5000), have, YEAR, today) == expected


def test_thirds_of_a_month():
    assert [third_of_month(date(2026, 11, day)) for day in (1, 10, 11, 20, 21, 30)] == [0, 0, 1, 1, 2, 2]


# -- periods -----------------------------------------------------------------------------------------------------------


@given(st.integers(2000, 2100), st.integers(1, 5), st.integers(2000, 2100))
def test_every_year_lies_in_one_period(from_year, span, year):
    period = period_of(from_year, span, year)
    assert period.first_year <= year <= period.last_year
    assert (period.first_year - from_year) % span == 0


def test_a_deadline_on_a_day_that_the_year_lacks():
    assert Period(2026, 1, 2, 29).due == date(2026, 2, 28) and Period(2028, 1, 2, 29).due == date(2028, 2, 29)


def test_the_day_whose_place_counts():
    assert YEAR.place_day(date(2026, 5, 1)) == date(2026, 5, 1)
    assert YEAR.place_day(date(2027, 5, 1)) == date(2026, 12, 31)


def test_reminders_come_when_the_last_quarter_and_the_last_month_begin():
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert {day.month for day in year if reminder(YEAR, day) == "quarter"} == {10}
    assert {day.month for day in year if reminder(YEAR, day) == "month"} == {12}
    three = Period(2025, 3, 11, 15)
    assert reminder(three, date(2026, 11, 2)) == "" and reminder(three, date(2027, 11, 2)) == "month"
    assert reminder(three, date(2027, 11, 16)) == "" and reminder(three, date(2027, 9, 1)) == "quarter"


# -- whose -------------------------------------------------------------------------------------------------------------


def test_the_nearest_unit_wins_then_the_post():
    everybody, city = Asked(), Asked("/1/")
    workers, district = Asked("/1/", "grid_worker"), Asked("/1/2/")
    held = [everybody, city, workers, district]
    assert most_specific(held, "/1/3/", "grid_worker") == workers
    assert most_specific(held, "/1/3/", "secretary") == city
    assert most_specific(held, "/1/2/9/", "grid_worker") == district
    assert most_specific(held, "/7/", "grid_worker") == everybody
    assert most_specific([workers], "/10/", "grid_worker") is None, "/10/ does not lie below /1/"


def test_of_each_the_latest_holds():
    first, second = Asked(), Asked(revision=2)
    later, gone = Asked(from_year=2027), Asked(from_year=2028, is_withdrawn=True)
    held = [later, gone, second, first]
    assert in_force(held, 2025) == [] and in_force(held, 2026) == [second]
    assert in_force(held, 2027) == [later] and in_force(held, 2029) == []


def test_figures_that_contradict_each_other():
    good = {"required": 100, "elective": 100, "total": 200, "due_month": 2, "due_day": 29}
    assert problems(good) == []
    bad = problems({**good, "total": 199, "due_day": 30})
    assert bad == [("total", "too_small"), ("due_day", "no_such_day")]


# -- carrying over -----------------------------------------------------------------------------------------------------


@given(goals, earned, st.none() | st.integers(0, 3000))
def test_carrying_over_conserves_the_sum_and_leaves_the_year_met(goal, have, most):
    amount = carried(goal, have, most)
    assert amount >= 0
    if not met(goal, have) or goal.nothing:
        assert amount == 0
        return
    left, next_year = Earned(have.required - amount, have.elective), Earned(0, amount)
    assert left.total + next_year.total == have.total
    assert met(goal, left)
    assert most is None or amount <= most
    assert carried(goal, left, None) == 0 or most is not None, "carried once, nothing is left to carry"


def test_the_surplus_of_required_hours():
    goal = Goal(5600, 0, 8400)
    assert carried(goal, Earned(7000, 2000)) == 600, "the total of the year must stay"
    assert carried(goal, Earned(7000, 4000)) == 1400
    assert carried(goal, Earned(7000, 4000), 1000) == 1000
    assert carried(goal, Earned(5000, 4000)) == 0
    assert carried(Goal(), Earned(9000, 0)) == 0
