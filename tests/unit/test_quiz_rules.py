"""Time, order of answers, score, resits and what may be shown."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.quizzes import rules

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
moments = st.integers(-10_000, 100_000).map(lambda seconds: START + timedelta(milliseconds=seconds * 100))
limits = st.none() | st.integers(60, 86_400)


@given(limits, moments)
def test_remaining_time_and_the_end_agree(limit, moment):
    due = rules.deadline(START, limit)
    left = rules.remaining_seconds(due, moment)
    if limit is None:
        assert due is None
        assert left is None
        assert rules.takes_answers("open", due, moment)
    else:
        assert left >= 0
        if left > 0:
            assert rules.takes_answers("open", due, moment)


def test_an_answer_on_its_way_at_the_deadline_still_counts():
    due = rules.deadline(START, 60)
    assert rules.takes_answers("open", due, due + rules.GRACE)
    assert not rules.takes_answers("open", due, due + rules.GRACE + timedelta(milliseconds=1))
    assert not rules.takes_answers("submitted", due, START)


@given(limits, moments)
def test_an_attempt_never_ends_after_its_deadline(limit, moment):
    due = rules.deadline(START, limit)
    ended, by = rules.end_of("open", due, moment)
    assert ended <= moment
    assert due is None or ended <= due
    assert (by == "deadline") == rules.is_overdue("open", due, moment)


@given(
    st.lists(
        st.tuples(st.integers(1, 50), st.text(max_size=3)), min_size=1, max_size=20, unique_by=lambda save: save[0]
    ),
    st.randoms(),
)
def test_saves_in_any_order_and_with_any_repetition_leave_the_last_answer(saves, random):
    """`saves` are (when it was given, the answer); they arrive shuffled and some of them several times."""
    arrivals = saves + random.choices(saves, k=len(saves))
    random.shuffle(arrivals)
    stored, kept = 0, None
    for sequence, answer in arrivals:
        accepted = rules.accepted_sequence(sequence, stored, START)
        if rules.is_newer(accepted, stored):
            stored, kept = accepted, answer
    assert kept == max(saves)[1]


def test_a_save_without_scripts_is_always_the_newest():
    ahead = rules.milliseconds(START) + 30_000
    assert rules.is_newer(rules.accepted_sequence(None, ahead, START), ahead)
    assert rules.accepted_sequence(None, 0, START) == rules.milliseconds(START)


def test_a_forged_sequence_locks_its_question_for_a_minute_at_most():
    stored = rules.accepted_sequence(2**62, 0, START)
    later = START + timedelta(minutes=1, milliseconds=1)
    assert rules.is_newer(rules.accepted_sequence(rules.milliseconds(later), stored, later), stored)
    assert rules.accepted_sequence(-5, 0, START) == 0


@given(st.lists(st.tuples(st.none() | st.fractions(0, 1), st.integers(1, 100_000)), max_size=30))
def test_the_score_is_exact_and_within_the_marks(graded):
    score = rules.add_up(graded)
    assert 0 <= score.earned <= score.possible
    assert 0 <= score.share <= 1
    assert score.possible == sum(marks for share, marks in graded if share is not None)


def test_thirds_add_up_to_one():
    assert rules.add_up([(Fraction(1, 3), 100)] * 3) == rules.Score(Fraction(100), 300)


def test_the_pass_mark_itself_passes():
    assert rules.has_passed(rules.add_up([(Fraction(3, 5), 100)]), 60)
    assert not rules.has_passed(rules.add_up([(Fraction(599, 1000), 100)]), 60)
    assert not rules.has_passed(rules.add_up([]), 0)
    assert rules.marks_missing(rules.add_up([(Fraction(54, 100), 10_000)]), 60) == 600


def test_what_cannot_be_graded_counts_for_nobody_and_against_nobody():
    assert rules.add_up([(None, 500), (Fraction(1), 100)]) == rules.Score(Fraction(100), 100)


@pytest.mark.parametrize(
    ("used", "allowed", "wait", "minutes_since", "refusal"),
    [
        (0, 3, 0, None, None),
        (2, 3, 0, 1, None),
        (3, 3, 0, 1, "none_left"),
        (7, 3, 0, 1, "none_left"),
        (50, 0, 0, 1, None),
        (1, 3, 3600, 59, "too_early"),
        (1, 3, 3600, 60, None),
        (3, 3, 3600, 1, "none_left"),
    ],
)
def test_resits(used, allowed, wait, minutes_since, refusal):
    last = None if minutes_since is None else START - timedelta(minutes=minutes_since)
    start = rules.may_start(used, last, rules.Terms(allowed, wait), START)
    assert start.refusal == refusal
    assert start.allowed == (refusal is None)
    assert (start.left is None) == (allowed == 0)
    if refusal == "too_early":
        assert start.allowed_at == last + timedelta(seconds=wait)


@pytest.mark.parametrize(
    ("policy", "passed", "left", "shown"),
    [
        ("after_submission", False, 2, True),
        ("after_pass", False, 2, False),
        ("after_pass", False, None, False),
        ("after_pass", True, 2, True),
        ("after_pass", False, 0, True),
        ("never", True, 0, False),
    ],
)
def test_when_the_key_may_be_shown(policy, passed, left, shown):
    def may(state, sitting):
        return rules.may_show_key(policy, state, ever_passed=passed, attempts_left=left, sitting_again=sitting)

    assert may("submitted", False) is shown
    assert may("open", False) is False
    assert may("submitted", True) is False


@given(st.integers(1, 60), st.integers(0, 2**31), st.booleans())
def test_the_order_of_questions_is_complete_and_stable(count, seed, shuffled):
    order = rules.question_order(count, seed, shuffled)
    assert sorted(order) == list(range(1, count + 1))
    assert order == rules.question_order(count, seed, shuffled)
