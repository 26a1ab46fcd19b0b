"""A drill: decisions with consequences, and a debrief. Written as plain text; see `courses.scenarios`.

Trainees get the scene they stand in and nothing of the others; what the choices are worth is shown when a run has ended.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from wtforms import TextAreaField
from wtforms.validators import Length

from academy.errors import UserError
from academy.i18n import _, current_locale, ngettext
from academy.i18n import lazy as _l
from academy.web.filters import show_percent
from academy.web.forms import BaseForm
from courses.lesson_types.base import Content, LessonType, PlayerContext, Problem, Rule, Taken
from courses.lesson_types.scenario.showing import shown
from courses.scenarios import running
from courses.scenarios.checking import Frozen, examine, frozen, frozen_twin
from courses.scenarios.drawing import draw
from courses.scenarios.script import Issue

LIMIT = 40_000
CHARACTERS_PER_MINUTE = 250
SHOWN_PROBLEMS = 3
ENDINGS = {"good": _l("好结局"), "fair": _l("一般的结局"), "poor": _l("不好的结局")}


class ScenarioForm(BaseForm):
    """The author's form: the text of the drill, and its English twin."""

    text = TextAreaField(_l("剧本"), validators=[Length(max=LIMIT, message=_l("剧本最多 40000 字，请分成几节"))])
    text_en = TextAreaField(_l("英文剧本"), validators=[Length(max=2 * LIMIT, message=_l("英文剧本最多 80000 个字母"))])


class Scenario(LessonType):
    """A drill: a draft is {"text", "text_en"}; published it is {"drill", "drill_en"}, read once and for ever."""

    key = "scenario"
    name = _l("情景演练")
    icon = "swap"
    order = 55
    measure = "work"
    rules = (
        Rule("finished", _l("从头到尾走完一次")),
        Rule("points", _l("得分达到最佳走法的一定比例"), 60),
        Rule("good", _l("走到一个好结局")),
    )
    form = ScenarioForm
    styles = ("tables", "parts/scenes", "parts/scenario")
    scripts = ("scenario",)

    def empty(self) -> dict[str, Any]:
        """Return a drill without text."""
        return {"text": "", "text_en": ""}

    def problems(self, content: Content) -> list[Problem]:
        """Return the first things that have to be mended before the drill can be played."""
        if "drill" in content:
            return []
        if not content.get("text", "").strip():
            return [Problem(_("剧本还是空的"), "text")]
        _script, _twin, issues, issues_en = examine(content["text"], content.get("text_en", ""))
        found = [Problem(_placed(issue), "text") for issue in issues if issue.blocking]
        found += [Problem(_placed_en(issue), "text_en") for issue in issues_en if issue.blocking]
        return found[:SHOWN_PROBLEMS]

    def lacks(self, content: Content) -> str:
        """Return that the text is missing, if it is."""
        return "" if content.get("text", "").strip() else _("缺剧本")

    def to_form(self, content: Content) -> dict[str, Any]:
        """Return the texts."""
        return {"text": content.get("text", ""), "text_en": content.get("text_en", "")}

    def from_form(self, form: Any, content: Content) -> dict[str, Any]:
        """Return the texts as typed, whatever is still wrong in them: a draft may be half done."""
        return {name: (form[name].data or "").replace("\r\n", "\n").rstrip() for name in ("text", "text_en")}

    def editor(self, content: Content, owner_id: int) -> dict[str, Any]:
        """Return what there is to say about the saved text, and its map."""
        if not content.get("text", "").strip():
            return {"drill_check": None}
        script, twin, issues, issues_en = examine(content["text"], content.get("text_en", ""))
        blocking = sum(issue.blocking for issue in issues)
        drill = frozen(script) if script.scenes and not blocking else None
        return {
            "drill_check": {
                "issues": [(_placed(issue), issue) for issue in issues],
                "issues_en": [(_placed_en(issue), issue) for issue in issues_en],
                "blocking": blocking + sum(issue.blocking for issue in issues_en),
                "scenes": len(script.scenes),
                "endings": sum(bool(scene.ending) for scene in script.scenes),
                "twin": twin is not None,
                "map": draw(drill) if drill else None,
                "drill": drill,
                "kinds": ENDINGS,
            }
        }

    def freeze(self, content: Content) -> dict[str, Any]:
        """Return the drill as it is played; the text it was read from is not needed any more."""
        script, twin, _issues, _issues_en = examine(content["text"], content.get("text_en", ""))
        return {"drill": frozen(script), "drill_en": frozen_twin(script, twin) if twin else None}

    def minutes(self, content: Content) -> int:
        """Return the minutes that the best way takes to read, and as much again to think."""
        drill = self._drill(content)
        run = running.best_run(drill) if drill else None
        return max(3, round(2 * running.characters(drill, run.steps) / CHARACTERS_PER_MINUTE)) if drill and run else 0

    def _drill(self, content: Content) -> Frozen | None:
        """Return the drill, of a draft only when it can be played."""
        if "drill" in content:
            return content["drill"]
        return self.freeze(content)["drill"] if content.get("text") and not self.problems(content) else None

    def length_label(self, content: Content, minutes: int) -> str:
        """Return the kind and the minutes."""
        return _("情景演练 约 %(n)s 分钟", n=minutes) if minutes else _("情景演练")

    def player(self, content: Content, context: PlayerContext) -> dict[str, Any]:
        """Return the scene one stands in with its choices, or the debrief; nothing of the scenes not reached."""
        drill = self._drill(content)
        if drill is None:
            return {"drill": None, "problems": self.problems(content)}
        words = content.get("drill_en") if current_locale() == "en" else None
        return {"drill": shown(drill, words, context), "kinds": ENDINGS}

    def take(self, content: Content, state: Mapping[str, Any], values: Mapping[str, Any]) -> Taken:
        """Take a decision, or begin another run after one has ended."""
        drill = self._drill(content)
        if drill is None:
            raise UserError(_("这个演练现在走不通，请告诉老师。已经做的都在"), 409)
        path = list(state.get("path", []))
        run = running.replay(drill, path)
        if run is None:  # published anew while somebody was under way
            said = _("演练的内容更新了，请从头开始这一轮")
            return Taken({**state, "path": []}, _share(state), {"restarted": True}, said)
        if values.get("again"):
            if not _over(drill, run):
                raise UserError(_("走完这一轮才能再来一次"), 409)
            return Taken({**state, "path": []}, _share(state), {"again": True})
        return self._decide(drill, run, {**state, "path": path}, values.get("choice"))

    def _decide(self, drill: Frozen, run: running.Run, state: dict[str, Any], value: Any) -> Taken:
        if _over(drill, run):
            raise UserError(_("这一轮已经走完了。想再试，请按“再来一次”"), 409)
        place = _number(value)
        following = running.replay(drill, [*state["path"], place])
        if following is None:
            raise UserError(_("请从列出的做法里选一个"), 422, "choice")
        state["path"] = [*state["path"], place]
        evidence: dict[str, Any] = {"run": state.get("runs", 0) + 1, "scene": run.at, "choice": place + 1}
        ending = drill["scenes"][following.at]["ending"]
        if ending:
            worth = running.mark(drill, following)
            best = max(worth, Fraction(*state.get("best", [0, 1])))
            state["runs"] = state.get("runs", 0) + 1
            state["best"] = [best.numerator, best.denominator]
            state["endings"] = sorted({*state.get("endings", []), following.at})
            state["good"] = bool(state.get("good")) or ending == "good"
            evidence |= {"ending": following.at, "kind": ending, "worth": [worth.numerator, worth.denominator]}
        return Taken(state, _share(state), evidence)

    def share_taken(self, taken: Taken, completion: Mapping[str, Any]) -> Fraction:
        """Return the share under the rule: finished or not, the best mark so far, or whether an ending was good."""
        rule = self.checked_completion(completion)["rule"]
        if rule == "points":
            return Fraction(*taken.state.get("best", [0, 1]))
        return Fraction(bool(taken.state.get("good"))) if rule == "good" else taken.share

    def handed_in(self, content: Content, state: Mapping[str, Any]) -> str:
        """Return how often and how well the drill was finished."""
        runs = state.get("runs", 0)
        if not runs:
            return _("还没有走完一次")
        best = show_percent(Fraction(*state.get("best", [0, 1])))
        text = ngettext("走完 %(n)s 次，最好得分 %(best)s", "走完 %(n)s 次，最好得分 %(best)s", runs, best=best)
        return f"{text} · {_('到过好结局')}" if state.get("good") else text

    def search_text(self, content: Content) -> str:
        """Return the titles of the scenes; the rest would tell the consequences."""
        drill = self._drill(content)
        return " ".join(scene["title"] for scene in drill["scenes"].values() if not scene["ending"]) if drill else ""

    def requirement(self, completion: Mapping[str, Any], content: Content) -> str:
        """Return the rule as a sentence."""
        rule = self.checked_completion(completion)
        if rule["rule"] == "points":
            return _("得分达到最佳走法的 %(percent)s%% 自动记为完成，可以多走几次", percent=rule["percent"])
        if rule["rule"] == "good":
            return _("走到一个好结局自动记为完成，可以多走几次")
        return _("从头到尾走完一次自动记为完成")

    def missing(self, content: Content, completion: Mapping[str, Any], share: Fraction) -> str:
        """Return what is still to be reached."""
        rule = self.checked_completion(completion)
        if share >= self.goal(completion):
            return ""
        if rule["rule"] == "points" and share:
            best = show_percent(share)
            return _("最好得分 %(best)s，要达到 %(percent)s%%，再走一次试试", best=best, percent=rule["percent"])
        if rule["rule"] == "points":
            return _("还要有一次得分达到 %(percent)s%%", percent=rule["percent"])
        return _("还要走到一个好结局") if rule["rule"] == "good" else _("还要走完一次演练")


def _share(state: Mapping[str, Any]) -> Fraction:
    return Fraction(bool(state.get("runs")))


def _over(drill: Frozen, run: running.Run) -> bool:
    return bool(drill["scenes"][run.at]["ending"]) or len(run.steps) >= running.MOST_STEPS


def _number(value: Any) -> int:
    """Return the place of the choice that a browser names, or -1, which no choice has."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 4:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def _placed(issue: Issue) -> str:
    return _("第 %(line)s 行：%(text)s", line=issue.line, text=issue.message) if issue.line else str(issue.message)


def _placed_en(issue: Issue) -> str:
    if not issue.line:
        return str(issue.message)
    return _("英文稿第 %(line)s 行：%(text)s", line=issue.line, text=issue.message)


PLUGIN = Scenario()
