"""Writing a question: a new one, or a new version."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.rules import safe_path
from academy.accounts.session import current_person
from academy.errors import UserError
from academy.i18n import _
from academy.permissions import requires
from academy.web.rich_text import MARKDOWN, question_text
from courses.question_types import installed
from courses.questions import editing, services
from courses.questions.models import Question
from courses.questions.rules import DIFFICULTIES
from courses.questions.views.blueprint import blueprint
from courses.questions.views.lookups import own_question, question_or_404, type_or_404

PREVIEW_LIMIT = 20_000


@blueprint.get("/studio/questions/new")
@requires("questions.edit")
def add() -> str:
    """Show the editor of a new question, or first the choice of its type."""
    if "type" not in request.args:
        return render_template("questions/choose.html", types=installed.all_types())
    return _editor_page(editing.blank(type_or_404(request.args["type"])))


@blueprint.post("/studio/questions/new")
@requires("questions.edit")
def create() -> ResponseReturnValue:
    """Put a new question into the bank."""
    editor = editing.sent(type_or_404(request.form.get("type", "")), request.form)
    if editing.wants_more(request.form):
        return _editor_page(editor)
    if editor.problems:
        return _editor_page(editor), 422
    question = services.create_all([editor.draft], current_person, editor.shelf())[0]
    flash(_("题目已经放进题库"), "ok")
    return redirect(url_for("questions.edit", question_id=question.id), 303)


@blueprint.get("/studio/questions/<int:question_id>")
@requires("questions.edit")
def edit(question_id: int) -> str:
    """Show the editor of a question; somebody else's can only be read."""
    question = question_or_404(question_id)
    return _editor_page(editing.opened(question, installed.get(question.type)), question)


@blueprint.post("/studio/questions/<int:question_id>")
@requires("questions.edit")
def save(question_id: int) -> ResponseReturnValue:
    """Save a new version of a question."""
    question = own_question(question_id)
    type_ = type_or_404(question.type)
    editor = editing.sent(type_, request.form)
    based_on = request.form.get("based_on", 0, type=int)
    if editing.wants_more(request.form):
        return _editor_page(editor, question, based_on)
    if editor.problems:
        return _editor_page(editor, question, based_on), 422
    try:
        services.revise(question, editor.draft, based_on, current_person)
    except UserError as error:
        theirs = editing.opened(question, type_)
        return _editor_page(editor, question, theirs=editing.differences(theirs, editor)), error.status
    question.category = editor.shelf()
    flash(_("题目已经保存。已经发布的测验仍用原来的版本，重新发布后才用新的"), "ok")
    return redirect(_back() or url_for("questions.edit", question_id=question.id), 303)


@blueprint.post("/studio/questions/preview")
@requires("questions.edit")
def preview_text() -> ResponseReturnValue:
    """Return the HTML that trainees will see of the posted Markdown of a stem or an explanation."""
    sent = request.get_json(silent=True)
    text = sent.get("text", "") if isinstance(sent, dict) else None
    if not isinstance(text, str) or len(text) > PREVIEW_LIMIT:
        raise UserError(_("文字太长，不能预览"), 413)
    return {"html": str(question_text(text, MARKDOWN))}


def _back() -> str | None:
    """Return the page that one came from to mend a question, for example a quiz."""
    return safe_path(request.values.get("back"))


def _editor_page(
    editor: editing.Editor,
    question: Question | None = None,
    based_on: int | None = None,
    theirs: list[tuple[str, str, str]] | None = None,
) -> str:
    number = question.current.number if question and question.current else 0
    return render_template(
        "questions/edit.html",
        editor=editor,
        question=question,
        based_on=number if based_on is None else based_on,
        theirs=theirs,
        editable=editor.type.installed and (question is None or services.may_edit(question, current_person)),
        back=_back(),
        form_has_errors=bool(editor.problems or theirs),
        **editor_choices(),
    )


def editor_choices() -> dict[str, Any]:
    """Return what every editor page offers to choose from."""
    return {"categories": services.categories(), "difficulties": DIFFICULTIES}
