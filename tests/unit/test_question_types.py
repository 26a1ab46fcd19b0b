"""What each question type does in particular."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from courses.question_types import options
from courses.question_types.installed import get
from courses.question_types.text import clean_text, fold

SINGLE, MULTIPLE, TRUE_FALSE, FILL_IN = (
    get(key) for key in ("single_choice", "multiple_choice", "true_false", "fill_in")
)


def fields_of(type_, content):
    return [problem.field for problem in type_.problems(content)]


# -- choices -------------------------------------------------------------------------------------------------------


def choice(*texts, **values):
    listed = options.make(texts)
    return {"stem": "哪一项？", "options": listed, "correct": listed[0]["id"], "explanation": "", **values}


def test_option_ids_do_not_tell_the_authors_order():
    assert {option["id"] for option in options.make(["甲", "乙"])} == {
        option["id"] for option in options.make(["乙", "甲"])
    }


def test_equal_options_get_different_ids_and_are_complained_of():
    content = choice("甲", "甲")
    assert content["options"][0]["id"] != content["options"][1]["id"]
    assert fields_of(SINGLE, content) == ["option-2"]


@given(seed=st.text())
def test_shuffling_keeps_every_option(seed):
    content = choice("甲", "乙", "丙", "丁")
    shown = SINGLE.public(content, seed)["options"]
    assert sorted(option["text"] for option in shown) == sorted(["甲", "乙", "丙", "丁"])
    assert [option["letter"] for option in shown] == ["A", "B", "C", "D"]


def test_shuffling_does_shuffle():
    content = choice("甲", "乙", "丙", "丁")
    orders = {tuple(option["text"] for option in SINGLE.public(content, str(seed))["options"]) for seed in range(50)}
    assert len(orders) > 10


@pytest.mark.parametrize(
    "values", [{"keep_order": True}, {"explanation": "B和C都答非所问。"}, {"explanation": "选 AC。"}]
)
def test_options_stay_where_their_letters_are_spoken_of(values):
    content = choice("甲", "乙", "丙", "丁", **values)
    assert [option["text"] for option in SINGLE.public(content, "3")["options"]] == ["甲", "乙", "丙", "丁"]


def test_an_english_word_is_not_a_letter():
    assert not options.order_matters(choice("甲", "乙", explanation="BBC 和 CALL 都不是字母，AX 也不是"))


def test_the_editor_form_keeps_ids_and_drops_empty_rows():
    form = MultiDict(
        [("stem", " 哪一项？ "), *[("option_text", text) for text in ("甲 改", "", "乙", "丙")],
         *[("option_id", value) for value in ("id-of-a", "", "", "")], ("correct", "2")]
    )  # fmt: skip
    content = SINGLE.from_form(form)
    assert [option["text"] for option in content["options"]] == ["甲 改", "乙", "丙"]
    assert content["options"][0]["id"] == "id-of-a"
    assert content["correct"] == content["options"][1]["id"]
    assert SINGLE.problems(content) == []


def test_a_right_answer_in_an_empty_row_is_missing():
    form = MultiDict(
        [("stem", "?"), ("option_text", "甲"), ("option_text", "乙"), ("option_text", ""), ("correct", "2")]
    )
    assert fields_of(SINGLE, SINGLE.from_form(form)) == ["correct"]


def test_repeated_ids_from_a_forged_form_stay_apart():
    form = MultiDict(
        [("option_text", "甲"), ("option_text", "乙"), ("option_id", "x"), ("option_id", "x"), ("correct", "0")]
    )
    ids = [option["id"] for option in SINGLE.from_form(form)["options"]]
    assert len(set(ids)) == 2


@pytest.mark.parametrize(
    ("rule", "chosen", "fraction"),
    [
        ("social_work", "AB", Fraction(1)),
        ("social_work", "A", Fraction(1, 4)),
        ("social_work", "AC", Fraction(0)),
        ("per_option", "A", Fraction(1, 2)),
        ("per_option", "AC", Fraction(0)),
        ("per_option", "ABC", Fraction(1, 2)),
        ("per_option", "CDE", Fraction(0)),
        ("all_or_nothing", "A", Fraction(0)),
        ("nobody knows this rule", "A", Fraction(0)),
        (["a list"], "AB", Fraction(1)),
    ],
)
def test_multiple_choice_rules(rule, chosen, fraction):
    content = choice("甲", "乙", "丙", "丁", "戊", scoring=rule)
    ids = [option["id"] for option in content["options"]]
    content["correct"] = ids[:2]
    assert MULTIPLE.grade(content, [ids["ABCDE".index(letter)] for letter in chosen]) == fraction


def test_an_unknown_option_counts_as_a_wrong_one():
    content = choice("甲", "乙", scoring="social_work")
    content["correct"] = [content["correct"]]
    assert MULTIPLE.grade(content, [*content["correct"], "forged"]) == 0


def test_multiple_choice_says_its_rule_to_trainees():
    assert MULTIPLE.public(choice("甲", "乙", scoring="social_work"), None)["rule"].startswith("社工考试规则")


# -- true or false -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [1, "true", "True", [True], {}])
def test_only_a_boolean_answers_true_or_false(answer):
    assert TRUE_FALSE.grade({"stem": "句子", "correct": True}, answer) == 0
    assert not TRUE_FALSE.is_answered(answer)


def test_false_is_an_answer():
    assert TRUE_FALSE.parse_answer(MultiDict([("answer", "false")])) is False
    assert TRUE_FALSE.is_answered(False)
    assert TRUE_FALSE.answer_text({}, False) == "错误"


# -- fill-in -------------------------------------------------------------------------------------------------------


def blanks(*accepted, stem=None):
    return {
        "stem": stem or "答：" + "，".join("____" for _ in accepted),
        "blanks": [{"accepted": list(wordings)} for wordings in accepted],
        "explanation": "",
    }


@pytest.mark.parametrize(
    ("typed", "accepted"),
    [
        ("１１０", "110"), ("ＡＢＣ", "abc"), ("New  York", "new york"), ("  快 ", "快"), ("议 事 会", "议事会"),
        ("议事会\u200b", "议事会"), ("（一）", "(一)"), ("微　信", "微信"), ("STRASSE", "straße"), ("3 月", "3月"),
    ],
)  # fmt: skip
def test_folding(typed, accepted):
    assert FILL_IN.grade(blanks([accepted]), [typed]) == 1


@pytest.mark.parametrize(("typed", "accepted"), [("newyork", "new york"), ("慢", "快"), ("", "快"), ("  ", "快")])
def test_what_folding_leaves_apart(typed, accepted):
    assert FILL_IN.grade(blanks([accepted]), [typed]) == 0


def test_blanks_earn_equal_shares():
    content = blanks(["一"], ["二"], ["三"])
    assert FILL_IN.grade(content, ["一", "", "三"]) == Fraction(2, 3)
    assert FILL_IN.grade(content, ["一"]) == Fraction(1, 3)
    assert FILL_IN.grade(content, ["一", "二", "三", "四"]) == 1


def test_an_invisible_wording_never_matches_an_empty_answer():
    assert FILL_IN.grade(blanks(["\u200b"]), [""]) == 0
    assert FILL_IN.problems(blanks(["\u200b"]))


def test_a_forgotten_blank_is_not_answered():
    assert not FILL_IN.is_answered(["一", ""])
    assert FILL_IN.parse_answer(MultiDict([("answer", "一"), ("answer", "")])) == ["一", ""]


def test_the_number_of_answers_must_be_the_number_of_blanks():
    assert fields_of(FILL_IN, blanks(["一"], ["二"], stem="只有____一个")) == ["blanks"]
    assert fields_of(FILL_IN, blanks(["一"], stem="一个也没有")) == ["stem"]


def test_parts_surround_blanks():
    assert FILL_IN.public(blanks(["快"], ["必"], stem="急事____商量，大事＿＿商量"), None)["parts"] == [
        "急事", "商量，大事", "商量",
    ]  # fmt: skip


def test_the_editor_gives_back_what_was_typed():
    content = FILL_IN.from_form(
        MultiDict([("stem", "急事____商量"), ("blank_kind", "text"), ("blank_answers", "快 \r\n马上\r\na|b\r\n")])
    )
    assert content["blanks"] == [{"accepted": ["快", "马上", "a|b"]}]
    assert FILL_IN.to_form(content)["rows"][0]["answers"] == "快\n马上\na|b"


# -- text ----------------------------------------------------------------------------------------------------------


@given(st.text())
def test_cleaning_twice_changes_nothing(text):
    assert clean_text(clean_text(text)) == clean_text(text)
    assert "\x00" not in clean_text(text)


@given(st.text())
def test_folding_never_raises(text):
    fold(text)
