"""Decisions about courses that need no database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.catalog.rules import (
    clock_ms,
    goals_of,
    hundredths_of,
    moved,
    moved_lesson,
    read_outline,
    same_members,
    slug_of,
    suggested_hundredths,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.5", 150),
        ("０.75", 75),
        (" 2 ", 200),
        ("1.005", None),
        ("一", None),
        ("", None),
        ("1e2", None),
        ("1e999999999", None),
        ("nan", None),
        ("inf", None),
    ],
)
def test_credit_hours_are_read_exactly(text, value):
    assert hundredths_of(text) == value


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Keeping Fire Lanes Clear", "keeping-fire-lanes-clear-t1"),
        ("", "course-t1"),
        ("消防", "course-t1"),
        ("Déjà vu!", "deja-vu-t1"),
        ("a" * 80, "a" * 40 + "-t1"),
    ],
)
def test_addresses_are_made_of_plain_letters(title, slug):
    assert slug_of(title, "t1") == slug


@pytest.mark.parametrize(("minutes", "value"), [(0, 0), (1, 25), (45, 100), (95, 200), (153, 350)])
def test_credit_hours_are_suggested_in_quarters(minutes, value):
    assert suggested_hundredths(minutes) == value


def test_goals_are_the_lines_that_say_something():
    assert goals_of("一\r\n\n　二　\n   \n三") == ["一", "二", "三"]


OUTLINE = [(1, [11, 12]), (2, []), (3, [31])]


@pytest.mark.parametrize(
    ("lesson", "step", "expected"),
    [
        (11, 1, [(1, [12, 11]), (2, []), (3, [31])]),
        (12, 1, [(1, [11]), (2, [12]), (3, [31])]),
        (31, -1, [(1, [11, 12]), (2, [31]), (3, [])]),
        (11, -1, OUTLINE),
        (31, 1, OUTLINE),
    ],
)
def test_a_lesson_moves_within_and_across_chapters(lesson, step, expected):
    assert moved_lesson(OUTLINE, lesson, step) == expected


@given(st.lists(st.integers(), unique=True, min_size=1), st.data(), st.integers(-3, 3))
def test_moving_loses_nothing(order, data, step):
    each = data.draw(st.sampled_from(order))
    assert sorted(moved(order, each, step)) == sorted(order)


def test_an_outline_keeps_its_members():
    assert same_members(OUTLINE, [(3, [12]), (1, [31]), (2, [11])])
    assert not same_members(OUTLINE, [(1, [11, 12, 12]), (2, []), (3, [31])])
    assert not same_members(OUTLINE, [(1, [11, 12]), (3, [31])])


@pytest.mark.parametrize("value", [None, 3, [1], [[1]], [[1, 2]], [["1", []]], [[1, [True]]], [[1, ["2"]]], {"1": []}])
def test_what_is_no_outline_is_refused(value):
    assert read_outline(value) is None


def test_an_outline_is_read():
    assert read_outline([[1, [2, 3]], [4, []]]) == [(1, [2, 3]), (4, [])]


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("1:05", 65_000),
        ("01:05", 65_000),
        ("0:01:05", 65_000),
        ("65", 65_000),
        ("１：０５", 65_000),
        (" 90:00 ", 5_400_000),
        ("1:75", None),
        ("", None),
        ("1.5", None),
        ("-1", None),
        ("1:5", None),
        ("later", None),
    ],
)
def test_a_place_in_a_recording_is_read(typed, place):
    assert clock_ms(typed) == place
