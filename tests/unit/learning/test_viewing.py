"""What may be credited before questions are answered and out of order; what is missing and why."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.learning.rules.intervals import clip, missing, total, union
from courses.learning.rules.viewing import (
    FREE,
    SEEK_TOLERANCE_MS,
    Limits,
    Stretch,
    allowed,
    between,
    common,
    explain,
    frontier,
    gate_point,
    wall_of,
    without,
)

SIZE = 120_000
points = st.integers(-5_000, SIZE + 5_000)
segments = st.lists(st.tuples(points, points), max_size=12)
covered = st.lists(st.tuples(points, points), max_size=6).map(lambda pairs: clip(union(pairs), SIZE))
sets = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6).map(union)


def members(intervals):
    return {number for start, end in intervals for number in range(start, end)}


# -- where a question comes ---------------------------------------------------------------------------------------------


@given(seed=st.text(), start=st.integers(0, SIZE), width=st.integers(-10, 40_000))
def test_a_question_comes_within_its_window_and_always_at_the_same_place(seed, start, width):
    place = gate_point(seed, start, start + width)
    assert start <= place <= max(start, start + width)
    assert gate_point(seed, start, start + width) == place


def test_places_differ_between_people():
    assert len({gate_point(f"{person}:7:key", 30_000, 60_000) for person in range(50)}) > 40


def test_the_wall_is_the_first_question_not_answered():
    places = {"a": 30_000, "b": 10_000, "c": 50_000}
    assert wall_of(places, []) == 10_000
    assert wall_of(places, ["b"]) == 30_000
    assert wall_of(places, ["a", "b", "c", "gone"]) is None
    assert wall_of({}, []) is None


# -- what may be credited ------------------------------------------------------------------------------------------------


@given(segments=segments, covered=covered, wall=st.integers(0, SIZE), in_order=st.booleans())
def test_nothing_is_ever_credited_beyond_an_unanswered_question(segments, covered, wall, in_order):
    found = allowed(segments, covered, Limits(wall, in_order))
    assert all(end <= wall for _start, end in found.segments)


@given(segments=segments, covered=covered, wall=st.none() | st.integers(0, SIZE))
def test_in_order_nothing_begins_beyond_what_has_been_watched(segments, covered, wall):
    found = allowed(segments, covered, Limits(wall, in_order=True))
    watched = covered
    for start, end in found.segments:
        assert start <= frontier(watched) + SEEK_TOLERANCE_MS
        watched = union(watched, [(start, end)])


@given(segments=segments, covered=covered, wall=st.none() | st.integers(0, SIZE), in_order=st.booleans())
def test_what_is_allowed_was_claimed_and_what_is_refused_was_not_allowed(segments, covered, wall, in_order):
    found = allowed(segments, covered, Limits(wall, in_order))
    claimed = members(union(segments))
    kept = members(union(found.segments))
    refused = members(union(*found.refused.values()))
    assert kept <= claimed and refused <= claimed
    assert claimed == kept | refused
    assert set(found.refused) <= {"question", "jumped"}


@given(segments=segments, covered=covered)
def test_without_limits_everything_is_left_to_the_clock(segments, covered):
    assert allowed(segments, covered, FREE).segments == tuple(segments)


def test_watching_on_moves_the_frontier_within_one_report():
    found = allowed([(0, 10_000), (10_000, 20_000), (60_000, 70_000)], [], Limits(in_order=True))
    assert found.segments == ((0, 10_000), (10_000, 20_000))
    assert found.refused == {"jumped": [[60_000, 70_000]]}


def test_going_back_is_always_free():
    found = allowed([(5_000, 9_000)], [[0, 50_000]], Limits(in_order=True))
    assert found.segments == ((5_000, 9_000),) and not found.refused


def test_a_player_need_not_be_exact_to_the_second():
    assert allowed([(50_900, 60_000)], [[0, 50_000]], Limits(in_order=True)).segments
    assert not allowed([(53_100, 60_000)], [[0, 50_000]], Limits(in_order=True)).segments


def test_hops_just_within_the_tolerance_earn_what_was_played_only():
    hops = [(at, at + 100) for at in range(0, SIZE, SEEK_TOLERANCE_MS)]
    assert total(union(allowed(hops, [], Limits(in_order=True)).segments)) == 100 * len(hops)


def test_filling_a_gap_reaches_to_the_end_of_what_comes_after():
    assert frontier([[0, 10_000], [12_000, 20_000], [40_000, 90_000]]) == 20_000
    found = allowed([(20_000, 40_000), (90_000, 95_000)], [[0, 20_000], [40_000, 90_000]], Limits(in_order=True))
    assert len(found.segments) == 2


# -- what is missing, and why --------------------------------------------------------------------------------------------


@given(one=sets, other=sets)
def test_common_and_without_are_what_they_say(one, other):
    assert members(common(one, other)) == members(one) & members(other)
    assert members(without(one, other)) == members(one) - members(other)


reasons = st.lists(st.tuples(st.sampled_from(["question", "fast", "jumped"]), covered), max_size=4)


@given(covered=covered, causes=reasons)
def test_every_missing_moment_has_exactly_one_reason(covered, causes):
    gaps = missing(covered, SIZE)
    found = explain(gaps, causes)
    assert union([(stretch.start, stretch.end) for stretch in found]) == gaps
    assert sum(stretch.length for stretch in found) == total(gaps)
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_the_most_telling_reason_comes_first():
    found = explain([[0, 60_000]], [("question", [[40_000, 60_000]]), ("fast", [[20_000, 50_000]])])
    assert found == [
        Stretch(0, 20_000, "unplayed"),
        Stretch(20_000, 40_000, "fast"),
        Stretch(40_000, 60_000, "question"),
    ]


def test_slivers_go_with_their_neighbour():
    assert explain([[0, 30_000]], [("fast", [[10_000, 10_400]])]) == [Stretch(0, 30_000, "unplayed")]


@pytest.mark.parametrize(("watched", "expected"), [([], []), ([[0, 10], [40, 50]], [[0, 50]]), ([[20, 30]], [[0, 30]])])
def test_what_was_passed_over_lies_before_the_furthest_point(watched, expected):
    assert between(watched, 100) == expected
