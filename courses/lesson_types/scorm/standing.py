"""Where somebody stands in a package: kept from report to report, resumed, rolled up over its SCOs. No database, no request.

The state is {"scos": {id: …}, "at", "ms", "first", "last", "wait", "cut"}. Of an SCO it keeps `values`, what the package wrote,
`run` and `sequence` of the last report, `done`, `success` and `score`, the best it ever claimed, and the time that it reports, in
hundredths of a second.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from academy.errors import UserError
from academy.i18n import _
from courses.lesson_types.scorm.cmi import Report, Standing, as_clock, as_span, number, session_centiseconds, standing

SCORE_PARTS = 10_000
IDLE_SECONDS = 300
"""Longer silence than this is not counted towards the least time."""
MAX_STATE_SCOS = 200
RANKS = {"": 0, "failed": 1, "passed": 2}
SUSPENDED = ("suspend", "logout")


@dataclass(frozen=True)
class Result:
    """A package rolled up: how many of its SCOs are done, whether all that judge say passed, the mean score."""

    done: int
    total: int
    success: str
    score: Fraction | None
    centiseconds: int
    begun: bool


def take_report(
    content: Mapping[str, Any], state: Mapping[str, Any], report: Report, began: datetime, moment: datetime
) -> dict[str, Any]:
    """Return the state after a report of a run that began at `began`.

    A report that came before is passed over. Raises UserError when a later run has begun or the SCO is not in the package.
    """
    sco = next((sco for sco in content.get("scos", []) if sco["id"] == report.sco), None)
    if sco is None:
        raise UserError(_("课件送来的记录不属于这个课件包，没有保存。请刷新这一页再打开课件"), 422)
    run = int(began.timestamp() * 1000)
    before = state.get("scos", {}).get(report.sco, {})
    if run < before.get("run", 0):
        raise UserError(
            _("这个课件又在另一个页面里打开了，这里做的不再记录。请关掉这一页，在后打开的页面里接着学"), 409
        )
    if run == before.get("run") and report.sequence <= before.get("sequence", -1):
        return {"wait": 0, **state}
    new = {**state, "at": report.sco}
    new["ms"] = state.get("ms", 0) + _ms_since(state, began, moment)
    new["first"] = state.get("first") or began.isoformat()
    new["last"] = moment.isoformat()
    new["cut"] = bool(state.get("cut")) or report.cut
    elapsed = max(timedelta(0), moment - began)
    version = content["version"]
    after = _after(before, report, version, _claim(report, version, sco), (run, elapsed))
    new["scos"] = {**state.get("scos", {}), report.sco: after}
    wanted = int(content.get("least_minutes") or 0) * 60
    result = roll_up(content, new)
    new["wait"] = max(0, wanted - new["ms"] // 1000) if result.done == result.total else 0
    return new


def _ms_since(state: Mapping[str, Any], began: datetime, moment: datetime) -> int:
    """Return the milliseconds by the server's clock since the last report, or since the run began, whichever is later."""
    last = datetime.fromisoformat(state["last"]) if state.get("last") else began
    passed_by = max(timedelta(0), moment - max(last, began))
    return min(timedelta(seconds=IDLE_SECONDS), passed_by) // timedelta(milliseconds=1)


def _after(
    before: Mapping[str, Any], report: Report, version: str, claimed: Standing, span: tuple[int, timedelta]
) -> dict[str, Any]:
    """Return what is kept of an SCO. span: the run, and how long it has lasted by the server's clock."""
    run, elapsed = span
    session = min(session_centiseconds(report.values, version), int(elapsed / timedelta(milliseconds=10)))
    same = before.get("run") == run
    earlier = before.get("earlier", 0) + (0 if same else before.get("session", 0))
    score = None if claimed.score is None else int(claimed.score * SCORE_PARTS)
    best = [each for each in (before.get("score"), score) if each is not None]
    return {
        "values": report.values,
        "run": run,
        "sequence": report.sequence,
        "earlier": earlier,
        "session": max(session, before.get("session", 0)) if same else session,
        "ended": report.ended,
        "done": bool(before.get("done")) or claimed.completed,
        "success": max(before.get("success", ""), claimed.success, key=RANKS.__getitem__),
        "score": max(best, default=None),
    }


def _claim(report: Report, version: str, sco: Mapping[str, Any]) -> Standing:
    """Return what a report claims, with what the standard lets the platform say where the package itself says nothing.

    An SCO that ended for good and never said how far one is, is done. One of SCORM 1.2 that has a mastery score and was
    not judged by its package is passed or failed by its raw score.
    """
    claimed, values = standing(report.values, version), report.values
    old = version == "1.2"
    if not report.ended or values.get("cmi.core.exit" if old else "cmi.exit", "") in SUSPENDED:
        return claimed
    told = values.get("cmi.core.lesson_status" if old else "cmi.completion_status", "unknown")
    if told in ("unknown", "not attempted"):
        claimed = replace(claimed, completed=True)
    mastery, raw = number(sco.get("mastery", "")), number(values.get("cmi.core.score.raw", ""))
    if old and claimed.completed and not claimed.success and mastery is not None and raw is not None:
        claimed = replace(claimed, success="passed" if raw >= mastery else "failed")
    return claimed


def roll_up(content: Mapping[str, Any], state: Mapping[str, Any]) -> Result:
    """Return how somebody stands in the package as a whole."""
    scos = content.get("scos", [])
    known = [state.get("scos", {}).get(sco["id"], {}) for sco in scos]
    judged = [each["success"] for each in known if each.get("success")]
    scores = [Fraction(each["score"], SCORE_PARTS) for each in known if each.get("score") is not None]
    success = min(judged, key=RANKS.__getitem__) if judged else ""
    return Result(
        done=sum(bool(each.get("done")) for each in known),
        total=len(scos),
        success=success,
        score=sum(scores, Fraction(0)) / len(scores) if scores else None,
        centiseconds=sum(each.get("earlier", 0) + each.get("session", 0) for each in known),
        begun=any(known),
    )


def share_of(content: Mapping[str, Any], state: Mapping[str, Any]) -> Fraction:
    """Return the share of the SCOs that are done; short of 1 while the least time is not reached."""
    result = roll_up(content, state)
    if not result.total:
        return Fraction(0)
    share = Fraction(result.done, result.total)
    return min(share, Fraction(99, 100)) if state.get("wait") else share


def passed(result: Result, percent: int) -> bool:
    """Return whether a package was passed: by its own word, or by its score alone where it has none."""
    if result.success == "failed":
        return False
    enough = result.score is None or result.score >= Fraction(percent, 100)
    return enough and (result.success == "passed" or (result.score is not None and result.done == result.total))


def resumed(sco: Mapping[str, Any], version: str, kept: Mapping[str, Any]) -> dict[str, str]:
    """Return the values with which an SCO begins: what it wrote before, and what the standard lets us tell it.

    An attempt that ended in SCORM 2004 without being suspended begins anew; one that was cut off goes on.
    """
    old = dict(kept.get("values", {}))
    exit_name = "cmi.core.exit" if version == "1.2" else "cmi.exit"
    suspended = bool(old) and (old.get(exit_name, "") in SUSPENDED or not kept.get("ended"))
    if version == "2004" and not suspended:
        old = {}
    for name in (exit_name, "cmi.core.session_time", "cmi.session_time"):
        old.pop(name, None)
    total = kept.get("earlier", 0) + kept.get("session", 0) if old else 0
    return {**old, **_told(sco, version, "resume" if suspended else "" if old else "ab-initio", total)}


def _told(sco: Mapping[str, Any], version: str, entry: str, total: int) -> dict[str, str]:
    if version == "1.2":
        told = {
            "cmi.core.entry": entry,
            "cmi.core.total_time": as_clock(total),
            "cmi.core.credit": "credit",
            "cmi.core.lesson_mode": "normal",
            "cmi.launch_data": sco.get("launch_data", ""),
            "cmi.student_data.mastery_score": sco.get("mastery", ""),
        }
    else:
        told = {
            "cmi.entry": entry,
            "cmi.total_time": as_span(total),
            "cmi.credit": "credit",
            "cmi.mode": "normal",
            "cmi.launch_data": sco.get("launch_data", ""),
            "cmi.scaled_passing_score": sco.get("passing", ""),
        }
    return {name: value for name, value in told.items() if value or name.endswith("entry")}
