"""Rubrics as text, and what a choice of levels comes to."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.errors import UserError
from courses.assignments import rules
from courses.lesson_types.assignment import PLUGIN, rubric

TEXT = """记录事实
10 时间、地点、原话都有
6.5分 缺一两项
0 只有评价

- 急事先办
１０、当天有人处置
2.25：看出来了
"""


def test_a_rubric_is_read_from_lines():
    first, second = rubric.read(TEXT)
    assert [(level["points"], level["text"]) for level in first["levels"]] == [
        (1000, "时间、地点、原话都有"),
        (650, "缺一两项"),
        (0, "只有评价"),
    ]
    assert (second["title"], [level["points"] for level in second["levels"]]) == ("急事先办", [1000, 225])
    assert rubric.most([first, second]) == 2000
    assert rubric.read("") == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("10 没有名称", "第 1 行：等级上面先写"),
        ("甲\n10 好", "第 1 行：“甲”下面至少写两个等级"),
        ("甲\n10 好\n10 也好", "第 3 行：同一项里有两个等级分值相同"),
        ("甲\n0 好\n", "至少写两个等级"),
        ("甲\n1.234 好\n0 差", "第 2 行：分值最多两位小数"),
        ("甲\n101 好\n0 差", "第 2 行：分值最多两位小数"),
        ("甲\n99999999999999999999 好\n0 差", "第 2 行：分值最多两位小数"),
        ("甲\n10\n0 差", "第 2 行：分值后面写上"),
        ("甲\n10 好\n0 差\n\n甲\n5 好\n0 差", "第 5 行：“甲”写了两次"),
        ("长" * 61 + "\n10 好\n0 差", "第 1 行：评分项的名称最多 60 字"),
        ("甲\n10 " + "好" * 301 + "\n0 差", "第 2 行：一个等级最多写 300 字"),
        ("甲\n" + "\n".join(f"{n} 等" for n in range(9)), "第 10 行：一项最多 8 个等级"),
        ("\n".join(f"项{'甲' * n}\n2 好\n0 差" for n in range(13)), "评分项最多 12 项"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text, sentence):
    with pytest.raises(UserError, match=sentence) as refused:
        rubric.read(text)
    assert refused.value.field == "rubric"


words = st.text(alphabet="记录事实清楚abc分 ", min_size=1, max_size=20).map(lambda text: "好" + text.strip())
levels = st.lists(st.integers(0, 10_000), min_size=2, max_size=8, unique=True)
criteria = st.lists(
    st.tuples(
        words, levels.flatmap(lambda points: st.tuples(st.just(points), st.lists(words, min_size=8, max_size=8)))
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda criterion: criterion[0],
).map(
    lambda listed: [
        {
            "title": title,
            "levels": [
                {"points": number, "text": text}
                for number, text in sorted(zip(points, texts, strict=False), reverse=True)
            ],
        }
        for title, (points, texts) in listed
    ]
)


@given(criteria)
def test_a_rubric_that_is_written_reads_the_same(made):
    assert rubric.read(rubric.write(made)) == made


@given(st.text(max_size=300))
def test_any_text_is_a_rubric_or_is_refused_in_a_sentence(text):
    try:
        read = rubric.read(text)
    except UserError as error:
        assert error.message and error.status == 422
    else:
        assert rubric.read(rubric.write(read)) == read


@given(criteria, st.lists(st.one_of(st.none(), st.integers(-3, 12)), max_size=8), st.integers(1, 100))
def test_sums_are_exact_and_shares_lie_within_one(made, chosen, percent):
    found = rubric.add_up(made, chosen)
    by_hand = [
        made[place]["levels"][number]["points"]
        for place, number in enumerate(chosen[: len(made)])
        if number is not None and 0 <= number < len(made[place]["levels"])
    ]
    assert found.points == sum(by_hand) <= found.of == rubric.most(made)
    assert found.complete == (len(by_hand) == len(made))
    assert 0 <= found.share <= 1 and found.share * found.of == found.points
    assert found.reaches(percent) == (found.complete and found.share >= Fraction(percent, 100))
    assert (found.points >= rubric.pass_points(found.of, percent)) == (found.share >= Fraction(percent, 100))
    for completion in ({"rule": "passed", "percent": percent}, {"rule": "handed_in"}):
        assert 0 <= PLUGIN.share_marked(found, completion) <= 1
    goal = PLUGIN.goal({"rule": "passed", "percent": percent})
    assert (PLUGIN.share_marked(found, {"rule": "passed", "percent": percent}) >= goal) == found.reaches(percent)


@given(st.lists(st.text(max_size=5), min_size=1, max_size=4))
def test_levels_come_from_a_browser_and_may_be_anything(values):
    made = [{"title": "甲", "levels": [{"points": 1, "text": "好"}, {"points": 0, "text": "差"}]}] * len(values)
    assert all(number in (None, 0, 1) for number in rules.chosen_levels(values, made))


@given(st.dictionaries(st.text(max_size=8), st.one_of(st.none(), st.integers(), st.text(max_size=8)), max_size=4))
def test_nothing_that_a_browser_sends_is_a_step(values):
    with pytest.raises(UserError, match="写作业"):
        PLUGIN.take(PLUGIN.empty(), {}, values)


@pytest.mark.parametrize(
    ("handed_in", "state", "passed", "resubmissions", "may"),
    [
        (0, "", None, 0, True),
        (1, "waiting", None, 9, False),
        (1, "returned", None, 0, True),
        (1, "marked", False, 1, True),
        (2, "marked", False, 1, False),
        (1, "marked", False, 0, False),
        (1, "marked", True, 5, False),
        (1, "marked", None, 5, False),
    ],
)
def test_when_another_version_may_come(handed_in, state, passed, resubmissions, may):
    assert rules.may_hand_in(handed_in, state, passed, resubmissions) is may


def test_phrases_are_the_lines_written_most_often():
    comments = ["写得清楚\n请补日期", "请补日期", "长" * 100, "", "请补日期 "]
    assert rules.phrases(comments) == ["请补日期", "写得清楚"]
