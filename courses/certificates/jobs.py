"""Background work: issuing a batch, and putting its PDFs into one file."""

from academy.accounts.models import Person
from academy.db import db
from academy.jobs.queue import Progress, job
from courses.certificates.models import CertificateBatch
from courses.certificates.services.batches import ISSUE_JOB, PRINT_JOB, print_batch, run_batch


@job(ISSUE_JOB)
def issue_batch(progress: Progress, batch_id: int) -> None:
    """Issue to everybody of a batch."""
    run_batch(db.session.get_one(CertificateBatch, batch_id), progress)


@job(PRINT_JOB)
def print_all(progress: Progress, batch_id: int, person_id: int, form: str, locale: str, address: str) -> int:
    """Make one file of a batch's certificates, and return its id."""
    batch = db.session.get_one(CertificateBatch, batch_id)
    return print_batch(batch, db.session.get_one(Person, person_id), form, locale, address, progress)
