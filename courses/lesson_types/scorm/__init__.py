"""A package made with another tool (SCORM 1.2 or 2004), run in a frame; what it claims about a person is kept and shown.

What a package says comes from a browser, so it counts as a claim: the author chooses what it is worth, it is marked as claimed in
the record, and it is never study time. Reports count only when they come over the address of a run (`running`).
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flask import url_for
from wtforms import IntegerField
from wtforms.validators import NumberRange, Optional

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from academy.i18n import lazy as _l
from academy.web import foreign
from academy.web.filters import show_duration, show_percent
from academy.web.forms import BaseForm
from courses.lesson_types.base import Content, LessonType, PlayerContext, Problem, Rule, Taken
from courses.lesson_types.files import FileIdField, UploadField, load_file, picked_file
from courses.lesson_types.scorm import cmi, running, standing, unpacking

MOST_MINUTES = 600
STATUS = {"passed": _l("通过"), "failed": _l("未通过")}
HALF = Fraction(1, 2)


class ScormForm(BaseForm):
    """The author's form."""

    package_id = FileIdField()
    package_upload = UploadField(_l("课件包"), kind="package")
    least_minutes = IntegerField(
        _l("至少学几分钟"),
        validators=[Optional(), NumberRange(0, MOST_MINUTES, message=_l("请填 0 到 %(max)d 之间的分钟数"))],
    )


class Scorm(LessonType):
    """A package: {"file_id", "sha256", "least_minutes"} and what its manifest says, see scorm.manifest."""

    key = "scorm"
    name = _l("课件包（SCORM）")
    icon = "box"
    order = 70
    measure = "work"
    rules = (
        Rule("completed", _l("课件包自己报告“已完成”")),
        Rule("passed", _l("课件包自己报告“通过”，得分不低于下面的百分比"), 60),
        Rule("opened", _l("不作要求，打开就算学完")),
    )
    form = ScormForm
    styles = ("pages/package",)
    scripts = ("package",)

    def empty(self) -> dict[str, Any]:
        """Return a lesson without a package."""
        return {"file_id": None, "scos": [], "least_minutes": 0}

    def problems(self, content: Content) -> list[Problem]:
        """Return that the package is missing, if it is."""
        return [] if content.get("file_id") else [Problem(_("还没有上传课件包"), "package_upload")]

    def lacks(self, content: Content) -> str:
        """Return that the package is missing, if it is."""
        return "" if content.get("file_id") else _("缺课件包")

    def to_form(self, content: Content) -> dict[str, Any]:
        """Return the form's values."""
        return {"package_id": content.get("file_id"), "least_minutes": content.get("least_minutes") or None}

    def from_form(self, form: Any, content: Content) -> dict[str, Any]:
        """Return the content that the form describes; a package that is new is checked and unpacked."""
        least = form.least_minutes.data or 0
        chosen = picked_file(form, "package", content.get("file_id"))
        if chosen and chosen == content.get("file_id"):
            return {**content, "least_minutes": least}
        file = load_file(chosen)
        return {**(unpacking.take_in(file) if file else self.empty()), "least_minutes": least}

    def prepare(self, form: Any, content: Content) -> None:
        """Check and unpack a package that is new; `from_form` finds it unpacked."""
        self.from_form(form, content)

    def editor(self, content: Content, owner_id: int) -> dict[str, Any]:
        """Return what the package is, and whether this server can show packages at all."""
        return {"package": dict(content) if content.get("file_id") else None, "content_origin": foreign.origin()}

    def files(self, content: Content) -> frozenset[int]:
        """Return the zip. What is in it is sent by the address of a run."""
        return frozenset([content["file_id"]] if content.get("file_id") else [])

    def size(self, content: Content) -> int:
        """Return the number of SCOs."""
        return max(1, len(content.get("scos", [])))

    def minutes(self, content: Content) -> int:
        """Return the least time; how long a package takes, nobody but its author knows."""
        return int(content.get("least_minutes") or 0)

    def length_label(self, content: Content, minutes: int) -> str:
        """Return kind and length."""
        return _("课件 约 %(n)s 分钟", n=minutes) if minutes else _("课件")

    def player(self, content: Content, context: PlayerContext) -> dict[str, Any]:
        """Return the contents of the package with how one stands, and the addresses that run it."""
        known = context.state.get("scos", {})
        address = self._address(content, context)
        lines = [
            {
                "depth": depth,
                "title": title,
                "run_url": address(number) if number is not None else "",
                "at": number is not None and content["scos"][number]["id"] == context.state.get("at"),
                "state": state_of(known.get(content["scos"][number]["id"], {})) if number is not None else None,
            }
            for depth, title, number in content.get("tree", [])
        ]
        return {
            "package": dict(content) if content.get("file_id") else None,
            "lines": lines,
            "single": len(content.get("scos", [])) == 1,
            "result": result_of(content, context.state),
            "content_origin": foreign.origin(),
            "trying": context.preview,
        }

    def _address(self, content: Content, context: PlayerContext) -> Any:
        origin = foreign.origin()
        person = db.session.get(Person, context.person_id) if origin and content.get("sha256") else None
        if person is None:
            return lambda number: ""
        foreign.frame_foreign()
        work_url = "" if context.preview else context.work_url
        token = running.issue(person, content["sha256"], work_url, foreign.home())
        return lambda number: origin + url_for("packages.run", token=token, number=number)

    def take(self, content: Content, state: Mapping[str, Any], values: Mapping[str, Any]) -> Taken:
        """Take a report of the running package; what did not come over a run's address is refused."""
        if not isinstance(values, running.Heard):
            raise UserError(_("这一节的进度由课件自己记录。请点“打开课件”"), 422)
        report = cmi.read_report(values)
        new = standing.take_report(content, state, report, values.run.began, now())
        result = standing.roll_up(content, new)
        score = None if result.score is None else [result.score.numerator, result.score.denominator]
        new["result"] = {"success": result.success, "score": score, "all": result.done == result.total}
        said = ""
        if new["wait"]:
            said = _("课件已经做完。这一节要求的时间还差 %(rest)s，再看一会儿就记上", rest=show_duration(new["wait"]))
        evidence = {
            "claimed_by": "package",
            "sco": report.sco,
            "done": [result.done, result.total],
            "success": result.success,
            "score": score,
            "package": content.get("sha256", "")[:12],
        }
        return Taken(new, standing.share_of(content, new), evidence, said)

    def share_taken(self, taken: Taken, completion: Mapping[str, Any]) -> Fraction:
        """Return the share under the rule: of an unpassed package that has to be passed, at most a half."""
        rule = self.checked_completion(completion)
        if rule["rule"] != "passed":
            return taken.share
        kept = taken.state.get("result", {})
        score = Fraction(*kept["score"]) if kept.get("score") else None
        done, total = (1, 1) if kept.get("all") else (0, 1)
        result = standing.Result(done, total, kept.get("success", ""), score, 0, True)
        return (
            Fraction(1)
            if standing.passed(result, rule["percent"]) and not taken.state.get("wait")
            else taken.share * HALF
        )

    def goal(self, completion: Mapping[str, Any]) -> Fraction:
        """Return all of it, or nothing; the per cent of the rule is a score, not a share."""
        return self.plain_goal(self.checked_completion(completion)["rule"])

    def requirement(self, completion: Mapping[str, Any], content: Content) -> str:
        """Return the rule as a sentence."""
        rule, least = self.checked_completion(completion), content.get("least_minutes") or 0
        if rule["rule"] == "opened":
            return _("打开就算学完")
        if rule["rule"] == "passed":
            said = _("课件报告“通过”，得分不低于 %(percent)s%%，自动记为完成", percent=rule["percent"])
        else:
            said = _("课件报告“已完成”，自动记为完成")
        return _("%(rule)s；至少学 %(n)s 分钟", rule=said, n=least) if least else said

    def missing(self, content: Content, completion: Mapping[str, Any], share: Fraction) -> str:
        """Return what is still needed."""
        if share >= self.goal(completion):
            return ""
        rule = self.checked_completion(completion)
        if rule["rule"] == "passed":
            return _("课件要报告“通过”，得分不低于 %(percent)s%%", percent=rule["percent"])
        return _("打开课件，把里面的内容学完")

    def handed_in(self, content: Content, state: Mapping[str, Any]) -> str:
        """Return score and status in words."""
        result = result_of(content, state)
        return " · ".join(str(each) for each in (result["status"], result["score"]) if each) if result["begun"] else ""

    def search_text(self, content: Content) -> str:
        """Return the headings of the package."""
        return " ".join([content.get("title", ""), *(line[1] for line in content.get("tree", []))])


def state_of(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return how somebody stands in one SCO, in words."""
    if not kept:
        return {"kind": "todo", "text": _("未开始"), "score": ""}
    score = kept.get("score")
    percent = "" if score is None else show_percent(Fraction(score, standing.SCORE_PARTS))
    word = STATUS.get(kept.get("success", ""))
    if word is not None:
        kind = "late" if kept["success"] == "failed" else ""
        return {"kind": kind, "text": str(word), "score": percent}
    done = bool(kept.get("done"))
    return {"kind": "" if done else "doing", "text": _("已完成") if done else _("学习中"), "score": percent}


def result_of(content: Content, state: Mapping[str, Any]) -> dict[str, Any]:
    """Return how somebody stands in a package as a whole, in words. All of it is what the package claims."""
    result = standing.roll_up(content, state)
    whole = {"success": result.success, "done": result.done == result.total and result.total > 0}
    return {
        "begun": result.begun,
        "status": state_of(whole)["text"] if result.begun else _("未开始"),
        "kind": state_of(whole)["kind"] if result.begun else "todo",
        "score": "" if result.score is None else show_percent(result.score),
        "time": show_duration(result.centiseconds // 100) if result.centiseconds else "",
        "done": result.done,
        "total": result.total,
        "cut": bool(state.get("cut")),
        "wait": show_duration(state["wait"]) if state.get("wait") else "",
    }


PLUGIN = Scorm()
