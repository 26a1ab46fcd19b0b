"""What a page of text reports as shown is believed only as far as the time that reading takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.clocks.rules import milliseconds
from courses.learning.rules.clock import MalformedReport
from courses.learning.rules.reading import MAX_UNITS, judge_shown, ms_to_read, parse_shown
from courses.textbooks.rules import time_for

NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
WEIGHTS = [100, 100, 200, 100]  # 5, 5, 10 and 5 seconds


def after(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def from_to(*pairs):
    return [[milliseconds(after(start)), milliseconds(after(end))] for start, end in pairs]


def shown(*units, covered=(), spent=(), opened=NINE, at=12.0):
    return judge_shown(units, list(covered), WEIGHTS, spent, opened, after(at))


def test_parts_are_credited_in_order_until_the_time_is_used_up():
    verdict = shown(0, 1, 2, 3)
    assert verdict.credited == [0, 1]
    assert verdict.covered == [[0, 2]]
    assert verdict.spent == from_to((0, 10))


def test_a_whole_text_at_once_earns_nothing_at_the_moment_of_opening():
    verdict = shown(0, 1, 2, 3, at=0.2)
    assert (verdict.credited, verdict.spent) == ([], [])


def test_time_spent_elsewhere_is_spent():
    assert shown(0, 1, spent=from_to((0, 8))).credited == []
    assert shown(0, 1, opened=after(6)).credited == [0]


def test_what_was_shown_before_and_what_does_not_exist_earns_nothing():
    verdict = shown(0, 9, 3, covered=[[0, 1]])
    assert (verdict.credited, verdict.covered) == ([3], [[0, 1], [3, 4]])


@given(st.lists(st.tuples(st.floats(0, 60), st.lists(st.integers(0, 5), max_size=6)), max_size=20))
def test_reading_everything_takes_at_least_its_time(reports):
    spent, covered, now = [], [], NINE
    for pause, units in reports:
        now += timedelta(seconds=pause)
        verdict = judge_shown(units, covered, WEIGHTS, spent, NINE, now)
        spent, covered = verdict.spent, verdict.covered
    cost = ms_to_read([], WEIGHTS) - ms_to_read(covered, WEIGHTS)
    assert cost <= milliseconds(now) - milliseconds(NINE)


def test_how_long_reading_still_takes():
    needed = ms_to_read([[0, 1]], WEIGHTS)
    assert needed == 20_000
    assert time_for(needed, [], NINE, after(5)) == (15, [])
    assert time_for(needed, [], NINE, after(5.4)) == (15, [])
    assert time_for(needed, [], NINE, after(20)) == (0, from_to((0, 20)))
    assert time_for(needed, from_to((0, 18)), NINE, after(20)) == (18, from_to((0, 18)))
    assert time_for(0, [], NINE, NINE) == (0, [])


def test_a_long_text_can_be_marked_after_as_long_as_it_takes():
    assert time_for(900_000, [], NINE, after(901))[0] == 0
    assert time_for(900_000, from_to((100, 200)), NINE, after(1001))[0] == 0


GOOD = {"session": "abc", "sequence": 1, "shown": ["0", "1"], "position": "1", "visible": 5000}


def test_a_report_is_read():
    report = parse_shown(GOOD)
    assert (report.units, report.position, report.visible) == ((0, 1), "1", 5000)


@pytest.mark.parametrize(
    "change",
    [
        {"session": 5},
        {"sequence": -1},
        {"shown": None},
        {"shown": "0"},
        {"shown": [0]},
        {"shown": ["-1"]},
        {"shown": ["²"]},
        {"shown": ["1" * 7]},
        {"shown": ["1"] * (MAX_UNITS + 1)},
        {"position": 5},
        {"position": "x" * 41},
        {"visible": 1.5},
    ],
    ids=str,
)
def test_a_report_that_no_page_sends_is_refused(change):
    with pytest.raises(MalformedReport):
        parse_shown({**GOOD, **change})


@pytest.mark.parametrize("payload", [None, [], "x"])
def test_a_report_is_an_object(payload):
    with pytest.raises(MalformedReport):
        parse_shown(payload)
