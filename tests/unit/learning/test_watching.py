"""What a player reports is believed only as far as the server's clock allows."""

from __future__ import annotations

import contextlib
import json
import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.clocks.rules import LONGEST_WAIT_SECONDS, free, milliseconds
from courses.learning.rules.clock import MOST_REPORTS, parse_reports
from courses.learning.rules.intervals import clip, total, union
from courses.learning.rules.watching import (
    MAX_SEGMENTS,
    MAX_SPEED,
    Heartbeat,
    MalformedReport,
    judge,
    parse_heartbeat,
)

NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
MINUTE = 60_000


def after(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def beat(*segments, played=0, sequence=1) -> Heartbeat:
    return Heartbeat("token", sequence, tuple(segments), 0, played)


def judged(*segments, covered=(), duration=10 * MINUTE, spent=(), opened=NINE, at=10.0, played=0):
    return judge(beat(*segments, played=played), covered, duration, spent, opened, after(at))


def from_to(*pairs):
    """Moments of a person's time, in seconds after nine."""
    return [[milliseconds(after(start)), milliseconds(after(end))] for start, end in pairs]


def test_ten_seconds_played_in_ten_seconds_are_credited():
    verdict = judged((0, 10_000), played=10_000)
    assert verdict.credited == verdict.covered == [[0, 10_000]]
    assert verdict.studied == 10_000
    assert verdict.spent == from_to((0, 5))


def test_double_speed_is_credited_and_no_more():
    assert total(judged((0, 20_000)).covered) == 20_000
    assert total(judged((0, 160_000)).covered) == 20_000


def test_a_whole_video_at_once_earns_the_seconds_that_passed():
    verdict = judged((0, 10 * MINUTE), at=7.5)
    assert verdict.covered == [[0, 15_000]]
    assert verdict.spent == from_to((0, 7.5))


def test_nothing_is_earned_at_the_moment_of_opening():
    assert judged((0, 5000), at=0).credited == []


def test_time_before_opening_counts_for_nothing():
    assert total(judged((0, MINUTE), opened=after(8)).covered) == 4000


def test_time_spent_in_another_tab_is_spent():
    assert total(judged((0, MINUTE), spent=from_to((0, 9))).covered) == 2000
    assert total(judged((0, MINUTE), spent=from_to((3, 9))).covered) == 8000
    assert judged((0, MINUTE), spent=from_to((0, 10))).credited == []
    assert judged((0, MINUTE), spent=from_to((0, 99))).spent == from_to((0, 99))


def test_the_earliest_free_time_is_spent_first():
    assert judged((0, 4000), spent=from_to((1, 9))).spent == from_to((0, 10))
    assert judged((0, 2000), spent=from_to((1, 9))).spent == from_to((0, 9))


def test_a_page_left_open_overnight_earns_no_more_than_the_longest_gap():
    verdict = judged((0, 60 * MINUTE), duration=60 * MINUTE, at=8 * 3600)
    assert total(verdict.covered) == LONGEST_WAIT_SECONDS * MAX_SPEED * 1000


def test_reports_held_back_by_a_lost_network_are_credited_in_turn():
    spent, covered = [], []
    for number in range(12):
        verdict = judged((number * 10_000, (number + 1) * 10_000), covered=covered, spent=spent, at=121)
        spent, covered = verdict.spent, verdict.covered
    assert covered == [[0, 120_000]]


def test_what_a_report_claims_of_the_film_is_told():
    verdict = judged((-5000, 5000), (595_000, 700_000), (9, 3), at=2)
    assert (verdict.claimed, total(verdict.credited)) == (10_000, 4000)


def test_watching_again_takes_time_and_earns_nothing_new():
    verdict = judged((0, 10_000), (30_000, 45_000), covered=[[0, 10_000]])
    assert verdict.covered == [[0, 10_000], [30_000, 40_000]]


@pytest.mark.parametrize("segment", [(-5000, -1000), (5000, 1000), (600_000, 700_000), (10**9, 10**9 + 1), (7, 7)])
def test_stretches_outside_the_recording_are_worth_nothing(segment):
    verdict = judged(segment)
    assert (verdict.credited, verdict.covered, verdict.spent) == ([], [], [])


def test_a_stretch_that_begins_before_the_start_is_cut():
    assert judged((-5000, 3000)).credited == [[0, 3000]]


def test_study_time_is_what_the_player_ran_as_far_as_the_film_explains_it():
    assert judged((0, 20_000), played=10_000).studied == 10_000
    assert judged((0, 10_000), played=10**9).studied == 20_000
    assert judged(played=10_000).studied == 0


def test_the_server_clock_running_backwards_credits_nothing():
    assert judged((0, 5000), spent=from_to((0, 5)), at=3).credited == []
    assert judged((0, 5000), opened=after(9), at=3).credited == []


segments = st.lists(st.tuples(st.integers(-5_000, 130_000), st.integers(-5_000, 130_000)), max_size=6)


@given(segments, st.integers(0, 400))
def test_what_is_credited_was_claimed(claimed, seconds):
    verdict = judged(*claimed, duration=120_000, at=seconds)
    wanted = clip(union(list(claimed)), 120_000)
    assert union(wanted, verdict.credited) == wanted


@given(segments, st.integers(0, 900), st.integers(0, 900))
def test_what_is_credited_is_spent(claimed, opened, at):
    verdict = judged(*claimed, duration=120_000, opened=after(opened), at=at)
    since, until = milliseconds(NINE), milliseconds(after(2000))
    used = (until - since) - free(verdict.spent, since, until)
    assert total(verdict.credited) <= used * MAX_SPEED


GOOD = {"session": "abc", "sequence": 1, "segments": [[0, 10_000]], "position": 10_000, "played": 10_000}


def test_a_report_is_read():
    assert parse_heartbeat(GOOD) == Heartbeat("abc", 1, ((0, 10_000),), 10_000, 10_000)
    assert parse_heartbeat({**GOOD, "playing": False, "age": 30_000}).late


@pytest.mark.parametrize(
    "change",
    [
        {"session": ""},
        {"session": None},
        {"session": "x" * 401},
        {"sequence": 0},
        {"sequence": 2**31},
        {"sequence": True},
        {"sequence": 1.0},
        {"sequence": "1"},
        {"segments": None},
        {"segments": {"0": 1}},
        {"segments": [[0, 1]] * (MAX_SEGMENTS + 1)},
        {"segments": [[0]]},
        {"segments": [[0, 1, 2]]},
        {"segments": [[0, math.nan]]},
        {"segments": [[0, math.inf]]},
        {"segments": [["0", "1"]]},
        {"segments": [[0, 10**18]]},
        {"segments": [0, 1]},
        {"position": -1},
        {"position": math.nan},
        {"position": 10**12},
        {"played": -5},
        {"playing": 1},
        {"playing": "no"},
        {"age": -1},
        {"age": 0.5},
    ],
    ids=str,
)
def test_a_report_that_no_player_sends_is_refused(change):
    with pytest.raises(MalformedReport):
        parse_heartbeat({**GOOD, **change})


@pytest.mark.parametrize("payload", [None, [], "x", 5, json.loads("NaN")])
def test_a_report_is_an_object(payload):
    with pytest.raises(MalformedReport):
        parse_heartbeat(payload)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda x: st.lists(x) | st.dictionaries(st.sampled_from(list(GOOD)), x),
    )
)
def test_reading_a_report_raises_nothing_else(payload):
    with contextlib.suppress(MalformedReport):
        parse_heartbeat(payload)


def test_several_reports_come_in_a_list():
    assert parse_reports(GOOD, parse_heartbeat) == [parse_heartbeat(GOOD)]
    assert len(parse_reports({"reports": [GOOD] * MOST_REPORTS}, parse_heartbeat)) == MOST_REPORTS


@pytest.mark.parametrize(
    "reports", [[], None, {}, [GOOD] * (MOST_REPORTS + 1), [GOOD, None], [{"reports": [GOOD]}]], ids=range(6)
)
def test_a_list_that_no_page_sends_is_refused(reports):
    with pytest.raises(MalformedReport):
        parse_reports({"reports": reports}, parse_heartbeat)
