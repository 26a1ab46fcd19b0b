"""Templates: the list, one template, what it would look like, and which courses use which."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from academy.accounts.session import current_person
from academy.db import db
from academy.errors import UserError
from academy.files.models import StoredFile
from academy.i18n import _
from academy.permissions import requires
from academy.web.lookups import get_or_404, identity, identity_or_none
from academy.web.transactions import accepts_files
from courses.catalog.models import Course
from courses.certificates.forms import TemplateForm
from courses.certificates.models import CertificateTemplate
from courses.certificates.rules.numbers import DEFAULT
from courses.certificates.rules.wording import DEFAULTS, KINDS, PLACEHOLDERS, TITLES
from courses.certificates.services import templates as services
from courses.certificates.services.address import fixed_address, site_address
from courses.certificates.services.previews import SAMPLES, preview
from courses.certificates.views.blueprint import blueprint

SERIES = {"course": "KC", "class": "PX", "annual": "XS"}
FIELDS = (
    "title",
    "title_en",
    "body",
    "body_en",
    "signatory",
    "signatory_en",
    "series",
    "pattern",
    "validity_months",
    "seal_file_id",
)


@blueprint.get("/admin/certificates/templates")
@requires("certificates.manage")
def templates() -> str:
    """List the templates with their present version."""
    return render_template(
        "certificates/templates.html",
        templates=services.all_templates(),
        kinds=KINDS,
        issued=services.issued_by_template(),
        address=fixed_address(),
    )


@blueprint.get("/admin/certificates/templates/new/<kind>")
@requires("certificates.manage")
def new_template(kind: str) -> str:
    """Show the form for a new template, filled in with a usual wording."""
    _known(kind)
    form = TemplateForm(
        formdata=None,
        kind=kind,
        name=str(KINDS[kind]),
        title=TITLES[kind][0],
        title_en=TITLES[kind][1],
        body=DEFAULTS[kind][0],
        body_en=DEFAULTS[kind][1],
        series=SERIES[kind],
        pattern=DEFAULT,
    )
    return _template_page(form, kind, None)


@blueprint.post("/admin/certificates/templates/new/<kind>")
@requires("certificates.manage")
@accepts_files(services.SEAL_BYTES * 2)
def create_template(kind: str) -> ResponseReturnValue:
    """Make a template."""
    _known(kind)
    form = TemplateForm(kind=kind)
    if form.validate_on_submit():
        try:
            values = form.values(_seal(form))
            template = services.add_template(
                kind, form.name.data or "", values, current_person, is_default=form.is_default.data
            )
        except UserError as error:
            form.blame(error)
        else:
            flash(_("模板“%(name)s”已经建好", name=template.name), "ok")
            return redirect(url_for("certificates.edit_template", template_id=template.id), 303)
    return _template_page(form, kind, None), 422


@blueprint.get("/admin/certificates/templates/<int:template_id>")
@requires("certificates.manage")
def edit_template(template_id: int) -> str:
    """Show a template's form with what its latest version says."""
    template = get_or_404(CertificateTemplate, template_id)
    latest = services.current_version(template.id)
    form = TemplateForm(
        formdata=None,
        kind=template.kind,
        name=template.name,
        is_default=template.is_default,
        version=str(template.lock_version),
        **{field: getattr(latest, field) for field in FIELDS},
    )
    return _template_page(form, template.kind, template)


@blueprint.post("/admin/certificates/templates/<int:template_id>")
@requires("certificates.manage")
@accepts_files(services.SEAL_BYTES * 2)
def save_template(template_id: int) -> ResponseReturnValue:
    """Save a template as a new version; certificates issued before stay as they are."""
    template = get_or_404(CertificateTemplate, template_id)
    form = TemplateForm(kind=template.kind)
    status = 422
    if form.validate_on_submit():
        try:
            values, default = form.values(_seal(form)), bool(form.is_default.data and template.is_active)
            changed = services.change_template(
                template, form.seen_version, form.name.data or "", values, current_person, default
            )
        except UserError as error:
            form.blame(error)
            status = error.status
        else:
            flash(_("已保存，以后发的证书用新内容") if changed else _("没有改动"), "ok")
            return redirect(url_for("certificates.edit_template", template_id=template.id), 303)
    return _template_page(form, template.kind, template), status


@blueprint.post("/admin/certificates/templates/<int:template_id>/retire")
@requires("certificates.manage")
def retire_template(template_id: int) -> ResponseReturnValue:
    """Take a template out of use, or into use again."""
    template = get_or_404(CertificateTemplate, template_id)
    if template.is_active:
        services.retire(template)
        flash(_("模板“%(name)s”已停用，发过的证书不变", name=template.name), "ok")
    else:
        services.restore(template)
        flash(_("模板“%(name)s”可以用了", name=template.name), "ok")
    return redirect(url_for("certificates.templates"), 303)


@blueprint.post("/admin/certificates/templates/preview/<kind>/<sample>/<locale>")
@requires("certificates.manage")
@accepts_files(services.SEAL_BYTES * 2)
def preview_template(kind: str, sample: str, locale: str) -> ResponseReturnValue:
    """Show as PDF what a form says, without saving it. A seal that was just chosen shows once it is saved."""
    _known(kind)
    if sample not in SAMPLES or locale not in ("zh", "en"):
        abort(404)
    form = TemplateForm(kind=kind)
    template_id = request.args.get("template", type=identity)
    template = get_or_404(CertificateTemplate, template_id) if template_id else None
    if not form.validate_on_submit():
        return _template_page(form, kind, template), 422
    file_id = _kept_seal(form)
    seal = db.session.get(StoredFile, file_id) if file_id else None
    made = preview(form.values(None), sample, locale, site_address(), seal.sha256 if seal else "")
    return Response(made, mimetype="application/pdf")


@blueprint.get("/admin/certificates/templates/<int:template_id>/seal.png")
@requires("certificates.manage")
def seal(template_id: int) -> ResponseReturnValue:
    """Send the picture of the seal."""
    latest = services.current_version(get_or_404(CertificateTemplate, template_id).id)
    if latest.seal is None:
        abort(404)
    return services.send_seal(latest.seal)


@blueprint.get("/admin/certificates/courses")
@requires("certificates.manage")
def courses() -> str:
    """Show what completing each course brings."""
    return render_template(
        "certificates/courses.html",
        courses=_published(),
        choices=services.course_choices(),
        templates=_for_courses(),
    )


@blueprint.post("/admin/certificates/courses")
@requires("certificates.manage")
def save_courses() -> ResponseReturnValue:
    """Change what completing the courses brings."""
    allowed = {"default", "none", *(str(template.id) for template in _for_courses())}
    asked = {course.id: request.form.get(f"course-{course.id}", "") for course in _published()}
    changed = services.choose_for_courses({key: value for key, value in asked.items() if value in allowed})
    flash(_("已保存") if changed else _("没有改动"), "ok")
    return redirect(url_for("certificates.courses"), 303)


def _template_page(form: TemplateForm, kind: str, template: CertificateTemplate | None) -> str:
    versions = template.versions if template else []
    return render_template(
        "certificates/template.html",
        form=form,
        kind=kind,
        kind_name=KINDS[kind],
        placeholders=PLACEHOLDERS[kind],
        template=template,
        latest=versions[-1] if versions else None,
        samples={"short": _("短姓名"), "long": _("长姓名"), "rare": _("生僻字")},
    )


def _seal(form: TemplateForm) -> int | None:
    """Return the file of the seal: the one just sent, else the one that was there. Raises UserError."""
    if form.seal.data is not None and form.seal.data.filename:
        return services.store_seal(form.seal.data.stream, current_person).id
    return _kept_seal(form)


def _kept_seal(form: TemplateForm) -> int | None:
    file_id = identity_or_none(form.seal_file_id.data)
    return services.known_seal(file_id) if file_id and not form.remove_seal.data else None


def _known(kind: str) -> None:
    if kind not in KINDS:
        abort(404)


def _published() -> list[Any]:
    query = select(Course).where(Course.current_version_id.is_not(None)).order_by(Course.title, Course.id)
    return list(db.session.scalars(query))


def _for_courses() -> list[CertificateTemplate]:
    return [one for one in services.all_templates() if one.kind == "course" and one.is_active]
