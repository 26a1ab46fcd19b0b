"""The instructor's queue of doubts about the record."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from academy.accounts.session import current_person
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from academy.permissions import requires
from academy.web.filters import show_duration
from academy.web.lookups import MAX_ID
from academy.web.pagination import paginate
from courses.learning.forms import SettleForm
from courses.learning.services import disputes
from courses.learning.services.missing import missing_of
from courses.learning.views.blueprint import blueprint
from courses.learning.wording import DISPUTES, REASONS, stretch

REPORTS_PER_PAGE = 30


@blueprint.get("/studio/disputes")
@requires("learning.settle")
def disputes_queue() -> str:
    """List the doubts about courses of one's own, those that wait first."""
    answered = request.args.get("state") == "answered"
    page = paginate(disputes.queue(current_person, answered=answered), scalars=False)
    return render_template(
        "learning/disputes.html",
        page=page,
        answered=answered,
        waiting=disputes.count_open(current_person),
        states=DISPUTES,
        asked=asked,
    )


def waiting() -> int | Select[int]:
    """Return what counts the doubts that wait for an instructor; administrators may answer, but need not."""
    return disputes.open_for(current_person) if "instructor" in current_person.role_names else 0


def asked(dispute: Any) -> str:
    """Write how much is asked for."""
    return show_duration(-(-sum(end - start for start, end in dispute.stretches) // 1000))


def _case_or_refuse(dispute_id: int) -> disputes.Case:
    case = disputes.find_case(dispute_id) if 0 < dispute_id <= MAX_ID else None
    if case is None:
        abort(404)
    if not disputes.may_settle(case, current_person):
        abort(403)
    return case


@blueprint.get("/studio/disputes/<int:dispute_id>")
@requires("learning.settle")
def show_dispute(dispute_id: int) -> str:
    """Show one with what the server saw beside it."""
    return _page(_case_or_refuse(dispute_id), None)


@blueprint.post("/studio/disputes/<int:dispute_id>")
@requires("learning.settle")
def settle_dispute(dispute_id: int) -> ResponseReturnValue:
    """Credit the stretches ticked, or decline; either with a reason."""
    case = _case_or_refuse(dispute_id)
    form = SettleForm()
    declined = request.form.get("action") == "decline"
    granted = [] if declined else form.stretch.pairs
    try:
        if not declined and not granted:
            raise UserError(_("没有勾选片段。要补记就至少勾一段，不补记请按“不补记”"), 422, "stretch")
        disputes.settle(case, current_person, granted, form.answer.data or "")
    except UserError as error:
        db.session.rollback()
        form.blame(error)
        return _page(_case_or_refuse(dispute_id), form), error.status
    flash(_("已经答复，学员可以看到") if declined else _("已经补记并答复，学员可以看到"), "ok")
    return redirect(url_for("learning.disputes_queue"), 303)


def _page(case: disputes.Case, form: SettleForm | None) -> str:
    ticked = [f"{start}-{end}" for start, end in case.dispute.stretches]
    form = form or SettleForm(formdata=None, stretch=ticked)
    form.stretch.offer((start, end, stretch((start, end))) for start, end in case.dispute.stretches)
    return render_template(
        "learning/dispute.html",
        case=case,
        dispute=case.dispute,
        form=form,
        missing=missing_of(case.enrolment, case.lesson, case.progress),
        openings=disputes.openings(case.progress.id),
        page=paginate(disputes.reports(case.progress.id), per_page=REPORTS_PER_PAGE),
        states=DISPUTES,
        reasons=REASONS,
        stretch=stretch,
    )
