"""The front page of practice, the notebook of wrong answers and its entries."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.errors import UserError
from academy.i18n import _
from academy.permissions import signed_in
from academy.web.lookups import MAX_ID
from academy.web.pagination import paginate
from courses.practice import rules
from courses.practice.forms import ChoiceForm
from courses.practice.models import NotebookEntry
from courses.practice.services import mock, notebook, sessions, settings
from courses.practice.services.notebook import Filters
from courses.practice.views.blueprint import blueprint
from courses.question_types import installed
from courses.references.services import links


def number(name: str) -> int | None:
    """Return an id that the address or form names, or None."""
    text = request.values.get(name, "")
    return int(text) if text.isdecimal() and 0 < len(text) < 10 else None


def filters() -> Filters:
    """Return what the address or form asks for."""
    type_key = request.values.get("type", "")
    return Filters(
        category_id=number("category"),
        quiz_id=number("quiz"),
        type_key=type_key if type_key in installed.all_types() else "",
        left=request.values.get("state") == "left",
    )


@blueprint.get("/practice")
@signed_in
def index() -> str:
    """Show what there is to practise."""
    return render_template(
        "practice/index.html",
        overview=notebook.overview(current_person),
        under_way=sessions.open_sessions(current_person),
        exam=mock.open_exam(current_person),
        exams=mock.history(current_person, 5),
        at_once=rules.AT_ONCE,
    )


@blueprint.get("/practice/notebook")
@signed_in
def show_notebook() -> str:
    """List the wrong answers that fit what is looked for."""
    return _notebook_page(None)


def _notebook_page(form: ChoiceForm | None) -> str:
    wanted, choice = filters(), settings.choice_of(current_person.id)
    return render_template(
        "practice/notebook.html",
        page=paginate(notebook.entries(current_person, wanted)),
        overview=notebook.overview(current_person),
        wanted=wanted,
        choice=choice,
        form=form or ChoiceForm(formdata=None, obj=choice),
        type_of=installed.get,
    )


@blueprint.post("/practice/settings")
@signed_in
def save_settings() -> ResponseReturnValue:
    """Keep when questions leave the notebook."""
    form = ChoiceForm()
    if not form.validate_on_submit():
        return _notebook_page(form), 422
    settings.choose(current_person, form.leave_after.data, keep_reviewing=form.keep_reviewing.data)
    flash(_("已保存，从下一次作答起算"), "ok")
    return redirect(url_for("practice.show_notebook"), 303)


# -- one entry -----------------------------------------------------------------------------------------------------


def _own_entry(entry_id: int, *, lock: bool = False) -> NotebookEntry:
    """Return the person's own entry; anybody else's is not there."""
    found = notebook.find_entry(current_person, entry_id, lock=lock) if entry_id <= MAX_ID else None
    if found is None:
        abort(404)
    return found


@blueprint.get("/practice/notebook/<int:entry_id>")
@signed_in
def entry(entry_id: int) -> str:
    """Show one question with the last answer, the right one, the explanation and the note."""
    return _entry_page(_own_entry(entry_id))


def _entry_page(found: NotebookEntry, typed: str | None = None, mistake: UserError | None = None) -> str:
    version, current = found.question_version, found.question.current
    seen = sessions.as_seen(version, found.last_answer)
    values: dict[str, Any] = {
        "entry": found,
        "question": seen,
        "each": seen.reviewed(None, show_key=True),
        "links": links.of_versions([version.id], current_person.id).get(version.id),
        "changed": current is not None and current.id != version.id,
        "note": found.note if typed is None else typed,
        "mistake": mistake.message if mistake else "",
        "clash": mistake is not None and mistake.status == 409,
        "limit": rules.NOTE_LIMIT,
        "choice": settings.choice_of(current_person.id),
        "form_has_errors": mistake is not None,
    }
    return render_template("practice/entry.html", **values)


@blueprint.post("/practice/notebook/<int:entry_id>/note")
@signed_in
def save_note(entry_id: int) -> ResponseReturnValue:
    """Keep a note; what cannot be kept stays in the field."""
    found, text = _own_entry(entry_id, lock=True), request.form.get("note", "")
    try:
        notebook.save_note(found, text, request.form.get("revision", -1, type=int))
    except UserError as error:
        return _entry_page(found, text, error), error.status
    flash(_("笔记已保存"), "ok")
    return redirect(url_for("practice.entry", entry_id=found.id), 303)


@blueprint.post("/practice/notebook/<int:entry_id>/remove")
@signed_in
def remove(entry_id: int) -> ResponseReturnValue:
    """Take a question out by hand."""
    notebook.remove(_own_entry(entry_id, lock=True))
    flash(_("已移出错题本。再答错时它会回来，也可以在“已离开”里放回去"), "ok")
    return redirect(url_for("practice.entry", entry_id=entry_id), 303)


@blueprint.post("/practice/notebook/<int:entry_id>/back")
@signed_in
def put_back(entry_id: int) -> ResponseReturnValue:
    """Put a question back."""
    notebook.put_back(_own_entry(entry_id, lock=True))
    flash(_("已放回错题本"), "ok")
    return redirect(url_for("practice.entry", entry_id=entry_id), 303)
