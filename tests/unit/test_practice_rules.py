"""When a question leaves the notebook, when it is due, and how papers are drawn."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from courses.practice import rules
from courses.practice.rules import Choice, Left, Standing

DAY = date(2026, 3, 2)
choices = st.builds(Choice, st.sampled_from(rules.LEAVE_AFTER), st.booleans())
# What happens to a question: an answer, right or wrong, so many days after the last one; None: put back, "out": taken out.
events = st.lists(st.tuples(st.sampled_from(["right", "wrong", "out", "back"]), st.integers(0, 40)), max_size=40)


def played(happened, choice):
    """Let a question that was answered wrong once live through some events; return its standings, with the days."""
    standing, today = rules.after_answer(Standing(), False, choice, DAY), DAY
    lived = [(standing, today)]
    for what, days in happened:
        today += timedelta(days)
        if what == "out":
            standing = rules.removed(standing)
        elif what == "back":
            standing = rules.put_back(standing, today)
        else:
            standing = rules.after_answer(standing, what == "right", choice, today)
        lived.append((standing, today))
    return lived


@given(choices)
def test_it_leaves_after_as_many_right_answers_in_a_row_as_were_chosen(choice):
    standing = rules.after_answer(Standing(), False, choice, DAY)
    for number in range(1, choice.leave_after + 1):
        assert standing.left == Left.NOT
        standing = rules.after_answer(standing, True, choice, DAY + timedelta(number))
    assert standing.left == Left.ANSWERS
    assert (standing.due_on is not None) == choice.keep_reviewing or choice.leave_after == 1


@given(events, choices)
def test_a_wrong_answer_always_brings_it_back_to_the_first_box(happened, choice):
    standing, today = played(happened, choice)[-1]
    again = rules.after_answer(standing, False, choice, today)
    assert (again.left, again.box, again.in_a_row) == (Left.NOT, 1, 0)
    assert again.due_on == today + timedelta(1)


@given(events, choices)
def test_boxes_and_days_stay_within_the_published_schedule(happened, choice):
    lived = played(happened, choice)
    for (before, _day), (standing, today) in pairwise(lived):
        assert 1 <= standing.box <= len(rules.INTERVALS)
        assert standing.box <= before.box + 1
        assert min(standing.wrong, standing.right, standing.in_a_row) >= 0
        if standing.box == before.box + 1:
            assert standing.due_on in (today + timedelta(rules.INTERVALS[standing.box - 1]), None)
        if standing.due_on is not None:
            assert standing.due_on <= today + timedelta(rules.INTERVALS[-1])
        if standing.left == Left.HAND:
            assert standing.due_on is None


@given(events, choices)
def test_every_answer_is_counted_once(happened, choice):
    standing, _day = played(happened, choice)[-1]
    kinds = [what for what, _days in happened]
    assert (standing.wrong, standing.right) == (1 + kinds.count("wrong"), kinds.count("right"))


def test_the_days_of_a_question_that_is_always_right():
    choice, today = Choice(3), DAY
    standing, gaps = rules.after_answer(Standing(), False, choice, today), []
    while standing.due_on is not None:
        gaps.append((standing.due_on - today).days)
        today = standing.due_on
        standing = rules.after_answer(standing, True, choice, today)
    assert tuple(gaps) == rules.INTERVALS


def test_answering_again_on_the_same_day_moves_no_box():
    standing = rules.after_answer(Standing(), False, Choice(3), DAY)
    again = rules.after_answer(standing, True, Choice(3), DAY)
    assert (again.box, again.due_on, again.in_a_row) == (1, standing.due_on, 1)


def test_who_does_not_want_to_review_is_not_asked_again():
    standing = rules.after_answer(Standing(), False, Choice(1, keep_reviewing=False), DAY)
    assert rules.after_answer(standing, True, Choice(1, keep_reviewing=False), DAY).due_on is None


@given(st.lists(st.integers(0, 30)), st.integers(0, 40), st.text(max_size=8))
def test_a_draw_repeats_nothing_and_takes_what_there_is(candidates, count, seed):
    drawn = rules.draw(candidates, count, seed)
    assert len(drawn) == len(set(drawn)) == min(count, len(set(candidates)))
    assert set(drawn) <= set(candidates)
    assert rules.draw(reversed(candidates), count, seed) == drawn


@given(st.integers(0, 200), st.integers(0, 200))
def test_the_largest_exam_keeps_the_proportion(singles, multiples):
    form = rules.possible_form(singles, multiples)
    assert form.singles <= singles
    assert form.multiples <= multiples
    assert form.singles == 3 * form.multiples
    larger = rules.MockForm(form.parts + 1)
    assert form.full or larger.singles > singles or larger.multiples > multiples


def test_the_whole_exam_is_that_of_the_social_workers():
    form = rules.possible_form(500, 500)
    assert (form.singles, form.multiples, form.seconds, form.marks_hundredths) == (60, 20, 7200, 10000)
    assert form.full


@given(st.lists(st.tuples(st.integers(0, 3), st.fractions(0, 1, max_denominator=8)), max_size=60))
def test_strengths_count_every_answer_once(answers):
    found = rules.strengths(answers)
    assert sum(each.answers for each in found.values()) == len(answers)
    assert all(0 <= each.share <= 1 and each.right <= each.answers for each in found.values())


def test_few_answers_say_nothing():
    few = rules.strengths([("a", Fraction(1))] * 4 + [("b", Fraction(1))] * 5 + [("c", Fraction(0))] * 5)
    assert [few[key].word for key in "abc"] == ["few", "good", "weak"]


def test_giving_up_early_does_not_flood_the_notebook():
    assert rules.blanks_count(10, 20)
    assert not rules.blanks_count(9, 20)
    assert not rules.blanks_count(0, 0)
