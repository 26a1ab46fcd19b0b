"""Questions as plain text: what is read, what is complained of, and that writing and reading are inverse."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.formats.plain_questions import TextQuestion, parse, write
from courses.question_types import options
from courses.question_types.installed import get
from courses.question_types.text import clean_line, clean_text
from courses.questions.rules import Draft, read_plain, search_text, write_plain

STARTER = Path(__file__).resolve().parents[2] / "courses" / "starter"

SAMPLE = """\
【单选 2分】居民反映楼上漏水，情绪激动。接待时最恰当的做法是哪一项？
A. 当场判断
B．先听完、记下来
Ｃ、请他找物业
答案：Ｂ
解析：先让情绪有出口。
第二行解析。
难度：易
标签：接待、调解

2. 【多选】议事会要做到什么？
（题干可以有两行）
A. 公开
B. 只请熟人
C. 公示
计分：社工考试
答案：A、C

【判断】第一次上门就要问清楚。
答案：错

【填空】有事____商量、急事____商量。
答案：好；快|马上
"""


def sentences(text):
    return [(problem.line, str(problem.message)) for problem in read_plain(text)[1]]


def test_the_sample_is_read():
    drafts, problems = read_plain(SAMPLE)
    assert problems == []
    assert [draft.type for draft in drafts] == ["single_choice", "multiple_choice", "true_false", "fill_in"]
    assert [draft.line for draft in drafts] == [1, 11, 19, 22]
    single, multiple, true_false, fill_in = (draft.content for draft in drafts)
    assert single["correct"] == single["options"][1]["id"]
    assert single["explanation"] == "先让情绪有出口。\n第二行解析。"
    assert (drafts[0].marks_hundredths, drafts[0].difficulty, drafts[0].tags) == (200, "easy", ("接待", "调解"))
    assert multiple["stem"] == "议事会要做到什么？\n（题干可以有两行）"
    assert multiple["scoring"] == "social_work"
    assert true_false["correct"] is False
    assert fill_in["blanks"] == [{"accepted": ["好"]}, {"accepted": ["快", "马上"]}]


@pytest.mark.parametrize("change", ["\ufeff{}", "{}\r\n\r\n", "\n\n{}"])
def test_line_ends_byte_order_marks_and_blank_lines_make_no_difference(change):
    text = change.replace("{}", SAMPLE).replace("\n", "\r\n")
    assert read_plain(text)[0] == read_plain(SAMPLE)[0]


def test_blank_lines_before_the_answer_are_passed_over():
    drafts, problems = read_plain("【单选】哪一项？\n\nA. 甲\n\nB. 乙\n\n答案：A\n\n解析：因为。")
    assert problems == []
    assert drafts[0].content["explanation"] == "因为。"


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("【单选】哪一项？\nA. 甲\nB. 乙\n", 1, "没有“答案：”"),
        ("【单选】哪一项？\nA. 甲\nB. 乙\n答案：E", 4, "不是选项，应为 A 到 B"),
        ("【单选】哪一项？\nA. 甲\nB. 乙\n答案：AB", 4, "应为一个字母"),
        ("【单选】哪一项？\nA. 甲\n答案：A", 2, "至少要有 2 个选项"),
        ("【单选】哪一项？\nA. 甲\nB. 甲\n答案：A", 1, "内容一样"),
        ("【单先】哪一项？\nA. 甲\nB. 乙\n答案：A", 1, "不认识的题型“单先”"),
        ("【单选", 1, "看不懂这一行的【】"),
        ("【单选】\nA. 甲\nB. 乙\n答案：A", 1, "没有题干"),
        ("【单选 0分】哪一项？\nA. 甲\nB. 乙\n答案：A", 1, "分值应大于 0"),
        ("【单选 1.234分】哪一项？\nA. 甲\nB. 乙\n答案：A", 1, "分值应大于 0"),
        ("【判断】对吗？\n答案：也许", 2, "应为“正确”或“错误”"),
        ("【填空】没有空\n答案：好", 1, "四条下划线"),
        ("【填空】有____空\n答案：好；坏", 2, "有 1 个空，答案写了 2 个"),
        ("【判断】对吗？\n答案：对\n答案：错", 3, "写了两次“答案”"),
        ("【判断】对吗？\n答案：对\n难度：极难", 3, "难度应为易、中或难"),
        ("【多选】哪些？\nA. 甲\nB. 乙\n计分：随便\n答案：AB", 4, "不认识的给分办法“随便”"),
        ("第一题 没写题型\nA. 甲\nB. 乙\n答案：A", 1, "不属于任何一道题"),
    ],
)
def test_a_problem_names_its_line(text, line, part):
    found = sentences(text)
    assert [found_line for found_line, _ in found] == [line]
    assert part in found[0][1]


def test_a_question_without_head_spoils_only_itself():
    text = "【判断】一？\n答案：对\n\n没有题型的题干\nA. 甲\n答案：A\n\n【判断】二？\n答案：错"
    drafts, problems = read_plain(text)
    assert [draft.content["stem"] for draft in drafts] == ["一？", "二？"]
    assert [problem.line for problem in problems] == [4]


def test_one_bad_question_does_not_hide_the_others():
    drafts, problems = read_plain(SAMPLE.replace("答案：错", "答案：可能"))
    assert len(drafts) == 3
    assert len(problems) == 1


def test_a_text_that_is_too_long_is_refused_at_once():
    assert "文字太长" in str(parse("【" * 2_000_001)[1][0].message)


@pytest.mark.parametrize(
    "path", sorted(STARTER.rglob("*.quiz.txt")), ids=lambda path: f"{path.parent.name}-{path.name}"
)
def test_the_starter_catalogue_has_no_problems_and_survives_a_round_trip(path):
    drafts, problems = read_plain(path.read_text(encoding="utf-8"))
    assert [(problem.line, str(problem.message)) for problem in problems] == []
    assert drafts
    assert read_plain(write_plain(drafts)) == (drafts, [])


# -- writing and reading are inverse -------------------------------------------------------------------------------

awkward = st.text(st.sampled_from("A答案：:.、【】单选\\\n 甲ｂ|；;_0＿\u3000分解析难度易"), max_size=25)
any_text = st.text(max_size=40) | awkward
lines = any_text.map(clean_line).filter(bool)
blocks = any_text.map(clean_text).filter(bool)


@given(st.lists(st.builds(
    TextQuestion,
    label=st.sampled_from(["单选", "判断"]),
    stem=blocks,
    options=st.lists(blocks, max_size=12).map(tuple),
    answer=lines,
    explanation=any_text.map(clean_text),
    difficulty=st.sampled_from(["", "易", "难"]),
    tags=st.lists(st.sampled_from(["接待", "四量工作法"]), unique=True).map(tuple),
    centimarks=st.none() | st.integers(1, 100_000),
    extra=st.dictionaries(st.sampled_from(["计分", "选项顺序"]), st.sampled_from(["全对", "固定"])),
), max_size=4))  # fmt: skip
def test_the_text_layer_is_inverse(questions):
    assert parse(write(questions) if questions else "") == (questions, [])


OTHER_BLANKS = [
    {"kind": "text", "answers": ["HTTP", "3±1（区分大小写）"], "case": True},
    {"accepted": ["3±1", "（必写单位）", "甲；乙"]},
    {"kind": "number", "value": "-3.5", "tolerance": "0.1", "units": [], "unit_required": False},
    {
        "kind": "number",
        "value": "1,200",
        "tolerance": "0",
        "units": [{"unit": "米", "factor": "1"}, {"unit": "厘米", "factor": "0.01"}],
        "unit_required": True,
    },
]


@st.composite
def drafts(draw):
    key = draw(st.sampled_from(["single_choice", "multiple_choice", "true_false", "fill_in"]))
    content = {"stem": draw(blocks), "explanation": draw(any_text.map(clean_text))}
    if key in ("single_choice", "multiple_choice"):
        listed = options.make(draw(st.lists(lines, min_size=2, max_size=12, unique=True)))
        ids = [option["id"] for option in listed]
        content |= {"options": listed, "keep_order": draw(st.booleans())}
    if key == "single_choice":
        content["correct"] = draw(st.sampled_from(ids))
    elif key == "multiple_choice":
        content["correct"] = sorted(draw(st.sets(st.sampled_from(ids), min_size=1)))
        content["scoring"] = draw(st.sampled_from(["all_or_nothing", "per_option", "social_work"]))
    elif key == "true_false":
        content["correct"] = draw(st.booleans())
    else:
        accepted = draw(st.lists(st.lists(lines, min_size=1, max_size=3, unique=True), min_size=1, max_size=4))
        content["stem"] = "填" + "，".join("____" for _ in accepted)
        content["blanks"] = [{"accepted": wordings} for wordings in accepted]
        if draw(st.booleans()):
            content["blanks"][0] = draw(st.sampled_from(OTHER_BLANKS))
    if draw(st.booleans()):
        content["format"] = "markdown"
    hints = draw(st.lists(lines, max_size=3))
    if hints:
        content["hints"] = hints
    return Draft(
        key, content, draw(st.sampled_from(["easy", "medium", "hard"])), marks_hundredths=draw(st.integers(1, 100_000))
    )


@given(st.lists(drafts(), max_size=3))
def test_questions_survive_a_round_trip(originals):
    ready = [draft for draft in originals if not get(draft.type).problems(draft.content)]
    assert read_plain(write_plain(ready) if ready else "") == (ready, [])


# -- search --------------------------------------------------------------------------------------------------------


def test_all_that_a_question_says_can_be_searched_and_nothing_else():
    content = read_plain(SAMPLE)[0][0].content
    text = search_text(content, ["接待"])
    assert "先听完" in text
    assert "接待" in text
    assert "情绪有出口" in text
    assert content["correct"] not in text
