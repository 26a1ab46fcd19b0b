"""Feedback modes: what a question earns follows from the tries alone, is total, and lies within 0 to 1."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.quizzes.feedback import installed
from courses.quizzes.feedback.base import Terms

MODES = sorted(installed.all_modes())
shares = st.fractions(0, 1, max_denominator=12)
terms = st.builds(Terms, st.integers(1, 10), st.fractions(0, 1, max_denominator=100))
half, third = Fraction(1, 2), Fraction(1, 3)


def mode(key):
    return installed.get(key)


@pytest.mark.parametrize("key", [*MODES, "gone"])
@given(
    answer=st.none() | shares, tries=st.lists(shares, max_size=12), sure=st.none() | st.integers(-3, 12), terms=terms
)
def test_a_share_is_total_within_bounds_and_the_same_again(key, answer, tries, sure, terms):
    share = mode(key).share(answer, tries, sure, terms)
    assert (share is None) == (answer is None)
    assert share is None or 0 <= share <= 1
    assert mode(key).share(answer, tries, sure, terms) == share
    assert mode(key).hints(tries, terms) in range(len(tries) + 1)


@pytest.mark.parametrize("key", MODES)
@given(share=shares, sure=st.none() | st.integers(-3, 12))
def test_a_deduction_is_never_a_gift(key, share, sure):
    assert 0 <= mode(key).deduction(share, sure) <= 2


@pytest.mark.parametrize("key", MODES)
def test_a_mode_says_what_it_means(key):
    assert str(mode(key).name)
    assert str(mode(key).says).endswith("。")


@given(answer=shares, tries=st.lists(shares, max_size=9), terms=terms)
def test_trying_again_never_takes_away_what_was_earned(answer, tries, terms):
    retries = mode("retries")
    before = retries.share(answer, tries, None, terms)
    assert retries.share(answer, [*tries, answer], None, terms) == before or retries.is_locked(tries, terms)


@given(tries=st.lists(shares, max_size=9), more=shares, terms=terms)
def test_a_locked_question_stays_as_it_is(tries, more, terms):
    for key in ("immediate", "retries"):
        if mode(key).is_locked(tries, terms):
            assert mode(key).share(more, tries, None, terms) == mode(key).share(Fraction(0), tries, None, terms)
            assert mode(key).is_locked([*tries, more], terms)


@pytest.mark.parametrize(
    ("answer", "tries", "share"),
    [
        (1, [], 1),
        (1, [0], Fraction(2, 3)),
        (1, [0, 0], third),
        (0, [0, 0], 0),
        (half, [half], half),
        (1, [half], Fraction(2, 3)),
        (0, [0, 1], Fraction(2, 3)),
    ],
)
def test_each_wrong_try_costs_its_penalty(answer, tries, share):
    found = mode("retries").share(Fraction(answer), [Fraction(each) for each in tries], None, Terms(3, third))
    assert found == share


def test_hints_come_one_by_one_and_the_question_closes_at_the_end():
    retries, terms, wrong = mode("retries"), Terms(3, third), Fraction(0)
    assert [retries.hints([wrong] * n, terms) for n in range(4)] == [0, 1, 2, 3]
    assert [retries.is_locked([wrong] * n, terms) for n in range(4)] == [False, False, False, True]
    assert retries.is_locked([wrong, Fraction(1)], terms)


def test_at_once_the_first_answer_that_was_checked_counts():
    assert mode("immediate").share(Fraction(1), [Fraction(0)], None, Terms()) == 0
    assert mode("immediate").share(Fraction(1), [], None, Terms()) == 1


@pytest.mark.parametrize(
    ("sure", "right", "wrong"), [(1, 1, 0), (2, 2, -2), (3, 3, -6)], ids=["not sure", "rather sure", "quite sure"]
)
def test_certainty_earns_what_the_published_table_says(sure, right, wrong):
    """Gardner-Medwin's table: marks for a right and for a wrong answer at C = 1, 2, 3; ours are thirds of it."""
    cbm = mode("confidence")
    for answer, marks in ((Fraction(1), right), (Fraction(0), wrong)):
        share = cbm.share(answer, [], sure, Terms())
        assert (share - cbm.deduction(share, sure)) * 3 == marks


@pytest.mark.parametrize(("chance", "best"), [(0.5, 1), (0.66, 1), (0.68, 2), (0.79, 2), (0.81, 3), (0.99, 3)])
def test_it_pays_to_say_how_sure_one_is(chance, best):
    cbm = mode("confidence")

    def expected(sure):
        gain = cbm.share(Fraction(1), [], sure, Terms())
        return chance * float(gain) - (1 - chance) * float(cbm.deduction(Fraction(0), sure))

    assert max((1, 2, 3), key=expected) == best


def test_who_was_not_asked_is_judged_by_the_answer_alone():
    cbm = mode("confidence")
    assert cbm.share(half, [], None, Terms()) == half
    assert cbm.deduction(half, None) == 0


@pytest.mark.parametrize(
    ("value", "level"), [("1", 1), ("3", 3), ("4", 1), ("", 1), ("x", 1), (None, 1), ("2" * 99, 1)]
)
def test_a_level_that_is_none_is_the_least_sure_one(value, level):
    assert mode("confidence").level(value) == level
    assert mode("immediate").level(value) is None


def test_after_closing_nothing_is_shown_before():
    moment = datetime(2026, 7, 9, 9, tzinfo=UTC)
    after = mode("after_closing")
    assert not after.shows_key(Terms(closes_at=moment + timedelta(seconds=1)), moment)
    assert after.shows_key(Terms(closes_at=moment), moment)
    assert not after.shows_key(Terms(), moment)
    assert not mode("gone").shows_key(Terms(), moment)
