"""Drills: reading their text, checking them, playing them."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from academy.errors import UserError
from academy.i18n import using
from courses.lesson_types.base import PlayerContext
from courses.lesson_types.registry import lesson_type
from courses.scenarios import running
from courses.scenarios.checking import check, examine, frozen
from courses.scenarios.drawing import draw
from courses.scenarios.script import read

HOME = Path(__file__).resolve().parents[2] / "courses" / "starter" / "courses" / "emergency-duty"
SMALL = """指标：安全、时效

## 1 电话
铃响了。

- 先问 → 2
  后果：问清了。
  得分：安全 +2，时效 +1
  最佳：先人后事。
- 先挂 -> 电话又响
  后果：没有问清。
  得分：安全 -1

## 2 平安
都好。
结局：好
复盘：问得清。
参考：第一课；第二课

## 3 电话又响
又是他。
- 再问 → 2
  后果：晚了。
  最佳：补得上。
- 不接 → 4
  后果：没人管。

## 4 没人管
坏了。
结局：差
复盘：电话要接。
"""


def said(text: str) -> str:
    return "\n".join(f"{issue.line} {issue.message}" for issue in check(read(text)))


def drill(text: str = SMALL):
    script = read(text)
    assert not [issue for issue in check(script) if issue.blocking]
    return frozen(script)


def test_a_small_drill_is_read():
    made = drill()
    assert made["start"] == "1" and list(made["scenes"]) == ["1", "2", "3", "4"]
    first, second = made["scenes"]["1"]["choices"]
    assert first == {
        "text": "先问",
        "to": "2",
        "then": "问清了。",
        "points": [2, 1],
        "best": True,
        "why": "先人后事。",
    }
    assert second["to"] == "3" and second["points"] == [-1, 0]
    assert made["scenes"]["2"]["see"] == ["第一课", "第二课"] and made["scenes"]["2"]["ending"] == "good"
    assert json.loads(json.dumps(made)) == made


@pytest.mark.parametrize(
    "other",
    [
        SMALL.replace("：", ":").replace("，", ","),
        SMALL.replace("→", "=>").replace("->", "——>"),
        SMALL.replace("## ", "＃＃ ").replace("+", "＋"),
        SMALL.replace("- 先", "* 先").replace("- 再", "1. 再"),
        SMALL.replace("## 1 电话", "## 1、电话").replace("## 2 ", "### 2｜"),
        SMALL.replace("\n", "\r\n"),
        "# 我的演练\n\n" + SMALL,
        SMALL.replace("指标", "Measures").replace("后果", "THEN").replace("得分", "Score").replace("最佳", "best"),
        "\ufeff" + SMALL.replace("  后果", "\u3000\u3000后果"),
    ],
)
def test_ways_of_writing_it_that_mean_the_same(other):
    assert drill(other) == drill()


def test_text_under_a_choice_without_a_keyword_is_its_consequence():
    made = drill(SMALL.replace("  后果：问清了。", "  问清了，\n  两个人。"))
    assert made["scenes"]["1"]["choices"][0]["then"] == "问清了，\n两个人。"


def test_a_list_in_the_text_of_a_scene_is_text():
    made = drill(SMALL.replace("铃响了。", "铃响了：\n\n- 一声\n- 两声"))
    assert "- 两声" in made["scenes"]["1"]["text"] and len(made["scenes"]["1"]["choices"]) == 2


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("→ 2\n  后果：问", "→ 九\n  后果：问", 6, "没有代号是“九”的场景"),
        ("- 先挂 -> 电话又响", "- 先挂", 10, "没有写选了以后去哪里"),
        ("时效 +1", "时效加一", 8, "得分要写成"),
        ("时效 +1", "满意 +1", 6, "没有叫“满意”的指标"),
        ("## 3 电话又响", "## 1 电话又响", 20, "重复了"),
        ("结局：差\n", "", 28, "走到这里就断了"),
        ("复盘：电话要接。", "", 28, "没有复盘"),
        ("结局：好", "结局：妙", 16, "看不懂"),
        ("  最佳：先人后事。\n", "", 3, "没有标出哪个选项最佳"),
        ("指标：安全、时效\n", "话说\n", 1, "写在第一个场景前面"),
        ("铃响了。", "铃响了。\n后果：糟", 5, "写在一个选项下面"),
        ("又是他。", "又是他。\n结局：中\n复盘：无", 20, "不能再有选项"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_what_to_do(old, new, line, words):
    assert old in SMALL
    found = said(SMALL.replace(old, new, 1))
    assert any(each.startswith(f"{line} ") and words in each for each in found.split("\n")), found


def test_what_is_never_reached_is_a_hint_and_no_obstacle():
    issues = check(read(SMALL.replace("-> 电话又响", "-> 2")))
    assert any("永远看不到它" in issue.message and not issue.blocking for issue in issues)
    assert not any(issue.blocking for issue in issues)


def test_going_round_in_circles_is_told():
    text = SMALL.replace("- 再问 → 2", "- 再问 → 3").replace("- 不接 → 4", "- 不接 → 3")
    assert "只会绕圈子" in said(text)
    assert "一路选“最佳”会绕圈子" in said(SMALL.replace("- 先问 → 2", "- 先问 → 3").replace("- 再问 → 2", "- 再问 → 1"))


def test_the_english_text_needs_the_same_scenes_and_choices():
    english = SMALL.replace("先问 → 2", "Ask → 2")
    assert examine(SMALL, english)[3] == []
    broken = english.replace("- 不接 → 4", "- 不接 → 2").replace("## 4 没人管", "## 5 没人管")
    messages = " ".join(str(issue.message) for issue in examine(SMALL, broken)[3])
    assert "没有场景“4”" in messages and "场景“3”的选项" in messages and "中文稿里没有场景“5”" in messages


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=400)
    | st.lists(st.sampled_from([*SMALL.split("\n"), "## ", "- → ", "得分：", "结局："])).map("\n".join)
)
def test_no_text_breaks_the_reader(text):
    script, _twin, issues, _issues_en = examine(text, text)
    assert all(issue.message for issue in issues)
    if not any(issue.blocking for issue in issues):
        made = frozen(script)
        best = running.best_run(made)
        assert best is not None and running.mark(made, best) == 1
        assert draw(made)["width"] > 0


# ---- playing ----


def context(state) -> PlayerContext:
    return PlayerContext(1, lambda *_: "/file", lambda *_: "/page", state=state, work_url="/work")


def test_a_run_is_marked_by_the_best_one():
    made = drill()
    best = running.best_run(made)
    assert best.totals == [2, 1] and running.mark(made, best) == 1
    assert running.mark(made, running.replay(made, [1, 0])) == 0
    assert running.replay(made, [0, 0]) is None and running.replay(made, [True]) is None


def content():
    kind = lesson_type("scenario")
    return kind.freeze({"text": SMALL, "text_en": ""})


def test_steps_are_taken_one_by_one_and_never_back():
    kind, made = lesson_type("scenario"), content()
    first = kind.take(made, {}, {"choice": "1"})
    assert (first.share, first.evidence) == (0, {"run": 1, "scene": "1", "choice": 2})
    with pytest.raises(UserError):
        kind.take(made, first.state, {"again": "1"})
    over = kind.take(made, first.state, {"choice": "0"})
    assert over.share == 1 and over.evidence["kind"] == "good" and over.evidence["worth"] == [0, 1]
    with pytest.raises(UserError):
        kind.take(made, over.state, {"choice": "0"})
    again = kind.take(made, over.state, {"again": "1"})
    assert again.state["path"] == [] and again.state["runs"] == 1 and again.share == 1


def test_the_rules_ask_for_different_things():
    kind, made = lesson_type("scenario"), content()
    poor = kind.take(made, kind.take(made, {}, {"choice": "1"}).state, {"choice": "1"})
    shares = {rule: kind.share_taken(poor, {"rule": rule}) for rule in ("finished", "points", "good")}
    assert shares == {"finished": 1, "points": 0, "good": 0}
    good = kind.take(made, {**poor.state, "path": []}, {"choice": "0"})
    assert {kind.share_taken(good, {"rule": rule}) for rule in ("finished", "points", "good")} == {1}


def test_a_new_version_begins_the_run_again_and_keeps_what_was_reached():
    kind = lesson_type("scenario")
    taken = kind.take(content(), {"path": [1, 1, 0], "runs": 2, "best": [1, 2]}, {"choice": "0"})
    assert taken.state["path"] == [] and taken.state["runs"] == 2 and "更新" in taken.message


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from(["0", "1", "2", "-1", "٣"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)
_steps = st.lists(
    st.fixed_dictionaries({}, optional={"choice": _values, "again": _values, "path": _values})
    | st.sampled_from([{"choice": "0"}, {"choice": "1"}, {"again": "1"}]),
    max_size=14,
)


@settings(max_examples=200, deadline=None)
@given(_steps, st.sampled_from(["finished", "points", "good"]))
def test_any_sequence_of_values_keeps_the_share_within_bounds(steps, rule):
    kind, made, state = lesson_type("scenario"), content(), {}
    for values in steps:
        try:
            taken = kind.take(made, state, values)
        except UserError:
            continue
        assert 0 <= kind.share_taken(taken, {"rule": rule}) <= 1 and isinstance(taken.share, Fraction | int)
        assert json.loads(json.dumps(taken.state)) == taken.state
        assert json.loads(json.dumps(taken.evidence)) == taken.evidence
        state = taken.state
        assert kind.player(made, context(state))["drill"]["title"]


@settings(max_examples=60, deadline=None)
@given(_steps)
def test_any_reflection_is_sent_in_or_refused(steps):
    kind, state = lesson_type("link"), {}
    made = {**kind.empty(), "url": "https://example.org/", "least": 2, "most": 4}
    for values in steps:
        try:
            taken = kind.take(made, state, {"text": values.get("choice"), **values})
        except UserError:
            continue
        assert taken.share == 1 and 2 <= taken.evidence["characters"] <= 4
        state = taken.state


def test_nothing_of_what_was_not_chosen_is_shown_before_the_end():
    kind, made = lesson_type("scenario"), content()
    state = kind.take(made, {}, {"choice": "1"}).state
    shown = json.dumps(kind.player(made, context(state)), ensure_ascii=False, default=str)
    assert "没有问清" in shown and "再问" in shown
    for hidden in ("问清了", "先人后事", "没人管。", "补得上", "问得清", "晚了"):
        assert hidden not in shown, hidden
    ended = json.dumps(
        kind.player(made, context(kind.take(made, state, {"choice": "1"}).state)), ensure_ascii=False, default=str
    )
    assert "先人后事" in ended and "补得上" in ended and "电话要接" in ended and "问得清" not in ended


# ---- the drill that is shipped ----


def test_the_evening_the_power_failed_is_whole():
    texts = [
        (HOME / name).read_text(encoding="utf-8") for name in ("11-drill.scenario.txt", "11-drill.scenario.en.txt")
    ]
    script, twin, issues, issues_en = examine(*texts)
    assert issues == issues_en == []
    made = frozen(script)
    endings = [scene["ending"] for scene in made["scenes"].values() if scene["ending"]]
    assert len(made["scenes"]) - len(endings) >= 12 and len(endings) >= 3 and endings.count("good") == 1
    assert not any(ord(letter) > 0x2E80 for letter in texts[1].replace("→", "")), "the English text is English"
    assert twin is not None and all(scene.text and all(each.then for each in scene.choices) for scene in twin.scenes)
    best = running.best_run(made)
    assert made["scenes"][best.at]["ending"] == "good"
    assert len({running.best_of(made, scene) for scene in made["scenes"]} - {None}) >= 3, (
        "the best one is not always last"
    )


def test_it_is_told_in_the_language_of_the_reader():
    kind = lesson_type("scenario")
    made = kind.freeze(
        {"text": SMALL, "text_en": SMALL.replace("## 1 电话", "## 1 The call").replace("先问 →", "Ask →")}
    )
    with using("en"):
        shown = kind.player(made, context({}))["drill"]
    assert shown["title"] == "The call" and shown["choices"][0] == "Ask"
    assert kind.player(made, context({}))["drill"]["title"] == "电话"
