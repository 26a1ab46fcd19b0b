"""A piece of work that is handed in and marked by an instructor with a rubric.

The type says what is asked for and what a step is worth. Drafts, files, versions and marks are kept by courses/assignments,
which alone may take steps here.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from academy.errors import UserError
from academy.i18n import _
from academy.i18n import lazy as _l
from academy.web import markdown
from academy.web.filters import show_percent
from courses.lesson_types.assignment import rubric
from courses.lesson_types.assignment.form import HAND_IN, KINDS, LEAST, MOST, MOST_FILES, TRIES, AssignmentForm
from courses.lesson_types.base import Content, LessonType, PlayerContext, Problem, Rule, Taken

STATES = {
    "draft": _l("草稿"),
    "waiting": _l("已交，等批阅"),
    "marked": _l("已批"),
    "returned": _l("退回重交"),
}


class HandedIn(Mapping[str, Any]):
    """A step that the room of assignments takes: a version that was handed in. What a browser sends is none."""

    def __init__(self, number: int, characters: int, files: int) -> None:
        self._values = {"number": number, "characters": characters, "files": files}

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class Assignment(LessonType):
    """An assignment: see `empty`; "criteria" as rubric.read returns them."""

    key = "assignment"
    name = _l("作业")
    icon = "edit"
    order = 56
    measure = "work"
    rules = (
        Rule("passed", _l("批阅后，得分达到总分的百分比"), 60),
        Rule("handed_in", _l("交上就算学完，评分只作参考")),
    )
    form = AssignmentForm
    styles = ("parts/assignment",)

    def empty(self) -> dict[str, Any]:
        """Return an assignment without a task."""
        return {
            "task": "",
            "hand_in": "text",
            "least": LEAST,
            "most": MOST,
            "kinds": list(KINDS),
            "most_files": MOST_FILES,
            "criteria": [],
            "resubmissions": TRIES,
            "anonymous": False,
            "sample": "",
        }

    def problems(self, content: Content) -> list[Problem]:
        """Return that task or rubric are missing."""
        found = [] if content.get("task") else [Problem(_("还没有写任务"), "task")]
        return found if content.get("criteria") else [*found, Problem(_("还没有写评分标准"), "rubric")]

    def lacks(self, content: Content) -> str:
        """Return what is missing."""
        if not content.get("task"):
            return _("缺任务")
        return "" if content.get("criteria") else _("缺评分标准")

    def to_form(self, content: Content) -> dict[str, Any]:
        """Return the form's values."""
        names = ("task", "hand_in", "least", "most", "kinds", "most_files", "resubmissions", "anonymous", "sample")
        return {**{name: content.get(name) for name in names}, "rubric": rubric.write(content.get("criteria", []))}

    def from_form(self, form: Any, content: Content) -> dict[str, Any]:
        """Return the content that the form describes."""

        def text(name: str) -> str:
            return (form[name].data or "").replace("\r\n", "\n").strip()

        return {
            "task": text("task"),
            "hand_in": form.hand_in.data,
            "least": form.least.data or LEAST,
            "most": form.most.data or MOST,
            "kinds": list(form.kinds.data or KINDS),
            "most_files": form.most_files.data or MOST_FILES,
            "criteria": rubric.read(text("rubric")),
            "resubmissions": form.resubmissions.data,
            "anonymous": bool(form.anonymous.data),
            "sample": text("sample"),
        }

    def editor(self, content: Content, owner_id: int) -> dict[str, Any]:
        """Return the rubric as it was saved."""
        criteria = content.get("criteria", [])
        return {"saved_criteria": criteria, "saved_most": rubric.most(criteria), "show_points": rubric.show}

    def length_label(self, content: Content, minutes: int) -> str:
        """Return the kind and the minutes."""
        return _("作业 约 %(n)s 分钟", n=minutes) if minutes else _("作业")

    def player(self, content: Content, context: PlayerContext) -> dict[str, Any]:
        """Return the task, what is asked for, and how one stands."""
        state = context.state
        return {
            "assignment": {
                **brief(content),
                "state": state.get("state", ""),
                "state_text": STATES.get(state.get("state", ""), ""),
                "number": state.get("number", 0),
                "points": state.get("points"),
                "of": state.get("of"),
                "passed": state.get("passed"),
                "preview": context.preview,
                "url": "" if context.preview or not context.work_url else own_page(context.work_url),
            }
        }

    def take(self, content: Content, state: Mapping[str, Any], values: Mapping[str, Any]) -> Taken:
        """Take a version that was handed in; anything that comes from a browser directly is refused."""
        if not isinstance(values, HandedIn):
            raise UserError(_("作业要在“写作业”那一页里交"), 422)
        new = {"state": "waiting", "number": values["number"]}
        return Taken(new, Fraction(1), dict(values), _("作业交上了，批阅以后可以在这里看到"))

    def share_taken(self, taken: Taken, completion: Mapping[str, Any]) -> Fraction:
        """Return all of it where handing in is enough; where a mark is needed, that it is there is worth nothing yet."""
        return Fraction(self.checked_completion(completion)["rule"] == "handed_in")

    def share_marked(self, marked: rubric.Marked, completion: Mapping[str, Any]) -> Fraction:
        """Return the share that a mark is worth under the rule of the lesson."""
        if self.checked_completion(completion)["rule"] == "handed_in":
            return Fraction(1)
        return marked.share if marked.complete else Fraction(0)

    def pass_percent(self, completion: Mapping[str, Any]) -> int | None:
        """Return the per cent of the points that pass, or None where nothing has to be passed."""
        return self.checked_completion(completion).get("percent")

    def handed_in(self, content: Content, state: Mapping[str, Any]) -> str:
        """Return how somebody stands, in words."""
        return str(STATES.get(state.get("state", ""), ""))

    def requirement(self, completion: Mapping[str, Any], content: Content) -> str:
        """Return the rule as a sentence."""
        percent = self.pass_percent(completion)
        if percent is None:
            return _("作业交上，就算学完")
        most = rubric.most(content.get("criteria", []))
        least = rubric.show(rubric.pass_points(most, percent))
        return _("作业批阅后得分达到 %(least)s 分（满分 %(most)s），就算学完", least=least, most=rubric.show(most))

    def missing(self, content: Content, completion: Mapping[str, Any], share: Fraction) -> str:
        """Return what is still needed."""
        if share >= self.goal(completion):
            return ""
        if self.pass_percent(completion) is None:
            return _("作业还没有交")
        if share:
            return _("作业得了 %(share)s，还没有达到要求", share=show_percent(share))
        return _("作业交上并且批阅通过，就学完了")

    def search_text(self, content: Content) -> str:
        """Return the task."""
        return str(markdown.render(content.get("task", "")).striptags())


def brief(content: Content) -> dict[str, Any]:
    """Return what pages show of an assignment: the task, what to hand in, and the rubric."""
    criteria = content.get("criteria", [])
    return {
        "html": markdown.render(content.get("task", "")),
        "wants": wants(content),
        "criteria": criteria,
        "most": rubric.most(criteria),
        "resubmissions": content.get("resubmissions", 0),
        "show": rubric.show,
    }


def wants(content: Content) -> list[str]:
    """Return what to hand in, as sentences."""
    said = [_("交什么：%(what)s", what=HAND_IN.get(content.get("hand_in", "text"), HAND_IN["text"]))]
    if content.get("hand_in") != "files":
        said.append(
            _("文字 %(least)s 到 %(most)s 字", least=content.get("least", LEAST), most=content.get("most", MOST))
        )
    if content.get("hand_in") != "text":
        kinds = _("、").join(str(KINDS[kind]) for kind in content.get("kinds", []) if kind in KINDS)
        said.append(_("文件最多 %(n)s 个，每个不超过 20 MB：%(kinds)s", n=content.get("most_files", 1), kinds=kinds))
    tries = content.get("resubmissions", 0)
    said.append(_("没有通过可以重交 %(n)s 次", n=tries) if tries else _("只能交一次，交以前看清楚"))
    return said


def own_page(work_url: str) -> str:
    """Return the address of the page where one writes, which lies beside the address of the lesson's steps."""
    return f"{work_url.removesuffix('/work')}/assignment"


PLUGIN = Assignment()
