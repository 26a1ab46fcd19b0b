"""Matching, ordering, cloze and choice on a picture: what only these types do."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from courses.question_types.base import PlainError, PlainParts
from courses.question_types.cloze import gaps
from courses.question_types.installed import all_types
from courses.question_types.rows import text_id
from courses.questions.rules import Draft, read_plain, write_plain

KEYS = ("matching", "ordering", "cloze", "picture_choice")
MATCHING, ORDERING, CLOZE, PICTURE = (all_types()[key] for key in KEYS)
seeds = st.none() | st.text(max_size=8)
words = (
    st.text("甲乙丙丁AB1=|/*±\\[]()。 ", min_size=1, max_size=6).map(lambda text: " ".join(text.split())).filter(bool)
)
each_type = pytest.mark.parametrize("type_", [MATCHING, ORDERING, CLOZE, PICTURE], ids=KEYS)


def example(type_, number=0):
    return type_.examples[number].content


def form(**fields):
    pairs = [(name, value) for name, values in fields.items() for value in values]
    return MultiDict(pairs)


def problem_fields(type_, content):
    return {problem.field for problem in type_.problems(content)}


# -- nothing of the key leaves the server ------------------------------------------------------------------------------


@given(seed=seeds, order=st.permutations(range(3)))
def test_any_other_matching_of_the_same_sides_looks_the_same(seed, order):
    content = example(MATCHING)
    rights = [pair["right"] for pair in content["pairs"]]
    other = [{**pair, "right": rights[place]} for pair, place in zip(content["pairs"], order, strict=True)]
    assert MATCHING.public({**content, "pairs": other}, seed) == MATCHING.public(content, seed)


@given(seed=seeds)
def test_a_right_side_too_many_looks_like_the_others(seed):
    shown = MATCHING.public(example(MATCHING), seed)
    assert {right["id"] for right in shown["rights"]} == {text_id(text) for text in ("119", "120", "12345", "114")}
    assert not {left["id"] for left in shown["lefts"]} & {right["id"] for right in shown["rights"]}


@given(seed=seeds, order=st.permutations(range(4)))
def test_any_other_order_of_the_same_items_looks_the_same(seed, order):
    content = example(ORDERING)
    other = [content["items"][place] for place in order]
    assert ORDERING.public({**content, "items": other}, seed) == ORDERING.public(content, seed)


@given(seed=seeds)
def test_the_words_of_a_gap_and_the_right_places_stay_on_the_server(seed):
    shown = json.dumps(CLOZE.public(example(CLOZE), seed), ensure_ascii=False)
    assert "利益相关" not in shown
    assert '"14"' not in shown
    assert "correct" not in shown
    assert "correct" not in json.dumps(PICTURE.public(example(PICTURE), seed))


@each_type
def test_what_is_printed_is_what_is_public(type_):
    parts = type_.print_parts(example(type_), "1:1")
    printed = json.dumps([parts.stem, parts.lists], ensure_ascii=False)
    assert parts.lists or parts.blanks
    assert "利益相关" not in printed
    assert example(type_)["explanation"] not in printed


def test_seeds_give_different_orders():
    orders = {
        tuple(item["id"] for item in ORDERING.public(example(ORDERING), str(seed))["items"]) for seed in range(99)
    }
    assert len(orders) > 12


# -- grading -----------------------------------------------------------------------------------------------------------


def test_a_text_that_is_right_for_two_left_sides_is_right_for_both():
    content = MATCHING.from_form(
        form(stem=["配起来"], pair_left=["火", "烟", "伤"], pair_right=["119", "119", "120"], scoring=["per_pair"])
    )
    assert MATCHING.problems(content) == []
    assert len(MATCHING.public(content, "1")["rights"]) == 2
    assert MATCHING.grade(content, {pair["id"]: text_id(pair["right"]) for pair in content["pairs"]}) == 1


@pytest.mark.parametrize("scoring", ["all", "positions", "neighbours"])
def test_only_the_right_order_earns_everything(scoring):
    content = {**example(ORDERING), "scoring": scoring}
    right = ORDERING.correct_answer(content)
    full = [order for order in permutations(right) if ORDERING.grade(content, list(order)) == 1]
    assert full == [tuple(right)]


@given(chosen=st.lists(st.integers(0, 5), max_size=30), scoring=st.sampled_from(["all", "positions", "neighbours"]))
def test_an_item_put_in_many_places_earns_no_more(chosen, scoring):
    content = {**example(ORDERING), "scoring": scoring}
    ids = [*ORDERING.correct_answer(content), "", "x"]
    assert 0 <= ORDERING.grade(content, [ids[index] for index in chosen]) <= 1


@pytest.mark.parametrize(
    ("typed", "share"), [("14", 1), ("１４", 1), ("14.0", 1), ("14.2", 1), ("14.21", 0), ("十四", 0), ("", 0)]
)
def test_a_number_in_a_gap_may_be_a_little_off(typed, share):
    gap = {"id": "1", "kind": "number", "value": "14", "tolerance": "0.2", "weight": 1}
    assert CLOZE.grade({"stem": "[[1]]", "gaps": [gap]}, {"1": typed}) == share


def test_several_areas_where_one_is_asked_for_are_wrong():
    content = example(PICTURE, 2)
    assert PICTURE.grade({**content, "scoring": "per_area"}, [area["id"] for area in content["areas"]]) == 0


# -- answers -----------------------------------------------------------------------------------------------------------


def test_a_place_that_was_forgotten_is_kept_as_open():
    answer = MATCHING.parse_answer(form(answer=["p1", "r1", "p2", ""]))
    assert answer == {"p1": "r1", "p2": ""}
    assert not MATCHING.is_answered(answer)
    assert ORDERING.parse_answer(form(answer=["", "b", ""])) == ["", "b", ""]
    assert not ORDERING.is_answered(["", "b", ""])


@pytest.mark.parametrize("type_", [MATCHING, CLOZE], ids=["matching", "cloze"])
def test_names_of_places_alone_are_no_answer(type_):
    assert type_.parse_answer(form(answer=["p1", "", "p2", ""])) is None


# -- editor ------------------------------------------------------------------------------------------------------------


@each_type
@pytest.mark.parametrize("action", ["", "more"])
def test_an_editor_gives_back_what_it_was_given(type_, action):
    content = example(type_)
    values = type_.to_form(content)
    fields = {"stem": [values["stem"]], "explanation": [values["explanation"]], "action": [action]}
    for kind, name in (("pair", "pairs"), ("extra", "extras"), ("item", "items"), ("gap", "gaps"), ("area", "areas")):
        for number, row in enumerate(values.get(name, [])):
            for column, value in {**row, "row": number}.items():
                fields.setdefault(f"{kind}_{column}", []).append(str(value))
            if row.get("correct"):
                fields.setdefault("correct", []).append(str(number))
    for name in ("scoring", "picture", "alt"):
        if name in values:
            fields[name] = [values[name]]
    for name in ("multiple", "show_rule"):
        if values.get(name):
            fields[name] = ["1"]
    assert type_.from_form(form(**fields)) == content


def test_a_row_that_is_taken_away_is_gone_and_the_key_stays_with_its_area():
    fields = {
        "area_label": ["车", "灯", "箱"], "area_row": ["0", "1", "2"], "area_shape": ["rect"] * 3, "correct": ["2"],
        "area_x": ["0"] * 3, "area_y": ["0"] * 3, "area_w": ["20"] * 3, "area_h": ["20"] * 3, "action": ["drop-area-0"],
    }  # fmt: skip
    content = PICTURE.from_form(form(**fields))
    assert [area["label"] for area in content["areas"]] == ["灯", "箱"]
    assert content["correct"] == [content["areas"][1]["id"]]


def test_words_of_a_gap_that_look_like_a_number_stay_words():
    gap = {"id": "1", "kind": "text", "answers": ["3±0"], "weight": 1}
    assert gaps.from_line(gaps.to_line(gap)) == gap
    row = gaps.to_words(gap)
    assert gaps.from_words(row["name"], row["kind"], row["answer"], row["weight"]) == gap


def test_gaps_that_the_text_has_get_a_row_each():
    rows = CLOZE.to_form({"stem": "[[1]]和[[b]]", "gaps": []})["gaps"]
    assert [row["name"] for row in rows] == ["1", "b"]


@pytest.mark.parametrize(
    ("change", "field"),
    [({"alt": ""}, "alt"), ({"picture": "https://elsewhere.example/a.png"}, "picture"), ({"correct": []}, "correct"),
     ({"correct": ["gone"]}, "correct"), ({"multiple": False}, "correct"), ({"picture": "/pictures/" + "0" * 32 + "/a b"}, "picture")],
)  # fmt: skip
def test_a_picture_must_be_ours_described_and_have_a_key(change, field):
    assert field in problem_fields(PICTURE, {**example(PICTURE), **change})


@pytest.mark.parametrize("side", [{"x": -1}, {"w": 5}, {"x": 900, "w": 200}, {"y": True}, {"h": "20"}, {"x": 10**9}])
def test_an_area_must_lie_on_the_picture(side):
    content = example(PICTURE)
    areas = [{**content["areas"][0], **side}, *content["areas"][1:]]
    assert problem_fields(PICTURE, {**content, "areas": areas}) == {"area-1"}


@pytest.mark.parametrize(
    ("stem", "lines", "field"),
    [("没有空", ["1) 甲"], "stem"), ("[[1]]和[[1]]", ["1) 甲"], "stem"), ("[[1]]和[[2]]", ["1) 甲"], "gap-1"),
     ("[[1]]", ["1) 甲", "2) 乙"], "gap-1"), ("[[1]]", ["1) *甲 / *乙"], "gap-1"), ("[[1]]", ["1×0) 甲"], "gap-1")],
)  # fmt: skip
def test_gaps_and_text_must_agree(stem, lines, field):
    content = {"stem": stem, "gaps": [gaps.from_line(line) for line in lines]}
    assert field in problem_fields(CLOZE, content)


# -- plain text --------------------------------------------------------------------------------------------------------


@each_type
def test_the_text_of_a_question_comes_back_the_same(type_):
    for each in type_.examples:
        text = write_plain([draft(type_, each.content)])
        assert read_plain(text) == ([draft(type_, each.content)], [])


def draft(type_, content):
    return Draft(type_.key, content)


@given(pairs=st.dictionaries(words, words, min_size=2, max_size=4), extras=st.lists(words, max_size=2, unique=True))
def test_any_pairs_can_be_written(pairs, extras):
    lines = [{"id": "", "left": left, "right": right} for left, right in pairs.items()]
    fields = form(
        pair_left=[line["left"] for line in lines],
        pair_right=[line["right"] for line in lines],
        extra_text=[text for text in extras if text not in pairs.values()],
        stem=["配"],
        scoring=["all"],
    )
    content = MATCHING.from_form(fields)
    assert MATCHING.problems(content) == []
    assert read_plain(write_plain([draft(MATCHING, content)])) == ([draft(MATCHING, content)], [])


@given(accepted=st.lists(words, min_size=1, max_size=3, unique=True), weight=st.integers(1, 5))
def test_any_words_of_a_gap_can_be_written(accepted, weight):
    gap = {"id": "1", "kind": "text", "answers": accepted, "weight": weight}
    assert gaps.from_line(gaps.to_line(gap)) == gap


def test_an_order_can_be_written_with_letters_or_arrows():
    lettered = ORDERING.from_plain(PlainParts("排", ["核实", "公示", "受理"], "C、A、B"))
    arrows = ORDERING.from_plain(PlainParts("排", (), "受理→核实→公示"))
    assert [item["text"] for item in lettered["items"]] == ["受理", "核实", "公示"]
    assert lettered == arrows


@pytest.mark.parametrize(
    ("type_", "parts"),
    [
        (MATCHING, PlainParts("配", (), "没有等号")),
        (MATCHING, PlainParts("配", (), "甲 = 乙 = 丙")),
        (MATCHING, PlainParts("配", (), "甲 = 乙", {"计分": "随便"})),
        (ORDERING, PlainParts("排", ["甲", "乙"], "A")),
        (ORDERING, PlainParts("排", (), "只有一项")),
        (CLOZE, PlainParts("[[1]]", (), "2) 甲")),
        (CLOZE, PlainParts("没有空", (), "1) 甲")),
        (PICTURE, PlainParts("没有图", ["甲 @ 方形 1,2,3,4"], "A")),
        (PICTURE, PlainParts("图\n![甲](/pictures/x)", ["没有位置"], "A")),
        (PICTURE, PlainParts("图\n![甲](/pictures/x)", ["甲 @ 方形 1,2,30,40"], "B")),
    ],
)
def test_text_that_cannot_be_read_is_refused_with_a_sentence(type_, parts):
    with pytest.raises(PlainError) as error:
        type_.from_plain(parts)
    assert str(error.value.message)


def test_shares_are_exact():
    content = example(CLOZE)
    assert CLOZE.grade(content, {"2": "利益相关"}) == Fraction(1, 4)
