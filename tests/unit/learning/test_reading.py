"""What a page of text reports as shown is believed only as far as the time that reading takes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.learning.rules.clock import MalformedReport
from courses.learning.rules.reading import (
    MAX_UNITS,
    judge_shown,
    parse_shown,
    seconds_still_needed,
    seconds_to_read,
)

NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
WEIGHTS = [100, 100, 200, 100]  # 5, 5, 10 and 5 seconds


def after(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def shown(*units, covered=(), spent_until=NINE, opened=NINE, at=12.0):
    return judge_shown(units, list(covered), WEIGHTS, spent_until, opened, after(at))


def test_parts_are_credited_in_order_until_the_time_is_used_up():
    verdict = shown(0, 1, 2, 3)
    assert verdict.credited == [0, 1]
    assert verdict.covered == [[0, 2]]
    assert verdict.clock == after(10)


def test_a_whole_text_at_once_earns_nothing_at_the_moment_of_opening():
    verdict = shown(0, 1, 2, 3, at=0.2)
    assert (verdict.credited, verdict.clock) == ([], NINE)


def test_time_spent_elsewhere_is_spent():
    assert shown(0, 1, spent_until=after(8)).credited == []
    assert shown(0, 1, opened=after(6)).credited == [0]


def test_what_was_shown_before_and_what_does_not_exist_earns_nothing():
    verdict = shown(0, 9, 3, covered=[[0, 1]])
    assert (verdict.credited, verdict.covered) == ([3], [[0, 1], [3, 4]])


@given(st.lists(st.tuples(st.floats(0, 60), st.lists(st.integers(0, 5), max_size=6)), max_size=20))
def test_reading_everything_takes_at_least_its_time(reports):
    clock, covered, now = NINE, [], NINE
    for pause, units in reports:
        now += timedelta(seconds=pause)
        verdict = judge_shown(units, covered, WEIGHTS, clock, NINE, now)
        assert clock <= verdict.clock <= now
        clock, covered = verdict.clock, verdict.covered
    cost = seconds_to_read([], WEIGHTS) - seconds_to_read(covered, WEIGHTS)
    assert cost <= (now - NINE).total_seconds() + 1e-3


def test_how_long_reading_still_takes():
    needed = seconds_to_read([[0, 1]], WEIGHTS)
    assert needed == 20
    assert seconds_still_needed(needed, NINE, NINE, after(5)) == 15
    assert seconds_still_needed(needed, NINE, NINE, after(5.4)) == 15
    assert seconds_still_needed(needed, NINE, NINE, after(20)) == 0
    assert seconds_still_needed(needed, after(18), NINE, after(20)) == 18
    assert seconds_still_needed(0, NINE, NINE, NINE) == 0


def test_a_long_text_can_be_marked_after_as_long_as_it_takes():
    assert seconds_still_needed(900, NINE, NINE, after(901)) == 0


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
