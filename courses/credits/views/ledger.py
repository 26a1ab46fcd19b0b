"""The ledger: filters, sums down the tree, exports; an entry's page; taking an entry back; recognition by hand."""

from datetime import date, datetime

from flask import Response, abort, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.models import POSTS, Person
from academy.accounts.session import current_person
from academy.audit.services import record
from academy.clock import now
from academy.db import db, declare_reading
from academy.errors import UserError
from academy.files.delivery import send
from academy.i18n import _
from academy.organizations.places import place
from academy.permissions import can, requires, signed_in
from academy.web.filters import local_date
from academy.web.lookups import get_or_404
from academy.web.pagination import paginate
from academy.web.transactions import accepts_files
from courses.credits.forms import ReasonForm, RecognitionForm
from courses.credits.models import LedgerEntry
from courses.credits.rules.loading import outcome
from courses.credits.services import explaining, ledger, posting, recognition
from courses.credits.services.ledger import Wanted
from courses.credits.views.blueprint import blueprint
from courses.credits.wording import CATEGORIES, FACTS, KINDS, SOURCES
from courses.formats.reading_tables import read_day
from courses.formats.tables import table_formats
from courses.vocabulary import OBLIGATIONS

PER_PAGE = 30
MOST_XLSX_ROWS = 50_000
PROOF_BYTES = 20 * 1024 * 1024
ALL = "all"


def _wanted() -> tuple[Wanted, str]:
    """Read the address; return with it the sentence about a day that cannot be read."""
    today, mistake = local_date(now()), ""
    text, known_on = request.args.get("known", "").strip(), None
    try:
        known_on = min(read_day(text), today) if text else None
    except ValueError:
        mistake = _("“%(text)s”看不懂是哪一天，请写成 2026-07-09", text=text[:20])
    year = request.args.get("year", "")
    wanted = Wanted(
        place=place(current_person, request.args.get("unit", "")),
        year=None if year == ALL else (int(year) if _is_year(year) else today.year),
        words=request.args.get("q", "").strip()[:60],
        kind=request.args.get("kind", "") if request.args.get("kind") in KINDS else "",
        category=request.args.get("category", "") if request.args.get("category") in CATEGORIES else "",
        known_on=known_on,
        person_id=_number("person"),
        batch_id=_number("batch"),
    )
    return wanted, mistake


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.isdecimal() and 1990 <= int(text) <= 2200


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


@blueprint.get("/admin/ledger")
@requires("credits.view")
def ledger_page() -> ResponseReturnValue:
    """Show the entries of the units that the person looks after, with their sums down the tree."""
    wanted, mistake = _wanted()
    found = ledger.sums(wanted)
    page = render_template(
        "credits/ledger.html",
        wanted=wanted,
        mistake=mistake,
        sums=found,
        page=paginate(ledger.entries(wanted), PER_PAGE),
        sentence=ledger.hours_text(wanted, found.total),
        years=ledger.years(),
        title_of=explaining.title_of,
        kinds=KINDS,
        categories=CATEGORIES,
        obligations=OBLIGATIONS,
        kept=_kept(wanted),
    )
    return page, 422 if mistake else 200


def _kept(wanted: Wanted) -> dict[str, object]:
    """Return the filters as the address has them, for links; without the unit."""
    values = {
        "year": wanted.year or ALL,
        "q": wanted.words,
        "kind": wanted.kind,
        "category": wanted.category,
        "known": wanted.known_on.isoformat() if wanted.known_on else "",
        "person": wanted.person_id,
        "batch": wanted.batch_id,
    }
    return {name: value for name, value in values.items() if value}


@blueprint.post("/admin/ledger/export.<extension>")
@requires("credits.view")
def export_ledger(extension: str) -> ResponseReturnValue:
    """Send the same entries as a file; the act is logged."""
    writer, (wanted, mistake) = table_formats().get(extension), _wanted()
    if writer is None or mistake:
        abort(404)
    total = ledger.sums(wanted).total
    if writer.many and total.entries > MOST_XLSX_ROWS:
        raise UserError(_("超过 %(most)s 行，Excel 会很慢。请导出 CSV，或者先按单位、年份筛选", most=MOST_XLSX_ROWS))
    sentence = ledger.hours_text(wanted, total)
    record("credits.exported", label=sentence[:160], format=extension)
    db.session.commit()
    declare_reading(True)  # whoever fetches the file slowly must not keep others from writing
    stamp = local_date(now()).isoformat()
    pieces = writer.write([ledger.table(wanted, sentence)])
    response = Response(stream_with_context(pieces), mimetype=writer.media_type)
    response.headers["Content-Disposition"] = f"attachment; filename=ledger-{stamp}.{writer.key}"
    return response


def _entry(entry_id: int) -> LedgerEntry:
    """Return an entry that the person may see: their own, or one of the units that they look after."""
    entry = explaining.find(entry_id) if 0 < entry_id < 2**31 else None
    if entry is None or not (entry.person_id == current_person.id or _looked_after(entry)):
        abort(404)
    return entry


def _looked_after(entry: LedgerEntry) -> bool:
    if not can("credits.view"):
        return False
    scopes = current_person.scope_paths
    return "/" in scopes or any(entry.unit_path.startswith(scope) for scope in scopes)


@blueprint.get("/credits/<int:entry_id>")
@signed_in
def entry(entry_id: int) -> str:
    """Show why an entry has the amount it has: to the person whose it is, and to those who look after their unit."""
    found = _entry(entry_id)
    return render_template(
        "credits/entry.html" if _looked_after(found) else "credits/own_entry.html",
        moment=datetime.fromisoformat,
        entry=found,
        why=explaining.why(found),
        title=explaining.title_of(found),
        outcome=outcome,
        own=found.person_id == current_person.id,
        kinds=KINDS,
        categories=CATEGORIES,
        obligations=OBLIGATIONS,
        sources=SOURCES,
        fact_names=FACTS,
        posts=POSTS,
    )


@blueprint.get("/credits/<int:entry_id>/proof")
@signed_in
def proof(entry_id: int) -> ResponseReturnValue:
    """Send the proof of recognised hours."""
    found = _entry(entry_id)
    if found.proof is None:
        abort(404)
    return send(found.proof, download=True)


@blueprint.get("/admin/ledger/<int:entry_id>/reverse")
@requires("credits.enter")
def reverse_page(entry_id: int) -> str:
    """Ask for the reason before an entry is taken back, and say what will happen."""
    found = _entry(entry_id)
    return render_template(
        "credits/reverse.html",
        entry=found,
        title=explaining.title_of(found),
        form=ReasonForm(formdata=None),
        done=posting.reversal_of(found),
    )


@blueprint.post("/admin/ledger/<int:entry_id>/reverse")
@requires("credits.enter")
def reverse(entry_id: int) -> ResponseReturnValue:
    """Take an entry back."""
    found, form, status = _entry(entry_id), ReasonForm(), 422
    if form.validate_on_submit():
        try:
            posting.reverse(found, current_person, form.reason.data)
        except UserError as error:
            form.blame(error)
            status = error.status
        else:
            flash(_("已冲正第 %(number)s 笔", number=found.id), "ok")
            return redirect(url_for("credits.entry", entry_id=found.id), 303)
    page = render_template(
        "credits/reverse.html",
        entry=found,
        title=explaining.title_of(found),
        form=form,
        done=posting.reversal_of(found),
    )
    return page, status


@blueprint.get("/admin/ledger/recognise")
@requires("credits.enter")
def recognise_page() -> str:
    """Show the form for hours earned elsewhere; `person` in the address fills in who."""
    person = request.args.get("person", "")
    known = get_or_404(Person, int(person)) if person.isdecimal() and len(person) < 10 else None
    form = RecognitionForm(formdata=None, who=known.username if known else "", earned_on=_today().isoformat())
    return render_template("credits/recognise.html", form=form)


@blueprint.post("/admin/ledger/recognise")
@requires("credits.enter")
@accepts_files(PROOF_BYTES)
def recognise() -> ResponseReturnValue:
    """Enter hours earned elsewhere."""
    form, status = RecognitionForm(), 422
    if form.validate_on_submit():
        try:
            person = recognition.find_person(form.who.data)
            made = recognition.recognise(
                current_person,
                recognition.Recognition(
                    person=person,
                    title=form.title.data,
                    earned_on=form.earned_on.day or _today(),
                    hundredths=form.hours.hundredths,
                    obligation=form.obligation.data,
                    category=form.category.data,
                    reason=form.reason.data,
                ),
                (form.proof.data.stream, form.proof.data.filename),
            )
        except UserError as error:
            form.blame(error if error.field else UserError(error.message, error.status, "proof"))
            status = error.status
        else:
            flash(_("已为%(name)s认定 %(hours)s 学时", name=person.name, hours=form.hours.data), "ok")
            return redirect(url_for("credits.entry", entry_id=made.id), 303)
    return render_template("credits/recognise.html", form=form), status


def _today() -> date:
    return local_date(now())
