"""The list of regulations, one regulation with its changes and questions, and checking a question."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from academy.accounts.rules import safe_path
from academy.accounts.session import current_person
from academy.errors import UserError
from academy.i18n import _, ngettext
from academy.permissions import requires
from academy.web.lookups import MAX_ID, get_or_404
from academy.web.pagination import paginate
from courses.questions import services as questions
from courses.references.forms import ChangeForm, RegulationForm
from courses.references.models import Regulation
from courses.references.sections import seen_numbers
from courses.references.services import regulations as services
from courses.references.views.blueprint import blueprint

LONGEST_QUERY = 60


def waiting() -> Select[int]:
    """Return what counts the questions that this person must check."""
    return services.waiting_for(current_person)


@blueprint.get("/studio/regulations")
@requires("regulations.edit")
def regulations() -> str:
    """List the regulations, with how many questions rest on each and how many of them must be checked."""
    q = request.args.get("q", "").strip()[:LONGEST_QUERY]
    return render_template("references/regulations.html", page=paginate(services.listed(q), scalars=False), q=q)


# -- adding and editing --------------------------------------------------------------------------------------------


@blueprint.get("/studio/regulations/new")
@requires("regulations.edit")
def add_regulation() -> str:
    """Show the form of a new regulation."""
    return _form_page(RegulationForm(formdata=None))


@blueprint.post("/studio/regulations/new")
@requires("regulations.edit")
def create_regulation() -> ResponseReturnValue:
    """Put a regulation into the list."""
    form = RegulationForm()
    if not form.validate_on_submit():
        return _form_page(form), 422
    try:
        regulation = services.add(current_person, form.values())
    except UserError as error:
        form.blame(error)
        return _form_page(form), error.status
    flash(_("《%(title)s》已经加进清单。写题时可以选它作依据", title=regulation.title), "ok")
    return redirect(url_for("references.regulation", regulation_id=regulation.id), 303)


def _form_page(form: RegulationForm, regulation: Regulation | None = None, **context: Any) -> str:
    return render_template("references/regulation_form.html", form=form, regulation=regulation, **context)


@blueprint.get("/studio/regulations/<int:regulation_id>/edit")
@requires("regulations.edit")
def edit_regulation(regulation_id: int) -> str:
    """Show the form of a regulation."""
    regulation = get_or_404(Regulation, regulation_id)
    form = RegulationForm(formdata=None, obj=regulation)
    form.hold(regulation.lock_version)
    return _form_page(form, regulation)


@blueprint.post("/studio/regulations/<int:regulation_id>/edit")
@requires("regulations.edit")
def save_regulation(regulation_id: int) -> ResponseReturnValue:
    """Save what is known of a regulation."""
    regulation = get_or_404(Regulation, regulation_id)
    form = RegulationForm()
    if not form.validate_on_submit():
        return _form_page(form, regulation), 422
    try:
        services.edit(regulation, form.seen_version, form.values())
    except UserError as error:
        if error.field:
            form.blame(error)
            return _form_page(form, regulation), error.status
        theirs = form.differences(regulation)
        form.hold(regulation.lock_version)
        return _form_page(form, regulation, theirs=theirs, form_has_errors=True), error.status
    flash(_("法规资料已经保存"), "ok")
    return redirect(url_for("references.regulation", regulation_id=regulation.id), 303)


# -- one regulation, and its changes -------------------------------------------------------------------------------


@blueprint.get("/studio/regulations/<int:regulation_id>")
@requires("regulations.edit")
def regulation(regulation_id: int) -> str:
    """Show a regulation: what changed, and which questions rest on it."""
    found = get_or_404(Regulation, regulation_id)
    return _regulation_page(found, ChangeForm(formdata=None, seen=str(found.change_count)))


def _regulation_page(found: Regulation, form: ChangeForm) -> str:
    page = paginate(services.questions_on(found), scalars=False)
    return render_template(
        "references/regulation.html",
        regulation=found,
        changes=services.changes_of(found),
        page=page,
        flagged=services.count_flagged(found) if found.change_count else 0,
        form=form,
        may_edit=lambda question: questions.may_edit(question, current_person),
    )


@blueprint.post("/studio/regulations/<int:regulation_id>/changes")
@requires("regulations.edit")
def announce(regulation_id: int) -> ResponseReturnValue:
    """Announce a change of a regulation; all questions that rest on it must be checked from now on."""
    found = get_or_404(Regulation, regulation_id)
    form = ChangeForm()
    if not form.validate_on_submit():
        return _regulation_page(found, form), 422
    try:
        count = services.announce(found, form.seen_changes, form.changed_on.data, form.what.data, current_person)
    except UserError as error:
        form.blame(error)
        form.seen.raw_data, form.seen.data = None, str(found.change_count)
        return _regulation_page(found, form), error.status
    if count:
        text = ngettext("修订已经登记，%(n)s 道题标为“要核对”", "修订已经登记，%(n)s 道题标为“要核对”", count)
    else:
        text = _("修订已经登记。还没有题目以它为依据")
    flash(text, "ok")
    return redirect(url_for("references.regulation", regulation_id=found.id), 303)


@blueprint.post("/studio/regulations/checked/<int:question_id>")
@requires("regulations.edit")
def checked(question_id: int) -> ResponseReturnValue:
    """Note that a question has been checked against what changed, and is still right."""
    question = questions.get(question_id) if question_id <= MAX_ID else None
    if question is None:
        abort(404)
    if not questions.may_edit(question, current_person):
        abort(403)
    seen = seen_numbers(request.form.getlist("regulations_seen"))
    if services.mark_checked(question, seen, current_person):
        flash(_("已经记下：核对过，仍然正确"), "ok")
    back = safe_path(request.form.get("back"))
    return redirect(back or url_for("questions.edit", question_id=question.id), 303)
