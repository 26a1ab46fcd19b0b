"""What a player reports is believed only as far as the server's clock allows."""

from __future__ import annotations

import contextlib
import json
import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.learning.rules.clock import study_time
from courses.learning.rules.intervals import clip, total, union
from courses.learning.rules.watching import (
    MAX_GAP_SECONDS,
    MAX_SEGMENTS,
    MAX_SPEED,
    Heartbeat,
    MalformedReport,
    judge,
    parse_heartbeat,
)
from courses.textbooks.rules import spendable_since

NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
MINUTE = 60_000


def after(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def beat(*segments, played=0, sequence=1) -> Heartbeat:
    return Heartbeat("token", sequence, tuple(segments), 0, played)


def judged(*segments, covered=(), duration=10 * MINUTE, spent_until=NINE, opened=NINE, at=10.0, played=0):
    return judge(beat(*segments, played=played), covered, duration, spent_until, opened, after(at))


def test_ten_seconds_played_in_ten_seconds_are_credited():
    verdict = judged((0, 10_000), played=10_000)
    assert verdict.credited == verdict.covered == [[0, 10_000]]
    assert verdict.studied == 10_000
    assert verdict.clock == after(5)


def test_double_speed_is_credited_and_no_more():
    assert total(judged((0, 20_000)).covered) == 20_000
    assert total(judged((0, 160_000)).covered) == 20_000


def test_a_whole_video_at_once_earns_the_seconds_that_passed():
    verdict = judged((0, 10 * MINUTE), at=7.5)
    assert verdict.covered == [[0, 15_000]]
    assert verdict.clock == after(7.5)


def test_nothing_is_earned_at_the_moment_of_opening():
    assert judged((0, 5000), at=0).credited == []


def test_time_before_opening_counts_for_nothing():
    assert total(judged((0, MINUTE), spent_until=after(-3600), opened=after(8)).covered) == 4000


def test_time_spent_in_another_tab_is_spent():
    assert total(judged((0, MINUTE), spent_until=after(9)).covered) == 2000
    assert judged((0, MINUTE), spent_until=after(10)).credited == []
    assert judged((0, MINUTE), spent_until=after(99)).clock == after(99)


def test_a_page_left_open_overnight_earns_no_more_than_the_longest_gap():
    verdict = judged((0, 60 * MINUTE), duration=60 * MINUTE, at=8 * 3600)
    assert total(verdict.covered) == MAX_GAP_SECONDS * MAX_SPEED * 1000


def test_reports_held_back_by_a_lost_network_are_credited_in_turn():
    clock, covered = NINE, []
    for number in range(12):
        verdict = judged((number * 10_000, (number + 1) * 10_000), covered=covered, spent_until=clock, at=121)
        clock, covered = verdict.clock, verdict.covered
    assert covered == [[0, 120_000]]


def test_watching_again_takes_time_and_earns_nothing_new():
    verdict = judged((0, 10_000), (30_000, 45_000), covered=[[0, 10_000]])
    assert verdict.covered == [[0, 10_000], [30_000, 40_000]]


@pytest.mark.parametrize("segment", [(-5000, -1000), (5000, 1000), (600_000, 700_000), (10**9, 10**9 + 1), (7, 7)])
def test_stretches_outside_the_recording_are_worth_nothing(segment):
    verdict = judged(segment)
    assert (verdict.credited, verdict.covered, verdict.clock) == ([], [], NINE)


def test_a_stretch_that_begins_before_the_start_is_cut():
    assert judged((-5000, 3000)).credited == [[0, 3000]]


def test_study_time_is_what_the_player_ran_as_far_as_the_film_explains_it():
    assert judged((0, 20_000), played=10_000).studied == 10_000
    assert judged((0, 10_000), played=10**9).studied == 20_000
    assert judged(played=10_000).studied == 0


def test_study_time_is_spent_once():
    assert study_time(10_000, NINE, NINE, after(10)) == (10, after(10))
    assert study_time(10_000, after(10), NINE, after(10)) == (0, after(10))
    assert study_time(60_000, NINE, after(5), after(10)) == (5, after(10))
    assert study_time(0, NINE, NINE, after(10)) == (0, NINE)


def test_the_server_clock_running_backwards_credits_nothing():
    assert spendable_since(after(5), NINE, after(3), 60) == after(3)
    assert judged((0, 5000), spent_until=after(5), at=3).credited == []


segments = st.lists(st.tuples(st.integers(-5_000, 130_000), st.integers(-5_000, 130_000)), max_size=6)
steps = st.lists(st.tuples(st.integers(0, 2), st.floats(0, 400), segments), max_size=25)


@given(steps)
def test_however_tabs_report_no_more_than_twice_the_time_is_credited(reports):
    """Three tabs, each with a film of its own, all of one person; any order, any delay, any claim."""
    duration, clock, now = 120_000, NINE, NINE
    opened: dict[int, datetime] = {}
    covered: dict[int, list] = {0: [], 1: [], 2: []}
    credited = 0
    for tab, pause, claimed in reports:
        now += timedelta(seconds=pause)
        if tab not in opened:
            opened[tab] = now
            continue
        verdict = judge(beat(*claimed), covered[tab], duration, clock, opened[tab], now)
        assert clock <= verdict.clock <= max(now, clock)
        assert total(verdict.covered) <= total(covered[tab]) + total(verdict.credited)
        credited += total(verdict.credited)
        clock, covered[tab] = verdict.clock, verdict.covered
    if opened:
        passed = (now - min(opened.values())) // timedelta(milliseconds=1)
        assert credited <= passed * MAX_SPEED
        assert sum(map(total, covered.values())) <= credited


@given(segments, st.integers(0, 400))
def test_what_is_credited_was_claimed(claimed, seconds):
    verdict = judged(*claimed, duration=120_000, at=seconds)
    wanted = clip(union(list(claimed)), 120_000)
    assert union(wanted, verdict.credited) == wanted


@given(st.lists(st.tuples(st.integers(1, 12), st.sampled_from([0.5, 1.0, 1.5, 2.0])), max_size=20))
def test_honest_watching_is_credited_in_full(pieces):
    """At any speed the player offers, every report sent a moment after the film was played is believed."""
    position, now, clock, covered = 0, NINE, NINE, []
    for seconds, speed in pieces:
        film = int(seconds * 1000 * speed)
        now += timedelta(seconds=seconds)
        verdict = judge(beat((position, position + film)), covered, 10**7, clock, NINE, now)
        position, clock, covered = position + film, verdict.clock, verdict.covered
    assert total(covered) == position


GOOD = {"session": "abc", "sequence": 1, "segments": [[0, 10_000]], "position": 10_000, "played": 10_000}


def test_a_report_is_read():
    assert parse_heartbeat(GOOD) == Heartbeat("abc", 1, ((0, 10_000),), 10_000, 10_000)


@pytest.mark.parametrize(
    "change",
    [
        {"session": ""},
        {"session": None},
        {"session": "x" * 41},
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
