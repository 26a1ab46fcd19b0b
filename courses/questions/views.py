"""The question bank: finding, writing, retiring."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.rules import safe_path
from academy.accounts.session import current_person
from academy.audit.services import record
from academy.errors import UserError
from academy.i18n import _
from academy.i18n import lazy as _l
from academy.navigation import NavItem
from academy.permissions import requires
from academy.web.lookups import MAX_ID
from academy.web.pagination import paginate
from academy.web.rich_text import MARKDOWN, question_text
from courses.question_types import installed
from courses.question_types.base import QuestionType, plain_stem
from courses.questions import editing, services
from courses.questions.models import Question
from courses.questions.rules import DIFFICULTIES

blueprint = Blueprint("questions", "courses.questions")
blueprints = [blueprint]
blueprint.add_app_template_filter(plain_stem, "stem_words")

PREVIEW_LIMIT = 20_000
PERMISSIONS = {"questions.edit": {"instructor", "admin"}}

NAVIGATION = [
    NavItem(
        "studio",
        "questions",
        _l("题库"),
        "questions.bank",
        "list",
        30,
        group="teaching",
        permission="questions.edit",
        covers=(
            "exchange.start",
            "exchange.upload",
            "exchange.show",
            "exchange.enter",
            "exchange.export",
            "questions.add",
            "questions.create",
            "questions.edit",
            "questions.save",
            "questions.history",
        ),
    )
]


def _question_or_404(question_id: int) -> Question:
    question = services.get(question_id) if question_id <= MAX_ID else None
    if question is None:
        abort(404)
    return question


def _own_question(question_id: int) -> Question:
    question = _question_or_404(question_id)
    if not services.may_edit(question, current_person):
        abort(403)
    return question


def _type_or_404(key: str) -> QuestionType:
    type_ = installed.all_types().get(key)
    if type_ is None:
        abort(404)
    return type_


@blueprint.get("/studio/questions")
@requires("questions.edit")
def bank() -> str:
    """List the questions that fit what is looked for."""
    q, type_key = request.args.get("q", "").strip(), request.args.get("type", "")
    category_id = request.args.get("category", type=int)
    retired = request.args.get("state") == "retired"
    query = services.search(q, category_id, type_key, retired=retired)
    return render_template(
        "questions/bank.html",
        page=paginate(query),
        q=q,
        type_key=type_key,
        category_id=category_id,
        retired=retired,
        types=installed.all_types(),
        type_of=installed.get,
        categories=services.categories(),
        difficulties=DIFFICULTIES,
    )


@blueprint.get("/studio/questions/new")
@requires("questions.edit")
def add() -> str:
    """Show the editor of a new question, or first the choice of its type."""
    if "type" not in request.args:
        return render_template("questions/choose.html", types=installed.all_types())
    return _editor_page(editing.blank(_type_or_404(request.args["type"])))


@blueprint.post("/studio/questions/new")
@requires("questions.edit")
def create() -> ResponseReturnValue:
    """Put a new question into the bank."""
    editor = editing.sent(_type_or_404(request.form.get("type", "")), request.form)
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
    question = _question_or_404(question_id)
    return _editor_page(editing.opened(question, installed.get(question.type)), question)


@blueprint.post("/studio/questions/<int:question_id>")
@requires("questions.edit")
def save(question_id: int) -> ResponseReturnValue:
    """Save a new version of a question."""
    question = _own_question(question_id)
    type_ = _type_or_404(question.type)
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


@blueprint.get("/studio/questions/<int:question_id>/history")
@requires("questions.edit")
def history(question_id: int) -> str:
    """Show all versions of a question."""
    question = _question_or_404(question_id)
    type_ = installed.get(question.type)
    shown = [
        (version, type_.review(version.content, type_.correct_answer(version.content), None))
        for version in services.versions(question)
    ]
    return render_template("questions/history.html", question=question, type=type_, versions=shown)


@blueprint.post("/studio/questions/<int:question_id>/retire")
@requires("questions.edit")
def retire(question_id: int) -> ResponseReturnValue:
    """Take a question out of use."""
    question = _own_question(question_id)
    services.retire(question)
    record("question.retired", question, _label(question))
    flash(_("题目已经停用：不再供选用，已经发布的测验和成绩都不受影响"), "ok")
    return redirect(url_for("questions.edit", question_id=question.id), 303)


@blueprint.post("/studio/questions/<int:question_id>/restore")
@requires("questions.edit")
def restore(question_id: int) -> ResponseReturnValue:
    """Offer a question again."""
    question = _own_question(question_id)
    services.restore(question)
    record("question.restored", question, _label(question))
    flash(_("题目已经恢复使用"), "ok")
    return redirect(url_for("questions.edit", question_id=question.id), 303)


def _label(question: Question) -> str:
    return plain_stem(question.current.content) if question.current else ""
