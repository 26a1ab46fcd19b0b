"""What several marks come to, and whose turn it is: exact, within bounds, and nobody twice."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.marking.rules import DECISION, Given, Plan, final_share, needs, share_of_marks, turn
from courses.question_types.installed import get
from courses.question_types.rubric import most_of, read_rubric, rubric_of, share_of, write_rubric

shares = st.fractions(min_value=0, max_value=1, max_denominator=400)
markers = st.integers(min_value=1, max_value=4)
marks = st.dictionaries(st.sampled_from([1, 2, 3]), st.builds(Given, markers, shares))
plans = st.builds(Plan, st.booleans(), shares)
ONE, TWO = Plan(False), Plan(True, Fraction(1, 5))


@given(marks, plans)
def test_the_final_share_is_exact_and_within_what_was_given(rounds, plan):
    final = final_share(rounds, plan)
    if final is not None:
        given_ = [each.share for each in rounds.values()]
        assert isinstance(final, Fraction)
        assert 0 <= min(given_) <= final <= max(given_) <= 1


@given(shares, shares)
def test_two_marks_that_agree_give_their_mean_and_others_are_decided(first, second):
    final = final_share({1: Given(1, first), 2: Given(2, second)}, TWO)
    assert final == ((first + second) / 2 if abs(first - second) <= TWO.limit else None)


@given(marks, plans, shares)
def test_a_decision_stands_above_everything(rounds, plan, decided):
    assert final_share({**rounds, DECISION: Given(1, decided)}, plan) == decided


@given(st.lists(st.tuples(markers, shares), max_size=6), plans)
def test_nobody_gives_both_independent_marks(acts, plan):
    """Whatever order people come in: the owner (1) may decide, the others mark; every mark is in a round of its own."""
    rounds: dict[int, Given] = {}
    for person, share in acts:
        round_ = turn(rounds, plan, person, decides=person == 1)
        if round_ is None:
            continue
        assert round_ != DECISION or person == 1
        rounds[round_] = Given(person, share)
        if 1 in rounds and 2 in rounds:
            assert rounds[1].marker_id != rounds[2].marker_id


@given(marks, plans, markers, st.booleans())
def test_what_needs_a_person_is_their_turn_and_not_final(rounds, plan, person, decides):
    if needs(rounds, plan, person, decides=decides):
        assert final_share(rounds, plan) is None
        assert turn(rounds, plan, person, decides=decides) is not None


def test_the_turns_of_two_markers():
    first = {1: Given(7, Fraction(1, 2))}
    assert turn({}, TWO, 7, decides=False) == 1
    assert turn(first, TWO, 7, decides=False) == 1  # may still be changed
    assert not needs(first, TWO, 7, decides=False)
    assert turn(first, TWO, 8, decides=False) == 2
    apart = {**first, 2: Given(8, Fraction(1))}
    assert turn(apart, TWO, 9, decides=False) is None
    assert turn(apart, TWO, 9, decides=True) == DECISION
    assert needs(apart, TWO, 9, decides=True)


def test_one_mark_is_final_and_its_marker_may_mend_it():
    first = {1: Given(7, Fraction(1, 2))}
    assert final_share(first, ONE) == Fraction(1, 2)
    assert turn(first, ONE, 7, decides=False) == 1
    assert turn(first, ONE, 8, decides=False) is None


@pytest.mark.parametrize(
    ("typed", "share"),
    [
        ("2.5", Fraction(1, 2)),
        ("２．５", Fraction(1, 2)),
        ("5", Fraction(1)),
        ("0", Fraction(0)),
        ("5.01", None),
        ("-1", None),
        ("", None),
        ("NaN", None),
        ("1.005", None),
        ("好", None),
    ],
)
def test_marks_are_typed_in_marks_of_the_question(typed, share):
    assert share_of_marks(typed, 500) == share


# -- rubrics -------------------------------------------------------------------------------------------------------


@given(st.text(max_size=200))
def test_whatever_is_typed_as_a_rubric_is_kept(text):
    rubric = read_rubric(text)
    assert rubric_of({"rubric": rubric}) == rubric
    again = read_rubric(write_rubric(rubric))
    assert read_rubric(write_rubric(again)) == again


def test_a_rubric_is_read_as_teachers_type_it():
    rubric = read_rubric("事实：4分 齐全，2 有遗漏，0 没有写\n办法: ６ 可执行|0.5 只有原则")
    assert [each["name"] for each in rubric] == ["事实", "办法"]
    assert [level["hundredths"] for level in rubric[0]["levels"]] == [400, 200, 0]
    assert [level["text"] for level in rubric[1]["levels"]] == ["可执行", "只有原则"]
    assert most_of(rubric) == 1000
    assert share_of(rubric, {"1": "2", "2": "1"}) == Fraction(8, 10)
    assert share_of(rubric, {"1": "2"}) is None
    assert share_of(rubric, {"1": "2", "2": "9"}) is None


def test_a_line_that_is_no_criterion_is_said():
    essay = get("essay")
    content = {**essay.examples[0].content, "rubric": read_rubric("只有一个名称")}
    assert [problem.field for problem in essay.problems(content)] == ["rubric"]


# -- cases ---------------------------------------------------------------------------------------------------------


@given(shares)
def test_a_case_counts_its_parts_by_weight(share):
    case = get("case")
    content = case.examples[1].content
    right = content["parts"][0]["content"]["correct"]
    answer = {"1": right, "2": "分别听，一起看。"}
    assert case.grade(content, answer) is None
    assert [part.part for part in case.hand_parts(content, answer)] == ["2"]
    assert case.grade_with(content, answer, {}) is None
    assert case.grade_with(content, answer, {"2": share}) == (2 + 3 * share) / 5


def test_what_cannot_be_read_in_a_case_is_said_with_its_line_and_kept():
    case = get("case")
    typed = "【单选】接待时先做什么？\nA. 听\nB. 判断\n答案：A\n\n【口述】说一说\n答案：略"
    form = {"stem": ["案例"], "material": ["材料"], "parts": [typed], "explanation": [""]}
    content = case.from_form(type("Form", (), {"getlist": lambda self, key: form.get(key, [])})())
    assert ["第 6 行" in str(problem.message) for problem in case.problems(content)] == [True]
    assert case.to_form(content)["parts"] == typed
