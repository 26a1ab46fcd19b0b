"""The files of a submission, for its writer and for those who may mark it."""

from flask import Response, abort
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.files import storage
from academy.files.delivery import send_path
from academy.files.documents import page_picture
from academy.files.models import StoredFile
from academy.i18n import _
from academy.permissions import can, signed_in
from courses.assignments.services import marking, reading
from courses.assignments.services.marking import Case
from courses.assignments.views.blueprint import blueprint


def _file_or_404(submission_id: int, file_id: int) -> tuple[Case, StoredFile]:
    case = marking.find_case(submission_id)
    if case is None or not (case.enrolment.person_id == current_person.id or _marks(case)):
        abort(404)
    file = reading.file_of(submission_id, file_id)
    if file is None:
        abort(404)
    return case, file


def _marks(case: Case) -> bool:
    """Whether this person may mark it, and is still somebody who marks."""
    return can("assignments.mark") and marking.may_mark(case, current_person)


@blueprint.get("/assignments/<int:submission_id>/files/<int:file_id>")
@signed_in
def file(submission_id: int, file_id: int) -> Response:
    """Send a file as a download; where names are hidden, under a name that tells nothing."""
    case, file = _file_or_404(submission_id, file_id)
    path = storage.place(file.sha256)
    if not path.exists():
        abort(404)
    suffix = file.name.rsplit(".", 1)[-1]
    hidden = case.nameless and case.enrolment.person_id != current_person.id
    name = _("文件 %(n)s", n=f"{submission_id}-{file_id}.{suffix}") if hidden else file.name
    return send_path(path, file.media_type, etag=file.sha256, name=name)


@blueprint.get("/assignments/<int:submission_id>/pages/<int:file_id>/<int:number>")
@signed_in
def page(submission_id: int, file_id: int, number: int) -> ResponseReturnValue:
    """Send the picture of a page of a document, or a picture so many pixels wide."""
    _case, file = _file_or_404(submission_id, file_id)
    return send_path(page_picture(file, number), "image/webp", etag=f"{file.sha256}-{number}")
