"""Scenario as a question: one decides scene by scene, and the ending that one reaches is graded.

What is shown follows from the answer that is kept: the scene one stands in, and the way behind it. Scenes not reached, points
and what would have been best stay with the server until the key may be shown.
"""

from fractions import Fraction
from typing import Any

from academy.i18n import _
from academy.i18n import lazy as _l
from courses.question_types.base import (
    Content,
    FormValues,
    PlainError,
    PlainParts,
    PrintParts,
    Problem,
    QuestionType,
    StepError,
    answer_values,
    as_content,
    asked,
    common_form,
    first,
    plain_stem,
    text_of,
)
from courses.question_types.scenario_question import walking
from courses.question_types.scenario_question.examples import EXAMPLES
from courses.question_types.scenario_question.walking import LIMIT
from courses.question_types.text import clean_text
from courses.scenarios import running
from courses.scenarios.drawing import draw
from courses.scenarios.running import MOST_STEPS
from courses.scenarios.script import Issue
from courses.scenarios.telling import reviewed, step_of

LONGEST_LINE = 1_000
ENDINGS = {"good": _l("好结局"), "fair": _l("一般的结局"), "poor": _l("不好的结局")}


class ScenarioQuestion(QuestionType):
    """Content: ``text``, a scenario as `courses.scenarios` reads it.

    Answer: {"path": places of the choices taken, in the author's order, "ended": whether they lead to an ending}. A form sends
    {"steps": the same as the page showed them}; only `advance` makes one of the other.
    """

    key = "scenario_question"
    name = _l("情景")
    icon = "swap"
    order = 85
    stepwise = True
    plain_labels = ("情景", "情景题")
    examples = EXAMPLES

    def empty(self) -> Content:
        """See QuestionType."""
        return {"stem": "", "text": "", "explanation": ""}

    def own_problems(self, content: Content) -> list[Problem]:
        """See QuestionType. Each problem of the text names its line."""
        text = text_of(content, "text")
        if not text.strip():
            return [Problem("text", _l("写上剧本"))]
        if len(text) > LIMIT:
            return [Problem("text", _l("剧本最多 %(limit)s 个字，现在有 %(n)s 个", limit=LIMIT, n=len(text)))]
        _script, issues, drill = walking.looked_at(content)
        found = [Problem("text", placed(issue)) for issue in issues if issue.blocking]
        if drill is not None and self.grade(content, self.correct_answer(content)) != 1:
            found.append(Problem("text", _l("一路选“最佳”得不到满分：给最佳的选项写上得分，或者让它通向好结局")))
        return found

    def public(self, content: object, order_seed: str | None) -> Content:
        """The first scene. See QuestionType."""
        return self.step(content, None, order_seed)

    def step(self, content: object, answer: object, order_seed: str | None) -> Content:
        """The scene that the answer has led to, and the way behind it with what came of each decision."""
        drill = walking.drill_of(content)
        run = drill and (walking.run_of(drill, answer, order_seed) or walking.run_of(drill, None))
        if not drill or not run:
            return {**asked(content), "scene": None}
        scene, ended = drill["scenes"][run.at], bool(walking.ending(drill, run))
        open_ = not ended and len(run.steps) < MOST_STEPS
        told = [step_of(drill, drill, *step) for step in run.steps]
        return {
            **asked(content),
            "walked": [{name: step[name] for name in ("scene", "text", "then")} for step in told],
            "sent": walking.shown_steps(drill, run, order_seed),
            "scene": {"title": scene["title"], "text": scene["text"]},
            "choices": [scene["choices"][place]["text"] for place in walking.order(drill, run.at, order_seed)]
            if open_
            else [],
            "ended": ended,
        }

    def parse_answer(self, form: FormValues) -> Any:
        """See QuestionType. Whether these steps can be taken is for `advance` to say."""
        values = [value for value in answer_values(form, MOST_STEPS + 1, 4) if value]
        return {"steps": [_number(value) for value in values]} if values else None

    def advance(self, content: object, before: object, given: object, order_seed: str | None) -> Any:
        """Take one more step from where the answer stands. Fewer steps are an older page, and change nothing."""
        drill = walking.drill_of(content)
        if drill is None:
            raise StepError(_l("这道题现在走不通，请告诉老师。已经做的都在"))
        stands = walking.run_of(drill, before, order_seed) or running.Run(drill["start"], [], [])
        wanted = walking.run_of(drill, given, order_seed)
        if wanted is None:
            raise StepError(_l("请从列出的做法里选一个。已经走的都在"))
        if wanted.steps == stands.steps[: len(wanted.steps)]:
            return walking.kept(drill, stands)
        if wanted.steps[: len(stands.steps)] != stands.steps:
            raise StepError(_l("这一步没有计入：这道题已经在别处往下走了，选定的不能改。下面是现在走到的地方"))
        if len(wanted.steps) > len(stands.steps) + 1:
            raise StepError(_l("一次只能走一步，这次的选择没有计入。已经走的都在"))
        return walking.kept(drill, wanted)

    def is_answered(self, answer: object) -> bool:
        """Whether an ending is reached: nothing else earns marks."""
        values = as_content(answer)
        return values.get("ended") is True and bool(values.get("path"))

    def grade(self, content: object, answer: object) -> Fraction:
        """What the way to an ending has earned of the points of the best one; nothing before an ending."""
        drill, values = walking.drill_of(content), as_content(answer)
        run = walking.run_of(drill, {"path": values.get("path", [])}) if drill else None
        if drill is None or run is None or not walking.ending(drill, run):
            return Fraction(0)
        return running.mark(drill, run)

    def correct_answer(self, content: object) -> Any:
        """The author's best way."""
        drill = walking.drill_of(content)
        run = running.best_run(drill) if drill else None
        return walking.kept(drill, run) if drill and run else None

    def review(self, content: object, answer: object, order_seed: str | None) -> Content:
        """The way that was taken with what was good in it, and the best one where it was another."""
        drill = walking.drill_of(content)
        if drill is None:
            return {**asked(content), "steps": [], "end": None, "best": None}
        run = walking.run_of(drill, answer, order_seed) or running.Run(drill["start"], [], [])
        best = running.best_run(drill)
        return {
            **asked(content),
            "steps": [reviewed(drill, drill, *step) for step in run.steps],
            "end": _end(drill, run) if walking.ending(drill, run) else None,
            "best": None if best is None or run.steps == best.steps else _way(drill, best),
        }

    def answer_text(self, content: object, answer: object, order_seed: str | None = None) -> str:
        """See QuestionType. A way that has not come to an end says so."""
        drill = walking.drill_of(content)
        run = walking.run_of(drill, answer, order_seed) if drill else None
        if drill is None or run is None or not run.steps:
            return ""
        words = [drill["scenes"][scene]["choices"][place]["text"] for scene, place in run.steps]
        last = drill["scenes"][run.at]["title"] if walking.ending(drill, run) else _("（还没有走到结局）")
        return " → ".join([*words, last])[:LONGEST_LINE]

    def print_parts(self, content: object, order_seed: str | None) -> PrintParts:
        """Scenes that follow from decisions cannot be printed: the question is named and left out."""
        said = _("（这道题要一步一步作答，只能在网上做，纸上不印）")
        return PrintParts(stem=f"{plain_stem(content)}\n{said}", blanks=(_("在网上作答"),))

    def own_from_form(self, form: FormValues) -> Content:
        """See QuestionType."""
        return {"text": clean_text(first(form, "text")[: 2 * LIMIT])}

    def to_form(self, content: object, spare: int = 0) -> dict[str, Any]:
        """See QuestionType. ``check`` is what there is to say about the text, and its map."""
        text = text_of(as_content(content), "text")
        return {**common_form(content), "text": text, "check": self._checked(content) if text.strip() else None}

    def _checked(self, content: object) -> dict[str, Any]:
        script, issues, drill = walking.looked_at(content)
        return {
            "issues": [(str(placed(issue)), issue) for issue in issues],
            "blocking": sum(issue.blocking for issue in issues),
            "scenes": len(script.scenes),
            "endings": sum(bool(scene.ending) for scene in script.scenes),
            "map": draw(drill) if drill else None,
            "drill": drill,
            "kinds": ENDINGS,
        }

    def from_plain(self, parts: PlainParts) -> Content:
        """The scenario stands behind 答案：, from “## 1 …” on."""
        if parts.options:
            raise PlainError("options", _l("情景题不写选项：剧本整个写在“答案：”后面，从“## 1 ……”开始"))
        return {"stem": clean_text(parts.stem), "text": clean_text(parts.answer)}

    def to_plain(self, content: object) -> PlainParts:
        """See QuestionType."""
        values = as_content(content)
        return PlainParts(stem=text_of(values, "stem"), answer=f"\n{text_of(values, 'text')}")


def placed(issue: Issue) -> Any:
    """Return what there is to say about the text with its line."""
    return _l("剧本第 %(line)s 行：%(text)s", line=issue.line, text=issue.message) if issue.line else issue.message


def _number(value: str) -> int:
    """Return the step that a form names, or -1, which no step is."""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 3 else -1


def _end(drill: running.Frozen, run: running.Run) -> dict[str, Any]:
    scene = drill["scenes"][run.at]
    return {**{name: scene[name] for name in ("title", "text", "debrief", "see")}, "kind": scene["ending"]}


def _way(drill: running.Frozen, run: running.Run) -> dict[str, Any]:
    told = [step_of(drill, drill, *step) for step in run.steps]
    return {"steps": [{"scene": step["scene"], "text": step["text"]} for step in told], "end": _end(drill, run)}


PLUGIN = ScenarioQuestion()
