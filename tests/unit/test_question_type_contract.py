"""What every installed question type promises, tried with anything at all."""

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from courses.question_types.base import EXPLANATION_LIMIT, STEM_LIMIT
from courses.question_types.installed import all_types, get

TYPES = list(all_types().values())
EXAMPLES = [(type_, example) for type_ in TYPES for example in type_.examples]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=10), inner, max_size=5),
    max_leaves=12,
)
FIELDS = [
    *("stem", "explanation", "format", "hint", "option_text", "option_id", "correct", "scoring", "keep_order"),
    *("blank_kind", "blank_answers", "blank_value", "blank_tolerance", "blank_units"),
    *("point_words", "point_weight", "least", "max_chars"),
    *("pair_id", "pair_left", "pair_right", "extra_text", "item_id", "item_text", "show_rule", "action"),
    *("gap_name", "gap_kind", "gap_answer", "gap_weight", "picture", "alt", "multiple"),
    "text",
    *("area_id", "area_label", "area_row", "area_shape", "area_x", "area_y", "area_w", "area_h"),
]
seeds = st.none() | st.text(max_size=8)

each_type = pytest.mark.parametrize("type_", TYPES, ids=lambda type_: type_.key)
each_example = pytest.mark.parametrize(
    ("type_", "example"), EXAMPLES, ids=[f"{type_.key}-{number}" for number, (type_, _) in enumerate(EXAMPLES)]
)


def waits(type_, content, answer):
    """Whether a person has to judge the answer: only types that say so may leave it to one."""
    return type_.marked_by_hand and type_.grade(content, answer) is None


def within_bounds(type_, fraction):
    """A share from 0 to 1, or none where a person has to judge."""
    if fraction is None:
        return type_.marked_by_hand
    return isinstance(fraction, Fraction) and 0 <= fraction <= 1


def answers_for(example):
    """Answers of the right kind, true and false, and anything else."""
    return st.sampled_from([answer for answer, _ in example.graded]) | json_values


def test_the_four_types_of_the_foundation_are_installed():
    assert {"single_choice", "multiple_choice", "true_false", "fill_in"} <= set(all_types())


@each_type
def test_a_type_describes_itself(type_):
    assert type_.examples
    assert str(type_.name)
    assert type_.icon
    assert type_.installed


@each_type
def test_a_new_question_is_not_ready(type_):
    assert type_.problems(type_.empty())
    assert type_.to_form(type_.empty())["stem"] == ""


@each_example
def test_examples_have_no_problems(type_, example):
    assert type_.problems(example.content) == []


@each_example
def test_examples_earn_what_they_say(type_, example):
    for answer, fraction in example.graded:
        assert type_.grade(example.content, answer) == fraction, answer


@each_example
def test_the_right_answer_earns_everything_and_counts_as_answered(type_, example):
    answer = type_.correct_answer(example.content)
    assert type_.grade(example.content, answer) == (None if waits(type_, example.content, answer) else 1)
    assert type_.is_answered(answer)
    assert type_.answer_text(example.content, answer)


@each_example
def test_no_answer_earns_nothing(type_, example):
    assert type_.grade(example.content, None) == 0
    assert not type_.is_answered(None)
    assert type_.answer_text(example.content, None) == ""


@each_example
@given(data=st.data())
def test_grading_is_total_and_within_bounds(type_, example, data):
    answer = data.draw(answers_for(example))
    fraction = type_.grade(example.content, answer)
    assert within_bounds(type_, fraction)
    assert isinstance(type_.is_answered(answer), bool)
    assert isinstance(type_.answer_text(example.content, answer, data.draw(seeds)), str)
    type_.review(example.content, answer, data.draw(seeds))


@each_example
@given(data=st.data())
def test_grading_does_not_depend_on_the_key_of_a_broken_content(type_, example, data):
    """A content that lost or garbled any of its keys still neither raises nor earns more than everything."""
    content = dict(example.content)
    content[data.draw(st.sampled_from(sorted(content)))] = data.draw(json_values)
    assert within_bounds(type_, type_.grade(content, data.draw(answers_for(example))))
    assert isinstance(type_.problems(content), list)
    type_.public(content, data.draw(seeds))
    type_.to_form(content)


@each_type
@given(content=json_values, answer=json_values, seed=seeds)
def test_nothing_raises_whatever_is_stored(type_, content, answer, seed):
    assert within_bounds(type_, type_.grade(content, answer))
    assert type_.problems(content)
    type_.public(content, seed)
    type_.review(content, answer, seed)
    type_.to_form(content)
    type_.correct_answer(content)
    type_.answer_text(content, answer, seed)


@each_example
@given(seed=st.text(max_size=8))
def test_what_is_public_gives_nothing_away(type_, example, seed):
    """The public part is the same whatever the key and the explanation say."""
    shown = type_.public(example.content, seed)
    json.dumps(shown)
    other = {**example.content, "correct": None, "explanation": "另一个解析"}
    if "blanks" in other:
        other["blanks"] = [{"accepted": ["另一个答案"]} for _ in other["blanks"]]
    if "keywords" in other:
        other["keywords"] = [{"any": ["另一个词"], "weight": 1}]
    other["hints"] = ["另一条提示"]
    assert type_.public(other, seed) == shown
    if example.content["explanation"]:
        assert example.content["explanation"] not in json.dumps(shown, ensure_ascii=False)


@each_example
def test_the_order_of_one_attempt_never_changes(type_, example):
    shown = [type_.public(example.content, "1:7") for _ in range(3)]
    assert shown[0] == shown[1] == shown[2]


@each_type
@given(values=st.lists(st.text(max_size=400), max_size=60))
def test_a_sent_answer_is_bounded_and_storable(type_, values):
    answer = type_.parse_answer(MultiDict([("answer", value) for value in values]))
    text = json.dumps(answer, ensure_ascii=False)
    assert len(text) < 10_000
    assert "\\u0000" not in text
    text.encode()
    assert within_bounds(type_, type_.grade(type_.examples[0].content, answer))


@each_type
def test_an_empty_form_is_no_answer(type_):
    assert type_.parse_answer(MultiDict()) is None
    assert type_.parse_answer(MultiDict([("answer", "")])) is None


@each_type
@given(
    fields=st.dictionaries(
        st.sampled_from(FIELDS),
        st.lists(st.text(max_size=20), max_size=5),
    )
)
def test_any_editor_form_gives_a_content_that_can_be_judged_and_shown_again(type_, fields):
    content = type_.from_form(MultiDict([(name, value) for name, values in fields.items() for value in values]))
    json.dumps(content)
    assert isinstance(type_.problems(content), list)
    assert type_.to_form(content)["stem"] == content["stem"]


@each_type
def test_limits_are_said(type_):
    content = {
        **type_.examples[0].content,
        "stem": "题" * (STEM_LIMIT + 1),
        "explanation": "解" * (EXPLANATION_LIMIT + 1),
    }
    fields = [problem.field for problem in type_.problems(content)]
    assert fields[0] == "stem"
    assert fields[-1] == "explanation"


@pytest.mark.parametrize(
    ("type_", "example"),
    [pair for pair in EXAMPLES if pair[0].plain_labels],
    ids=lambda value: getattr(value, "key", ""),
)
def test_plain_text_keeps_everything(type_, example):
    content = type_.from_plain(type_.to_plain(example.content))
    assert {**content, "explanation": example.content["explanation"]} == example.content


@each_type
def test_the_editor_keeps_how_texts_are_written_and_paper_shows_their_words(type_):
    example = type_.examples[0].content
    content = {**example, "stem": f"**{example['stem']}**", "format": "markdown", "hints": ["想想分寸"]}
    form = type_.to_form(content)
    assert (form["format"], form["hints"][0]) == ("markdown", "想想分寸")
    assert "**" not in type_.print_parts(content, None).stem


def test_a_type_that_is_gone_has_a_stand_in_that_loses_nothing():
    missing = get("oral_exam")
    assert not missing.installed
    assert missing.key == "oral_exam"
    assert missing.public({"stem": "口述题", "rubric": "保密"}, "1") == {"stem": "口述题"}
    assert missing.problems({"stem": "口述题"})
    assert missing.is_answered({"recording": 1})
