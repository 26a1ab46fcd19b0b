"""The page of a job: how far it is, and what came out."""

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.db import db
from academy.files.delivery import send
from academy.files.models import StoredFile
from academy.jobs import services
from academy.jobs.models import Job
from academy.permissions import signed_in

blueprint = Blueprint("jobs", __name__)
blueprints = [blueprint]
LOOK_EVERY_SECONDS = 3


def _own(token: str) -> Job:
    job = services.find(current_person, token)
    if job is None:
        abort(404)
    return job


@blueprint.get("/jobs/<token>")
@signed_in
def show(token: str) -> ResponseReturnValue:
    """Show how far the job is; the page asks again by itself until it is done."""
    job = _own(token)
    file = db.session.get(StoredFile, job.file_id) if job.file_id else None
    page = render_template("jobs/show.html", job=job, file=file)
    waiting = job.state in ("waiting", "running")
    return (page, 200, {"Refresh": str(LOOK_EVERY_SECONDS)}) if waiting else page


@blueprint.get("/jobs/<token>/file")
@signed_in
def download(token: str) -> ResponseReturnValue:
    """Send what came out."""
    job = _own(token)
    file = db.session.get(StoredFile, job.file_id) if job.file_id else None
    if file is None:
        abort(404)
    return send(file, download=True)
