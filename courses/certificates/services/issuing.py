"""Issuing: a number, a code, and everything printed, written down once and for all."""

from calendar import monthrange
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import select, update

from academy.accounts.models import Person
from academy.audit import labels
from academy.audit.services import record
from academy.clock import now
from academy.db import db, insert_into
from academy.errors import UserError
from academy.i18n import _
from academy.i18n import lazy as _l
from academy.printing import missing
from academy.printing.glyphs import name_of
from academy.web.filters import local_date, show_hundredths
from courses.certificates.models import (
    Certificate,
    CertificateBatch,
    CertificateSeries,
    CertificateTemplateVersion,
)
from courses.certificates.rules.codes import new_code
from courses.certificates.rules.numbers import format_number, series_key
from courses.certificates.rules.wording import fill
from courses.certificates.services.address import fixed_address
from courses.certificates.services.occasions import Occasion, say_day

LAYOUT = 1

labels.register(
    {
        "certificate.issued": _l("颁发了证书 %(subject)s"),
        "certificate.not_issued": _l("没能给“%(subject)s”颁发证书：%(reason)s"),
        "certificate.reissued": _l("重新颁发了证书 %(subject)s，替换 %(replaced)s"),
    }
)


class CannotPrint(UserError):
    """A name or title has a character that no font here can draw."""


def find_valid(person_id: int, source_key: str) -> Certificate | None:
    """Return the certificate that somebody holds for an occasion, or None; revoked ones do not count."""
    query = select(Certificate).where(
        Certificate.person_id == person_id, Certificate.source_key == source_key, Certificate.revoked_at.is_(None)
    )
    return db.session.scalar(query)


def was_issued(person_id: int, source_key: str) -> bool:
    """Return whether somebody was ever given a certificate for an occasion, also one that was revoked.

    A revoked one is only issued again by hand, never by a job or a signal.
    """
    query = select(Certificate.id).where(Certificate.person_id == person_id, Certificate.source_key == source_key)
    return db.session.scalar(query.limit(1)) is not None


def issue(
    person: Person,
    version: CertificateTemplateVersion,
    occasion: Occasion,
    *,
    batch: CertificateBatch | None = None,
    by: Person | None = None,
    replaces: Certificate | None = None,
) -> Certificate:
    """Issue a certificate, or return the valid one that the person holds for this occasion already.

    Raises CannotPrint, with the character and what to do, before anything is written.
    """
    if held := find_valid(person.id, occasion.source_key):
        return held
    printed = _printed(person, version, occasion, local_date(now()), replaces)
    demand_printable(person.name, *_words(printed))
    today = local_date(now())
    number = _next_number(version, today.year)
    if held := find_valid(person.id, occasion.source_key):  # somebody else was quicker while we waited for the number
        _give_back(version, today.year)
        return held
    certificate = Certificate(
        code=_free_code(),
        number=number,
        kind=occasion.kind,
        source_key=occasion.source_key,
        person_id=person.id,
        version_id=version.id,
        batch_id=batch.id if batch else None,
        recipient=person.name,
        subject=occasion.subject,
        subject_en=occasion.subject_en,
        hours_hundredths=occasion.hours_hundredths,
        issued_on=today,
        expires_on=_months_later(today, version.validity_months),
        printed=printed,
        unit_id=person.unit_id,
        unit_path=person.unit.path if person.unit else "",
        unit_name=person.unit.name if person.unit else "",
        created_by_id=by.id if by else None,
        replaces_id=replaces.id if replaces else None,
    )
    db.session.add(certificate)
    db.session.flush()
    return certificate


def demand_printable(*texts: str) -> None:
    """Raise CannotPrint when a character has no glyph."""
    lacking = missing("".join(texts))
    if lacking:
        raise CannotPrint(
            _(
                "“%(text)s”里的 %(characters)s 没有字形，印出来会是空框。请核对这个字；"
                "如果确实是这个字，请把姓名改成通行写法（例如用拼音或部件说明）以后再发证",
                text=next(text for text in texts if missing(text)),
                characters="、".join(name_of(one) for one in lacking[:5]),
            )
        )


def note_refusal(person: Person, reason: str) -> None:
    """Leave a trace for the administrators when a certificate could not be issued by itself."""
    record("certificate.not_issued", person, reason=reason)


def issuer() -> dict[str, str]:
    """Return the names of the college, as they are printed."""
    settings = current_app.config["SETTINGS"]
    return {"college": settings.college, "college_en": settings.college_en}


def _printed(
    person: Person,
    version: CertificateTemplateVersion,
    occasion: Occasion,
    today: date,
    replaces: Certificate | None,
) -> dict[str, Any]:
    college = issuer()
    unit = person.unit
    common = {"name": person.name, "hours": show_hundredths(occasion.hours_hundredths)}
    here = {"college": college["college"], "unit": unit.name if unit else "", "issued_on": say_day(today, "zh")}
    there = {
        "college": college["college_en"],
        "unit": (unit.name_en or unit.name) if unit else "",
        "issued_on": say_day(today, "en"),
    }
    return {
        **college,
        "layout": version.layout,
        "title": version.title,
        "title_en": version.title_en,
        "body": fill(version.body, {**common, **here, **occasion.values}),
        "body_en": fill(version.body_en, {**common, **there, **occasion.values_en}),
        "signatory": version.signatory,
        "signatory_en": version.signatory_en,
        "seal_sha256": version.seal.sha256 if version.seal else "",
        "values": occasion.values,
        "values_en": occasion.values_en,
        "address": fixed_address(),
        "replaces": replaces.number if replaces else "",
    }


def _words(printed: dict[str, Any]) -> list[str]:
    """Return the texts of a certificate that could hold a character without a glyph, besides the name."""
    bodies = [words for key in ("body", "body_en") for kind, words in printed[key] if kind == "text"]
    return [*bodies, *(printed[key] for key in ("title", "title_en", "signatory", "signatory_en", "college"))]


def _next_number(version: CertificateTemplateVersion, year: int) -> str:
    """Take the next number of the series; others wait until this transaction ends, so that none is lost or given twice."""
    key = series_key(version.pattern, version.series, year)
    first = insert_into(CertificateSeries).values(key=key, last=0).on_conflict_do_nothing(index_elements=["key"])
    db.session.execute(first)
    taken = (
        update(CertificateSeries)
        .where(CertificateSeries.key == key)
        .values(last=CertificateSeries.last + 1)
        .returning(CertificateSeries.last)
    )
    return format_number(version.pattern, version.series, year, db.session.execute(taken).scalar_one())


def _give_back(version: CertificateTemplateVersion, year: int) -> None:
    key = series_key(version.pattern, version.series, year)
    back = update(CertificateSeries).where(CertificateSeries.key == key).values(last=CertificateSeries.last - 1)
    db.session.execute(back)


def _free_code() -> str:
    while True:
        code = new_code()
        if db.session.scalar(select(Certificate.id).where(Certificate.code == code)) is None:
            return code


def _months_later(day: date, months: int | None) -> date | None:
    if months is None:
        return None
    year, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + year, month + 1)[1]
    return date(day.year + year, month + 1, min(day.day, last))
