"""The training record: one's own, and as PDF; that of a person whom an officer looks after; and one's own data as a file."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    session,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue

from academy.accounts.models import POSTS, Person
from academy.accounts.services import people
from academy.accounts.services.keeping import Keeper
from academy.accounts.session import current_person
from academy.audit.services import record as note
from academy.clock import now
from academy.db import db
from academy.i18n import _, current_locale, locales
from academy.i18n import lazy as _l
from academy.jobs.services import enqueue
from academy.navigation import NavItem
from academy.permissions import requires, signed_in
from academy.personal_data import parts
from academy.printing import PrintingError
from academy.web.filters import local_date
from academy.web.lookups import MAX_ID
from courses.credits.services import requirement_words
from courses.credits.wording import KINDS
from courses.records import rules
from courses.records.services import own_data
from courses.records.services.printing import record_pdf
from courses.records.services.record import Record, gather
from courses.records.wording import CERTIFICATE_DOTS, CERTIFICATES, DOTS, STATES
from courses.vocabulary import OBLIGATIONS

blueprint = Blueprint("records", __name__)
blueprints = [blueprint]
PERMISSIONS = {"records.view": {"unit_admin", "admin"}}
NAVIGATION = [
    NavItem("trainee", "record", _l("学习档案"), "records.mine", "award", order=40, covers=("records.own_data_page",))
]
OPENED = "records_opened"
KEPT_OPEN = 20
"""So many records stay open in a session without being noted again."""


@blueprint.get("/me/record")
@signed_in
def mine() -> ResponseReturnValue:
    """Show one's own record; `on` in the address asks for what was known at the end of a day."""
    return _page(current_person, "records/mine.html")


@blueprint.get("/me/record.pdf")
@signed_in
def mine_pdf() -> ResponseReturnValue:
    """Send one's own record as PDF, in the language `lang` of the address."""
    return _pdf(current_person)


@blueprint.get("/admin/people/<int:person_id>/record")
@requires("records.view")
def of_person(person_id: int) -> ResponseReturnValue:
    """Show the record of somebody; the first time ask to open it, because looking is noted in the audit log."""
    person = _visible(person_id)
    if person.id not in session.get(OPENED, []):
        return render_template("records/ask.html", person=person, posts=POSTS)
    return _page(person, "records/of_person.html")


@blueprint.post("/admin/people/<int:person_id>/record")
@requires("records.view")
def open_record(person_id: int) -> ResponseReturnValue:
    """Note who looks at whose record, and show it."""
    person = _visible(person_id)
    opened = [each for each in session.get(OPENED, []) if each != person.id]
    session[OPENED] = [*opened, person.id][-KEPT_OPEN:]
    note("record.looked_at", person)
    return redirect(url_for("records.of_person", person_id=person.id), 303)


@blueprint.get("/admin/people/<int:person_id>/record.pdf")
@requires("records.view")
def person_pdf(person_id: int) -> ResponseReturnValue:
    """Send the record of somebody, which was opened before, as PDF."""
    person = _visible(person_id)
    if person.id not in session.get(OPENED, []):
        return redirect(url_for("records.of_person", person_id=person.id), 302)
    return _pdf(person)


def _visible(person_id: int) -> Person:
    person = people.get_visible(Keeper.of(current_person), person_id) if person_id <= MAX_ID else None
    if person is None:
        abort(404)
    return person


def _page(person: Person, template: str) -> ResponseReturnValue:
    today, mistake = local_date(now()), ""
    asked = request.args.get("on", "")
    try:
        day = rules.read_day(asked, today)
    except ValueError:
        day, mistake = None, _("“%(text)s”不是今天或以前的日期，下面是现在的情况", text=asked[:20])
    page = render_template(template, record=gather(person, day), mistake=mistake, **_words())
    return page, 422 if mistake else 200


def _words() -> dict[str, Any]:
    return {
        "posts": POSTS,
        "states": STATES,
        "dots": DOTS,
        "certificate_states": CERTIFICATES,
        "certificate_dots": CERTIFICATE_DOTS,
        "kinds": KINDS,
        "obligations": OBLIGATIONS,
        "words": requirement_words,
    }


def _pdf(person: Person) -> ResponseReturnValue:
    today = local_date(now())
    try:
        day = rules.read_day(request.args.get("on", ""), today)
    except ValueError:
        abort(404)
    asked = request.args.get("lang", "")
    locale = asked if asked in locales() else current_locale()
    found: Record = gather(person, day)
    try:
        content = record_pdf(found, locale)
    except PrintingError:
        abort(500)
    title = _("个人学习档案")
    name = quote(f"{title}-{person.name}-{found.day.isoformat()}.pdf")
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = (
        f"inline; filename=record-{found.day.isoformat()}.pdf; filename*=UTF-8''{name}"
    )
    return response


# -- one's own data --------------------------------------------------------------------------------------------------


@blueprint.get("/me/data")
@signed_in
def own_data_page() -> str:
    """Show what is kept of oneself, and offer it as a file."""
    counts = own_data.counts(current_person.id)
    return render_template("records/own_data.html", kept=parts(), counts=counts, total=sum(counts.values()))


@blueprint.post("/me/data/<extension>")
@signed_in
def prepare_own_data(extension: str) -> ResponseReturnValue:
    """Make the file: at once where it is small, else as a job whose page shows how far it is. The act is noted."""
    if extension not in own_data.FORMATS:
        abort(404)
    note("own_data.downloaded", current_person, format=extension)
    if sum(own_data.counts(current_person.id).values()) <= own_data.JOB_ROWS:
        return redirect(url_for("records.download_own_data", extension=extension), 303)
    job = enqueue("records.own_data", current_person, person_id=current_person.id, extension=extension)
    flash(_("数据比较多，正在准备，好了就能下载"), "ok")
    return redirect(url_for("jobs.show", token=job.token), 303)


@blueprint.get("/me/data/export.<extension>")
@signed_in
def download_own_data(extension: str) -> ResponseReturnValue:
    """Send everything that is kept of oneself."""
    if extension not in own_data.FORMATS:
        abort(404)
    if sum(own_data.counts(current_person.id).values()) > own_data.JOB_ROWS:
        return redirect(url_for("records.own_data_page"), 302)
    pieces = own_data.write(db.session.get_one(Person, current_person.id), extension)
    response = Response(stream_with_context(_closing(pieces)), mimetype=own_data.FORMATS[extension])
    title = _("我的数据")
    name = quote(f"{title}-{local_date(now()).isoformat()}.{extension}")
    response.headers["Content-Disposition"] = f"attachment; filename=own-data.{extension}; filename*=UTF-8''{name}"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _closing(pieces: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from pieces
    finally:
        db.session.rollback()
