"""The list of certificates for those who answer for a unit, one certificate, taking it back, issuing it again."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload

from academy.accounts.models import Person
from academy.accounts.session import current_person
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from academy.organizations import services as organizations
from academy.permissions import requires
from academy.web.filters import local_date
from academy.web.lookups import MAX_ID, get_or_404
from academy.web.pagination import paginate
from courses.certificates.forms import ReissueForm, RevokeForm
from courses.certificates.models import Certificate
from courses.certificates.rules.codes import shown
from courses.certificates.rules.wording import KINDS, REASONS
from courses.certificates.services import listing, revoking
from courses.certificates.services.address import public_url, site_address
from courses.certificates.views.blueprint import blueprint

PER_PAGE = 25


@blueprint.get("/admin/certificates")
@requires("certificates.view")
def index() -> str:
    """List certificates by name, number or code, kind, state, year and unit."""
    unit_id = _number(request.args.get("unit", ""))
    units = organizations.options(current_person.scope_paths, keep=unit_id)
    chosen = next((unit for unit in units if unit.id == unit_id), None)
    wanted = listing.Wanted(
        words=request.args.get("q", "").strip()[:60],
        kind=_known(request.args.get("kind", ""), KINDS),
        state=_known(request.args.get("state", ""), listing.STATES),
        year=_year(request.args.get("year", "")),
        unit_path=chosen.path if chosen else "",
    )
    page = paginate(listing.find(current_person.scope_paths, wanted), PER_PAGE)
    today = local_date(now())
    return render_template(
        "certificates/index.html",
        page=page,
        today=today,
        wanted=wanted,
        chosen=chosen,
        units=units,
        kinds=KINDS,
        years=range(today.year, today.year - 6, -1),
    )


@blueprint.get("/admin/certificates/<int:certificate_id>")
@requires("certificates.view")
def show(certificate_id: int) -> str:
    """Show one certificate with everything printed on it."""
    return _page(_in_reach(certificate_id), RevokeForm(formdata=None), ReissueForm(formdata=None))


@blueprint.post("/admin/certificates/<int:certificate_id>/revoke")
@requires("certificates.manage")
def revoke(certificate_id: int) -> ResponseReturnValue:
    """Take a certificate back."""
    certificate = _in_reach(certificate_id)
    form = RevokeForm()
    if not form.validate_on_submit():
        return _page(certificate, form, ReissueForm(formdata=None)), 422
    revoking.revoke(certificate, form.reason.data, form.note.data or "", current_person)
    flash(_("证书 %(number)s 已撤销，核验页马上显示“已撤销”", number=certificate.number), "ok")
    return redirect(url_for("certificates.show", certificate_id=certificate.id), 303)


@blueprint.post("/admin/certificates/<int:certificate_id>/reissue")
@requires("certificates.manage")
def reissue(certificate_id: int) -> ResponseReturnValue:
    """Issue a certificate again with what is right today."""
    certificate = _in_reach(certificate_id)
    form = ReissueForm()
    if form.validate_on_submit():
        try:
            mended = revoking.reissue(certificate, form.correction.data or "", current_person)
        except UserError as error:
            db.session.rollback()
            form.blame(error)
        else:
            flash(_("已重新颁发，新证书编号 %(number)s", number=mended.number), "ok")
            return redirect(url_for("certificates.show", certificate_id=mended.id), 303)
    return _page(_in_reach(certificate_id), RevokeForm(formdata=None), form), 422


def _page(certificate: Certificate, revoke_form: RevokeForm, reissue_form: ReissueForm) -> str:
    address = certificate.printed["address"] or site_address()
    return render_template(
        "certificates/show.html",
        certificate=certificate,
        state=certificate.state(local_date(now())),
        code=shown(certificate.code),
        url=public_url(certificate.code, address),
        kinds=KINDS,
        reasons=REASONS,
        newer=listing.replacing(certificate),
        revoked_by=db.session.get(Person, certificate.revoked_by_id) if certificate.revoked_by_id else None,
        revoke_form=revoke_form,
        reissue_form=reissue_form,
    )


def _in_reach(certificate_id: int) -> Certificate:
    options = [joinedload(Certificate.person), joinedload(Certificate.version), joinedload(Certificate.replaces)]
    certificate = get_or_404(Certificate, certificate_id, options=options)
    if not any(certificate.unit_path.startswith(path) or path == "/" for path in current_person.scope_paths):
        abort(404)
    return certificate


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= MAX_ID else None


def _year(text: str) -> int | None:
    number = _number(text)
    return number if number and 1900 <= number <= 9998 else None


def _known(text: str, known: object) -> str:
    return text if text in known else ""  # type: ignore[operator]
