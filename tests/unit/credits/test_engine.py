"""The engine is total and exact, and caps do not care who comes first."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from courses.credits.rules.engine import MOST_HUNDREDTHS, capped, crossing, evaluate, rounded
from courses.credits.rules.facts import MEASURES, Facts
from courses.credits.rules.installed import installed
from courses.credits.rules.sets import MODES, PERIODS, Cap, Rounding

VERSIONS = [version for each in installed().sets.values() for version in each.versions]
numbers = st.fractions(min_value=-10, max_value=100_000, max_denominator=1000)
facts = st.sampled_from(sorted(MEASURES)).flatmap(
    lambda category: st.builds(
        Facts,
        st.just(category),
        st.dictionaries(
            st.sampled_from(MEASURES[category]), numbers | st.lists(numbers, max_size=4).map(tuple), max_size=5
        ),
    )
)


@given(st.sampled_from(VERSIONS), facts)
def test_any_facts_give_whole_hundredths_that_are_not_negative(version, given_facts):
    for award in evaluate(version, given_facts):
        assert isinstance(award.hundredths, int) and 0 < award.hundredths <= MOST_HUNDREDTHS
        assert version.rule(award.rule) is not None


@given(
    numbers.filter(lambda number: number >= 0), st.sampled_from(["1/100", "1/4", "1/2", "1"]), st.sampled_from(MODES)
)
def test_rounding_stays_within_a_step(hours, step, mode):
    rounding = Rounding(Fraction(step), mode)
    result = rounded(hours, rounding)
    assert (result / rounding.to).denominator == 1
    assert abs(result - hours) < rounding.to
    assert rounded(result, rounding) == result


CATEGORIES = ["course", "quiz", "class"]
caps = st.lists(
    st.builds(
        Cap,
        per=st.sampled_from(sorted(PERIODS)),
        hours=st.integers(1, 20).map(lambda number: Fraction(number, 2)),
        text=st.just("上限"),
        categories=st.frozensets(st.sampled_from(CATEGORIES)),
    ),
    max_size=4,
).filter(lambda some: crossing(some) is None)
amounts = st.lists(
    st.tuples(
        st.sampled_from(CATEGORIES), st.integers(1, 900), st.integers(1, 3), st.integers(1, 2), st.integers(1, 2)
    ),
    max_size=12,
)


def total(arrivals, some_caps):
    """Post in order, each clipped by what stands, as the service does."""
    standing = []
    for category, amount, source, day, year in arrivals:
        used = {
            place: sum(
                other[1]
                for other in standing
                if cap.covers(other[0])
                and {"course": other[2] == source, "day": other[3:] == (day, year), "year": other[4] == year}[cap.per]
            )
            for place, cap in enumerate(some_caps)
        }
        left, _cap = capped(amount, category, some_caps, used)
        assert 0 <= left <= amount
        standing.append((category, left, source, day, year))
    for place, cap in enumerate(some_caps):
        assert place >= 0 and cap.hours > 0
    return sum(entry[1] for entry in standing)


@given(st.data(), amounts, caps)
def test_the_sum_under_caps_does_not_depend_on_the_order_of_arrival(data, arrivals, some_caps):
    shuffled = data.draw(st.permutations(arrivals))
    assert total(arrivals, some_caps) == total(shuffled, some_caps)
