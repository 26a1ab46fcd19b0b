"""A person's time is spent once, the earliest first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from courses.clocks.rules import (
    MOST_PIECES,
    free,
    gaps,
    milliseconds,
    spend,
    study_time,
    window,
)

NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
MINUTE = 60_000


def after(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def from_to(*pairs):
    return [[milliseconds(after(start)), milliseconds(after(end))] for start, end in pairs]


def test_nothing_counts_before_the_page_was_opened_or_too_long_ago():
    assert window(NINE, after(30)) == tuple(from_to((0, 30))[0])
    assert window(NINE, after(3600)) == tuple(from_to((3000, 3600))[0])
    assert window(after(9), after(3)) == tuple(from_to((3, 3))[0])


def test_an_opening_is_never_dated_earlier_than_it_was():
    opened = NINE + timedelta(microseconds=1)
    assert window(opened, after(1))[0] == milliseconds(NINE) + 1


def test_the_free_time_between_what_is_spent():
    spent = [[10, 20], [30, 40]]
    assert gaps(spent, 0, 50) == [[0, 10], [20, 30], [40, 50]]
    assert gaps(spent, 12, 35) == [[20, 30]]
    assert gaps(spent, 10, 20) == []
    assert free(spent, 0, 50) == 30


def test_the_earliest_free_time_goes_first():
    spent = [[10, 20], [30, 40]]
    assert spend(spent, 5, 50, 5) == [[5, 20], [30, 40]]
    assert spend(spent, 5, 50, 12) == [[5, 27], [30, 40]]
    assert spend(spent, 5, 50, 99) == [[5, 50]]
    assert spend(spent, 5, 50, 0) == spent


def test_free_time_that_no_report_can_spend_any_more_is_forgotten():
    early, late = 10 * MINUTE, 30 * MINUTE
    assert spend([[0, 1000], [5000, early]], late, late + 1000, 1000) == [[0, early], [late, late + 1000]]


def test_so_much_is_remembered_and_no_more():
    spent = []
    for number in range(3 * MOST_PIECES):
        spent = spend(spent, 2 * number, 2 * number + 1, 1)
    assert len(spent) == MOST_PIECES
    assert spent[0][0] == 0 and spent[-1] == [6 * MOST_PIECES - 2, 6 * MOST_PIECES - 1]


pieces = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 100)), max_size=8)


@given(pieces, st.integers(0, 600), st.integers(0, 600), st.integers(0, 700))
def test_what_is_spent_was_free_and_lies_in_the_window(before, since, length, amount):
    spent = []
    for start, size in before:
        spent = spend(spent, start, start + size, size)
    after_it = spend(spent, since, since + length, amount)
    used = sum(end - start for start, end in after_it) - sum(end - start for start, end in spent)
    assert used == min(amount, free(spent, since, since + length))
    assert free(after_it, 0, since) == free(spent, 0, since)
    assert free(after_it, since + length, 2000) == free(spent, since + length, 2000)
    assert all(one[1] < other[0] for one, other in pairwise(after_it))


def test_study_time_is_spent_once():
    assert study_time(10_000, [], NINE, after(10)) == (10, from_to((0, 10)))
    assert study_time(10_000, from_to((0, 10)), NINE, after(10)) == (0, from_to((0, 10)))
    assert study_time(60_000, [], after(5), after(10)) == (5, from_to((5, 10)))
    assert study_time(0, [], NINE, after(10)) == (0, [])


def test_many_short_reports_earn_no_more_than_one_long_one():
    studied, seconds = [], 0
    for number in range(1, 101):
        counted, studied = study_time(600, studied, NINE, after(0.6 * number))
        seconds += counted
    assert seconds <= 60
