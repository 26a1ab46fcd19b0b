"""Taking a certificate back, and issuing it again in a mended form."""

from dataclasses import replace

from sqlalchemy import select

from academy.accounts.models import Person
from academy.audit import labels
from academy.audit.services import record
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from academy.i18n import lazy as _l
from courses.certificates.models import Certificate
from courses.certificates.services.issuing import issue
from courses.certificates.services.occasions import Occasion, completed_course
from courses.certificates.services.templates import current_version
from courses.learning.models import Enrolment

labels.register({"certificate.revoked": _l("撤销了证书 %(subject)s：%(note)s")})


def revoke(certificate: Certificate, reason: str, note: str, by: Person | None) -> None:
    """Take a certificate back; the public page says so at once. Raises UserError (409) when it is revoked already."""
    _lock(certificate)
    if certificate.revoked_at is not None:
        raise UserError(_("这张证书已经撤销了"), status=409)
    certificate.revoked_at = now()
    certificate.revoked_reason = reason
    certificate.revoked_note = note
    certificate.revoked_by_id = by.id if by else None
    db.session.flush()
    record("certificate.revoked", certificate, label=certificate.number, reason=reason, note=note)


def reissue(certificate: Certificate, note: str, by: Person | None) -> Certificate:
    """Revoke a certificate as replaced and issue it again.

    The new one has today's name and unit, the template's latest version, a number and code of its own, and names the old.
    Raises UserError (409) when it has been replaced already.
    """
    _lock(certificate)
    if db.session.scalar(select(Certificate.id).where(Certificate.replaces_id == certificate.id)):
        raise UserError(_("这张证书已经更正过了，请在新的那一张上操作"), status=409)
    if certificate.revoked_at is None:
        revoke(certificate, "replaced", note, by)
    version = current_version(certificate.version.template_id)
    mended = issue(certificate.person, version, _occasion_again(certificate), by=by, replaces=certificate, batch=None)
    record("certificate.reissued", mended, label=mended.number, replaced=certificate.number)
    return mended


def _occasion_again(certificate: Certificate) -> Occasion:
    """Return what the certificate was for; a course with its title of the version completed."""
    if certificate.kind == "course":
        course_id = int(certificate.source_key.split(":")[1])
        enrolment = db.session.scalar(
            select(Enrolment).where(
                Enrolment.person_id == certificate.person_id,
                Enrolment.course_id == course_id,
                Enrolment.completed_version_id.is_not(None),
            )
        )
        if enrolment is not None:
            return completed_course(enrolment)
    kept = Occasion(certificate.kind, certificate.source_key, certificate.subject, certificate.subject_en)
    return replace(
        kept,
        hours_hundredths=certificate.hours_hundredths,
        values=certificate.printed["values"],
        values_en=certificate.printed["values_en"],
    )


def _lock(certificate: Certificate) -> None:
    db.session.execute(select(Certificate.id).where(Certificate.id == certificate.id).with_for_update())
    db.session.refresh(certificate)
