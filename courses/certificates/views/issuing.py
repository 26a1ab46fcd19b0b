"""Issuing to many: for a class, for a year, for a course completed earlier; and how far it is."""

from typing import Any

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from academy.accounts.models import Person
from academy.accounts.session import current_person
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from academy.jobs.services import enqueue
from academy.organizations import services as organizations
from academy.organizations.models import Unit
from academy.permissions import requires
from academy.web.filters import local_date
from academy.web.lookups import one_or_404
from academy.web.pagination import paginate
from courses.catalog.models import Course
from courses.certificates.forms import ClassForm, CourseForm, WhoForm, YearForm
from courses.certificates.models import CertificateBatch, CertificateTemplate, CertificateTemplateVersion
from courses.certificates.rules.wording import KINDS
from courses.certificates.services import batches, templates
from courses.certificates.services.address import site_address
from courses.certificates.services.issuing import demand_printable
from courses.certificates.services.occasions import Occasion
from courses.certificates.services.recipients import chosen_people
from courses.certificates.views.blueprint import blueprint

FORMS: dict[str, Any] = {"class": ClassForm, "annual": YearForm, "course": CourseForm}
PER_PAGE = 15
LOOK_EVERY_SECONDS = 2


@blueprint.get("/admin/certificates/issue")
@requires("certificates.manage")
def issue() -> str:
    """Offer the kinds of issuing, and list what was issued in batches."""
    page = paginate(select(CertificateBatch).order_by(CertificateBatch.id.desc()), PER_PAGE)
    return render_template("certificates/issue.html", page=page, kinds=KINDS)


@blueprint.get("/admin/certificates/issue/<kind>")
@requires("certificates.manage")
def issue_form(kind: str) -> str:
    """Show the form for one kind."""
    if kind not in FORMS:
        abort(404)
    today = local_date(now())
    form = _prepared(FORMS[kind](formdata=None, **({"year": today.year} if kind == "annual" else {})), kind)
    return render_template("certificates/issue_form.html", form=form, kind=kind, kind_name=KINDS[kind])


@blueprint.post("/admin/certificates/issue/<kind>")
@requires("certificates.manage")
def start(kind: str) -> ResponseReturnValue:
    """Begin issuing."""
    if kind not in FORMS:
        abort(404)
    form = _prepared(FORMS[kind](), kind)
    if form.validate_on_submit():
        try:
            batch = _START[kind](form)
        except UserError as error:
            form.blame(error)
        else:
            return redirect(url_for("certificates.batch", token=batch.token), 303)
    return render_template("certificates/issue_form.html", form=form, kind=kind, kind_name=KINDS[kind]), 422


@blueprint.get("/admin/certificates/batches/<token>")
@requires("certificates.manage")
def batch(token: str) -> ResponseReturnValue:
    """Show how far a batch is; the page asks again by itself until it is done."""
    found = _batch(token)
    job = batches.job_of(found)
    waiting = found.state != "done" and job is not None and job.state in ("waiting", "running")
    page = render_template(
        "certificates/batch.html",
        batch=found,
        job=job,
        waiting=waiting,
        issued=batches.issued_in(found),
        refused=_refused(found),
        kinds=KINDS,
    )
    return (page, 200, {"Refresh": str(LOOK_EVERY_SECONDS)}) if waiting else page


@blueprint.post("/admin/certificates/batches/<token>/resume")
@requires("certificates.manage")
def resume(token: str) -> ResponseReturnValue:
    """Take up a batch again that was broken off; nobody gets two."""
    found = _batch(token)
    if found.state != "done":
        batches.resume(found, current_person)
    return redirect(url_for("certificates.batch", token=token), 303)


@blueprint.post("/admin/certificates/batches/<token>/files/<form>/<locale>")
@requires("certificates.manage")
def batch_file(token: str, form: str, locale: str) -> ResponseReturnValue:
    """Make one file of all PDFs, in the background."""
    if form not in ("pdf", "zip") or locale not in ("zh", "en"):
        abort(404)
    found = _batch(token)
    arguments = {"form": form, "locale": locale, "address": site_address()}
    job = enqueue(batches.PRINT_JOB, current_person, batch_id=found.id, person_id=current_person.id, **arguments)
    return redirect(url_for("jobs.show", token=job.token), 303)


def _start_class(form: ClassForm) -> CertificateBatch:
    assert form.starts_on.data and form.ends_on.data
    name, name_en = form.class_name.data or "", form.class_name_en.data or ""
    try:
        demand_printable(name, name_en)
    except UserError as error:
        raise UserError(error.message, field="class_name") from error
    days = form.starts_on.data.isoformat(), form.ends_on.data.isoformat()
    facts = {
        "class": name,
        "class_en": name_en,
        "starts_on": days[0],
        "ends_on": days[1],
        "hours_hundredths": form.hundredths,
    }
    occasion = Occasion("class", batches.class_key(name, *days), name, name_en)
    return batches.start_batch(occasion, facts, _version(form), _people(form), current_person)


def _start_annual(form: YearForm) -> CertificateBatch:
    year = form.year.data
    occasion = Occasion("annual", f"annual:{year}", _("%(year)s 年度", year=year))
    return batches.start_batch(occasion, {"year": year}, _version(form), _people(form), current_person)


def _start_course(form: CourseForm) -> CertificateBatch:
    course = db.session.get_one(Course, int(form.course_id.data))
    people = batches.completed_without(course.id)
    if not people:
        raise UserError(_("结业的人都已经有“%(title)s”的证书了，没有要补发的", title=course.title), field="course_id")
    occasion = Occasion("course", f"course:{course.id}", course.title, course.title_en)
    return batches.start_batch(occasion, {"course_id": course.id}, _version(form), people, current_person)


_START: dict[str, Any] = {"class": _start_class, "annual": _start_annual, "course": _start_course}


def _prepared(form: Any, kind: str) -> Any:
    usable = select(CertificateTemplate).where(CertificateTemplate.kind == kind, CertificateTemplate.is_active)
    in_order = usable.order_by(CertificateTemplate.is_default.desc(), CertificateTemplate.id)
    form.template_id.choices = [SelectChoice(str(one.id), one.name) for one in db.session.scalars(in_order)]
    if isinstance(form, WhoForm):
        units = organizations.options(current_person.scope_paths)
        none = SelectChoice("", _("不按单位选"))
        form.unit_id.choices = [none, *(SelectChoice(str(unit.id), unit.label) for unit in units)]
    else:
        query = select(Course).where(Course.current_version_id.is_not(None)).order_by(Course.title, Course.id)
        form.course_id.choices = [SelectChoice(str(one.id), one.title) for one in db.session.scalars(query)]
    return form


def _version(form: Any) -> CertificateTemplateVersion:
    return templates.current_version(int(form.template_id.data))


def _people(form: WhoForm) -> list[int]:
    unit = db.session.get(Unit, int(form.unit_id.data)) if form.unit_id.data else None
    return chosen_people(unit, form.usernames.data or "")


def _batch(token: str) -> CertificateBatch:
    found: CertificateBatch = one_or_404(select(CertificateBatch).where(CertificateBatch.token == token))
    return found


def _refused(found: CertificateBatch) -> list[tuple[str, str]]:
    ids = [row[0] for row in found.refused]
    names = dict(db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids))).all())
    return [
        (names.get(row[0], "—"), str(batches.REFUSALS[row[1]] % {"detail": row[2]}))
        for row in found.refused
        if row[1] in batches.REFUSALS
    ]
