"""The page that shows an author how a quiz and its questions have worked."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.i18n import _, localized
from academy.permissions import requires
from academy.web.lookups import get_or_404
from courses.analysis import rules, services, wording
from courses.analysis.services.keeping import Sat
from courses.formats.tables import Table, table_formats
from courses.question_types import installed
from courses.quizzes import services as quizzes
from courses.quizzes.models import Quiz

blueprint = Blueprint("analysis", __name__)
blueprints = [blueprint]
PERMISSIONS: dict[str, set[str]] = {"analysis.view": {"instructor", "admin"}}
AT_ONCE = 1500
"""Up to so many attempts the figures are worked out while the page is made; more are a job."""
LOOK_EVERY_SECONDS = 3
WHICH = ("first", "all")


def _own_quiz(quiz_id: int) -> Quiz:
    quiz = get_or_404(Quiz, quiz_id)
    if not quizzes.may_edit(quiz, current_person):
        abort(403)
    return quiz


def _chosen(sat: list[Sat]) -> Sat | None:
    """Return the version that the address names, else the newest that has been sat."""
    number = request.values.get("version", 0, type=int)
    return next((each for each in sat if each.version.number == number), sat[0] if sat else None)


def _which() -> str:
    asked = request.values.get("which", "")
    return asked if asked in WHICH else WHICH[0]


def _result(chosen: Sat, which: str) -> tuple[dict[str, Any] | None, str]:
    """Return the figures, if they are there, and where their making stands: done, waiting, failed or missing."""
    if services.count_attempts(chosen.version.id, which) <= AT_ONCE:
        return services.analyse(chosen.version, which), "done"
    row = services.kept(chosen.version.id)
    if row is None or row.which != which:
        return None, "missing"
    return (row.result or None), row.state


@blueprint.get("/studio/quizzes/<int:quiz_id>/analysis")
@requires("analysis.view")
def quiz(quiz_id: int) -> ResponseReturnValue:
    """Show the figures of one version of a quiz."""
    found = _own_quiz(quiz_id)
    sat, which = services.versions_sat(quiz_id), _which()
    chosen = _chosen(sat)
    result, state = _result(chosen, which) if chosen else (None, "nobody")
    page = render_template(
        "analysis/quiz.html",
        quiz=found,
        sat=sat,
        chosen=chosen,
        which=which,
        result=result,
        state=state,
        kept=state == "done" and chosen is not None and services.count_attempts(chosen.version.id, which) > AT_ONCE,
        flags=wording.FLAGS,
        band_name=wording.band_name,
        reliability=wording.reliability_sentence,
        type_of=installed.get,
        enough=rules.ENOUGH_PEOPLE,
    )
    return (page, 200, {"Refresh": str(LOOK_EVERY_SECONDS)}) if state == "waiting" else page


@blueprint.post("/studio/quizzes/<int:quiz_id>/analysis")
@requires("analysis.view")
def compute(quiz_id: int) -> ResponseReturnValue:
    """Have the figures of a quiz that very many have sat worked out in the background."""
    _own_quiz(quiz_id)
    chosen = _chosen(services.versions_sat(quiz_id))
    if chosen is None:
        abort(404)
    which = _which()
    services.ask_for(chosen.version, which, current_person)
    return redirect(url_for("analysis.quiz", quiz_id=quiz_id, version=chosen.version.number, which=which), 303)


@blueprint.get("/studio/quizzes/<int:quiz_id>/analysis.<extension>")
@requires("analysis.view")
def export(quiz_id: int, extension: str) -> ResponseReturnValue:
    """Send the figures as a table."""
    found, writer = _own_quiz(quiz_id), table_formats().get(extension)
    chosen = _chosen(services.versions_sat(quiz_id))
    if writer is None or chosen is None:
        abort(404)
    result, _state = _result(chosen, _which())
    if result is None:
        abort(404)
    title = _("题目分析：%(title)s", title=localized(found, "title"))
    answer = Response(b"".join(writer.write([_table(title, result)])), mimetype=writer.media_type)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}.{writer.key}"
    return answer


def _table(title: str, result: dict[str, Any]) -> Table:
    columns = [
        *(_("题号"), _("题干"), _("题型"), _("人数"), _("得分率"), _("区分度")),
        *(_("与其余题的相关"), _("去掉这题后的信度"), _("提示")),
    ]
    return Table(title, columns, _rows(result["items"]))


def _rows(items: Iterable[dict[str, Any]]) -> list[list[Any]]:
    return [
        [
            number,
            each["stem"],
            str(installed.get(each["type"]).name),
            each["count"],
            *(_rounded(each[name]) for name in ("facility", "discrimination", "correlation", "alpha_without")),
            _("、").join(str(wording.FLAGS[flag][0]) for flag in each["flags"]),
        ]
        for number, each in enumerate(items, 1)
    ]


def _rounded(value: float | None) -> float | str:
    return "" if value is None else round(value, 3)
