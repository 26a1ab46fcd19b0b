"""Pages for importing questions (upload, look, choose, undo) and for exporting them."""

from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from academy.accounts.session import current_person
from academy.db import db, only_reading
from academy.errors import UserError
from academy.files.delivery import send
from academy.i18n import _, ngettext, unpack
from academy.i18n import lazy as _l
from academy.permissions import requires
from academy.web.lookups import get_or_404
from academy.web.pagination import paginate
from academy.web.transactions import accepts_files
from courses.exchange.forms import EnterForm, UploadForm
from courses.exchange.models import ImportBatch, ImportRow
from courses.exchange.services import duplicates, entering, exporting, reading
from courses.formats.questions import MAX_BYTES, QuestionFormat, question_formats
from courses.question_types import installed
from courses.questions import services as bank
from courses.questions.services import bulk

blueprint = Blueprint("exchange", "courses.exchange")
blueprints = [blueprint]

PER_PAGE = 50
LOOK_EVERY_SECONDS = 2
ROWS = {
    "new": (_l("可以导入"), ""),
    "near": (_l("和别的题很像"), "todo"),
    "there": (_l("题库里已有"), "todo"),
    "double": (_l("文件里重复"), "todo"),
    "bad": (_l("有问题"), "late"),
    "loss": (_l("说明"), "todo"),
}
STATES = {
    "reading": (_l("正在读文件"), "todo"),
    "failed": (_l("读不了"), "late"),
    "previewed": (_l("还没有导入"), "todo"),
    "importing": (_l("正在导入"), "todo"),
    "imported": (_l("已导入"), ""),
    "undone": (_l("已撤销"), "late"),
}


def _own_batch(batch_id: int) -> ImportBatch:
    batch = get_or_404(ImportBatch, batch_id)
    if batch.owner_id != current_person.id and "admin" not in current_person.role_names:
        abort(403)
    return batch


def _format_or_404(key: str) -> QuestionFormat:
    return question_formats().get(key) or abort(404)


@blueprint.get("/studio/questions/import")
@requires("questions.edit")
def start() -> str:
    """Show the form for a file or a text, the formats, and the imports so far."""
    return _start_page(UploadForm(formdata=None))


def _start_page(form: UploadForm) -> str:
    return render_template(
        "exchange/start.html",
        form=form,
        formats=question_formats(),
        batches=reading.batches(current_person),
        states=STATES,
        limit=MAX_BYTES,
    )


@blueprint.post("/studio/questions/import")
@requires("questions.edit")
@accepts_files(MAX_BYTES + 4 * 1024 * 1024)
def upload() -> ResponseReturnValue:
    """Keep a file or a pasted text, and go on to its preview."""
    form, status = UploadForm(), 422
    if form.validate_on_submit():
        file, text = form.file.data, form.text.data or ""
        if file:
            data, name = file.stream.read(), file.filename
        else:
            data, name = text.encode("utf-8", "replace"), _("粘贴的文字") + ".txt"
        try:
            with only_reading():
                looked = reading.look(current_person, data, name, form.format.data or "")
            duplicates.catch_up()
            batch = reading.keep(current_person, looked)
        except UserError:
            if not file and not text.strip():
                error = UserError(_("选一个文件，或者粘贴文字"), 422, "file")
            form.blame(error)
            status = error.status if error.status != 400 else 422
        else:
            return redirect(url_for("exchange.show", batch_id=batch.id), 303)
    return _start_page(form), status


@blueprint.get("/studio/questions/import/<int:batch_id>")
@requires("questions.edit")
def show(batch_id: int) -> ResponseReturnValue:
    """Show what is in a file before it is imported; afterwards what was."""
    batch = _own_batch(batch_id)
    page = _batch_page(batch, EnterForm(formdata=None))
    waiting = batch.state in ("reading", "importing") and not (batch.job and batch.job.state == "failed")
    return (page, 200, {"Refresh": str(LOOK_EVERY_SECONDS)}) if waiting else page


def _batch_page(batch: ImportBatch, form: EnterForm, mistake: str = "") -> str:
    counts = reading.counts(batch)
    shown = request.args.get("rows", "")
    query = select(ImportRow).where(ImportRow.batch_id == batch.id).order_by(ImportRow.number)
    if shown in ROWS:
        query = query.where(ImportRow.state == shown)
    elif shown != "all" and batch.state == "imported":
        shown, query = "imported", query.where(ImportRow.question_id.is_not(None))
    page = paginate(query, per_page=PER_PAGE)
    return render_template(
        "exchange/batch.html",
        batch=batch,
        form=form,
        mistake=mistake,
        counts=counts,
        shown=shown if shown in ROWS or shown == "imported" else "",
        page=page,
        looks=[_look(row) for row in page.items],
        states=STATES,
        row_states=ROWS,
        format=question_formats().get(batch.format),
        reason=unpack(batch.message) if batch.message else "",
        categories=bank.tree(),
    )


def _look(row: ImportRow) -> dict[str, Any]:
    """Return a row with what its type shows of it."""
    type_ = installed.get(row.type) if row.type else None
    return {
        "row": row,
        "type": type_,
        "shown": type_.review(row.content, None, None) if type_ else {},
        "notes": [unpack(note) for note in row.notes],
    }


@blueprint.post("/studio/questions/import/<int:batch_id>")
@requires("questions.edit")
def enter(batch_id: int) -> ResponseReturnValue:
    """Import all new questions of a file, or those ticked."""
    batch, form = _own_batch(batch_id), EnterForm()
    rows = None
    if request.form.get("which") == "ticked":
        rows = {int(text) for text in request.form.getlist("row") if text.isdecimal() and len(text) < 8}
    if not form.validate_on_submit():
        return _batch_page(batch, form), 422
    try:
        number = entering.enter(batch, current_person, rows, form.category.data or "", form.tags.data or "")
    except UserError as error:
        return _batch_page(batch, form, error.message), error.status
    if number:
        flash(ngettext("已导入 %(n)s 道题", "已导入 %(n)s 道题", number, n=number), "ok")
    return redirect(url_for("exchange.show", batch_id=batch.id), 303)


@blueprint.post("/studio/questions/import/<int:batch_id>/undo")
@requires("questions.edit")
def undo(batch_id: int) -> ResponseReturnValue:
    """Take a whole import back."""
    batch = _own_batch(batch_id)
    try:
        removed, retired = entering.undo(batch)
    except UserError as error:
        return _batch_page(batch, EnterForm(formdata=None), error.message), error.status
    flash(_("已撤销：删去 %(removed)s 道题，停用 %(retired)s 道已经用过的题", removed=removed, retired=retired), "ok")
    return redirect(url_for("exchange.show", batch_id=batch_id), 303)


@blueprint.get("/studio/questions/import/<int:batch_id>/file")
@requires("questions.edit")
def original(batch_id: int) -> ResponseReturnValue:
    """Send the file as it was uploaded."""
    return send(db.session.merge(_own_batch(batch_id).file), download=True)


@blueprint.get("/studio/questions/import/templates/<key>")
@requires("questions.edit")
def sample(key: str) -> ResponseReturnValue:
    """Send an example file of a format, to be filled in."""
    known = _format_or_404(key)
    return _file(known.template(), known, _("题目模板"))


@blueprint.get("/studio/questions/export")
@requires("questions.edit")
def export() -> str:
    """Show, before anything is downloaded, what a format cannot carry of the chosen questions."""
    wanted, address, _change = bulk.asked_for(request.args, current_person)
    questions = exporting.chosen(wanted)
    known = question_formats().get(request.args.get("format", ""))
    writing = exporting.write(known, questions) if known else None
    return render_template(
        "exchange/export.html",
        questions=questions,
        wanted=wanted,
        address=address,
        known=known,
        formats=question_formats(),
        lost=exporting.lost(writing, questions) if writing else [],
        left_out=exporting.left_out(writing) if writing else 0,
        size=len(writing.data) if writing else 0,
        shelf=bank.tree().path(wanted.category_id),
        types=installed.all_types(),
    )


@blueprint.get("/studio/questions/export/<key>")
@requires("questions.edit")
def download(key: str) -> ResponseReturnValue:
    """Send the chosen questions as a file."""
    known = _format_or_404(key)
    wanted = bulk.asked_for(request.args, current_person)[0]
    return _file(exporting.write(known, exporting.chosen(wanted)).data, known, _("题库"))


def _file(data: bytes, known: QuestionFormat, name: str) -> Response:
    response = Response(data, content_type=known.media_type)
    own = {"filename*": f"UTF-8''{quote(f'{name}.{known.extension}')}"}
    response.headers.set("Content-Disposition", "attachment", filename=f"questions.{known.extension}", **own)
    return response
