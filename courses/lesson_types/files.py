"""Files that an author puts into a lesson: uploaded in pieces by a script, or with the form where there is none.

A file called `video` has two fields in a form: `video_upload` (an UploadField) and `video_id`, the id of the stored file.
"""

from collections.abc import Iterable, Iterator
from os import SEEK_END
from typing import IO, Any

from flask_wtf.file import FileField
from wtforms.fields import IntegerField
from wtforms.validators import Optional
from wtforms.widgets import HiddenInput

from academy.accounts.session import current_person
from academy.db import db, only_reading
from academy.errors import UserError
from academy.files.models import StoredFile
from academy.files.services import describe, take_stream
from academy.files.uploads import check_hand_in
from academy.i18n import _
from academy.permissions import can
from academy.web.lookups import MAX_ID

SUFFIX = "_upload"


class UploadField(FileField):
    """What a browser without scripts sends with the form. `kind`: what the file has to be, a key of recognition.KINDS."""

    def __init__(self, label: Any = None, kind: str = "", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.kind = kind


class FileIdField(IntegerField):
    """The hidden id of a stored file; what is not a number is no file."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=HiddenInput(), validators=[Optional()], **kwargs)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        text = valuelist[0] if valuelist else ""
        self.data = int(text) if text.isdecimal() and len(text) < 10 else None

    def _value(self) -> str:
        """Return the number as the page holds it: of a file that has just been stored, not what was sent."""
        return str(self.data or "")


def _fields(form: Any) -> Iterator[tuple[str, UploadField, FileIdField]]:
    for field in form:
        if isinstance(field, UploadField):
            name = field.short_name.removesuffix(SUFFIX)
            yield name, field, form[f"{name}_id"]


def take_files(form: Any) -> list[UserError]:
    """Store the files that came with the form and put their ids into it, so that none has to be sent a second time.

    What cannot be used is said at its field; the errors are also returned. The caller keeps the changes of this request
    even where the rest of the form has to be mended.
    """
    refused = []
    for name, field, identity in _fields(form):
        if not getattr(field.data, "filename", ""):
            continue
        try:
            if not can("files.upload"):
                check_hand_in(current_person, _length(field.data.stream), field.data.filename, field.kind)
            with only_reading():  # a film is long, and nobody has to wait with writing until it is looked at
                file = take_stream(field.data.stream, field.data.filename, current_person, field.kind)
            db.session.add(file)
            db.session.flush()
            identity.data = file.id
        except UserError as error:
            form.blame(UserError(error.message, error.status, f"{name}{SUFFIX}"))
            refused.append(error)
    return refused


def _length(stream: IO[bytes]) -> int:
    length = stream.seek(0, SEEK_END)
    stream.seek(0)
    return length


def picked_file(form: Any, name: str, kept: int | None) -> int | None:
    """Return the id of the file that the form names for `name`.

    kept: the id that the lesson already has, which anyone who may edit the lesson may keep. Raises UserError at the field
    when the file is not of the field's kind, or is somebody else's.
    """
    chosen = form[f"{name}_id"].data
    if not chosen or chosen == kept:
        return kept if chosen else None
    field = form[f"{name}{SUFFIX}"]
    file = load_file(chosen)
    if file is None or file.kind != field.kind or file.owner_id != current_person.id:
        raise UserError(_("找不到这个文件，请重新上传"), 422, f"{name}{SUFFIX}")
    return file.id


def shown_files(form: Any, kept: Iterable[int]) -> dict[str, dict[str, object]]:
    """Return what the editor shows of the files that the form names: those of the lesson (`kept`) and one's own."""
    known = frozenset(kept)
    found = {name: load_file(identity.data) for name, _field, identity in _fields(form)}
    return {
        name: describe(file)
        for name, file in found.items()
        if file and (file.id in known or file.owner_id == current_person.id)
    }


def load_file(identity: Any) -> StoredFile | None:
    """Return the stored file, or None when there is none."""
    return db.session.get(StoredFile, identity) if isinstance(identity, int) and 0 < identity <= MAX_ID else None
