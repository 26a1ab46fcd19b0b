"""Grading a question again after its key was corrected: what would change, the change, and back."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.errors import UserError
from academy.i18n import _
from academy.i18n import lazy as _l
from academy.permissions import requires
from academy.web.lookups import get_or_404
from courses.marking.models import Regrade
from courses.marking.services import access, answers, regrading
from courses.marking.views.access import own_quiz
from courses.marking.views.blueprint import blueprint
from courses.question_types import installed
from courses.question_types.base import plain_stem
from courses.questions.models import Question, QuestionVersion
from courses.quizzes.models import Quiz

ACTIONS = {
    "key": _l("按改正后的答案重新评分"),
    "full": _l("这道题给所有人满分"),
    "left_out": _l("这道题不计分"),
}
STATES = {
    "waiting": _l("正在进行"),
    "done": _l("已完成"),
    "undoing": _l("正在撤销"),
    "undone": _l("已撤销"),
    "failed": _l("没有完成"),
}


@blueprint.get("/studio/marking/<int:quiz_id>/regrade")
@requires("marking.mark")
def regrade(quiz_id: int) -> str:
    """Choose a question and see who would be changed, and how."""
    return _page(own_quiz(quiz_id))


@blueprint.post("/studio/marking/<int:quiz_id>/regrade")
@requires("marking.mark")
def start_regrade(quiz_id: int) -> ResponseReturnValue:
    """Regrade what was previewed."""
    quiz = own_quiz(quiz_id)
    chosen = _chosen(quiz)
    action = request.form.get("action", "")
    if chosen is None or action not in ACTIONS:
        abort(404)
    question, key, _times = chosen
    try:
        if action == "key" and request.form.get("version", 0, type=int) != key.id:
            raise UserError(_("您预览以后，这道题又改过了。下面是按新版本的预览，看过再确认"), 409)
        row = regrading.start(quiz, question, action, current_person, request.form.get("reason", ""))
    except UserError as error:
        return _page(quiz, error), error.status
    flash(_("已经重新评分") if row.state == "done" else _("正在重新评分，稍后刷新这一页"), "ok")
    return redirect(url_for("marking.regrade", quiz_id=quiz.id), 303)


@blueprint.post("/studio/marking/<int:quiz_id>/regrade/<int:regrade_id>/undo")
@requires("marking.mark")
def undo_regrade(quiz_id: int, regrade_id: int) -> ResponseReturnValue:
    """Give back what a regrade changed."""
    quiz = own_quiz(quiz_id)
    row = get_or_404(Regrade, regrade_id)
    if row.quiz_id != quiz.id:
        abort(404)
    row = regrading.undo(row, current_person)
    flash(_("已经撤销") if row.state == "undone" else _("正在撤销，稍后刷新这一页"), "ok")
    return redirect(url_for("marking.regrade", quiz_id=quiz.id), 303)


def _chosen(quiz: Quiz) -> tuple[Question, QuestionVersion, int] | None:
    wanted = request.values.get("question", 0, type=int)
    return next((each for each in regrading.questions_of(quiz.id) if each[0].id == wanted), None)


def _page(quiz: Quiz, error: UserError | None = None) -> str:
    action = request.values.get("action", "key")
    action = action if action in ACTIONS else "key"
    chosen = _chosen(quiz)
    settings = access.settings_of(quiz.id)
    return render_template(
        "marking/regrade.html",
        quiz=quiz,
        questions=regrading.questions_of(quiz.id),
        chosen=chosen,
        action=action,
        preview=regrading.preview(quiz, chosen[0].id, action, chosen[1]) if chosen else None,
        sitting=regrading.still_sitting(quiz.id),
        history=regrading.history(quiz.id),
        names=answers.names_of,
        code_of=answers.code_of,
        anonymous=settings.anonymous,
        actions=ACTIONS,
        states=STATES,
        problem=error,
        form_has_errors=error is not None,
        type_of=installed.get,
        words=plain_stem,
        reason=request.form.get("reason", ""),
    )
