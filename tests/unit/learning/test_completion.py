"""Shares, what is missing, and when something is done."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.learning.rules.completion import (
    counting_lessons,
    course_done,
    missing_stretches,
    next_lesson,
    share_of,
    share_of_attempts,
)


@pytest.mark.parametrize(
    ("covered", "size", "forgiven", "expected"),
    [
        ([], 10, 0, Fraction(0)),
        ([[0, 3]], 10, 0, Fraction(3, 10)),
        ([[0, 10]], 10, 0, Fraction(1)),
        ([[0, 99]], 10, 0, Fraction(1)),
        ([[0, 59_200]], 60_000, 1000, Fraction(1)),
        ([[0, 58_999]], 60_000, 1000, Fraction(58_999, 60_000)),
        ([[300, 30_000], [30_500, 60_000]], 60_000, 1000, Fraction(1)),
        ([], 500, 1000, Fraction(0)),
        ([[0, 100]], 500, 1000, Fraction(1, 5)),
        ([], 0, 0, Fraction(0)),
    ],
)
def test_share(covered, size, forgiven, expected):
    assert share_of(covered, size, forgiven) == expected


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), max_size=8), st.integers(0, 100))
def test_a_share_is_never_outside_nought_and_one(covered, size):
    assert 0 <= share_of(covered, size, 5) <= 1


def test_missing_stretches_leave_out_slivers():
    assert missing_stretches([[0, 10_000], [10_200, 20_000], [25_000, 60_000]], 60_000) == [[20_000, 25_000]]
    assert missing_stretches([[0, 59_500]], 60_000) == []
    assert missing_stretches([], 60_000) == [[0, 60_000]]


def test_missing_slivers_are_shown_when_there_is_nothing_else():
    covered = [[number * 1000, number * 1000 + 500] for number in range(10)]
    assert len(missing_stretches(covered, 10_000)) == 10


def test_required_lessons_count_and_all_of_them_where_none_is_required():
    assert counting_lessons([(1, True), (2, False), (3, True)]) == {1, 3}
    assert counting_lessons([(1, False), (2, False)]) == {1, 2}
    assert counting_lessons([]) == frozenset()


def test_a_course_is_done_when_all_that_counts_is_done():
    assert course_done({1, 2}, {1, 2, 9})
    assert not course_done({1, 2}, {1})
    assert not course_done(set(), {1})


@pytest.mark.parametrize(
    ("rule", "submitted", "passed", "share"),
    [
        ("passed", True, False, 0),
        ("passed", True, True, 1),
        ("submitted", True, False, 1),
        ("submitted", False, False, 0),
    ],
)
def test_a_quiz_lesson_is_done_by_its_rule(rule, submitted, passed, share):
    assert share_of_attempts(rule, submitted, passed) == share


@pytest.mark.parametrize(
    ("done", "last", "expected"),
    [
        (set(), None, 1),
        (set(), 2, 2),
        ({2}, 2, 3),
        ({3}, 3, 1),
        ({1, 2, 3}, 2, 2),
        ({1, 2, 3}, None, 1),
        ({1}, 99, 2),
    ],
)
def test_the_lesson_to_go_on_with(done, last, expected):
    assert next_lesson([1, 2, 3], done, last) == expected


def test_a_course_without_lessons_has_no_next_one():
    assert next_lesson([], set(), 5) is None
