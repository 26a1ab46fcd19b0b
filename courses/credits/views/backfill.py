"""Entering hours from a spreadsheet: upload, look at each row, enter, roll back."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.db import db, only_reading
from academy.errors import UserError
from academy.files.delivery import send
from academy.i18n import lazy as _l
from academy.i18n import ngettext
from academy.permissions import requires
from academy.web.filters import show_hundredths
from academy.web.lookups import get_or_404
from academy.web.pagination import Page, page_number
from academy.web.transactions import accepts_files
from courses.credits.forms import ReasonForm, UploadForm
from courses.credits.models import BackfillBatch
from courses.credits.rules.backfill import COLUMNS
from courses.credits.services import backfill
from courses.credits.services.backfill_template import template
from courses.credits.views.blueprint import blueprint
from courses.credits.wording import CATEGORIES
from courses.formats.reading_tables import MAX_BYTES
from courses.vocabulary import OBLIGATIONS

PER_PAGE = 100
ROWS = {"good": _l("可以录入"), "bad": _l("有问题"), "double": _l("表内重复"), "entered": _l("已录入过")}
STATES = {
    "previewed": (_l("还没有录入"), "todo"),
    "imported": (_l("已录入"), ""),
    "rolled_back": (_l("已撤销"), "late"),
}


@blueprint.get("/admin/backfill")
@requires("credits.enter")
def backfill_page() -> str:
    """Show the batches, and the form for a new spreadsheet."""
    return _upload_page(UploadForm(formdata=None))


def _upload_page(form: UploadForm) -> str:
    return render_template(
        "credits/backfill.html",
        form=form,
        batches=backfill.batches(),
        states=STATES,
        columns={key: words[0] for key, words in COLUMNS.items()},
    )


@blueprint.post("/admin/backfill")
@requires("credits.enter")
@accepts_files(MAX_BYTES + 64 * 1024)
def upload_backfill() -> ResponseReturnValue:
    """Keep a spreadsheet and go on to its preview."""
    form, status = UploadForm(), 422
    if form.validate_on_submit():
        try:
            data = form.file.data.stream.read()
            with only_reading():
                backfill.check(data)
            batch = backfill.keep(current_person, data, form.file.data.filename)
        except UserError as error:
            form.blame(error)
            status = error.status
        else:
            return redirect(url_for("credits.batch", batch_id=batch.id), 303)
    return _upload_page(form), status


@blueprint.get("/admin/backfill/template.xlsx")
@requires("credits.enter")
def backfill_template() -> ResponseReturnValue:
    """Send the template."""
    response = Response(template(), mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response.headers["Content-Disposition"] = "attachment; filename=backfill-template.xlsx"
    return response


@blueprint.get("/admin/backfill/<int:batch_id>")
@requires("credits.enter")
def batch(batch_id: int) -> str:
    """Show the verdict on each row of a batch, or what was entered by it."""
    return _batch_page(get_or_404(BackfillBatch, batch_id), ReasonForm(formdata=None))


def _batch_page(found: BackfillBatch, form: ReasonForm, mistake: str = "") -> str:
    context: dict[str, Any] = {}
    if found.state == "previewed":
        context = _preview_context(found)
    else:
        context = {"standing": len(backfill.standing_entries(found))}
    return render_template(
        "credits/batch.html",
        batch=found,
        form=form,
        mistake=mistake,
        states=STATES,
        row_states=ROWS,
        categories=CATEGORIES,
        obligations=OBLIGATIONS,
        **context,
    )


def _preview_context(found: BackfillBatch) -> dict[str, Any]:
    looked = backfill.preview(found)
    counts = looked.counts
    shown = request.args.get("rows", "")
    shown = shown if shown in ROWS else ("bad" if counts["bad"] else "")
    if request.args.get("rows") == "all":
        shown = ""
    verdicts = looked.of(shown)
    number = min(page_number(), max(1, -(-len(verdicts) // PER_PAGE)))
    return {
        "looked": looked,
        "counts": counts,
        "shown": shown,
        "page": Page(verdicts[(number - 1) * PER_PAGE : number * PER_PAGE], number, PER_PAGE, len(verdicts)),
        "earlier": backfill.same_file(found),
        "heading": lambda column: looked.headings.get(column) or COLUMNS[column][0],
    }


@blueprint.post("/admin/backfill/<int:batch_id>/enter")
@requires("credits.enter")
def enter_batch(batch_id: int) -> ResponseReturnValue:
    """Enter all good rows, or those ticked."""
    found = get_or_404(BackfillBatch, batch_id)
    rows = None
    if request.form.get("which") == "ticked":
        rows = {int(text) for text in request.form.getlist("row") if text.isdecimal() and len(text) < 8}
    try:
        with only_reading():
            looked = backfill.preview(found) if found.state == "previewed" else None
        number = backfill.enter(found, current_person, rows, looked)
    except UserError as error:
        db.session.rollback()  # looking at the rows again begins with a commit
        with only_reading():
            return _batch_page(found, ReasonForm(formdata=None), error.message), error.status
    if number:
        flash(
            ngettext(
                "已录入 %(n)s 笔，共 %(hours)s 学时",
                "已录入 %(n)s 笔，共 %(hours)s 学时",
                number,
                hours=show_hundredths(found.total_hundredths),
            ),
            "ok",
        )
    return redirect(url_for("credits.batch", batch_id=found.id), 303)


@blueprint.post("/admin/backfill/<int:batch_id>/roll-back")
@requires("credits.enter")
def roll_back_batch(batch_id: int) -> ResponseReturnValue:
    """Take back everything that a batch entered."""
    found, form, status = get_or_404(BackfillBatch, batch_id), ReasonForm(), 422
    if form.validate_on_submit():
        try:
            number = backfill.roll_back(found, current_person, form.reason.data)
        except UserError as error:
            form.blame(error)
            status = error.status
        else:
            flash(ngettext("已撤销，冲正了 %(n)s 笔", "已撤销，冲正了 %(n)s 笔", number), "ok")
            return redirect(url_for("credits.batch", batch_id=found.id), 303)
    return _batch_page(found, form), status


@blueprint.get("/admin/backfill/<int:batch_id>/file")
@requires("credits.enter")
def batch_file(batch_id: int) -> ResponseReturnValue:
    """Send the spreadsheet as it was uploaded."""
    return send(get_or_404(BackfillBatch, batch_id).file, download=True)
