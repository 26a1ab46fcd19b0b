"""Taking a question out of use, and offering it again."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from academy.audit.services import record
from academy.i18n import _
from academy.permissions import requires
from courses.question_types.base import plain_stem
from courses.questions import services, usage
from courses.questions.models import Question
from courses.questions.views.blueprint import blueprint
from courses.questions.views.lookups import own_question


@blueprint.post("/studio/questions/<int:question_id>/retire")
@requires("questions.edit")
def retire(question_id: int) -> ResponseReturnValue:
    """Take a question out of use."""
    question = own_question(question_id)
    services.retire(question)
    record("question.retired", question, _label(question))
    flash(_("题目已经停用：不再供选用，已经发布的测验和成绩都不受影响"), "ok")
    places = dict.fromkeys(use.label for use in usage.uses_of([question.id]).get(question.id, []))
    if places:
        flash(_("这道题还在这些地方：%(places)s", places=_("；").join(places)), "info")
    return redirect(url_for("questions.edit", question_id=question.id), 303)


@blueprint.post("/studio/questions/<int:question_id>/restore")
@requires("questions.edit")
def restore(question_id: int) -> ResponseReturnValue:
    """Offer a question again."""
    question = own_question(question_id)
    services.restore(question)
    record("question.restored", question, _label(question))
    flash(_("题目已经恢复使用"), "ok")
    return redirect(url_for("questions.edit", question_id=question.id), 303)


def _label(question: Question) -> str:
    return plain_stem(question.current.content) if question.current else ""
