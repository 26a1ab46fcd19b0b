"""Sets of intervals behave like sets of numbers."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.learning.rules.intervals import clip, missing, of_units, total, union, units_of

pairs = st.lists(st.tuples(st.integers(-20, 120), st.integers(-20, 120)), max_size=12)


def numbers(intervals) -> set[int]:
    return {number for start, end in intervals for number in range(start, end)}


def assert_normal(intervals):
    assert all(start < end for start, end in intervals)
    assert all(left[1] < right[0] for left, right in itertools.pairwise(intervals))


@pytest.mark.parametrize(
    ("sets", "expected"),
    [
        ([], []),
        ([[[0, 5]], [[5, 9]]], [[0, 9]]),
        ([[[3, 4], [0, 1]]], [[0, 1], [3, 4]]),
        ([[[4, 4], [9, 2]]], []),
        ([[[0, 10], [2, 3]]], [[0, 10]]),
    ],
)
def test_union_by_example(sets, expected):
    assert union(*sets) == expected


@given(pairs, pairs)
def test_union_is_the_union_of_the_numbers_in_normal_form(one, other):
    result = union(one, other)
    assert numbers(result) == numbers(one) | numbers(other)
    assert total(result) == len(numbers(result))
    assert_normal(result)


@given(pairs)
def test_union_does_not_change_what_it_is_given(one):
    frozen = [list(pair) for pair in one]
    union(frozen, [[0, 50]])
    assert frozen == [list(pair) for pair in one]


@given(pairs, st.integers(0, 100))
def test_clip_and_missing_divide_the_whole(one, size):
    covered, gaps = clip(one, size), missing(one, size)
    assert numbers(covered) == numbers(one) & set(range(size))
    assert numbers(gaps) == set(range(size)) - numbers(one)
    assert_normal(gaps)


@given(st.lists(st.integers(0, 60)))
def test_units_go_there_and_back(units):
    assert units_of(of_units(units)) == sorted(set(units))
