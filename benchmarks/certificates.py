"""What a batch of certificates costs: CPU time of the process that issues, draws and signs them.

    python -m benchmarks.certificates [NUMBER] [sqlite|postgresql]

The database server's own time is not in it. The aim is 1,000 in under 60 seconds, all steps together.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from time import process_time

from sqlalchemy import select

from academy.accounts.models import Person
from academy.config import load_settings
from academy.db import db
from app import create_app
from benchmarks.site import prepared
from courses.certificates.badges.credential import credential
from courses.certificates.models import Certificate, CertificateBatch, CertificateTemplate
from courses.certificates.services import batches
from courses.certificates.services.templates import current_version

ADDRESS = "https://study.example.org"
FACTS = {
    "class": "社区书记专题培训班",
    "class_en": "the class for secretaries",
    "starts_on": "2026-07-01",
    "ends_on": "2026-07-04",
    "hours_hundredths": 2400,
}


def people(number: int) -> list[int]:
    """Add people and return their ids."""
    rows = [Person(username=f"holder{each}", name=f"王芳{each}", password_hash="") for each in range(number)]
    db.session.add_all(rows)
    db.session.commit()
    return [row.id for row in rows]


def batch(number: int) -> CertificateBatch:
    """Note a batch, as the page does."""
    template = db.session.scalars(select(CertificateTemplate).where(CertificateTemplate.kind == "class")).one()
    made = CertificateBatch(
        kind="class",
        label=FACTS["class"],
        source_key="class:benchmark",
        version_id=current_version(template.id).id,
        facts=FACTS,
        recipients=people(number),
    )
    db.session.add(made)
    db.session.commit()
    return made


def timed(name: str, work: Callable[[], object]) -> float:
    """Do something and print what CPU time it took."""
    begin = process_time()
    work()
    spent = process_time() - begin
    print(f"{name:32}{spent:8.1f} s CPU", flush=True)
    return spent


def nothing(done: int, total: int) -> None:
    """Stand in for the progress of a job."""


def main(number: int, kind: str) -> None:
    """Measure on one kind of database."""
    with prepared(kind) as site:
        app = create_app(load_settings(dict(site.environ)))
        with app.app_context():
            made = batch(number)
            owner = db.session.scalars(select(Person).where(Person.username == "admin")).one()
            print(f"{number} certificates, {kind}")
            steps = [
                timed("issue", lambda: batches.run_batch(made, nothing)),
                timed("draw, one PDF", lambda: batches.print_batch(made, owner, "pdf", "zh", ADDRESS, nothing)),
                timed("draw, a ZIP", lambda: batches.print_batch(made, owner, "zip", "en", ADDRESS, nothing)),
            ]
            found = list(db.session.scalars(select(Certificate).where(Certificate.batch_id == made.id)))
            steps.append(timed("sign", lambda: [credential(one, ADDRESS) for one in found]))
            print(f"{'all':32}{sum(steps):8.1f} s CPU for {len(found)} certificates")
            db.session.remove()
            db.engine.dispose()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, sys.argv[2] if len(sys.argv) > 2 else "sqlite")
