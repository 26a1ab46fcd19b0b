"""Answers that are typed: numbers with units, and sentences with key words."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from courses.question_types.base import PlainError, PlainParts
from courses.question_types.fill_in.blanks import Number, Words, from_line, read
from courses.question_types.installed import get
from courses.question_types.numbers import Unit, factor_of, typed

FILL_IN, MULTIPLE, SHORT = get("fill_in"), get("multiple_choice"), get("short_answer")
METRES = (("米", "1"), ("m", "1"), ("厘米", "0.01"))


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("3.5", Fraction(7, 2), ""),
        ("３．５", Fraction(7, 2), ""),
        (" 1,200 户", Fraction(1200), "户"),
        ("１，２００", Fraction(1200), ""),
        ("-3", Fraction(-3), ""),
        ("－3", Fraction(-3), ""),
        ("−3℃", Fraction(-3), "°C"),
        ("+.5", Fraction(1, 2), ""),
        ("2/3", Fraction(2, 3), ""),
        ("25%", Fraction(25), "%"),
        ("3.5 m", Fraction(7, 2), "m"),
    ],
)
def test_numbers_as_people_type_them(text, number, rest):
    assert typed(text) == (number, rest)


@pytest.mark.parametrize(
    "text", ["", "三点五", "1,5", "1,2000", "1.2.3", "1/0", "米", "--3", "1" * 41, None, 3.5, "NaN", "∞"]
)
def test_what_is_no_number(text):
    assert typed(text) is None


@given(st.text(max_size=50))
def test_anything_can_be_typed(text):
    assert typed(text) is None or isinstance(typed(text)[0], Fraction)
    assert isinstance(Number("3.5", "0.1", METRES).matches(text), bool)
    assert isinstance(Number(text, text, ((text, text),), True).matches("3.5米"), bool)


@given(st.fractions(-1000, 1000, max_denominator=100), st.integers(0, 100))
def test_exactly_the_tolerance_is_right_and_nothing_beyond(value, tenths):
    tolerance = Fraction(tenths, 10)
    blank = Number(str(value), str(tolerance))
    assert blank.matches(str(value + tolerance))
    assert blank.matches(str(value - tolerance))
    assert not blank.matches(str(value + tolerance + Fraction(1, 10**6)))


def test_units_and_their_factors():
    blank = Number("3.5", "0", METRES)
    for right in ("3.5", "3.5米", "3.5 m", "３．５　Ｍ", "350厘米"):
        assert blank.matches(right), right
    for wrong in ("3.5厘米", "3.5 km", "350", "3.5米米"):
        assert not blank.matches(wrong), wrong
    required = Number("3.5", "0", METRES, unit_required=True)
    assert not required.matches("3.5")
    assert required.matches(required.best())
    assert required.remark("3.5") == "数对了，没有写单位"
    assert "km" in required.remark("3.5 km")
    assert required.remark("三点五") == "这里要填一个数"
    assert required.remark("3.5米") == ""


def test_capitals_count_between_units_that_differ_by_nothing_else():
    units = [Unit("mW", Fraction(1, 1000)), Unit("MW", Fraction(10**6))]
    assert factor_of("MW", units) == 10**6
    assert factor_of("mw", units) is None
    assert factor_of("㎡", [Unit("m2", Fraction(1))]) == 1


def test_capitals_count_where_the_author_says_so():
    blank = Words(("HTTP",), case=True)
    assert blank.matches("ＨＴＴＰ")
    assert not blank.matches("http")
    assert blank.remark("http") == "大小写不对"
    assert Words(("HTTP",)).matches("http")


@pytest.mark.parametrize(
    ("line", "stored"),
    [
        ("快|马上", {"accepted": ["快", "马上"]}),
        ("110", {"accepted": ["110"]}),
        ("HTTP（区分大小写）", {"kind": "text", "answers": ["HTTP"], "case": True}),
        ("14±0", {"kind": "number", "value": "14", "tolerance": "0", "units": [], "unit_required": False}),
        (
            "3.5±0.1 米|公尺",
            {
                "kind": "number",
                "value": "3.5",
                "tolerance": "0.1",
                "units": [{"unit": "米", "factor": "1"}, {"unit": "公尺", "factor": "1"}],
                "unit_required": False,
            },
        ),
        (
            "3.5±0 米|厘米=0.01（必写单位）",
            {
                "kind": "number",
                "value": "3.5",
                "tolerance": "0",
                "units": [{"unit": "米", "factor": "1"}, {"unit": "厘米", "factor": "0.01"}],
                "unit_required": True,
            },
        ),
    ],
)
def test_a_blank_in_plain_text(line, stored):
    assert from_line(line).stored() == stored
    assert from_line(read(stored).line()).stored() == stored


@pytest.mark.parametrize(
    "blank",
    [
        Number("", "0"),
        Number("三", "0"),
        Number("3米", "0"),
        Number("3", "-1"),
        Number("3", "很小"),
        Number("3", "0", (), unit_required=True),
        Number("3", "0", (("厘米", "0.01"),)),
        Number("3", "0", (("米", "1"), ("厘米", "0"))),
        Number("3", "0", (("米", "1"), ("厘米", "百分之一"))),
        Number("3", "0", (("2", "1"),)),
        Number("3", "0", tuple((f"u{'x' * n}", "1") for n in range(11))),
    ],
)
def test_a_number_that_cannot_be_asked(blank):
    content = {"stem": "填____", "blanks": [blank.stored()]}
    assert {problem.field for problem in FILL_IN.problems(content)} == {"blank-1"}


def test_the_editor_has_a_row_for_every_blank_and_forgets_empty_ones():
    form = MultiDict([("stem", "甲____乙____丙____")])
    for cells in (("text", "快", "", "", ""), ("number_unit", "", "3.5", "", "米|厘米=0.01"), ("text", "", "", "", "")):
        for name, cell in zip(("kind", "answers", "value", "tolerance", "units"), cells, strict=True):
            form.add(f"blank_{name}", cell)
    content = FILL_IN.from_form(form)
    assert [type(read(blank)) for blank in content["blanks"]] == [Words, Number]
    assert [row["kind"] for row in FILL_IN.to_form(content)["rows"]] == ["text", "number_unit", "text"]
    assert [problem.field for problem in FILL_IN.problems(content)] == ["blanks"]


# -- short answers ---------------------------------------------------------------------------------------------------


def short(*points, **values):
    keywords = [{"any": list(words), "weight": weight} for words, weight in points]
    return {"stem": "说一说", "keywords": keywords, "max_chars": 100, **values}


@pytest.mark.parametrize(
    ("words", "answer", "share"),
    [
        (["先听完"], "先听，完。", 1),
        (["AED"], "用ａｅｄ急救", 1),
        (["act"], "action", 0),
        (["act"], "To act: now", 1),
        (["action plan"], "an ACTION  plan", 1),
        (["！？"], "！？", 0),
    ],
)
def test_what_counts_as_said(words, answer, share):
    assert SHORT.grade(short((words, 1)), answer) == share


def test_weights_and_how_many_points_are_enough():
    content = short((["甲"], 3), (["乙"], 1), (["丙"], 1))
    assert SHORT.grade(content, "甲") == Fraction(3, 5)
    enough = {**content, "least": 2}
    assert SHORT.grade(enough, "甲乙") == 1
    assert SHORT.grade(enough, "乙丙") == Fraction(1, 2)
    assert SHORT.grade(enough, "甲乙丙") == 1
    review = SHORT.review(content, "甲和丙", None)
    assert [point["found"] for point in review["points"]] == [["甲"], [], ["丙"]]


def test_a_word_said_twice_earns_once():
    assert SHORT.grade(short((["甲"], 1), (["乙"], 1)), "甲甲甲") == Fraction(1, 2)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (short(), "point-1"),
        (short((["，"], 1)), "point-1"),
        (short((["甲"], 1), (["字" * 41], 1)), "point-2"),
        (short((["甲"], 1), least=2), "least"),
        (short((["甲"], 1), least=0), "least"),
        (short((["甲"], 1), max_chars=0), "max_chars"),
        (short((["甲"], 1), max_chars="很多"), "max_chars"),
        (short(*((["甲"], 1) for _ in range(13))), "point-1"),
    ],
)
def test_short_answers_that_cannot_be_asked(content, field):
    assert field in [problem.field for problem in SHORT.problems(content)]


def test_key_words_in_plain_text():
    content = SHORT.from_plain(PlainParts("说一说", answer="先听|倾听×2；记录", extra={"答出": "1", "字数": "300"}))
    assert content["keywords"] == [{"any": ["先听", "倾听"], "weight": 2}, {"any": ["记录"], "weight": 1}]
    assert (content["least"], content["max_chars"]) == (1, 300)
    with pytest.raises(PlainError, match="关键词"):
        SHORT.from_plain(PlainParts("说一说", answer="应当先耐心地听居民把话说完，" * 5))


def test_key_words_in_the_editor():
    form = MultiDict(
        [("stem", "说"), ("point_words", "甲|乙"), ("point_weight", "２"), ("point_words", ""), ("point_weight", "1")]
    )
    content = SHORT.from_form(form)
    assert content["keywords"] == [{"any": ["甲", "乙"], "weight": 2}]
    assert "least" not in content
    bad = SHORT.from_form(MultiDict([("stem", "说"), ("point_words", "甲"), ("least", "两点")]))
    assert [problem.field for problem in SHORT.problems(bad)] == ["least"]
    heavy = SHORT.from_form(MultiDict([("stem", "说"), ("point_words", "甲"), ("point_weight", "很多")]))
    assert [problem.field for problem in SHORT.problems(heavy)] == ["point-1"]


# -- the social-work rule ---------------------------------------------------------------------------------------------


@given(st.integers(1, 11), st.integers(0, 11), st.integers(0, 3))
def test_the_rule_of_the_social_work_examination(right, hits, misses):
    hits = min(hits, right)
    listed = [{"id": f"o{n}", "text": f"选项{n}"} for n in range(right + 3)]
    content = {
        "stem": "哪些？",
        "options": listed,
        "correct": [option["id"] for option in listed[:right]],
        "scoring": "social_work",
    }
    answer = [option["id"] for option in [*listed[:hits], *listed[right : right + misses]]]
    share = MULTIPLE.grade(content, answer)
    if misses or not hits:
        assert share == 0
    elif hits == right:
        assert share == 1
    else:
        assert share < 1
        assert right > 4 or share * 2 == Fraction(hits, 2), "0.5 of 2 marks for each right option"
