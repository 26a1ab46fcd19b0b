"""One's own certificates."""

from urllib.parse import quote

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.clock import now
from academy.errors import UserError
from academy.i18n import _
from academy.permissions import can, signed_in
from academy.web.filters import local_date
from academy.web.lookups import get_or_404
from courses.certificates.badges.credential import credential
from courses.certificates.models import Certificate
from courses.certificates.rules.codes import shown
from courses.certificates.rules.wording import KINDS, REASONS
from courses.certificates.services.address import public_url, site_address
from courses.certificates.services.batches import file_name
from courses.certificates.services.drawing import LOCALES, certificate_pdf
from courses.certificates.services.listing import of_person
from courses.certificates.views.blueprint import blueprint


@blueprint.get("/me/certificates")
@signed_in
def mine() -> ResponseReturnValue:
    """List one's own certificates, also those that were revoked."""
    address = site_address()
    rows = [
        (one, one.state(local_date(now())), public_url(one.code, one.printed["address"] or address), shown(one.code))
        for one in of_person(current_person.id)
    ]
    return render_template("certificates/mine.html", rows=rows, kinds=KINDS, reasons=REASONS)


@blueprint.get("/certificates/<int:certificate_id>/<locale>.pdf")
@signed_in
def pdf(certificate_id: int, locale: str) -> ResponseReturnValue:
    """Send the certificate as PDF."""
    certificate = _readable(certificate_id)
    if locale not in LOCALES:
        abort(404)
    return _download(certificate_pdf(certificate, locale), "application/pdf", file_name(certificate))


@blueprint.get("/certificates/<int:certificate_id>/credential.json")
@signed_in
def badge(certificate_id: int) -> ResponseReturnValue:
    """Send the same achievement as a signed Open Badges credential."""
    certificate = _readable(certificate_id)
    return _download(credential(certificate), "application/vc", file_name(certificate, "json"))


def _readable(certificate_id: int) -> Certificate:
    """Return a certificate of one's own, or of somebody in one's care; anybody else's is a 404.

    One's own that was revoked is not given out any more; those who keep them still look at it.
    """
    certificate = get_or_404(Certificate, certificate_id)
    scopes = current_person.scope_paths if can("certificates.view") else ()
    if any(certificate.unit_path.startswith(scope) or scope == "/" for scope in scopes):
        return certificate
    if certificate.person_id != current_person.id:
        abort(404)
    if certificate.revoked_at is not None:
        raise UserError(_("这张证书已经撤销了"), 410)
    return certificate


def _download(content: bytes, media_type: str, name: str) -> Response:
    response = Response(content, mimetype=media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
