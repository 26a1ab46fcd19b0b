"""Exports that are too long for a page."""

from typing import Any

from academy.accounts.models import Person
from academy.db import db, only_reading
from academy.files import storage
from academy.files.services import store_made
from academy.i18n import using
from academy.jobs.queue import Progress, job
from courses.formats.tables import table_formats
from courses.reports.base import Request, reports
from courses.reports.exports import export_tables


@job("reports.export")
def export(progress: Progress, key: str, extension: str, arguments: dict[str, Any], person_id: int) -> int:
    """Write a report's workbook as the person would see it, and return the id of the file."""
    person = db.session.get_one(Person, person_id)
    report, writer = reports()[key], table_formats()[extension]
    asked = Request(person, arguments)
    path = storage.folder("uploads") / f"report-{progress.job_id}.{extension}"
    with only_reading(), using(person.locale), path.open("wb") as file:
        for piece in writer.write(export_tables(report, list(report.tables), asked)):
            file.write(piece)
        name = f"{report.name}.{extension}"
    progress(1, 2)
    return store_made(path, name, writer.media_type, person).id
