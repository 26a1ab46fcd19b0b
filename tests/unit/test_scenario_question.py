"""The scenario as a question: where steps lead, and what of the scenario is told at each of them."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from academy.i18n import using
from courses.question_types.base import StepError
from courses.question_types.installed import all_types, get
from courses.question_types.scenario_question import walking
from courses.questions.rules import Draft, read_plain, write_plain

TYPE = get("scenario_question")
CONTENT = TYPE.examples[0].content
DRILL = walking.drill_of(CONTENT)


def sent(*steps):
    return TYPE.parse_answer(MultiDict([("answer", str(step)) for step in steps]))


def told(answer, seed=None):
    return json.dumps(TYPE.step(CONTENT, answer, seed), ensure_ascii=False)


def texts_of(scene):
    """What is written in a scene and of its choices, apart from what is empty."""
    own = DRILL["scenes"][scene]
    choices = [choice[name] for choice in own["choices"] for name in ("text", "why")]
    return [text for text in [own["text"], own["debrief"], *choices] if text]


@given(seed=st.none() | st.text(max_size=6), steps=st.lists(st.integers(-1, 4), max_size=8))
def test_any_row_of_steps_leads_on_or_is_refused_and_never_back(seed, steps):
    answer, shown = None, []
    for number in steps:
        before, was = answer, list(shown)
        try:
            answer = TYPE.advance(CONTENT, answer, sent(*shown, number), seed)
            shown.append(number)
        except StepError as error:
            assert str(error.message)
        path = walking.run_of(DRILL, answer).steps
        assert path[: len(was)] == walking.run_of(DRILL, before).steps
        assert TYPE.step(CONTENT, answer, seed)["sent"] == shown
        assert 0 <= TYPE.grade(CONTENT, answer) <= 1
    for older in range(len(shown) + 1):
        assert TYPE.advance(CONTENT, answer, sent(*shown[:older]), seed) == answer


@given(seed=st.none() | st.text(max_size=6), steps=st.lists(st.integers(0, 2), max_size=4))
def test_of_scenes_not_reached_of_points_and_of_comments_nothing_is_told(seed, steps):
    answer = None
    for number in range(len(steps)):
        try:
            answer = TYPE.advance(CONTENT, answer, sent(*steps[: number + 1]), seed)
        except StepError:
            break
    run = walking.run_of(DRILL, answer)
    reached = {scene for scene, _place in run.steps} | {run.at}
    public = told(answer, seed)
    for scene in DRILL["scenes"]:
        for text in texts_of(scene):
            if scene not in reached:
                assert text not in public
    for scene in reached:
        for place, choice in enumerate(DRILL["scenes"][scene]["choices"]):
            assert not choice["why"] or choice["why"] not in public
            assert not choice["then"] or (choice["then"] in public) == ((scene, place) in run.steps)
        assert not DRILL["scenes"][scene]["debrief"] or DRILL["scenes"][scene]["debrief"] not in public
    assert all(name not in public for name in DRILL["measures"])
    assert not {"points", "best", "ending", "kind", "to", "why"} & set(TYPE.step(CONTENT, answer, seed))


def test_more_than_one_step_at_once_is_refused():
    with pytest.raises(StepError, match="一次只能走一步"):
        TYPE.advance(CONTENT, None, sent(0, 0), None)


def test_a_scenario_that_never_ends_for_somebody_stops_at_a_limit():
    text = (
        "## 1 a\na\n- again -> 1\nThen: x\n- out -> 2\nThen: x\nScore: 1\nBest: x\n## 2 b\nb\nEnding: good\nDebrief: x"
    )
    content = {"stem": "s", "text": text, "explanation": ""}
    assert TYPE.problems(content) == []
    answer = {"path": [0] * walking.MOST_STEPS, "ended": False}
    assert TYPE.step(content, answer, None)["choices"] == []
    with pytest.raises(StepError):
        TYPE.advance(content, answer, {"steps": [0] * (walking.MOST_STEPS + 1)}, None)
    assert TYPE.grade(content, {"path": [0] * 150 + [1], "ended": True}) == 1


def test_problems_name_their_line_in_the_language_of_the_reader():
    problems = TYPE.problems({**CONTENT, "text": CONTENT["text"].replace("→ 4", "→ 9")})
    assert [str(problem.message) for problem in problems] == [
        "剧本第 14 行：没有代号是“9”的场景。改成已有的代号，或者补写这个场景"
    ]
    with using("en"):
        assert str(problems[0].message).startswith("Script, line 14: ")


def test_a_best_way_that_earns_nothing_is_a_problem():
    text = "## 1 a\na\n- b -> 2\nThen: x\nBest: x\n- c -> 3\nThen: x\n## 2 b\nb\nEnding: fair\nDebrief: x\n## 3 c\nc\nEnding: good\nDebrief: x"
    problems = TYPE.problems({"stem": "s", "text": text, "explanation": ""})
    assert ["一路选“最佳”得不到满分" in str(problem.message) for problem in problems] == [True]


def test_no_answer_that_a_browser_sends_earns_anything_by_itself():
    assert TYPE.grade(CONTENT, sent(0, 0)) == 0
    assert not TYPE.is_answered(sent(0, 0))
    assert TYPE.grade(CONTENT, {"path": [0, 0], "ended": False}) == Fraction(1)


def test_plain_text_carries_paragraphs_and_lines_that_look_like_its_own():
    text = CONTENT["text"].replace("半个月了。”", "半个月了。”\n\n解析：不是解析\nA. 不是选项\n【单选】也不是")
    content = {**CONTENT, "text": text}
    (draft,), problems = read_plain(write_plain(read_plain(write_plain([Draft("scenario_question", content)]))[0]))
    assert problems == []
    assert draft.content["text"] == text


def test_only_what_says_so_steps():
    assert [key for key, type_ in all_types().items() if type_.stepwise] == ["scenario_question"]
    choice = get("single_choice")
    content = choice.examples[0].content
    assert choice.step(content, choice.correct_answer(content), "1:1") == choice.public(content, "1:1")
    assert choice.advance(content, "a", "b", None) == "b"
