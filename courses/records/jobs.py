"""Files of one's own data that are too long for a page."""

from academy.accounts.models import Person
from academy.db import db, only_reading
from academy.files import storage
from academy.files.services import store_made
from academy.i18n import using
from academy.jobs.queue import Progress, job
from courses.records.services import own_data


@job("records.own_data")
def write_own_data(progress: Progress, person_id: int, extension: str) -> int:
    """Write everything that is kept of a person, and return the id of the file."""
    person = db.session.get_one(Person, person_id)
    path = storage.folder("uploads") / f"own-data-{progress.job_id}.{extension}"
    with only_reading(), using(person.locale), path.open("wb") as file:
        for piece in own_data.write(person, extension):
            file.write(piece)
    return store_made(path, f"own-data.{extension}", own_data.FORMATS[extension], person).id
