"""Many certificates at once: a job that may be stopped at any moment and taken up again, and their PDFs in one file."""

import hashlib
import io
import secrets
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from academy.accounts.models import Person
from academy.audit import labels
from academy.audit.services import record
from academy.db import db
from academy.files import storage
from academy.files.services import store_made
from academy.i18n import lazy as _l
from academy.jobs.models import Job
from academy.jobs.services import enqueue
from academy.printing import missing
from academy.printing.glyphs import name_of
from courses.certificates.models import Certificate, CertificateBatch, CertificateTemplateVersion
from courses.certificates.services.drawing import certificate_pdf
from courses.certificates.services.issuing import CannotPrint, issue, was_issued
from courses.certificates.services.occasions import Occasion, attended_class, completed_course, year_of_learning
from courses.learning.models import Enrolment

CHUNK = 50
ISSUE_JOB = "certificates.issue"
PRINT_JOB = "certificates.print"
Report = Callable[[int, int], None]

REFUSALS = {
    "glyphs": _l("姓名或标题里的字没有字形：%(detail)s"),
    "no_hours": _l("这一年没有学时"),
    "not_completed": _l("没有结业"),
}

labels.register({"certificate.batch_started": _l("批量颁发证书：%(subject)s，%(n)s 人")})


def class_key(name: str, starts_on: str, ends_on: str) -> str:
    """Return what identifies a class by its name and days, so that nobody gets two certificates for it."""
    return "class:" + hashlib.sha256(f"{name}|{starts_on}|{ends_on}".encode()).hexdigest()[:16]


def start_batch(
    occasion: Occasion,
    facts: dict[str, object],
    version: CertificateTemplateVersion,
    people: list[int],
    by: Person,
) -> CertificateBatch:
    """Note a batch and hand it to the worker. `occasion` gives kind, key and label; `facts` what the job needs to know."""
    batch = CertificateBatch(
        kind=occasion.kind,
        label=occasion.subject,
        source_key=occasion.source_key,
        version_id=version.id,
        facts=facts,
        recipients=list(dict.fromkeys(people)),
        created_by_id=by.id,
    )
    db.session.add(batch)
    db.session.flush()
    record("certificate.batch_started", batch, label=batch.label, n=len(batch.recipients))
    resume(batch, by)
    return batch


def resume(batch: CertificateBatch, by: Person) -> None:
    """Hand a batch to the worker (again); those who have their certificate are passed over."""
    batch.job_token = enqueue(ISSUE_JOB, by, batch_id=batch.id).token
    db.session.flush()


def run_batch(batch: CertificateBatch, report: Report) -> None:
    """Issue to everybody of a batch who has no certificate for it yet; commits after each few."""
    total = len(batch.recipients)
    refused: list[list[object]] = []
    for start in range(0, total, CHUNK):
        some = batch.recipients[start : start + CHUNK]
        query = select(Person).where(Person.id.in_(some)).options(joinedload(Person.unit))
        people = {person.id: person for person in db.session.scalars(query).unique()}
        for person_id in some:
            if person_id in people and (refusal := _issue_one(batch, people[person_id])):
                refused.append([person_id, *refusal])
        report(start + len(some), total)
    batch.refused, batch.state = refused, "done"
    db.session.commit()


def _issue_one(batch: CertificateBatch, person: Person) -> tuple[str, str] | None:
    """Issue one certificate; return why not, as (kind, detail), or None."""
    if was_issued(person.id, batch.source_key):
        return None
    occasion = _occasion(batch, person)
    if occasion is None:
        return ("not_completed", "")
    if batch.kind == "annual" and not occasion.hours_hundredths:
        return ("no_hours", "")
    try:
        issue(person, batch.version, occasion, batch=batch)
    except CannotPrint:
        return ("glyphs", "、".join(name_of(one) for one in missing(person.name + occasion.subject)))
    return None


def _occasion(batch: CertificateBatch, person: Person) -> Occasion | None:
    if batch.kind == "class":
        return attended_class(batch.source_key, batch.facts)
    if batch.kind == "annual":
        return year_of_learning(person, int(batch.facts["year"]))
    query = select(Enrolment).where(
        Enrolment.person_id == person.id,
        Enrolment.course_id == int(batch.facts["course_id"]),
        Enrolment.completed_version_id.is_not(None),
    )
    enrolment = db.session.scalar(query)
    return completed_course(enrolment) if enrolment else None


def completed_without(course_id: int) -> list[int]:
    """Return who has completed a course and was never given a certificate for it."""
    held = select(Certificate.person_id).where(Certificate.source_key == f"course:{course_id}")
    query = (
        select(Enrolment.person_id)
        .where(Enrolment.course_id == course_id, Enrolment.state == "completed", Enrolment.person_id.not_in(held))
        .order_by(Enrolment.completed_at, Enrolment.id)
    )
    return list(db.session.scalars(query))


def job_of(batch: CertificateBatch) -> Job | None:
    """Return the job that works on a batch."""
    return db.session.scalar(select(Job).where(Job.token == batch.job_token)) if batch.job_token else None


def issued_in(batch: CertificateBatch) -> int:
    """Return how many certificates a batch has brought."""
    return db.session.scalar(select(func.count()).where(Certificate.batch_id == batch.id)) or 0


def print_batch(batch: CertificateBatch, owner: Person, form: str, locale: str, address: str, report: Report) -> int:
    """Make one file of all valid certificates of a batch, "pdf" or "zip"; return the id of the StoredFile."""
    query = (
        select(Certificate)
        .where(Certificate.batch_id == batch.id, Certificate.revoked_at.is_(None))
        .order_by(Certificate.id)
    )
    certificates = list(db.session.scalars(query))
    db.session.commit()  # drawing takes long, and nobody has to wait with writing for it
    path = storage.folder("uploads") / f"certificates-{secrets.token_hex(8)}.{form}"
    pages = _drawn(certificates, locale, address, report)
    (_write_zip if form == "zip" else _write_pdf)(path, pages)
    media_type = "application/zip" if form == "zip" else "application/pdf"
    return store_made(path, f"{batch.label}.{form}", media_type, owner).id


def _drawn(
    certificates: list[Certificate], locale: str, address: str, report: Report
) -> Iterator[tuple[Certificate, bytes]]:
    for number, certificate in enumerate(certificates, 1):
        yield certificate, certificate_pdf(certificate, locale, address)
        if number % CHUNK == 0 or number == len(certificates):
            report(number, len(certificates))


def _write_zip(path: Path, pages: Iterator[tuple[Certificate, bytes]]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for certificate, pdf in pages:
            archive.writestr(file_name(certificate), pdf)


def _write_pdf(path: Path, pages: Iterator[tuple[Certificate, bytes]]) -> None:
    whole = pypdfium2.PdfDocument.new()
    for _certificate, pdf in pages:
        with pypdfium2.PdfDocument(io.BytesIO(pdf)) as one:
            whole.import_pages(one)
    whole.save(path)
    whole.close()


def file_name(certificate: Certificate, extension: str = "pdf") -> str:
    """Return a name for the file of a certificate: number and holder, nothing that a file system minds."""
    number = "".join(one if one.isalnum() or one in "-〔〕（）·" else "-" for one in certificate.number)
    holder = "".join(one for one in certificate.recipient if one.isalnum() or one in "· ")
    return f"{number} {holder}.{extension}"
