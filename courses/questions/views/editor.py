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
from academy.web.transactions import keep_changes
from courses.question_types import installed
from courses.questions import editing, extending, pressing, previewing, services, usage
from courses.questions.editing import Editor
from courses.questions.models import Question
from courses.questions.rules import DIFFICULTIES
from courses.questions.views.blueprint import blueprint
from courses.questions.views.lookups import own_question, question_or_404, type_or_404

PREVIEW_LIMIT = 20_000


@blueprint.get("/studio/questions/new")
@requires("questions.edit")
def add() -> str:
    """Show the editor of a new question, or first the choice of its type. The address may say what is filled in already."""
    if "type" not in request.args:
        return render_template("questions/choose.html", types=installed.all_types())
    editor = editing.blank(type_or_404(request.args["type"]), request.args.get("category", ""))
    editor.tags = request.args.get("tags", "")
    difficulty = request.args.get("difficulty", editor.difficulty)
    editor.difficulty = difficulty if difficulty in DIFFICULTIES else editor.difficulty
    return _editor_page(editor)


@blueprint.post("/studio/questions/new")
@requires("questions.edit")
def create() -> ResponseReturnValue:
    """Put a new question into the bank."""
    editor = editing.sent(type_or_404(request.form.get("type", "")), request.form)
    if pressing.comes_back(request.form):
        return _editor_page(editor)
    editor.problems.update(extending.problems(None, request.form))
    if editor.problems:
        return _editor_page(editor), 422
    if found := pressing.doubles(editor, request.form, current_person):
        keep_changes()  # what was worked out to find them
        return _editor_page(editor, alike=found), 409
    try:
        question = services.create_all([editor.draft], current_person, editor.shelf())[0]
        extending.save(question, request.form, current_person)
    except UserError as error:
        editor.problems[error.field or "stem"] = error.message
        return _editor_page(editor), error.status
    if pressing.goes_on(request.form):
        flash(_("题目已经放进题库，接着写下一道"), "ok")
        same: dict[str, Any] = {"category": editor.category, "tags": editor.tags, "difficulty": editor.difficulty}
        return redirect(url_for("questions.add", type=editor.type.key, **same), 303)
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
    if pressing.comes_back(request.form):
        return _editor_page(editor, question, based_on)
    editor.problems.update(extending.problems(question, request.form))
    if editor.problems:
        return _editor_page(editor, question, based_on), 422
    if found := pressing.doubles(editor, request.form, current_person, question):
        keep_changes()
        return _editor_page(editor, question, based_on, alike=found), 409
    try:
        services.revise(question, editor.draft, based_on, current_person)
    except UserError as error:
        theirs = editing.opened(question, type_)
        return _editor_page(editor, question, theirs=editing.differences(theirs, editor)), error.status
    try:
        question.category = editor.shelf()
        extending.save(question, request.form, current_person)
    except UserError as error:
        editor.problems[error.field or "stem"] = error.message
        return _editor_page(editor, question, based_on), error.status
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


# -- the page ----------------------------------------------------------------------------------------------------------------


def _back() -> str | None:
    """Return the page that one came from to mend a question, for example a quiz."""
    return safe_path(request.values.get("back"))


def _editor_page(
    editor: Editor,
    question: Question | None = None,
    based_on: int | None = None,
    theirs: list[tuple[str, str, str]] | None = None,
    alike: list[extending.Alike] | None = None,
) -> str:
    number = question.current.number if question and question.current else 0
    posted = request.method == "POST"
    if posted and pressing.comes_back(request.form):
        editor.problems = {}
    wanted = posted and pressing.wants_preview(request.form)
    return render_template(
        "questions/edit.html",
        editor=editor,
        question=question,
        based_on=number if based_on is None else based_on,
        theirs=theirs,
        alike=alike,
        anyway=pressing.anyway(request.form),
        sections=extending.sent(question, request.form) if posted else extending.opened(question),
        uses=usage.uses_of([question.id]).get(question.id, []) if question else [],
        me=current_person,
        preview=previewing.previewed(editor.type, editor.content) if wanted else None,
        editable=editor.type.installed and (question is None or services.may_edit(question, current_person)),
        back=_back(),
        form_has_errors=bool(editor.problems or theirs or alike),
        **editor_choices(),
    )


def editor_choices() -> dict[str, Any]:
    """Return what every editor page offers to choose from."""
    return {"categories": services.tree(), "difficulties": DIFFICULTIES}
