"""Files that an author puts into a lesson: uploaded in pieces by a script, or with the form where there is none."""

from typing import Any

from academy.accounts.session import current_person
from academy.db import db
from academy.errors import UserError
from academy.files.models import StoredFile
from academy.files.services import store_stream
from academy.i18n import _


def picked_file(form: Any, name: str, kind: str, kept: int | None) -> int | None:
    """Return the id of the file that the form names for `name`: a fresh one of `<name>_upload`, or the one in `<name>_id`.

    kept: the id that the lesson already has, which anyone who may edit the lesson may keep. Raises UserError at the field
    when the file is not of `kind`, or is somebody else's.
    """
    upload = form[f"{name}_upload"].data
    if upload and getattr(upload, "filename", ""):
        try:
            return store_stream(upload.stream, upload.filename, current_person, kind).id
        except UserError as error:
            raise UserError(error.message, error.status, f"{name}_upload") from error
    chosen = form[f"{name}_id"].data
    if not chosen or chosen == kept:
        return kept if chosen else None
    file = db.session.get(StoredFile, chosen)
    if file is None or file.kind != kind or file.owner_id != current_person.id:
        raise UserError(_("找不到这个文件，请重新上传"), 422, f"{name}_upload")
    return file.id


def load_file(identity: Any) -> StoredFile | None:
    """Return the stored file, or None when there is none."""
    return db.session.get(StoredFile, identity) if isinstance(identity, int) else None
