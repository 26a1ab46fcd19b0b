"""Taking a file in: it is kept, read, and every question of it is laid down beside it, so that nothing is lost between steps."""

import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from academy.accounts.models import Person
from academy.db import db
from academy.errors import UserError
from academy.files import storage
from academy.files.models import StoredFile
from academy.files.services import clean_name, store_made, take_stream
from academy.i18n import _, pack
from academy.i18n import lazy as _l
from academy.jobs.services import enqueue
from courses.exchange.models import ImportBatch, ImportRow
from courses.exchange.rules import STATES, exact_print, near_print, shelf_name
from courses.exchange.services import duplicates
from courses.formats.questions import (
    MAX_BYTES,
    FormatError,
    Note,
    Picture,
    Place,
    Question,
    QuestionFormat,
    Reading,
    question_formats,
    recognise,
    with_pictures,
)
from courses.questions.rules import split_tags

IN_BACKGROUND_BYTES = 300_000
"""Files above this are read by a job; the page waits for it."""


@dataclass(frozen=True)
class Contents:
    """What a file has in it, before any of it is in the database. `refusal`: why it cannot be imported, packed."""

    found: int = 0
    rows: Sequence[ImportRow] = ()
    pictures: Sequence[StoredFile] = ()
    refusal: Sequence[Any] = ()


@dataclass(frozen=True)
class Looked:
    """A file that somebody brings: its format, and what is in it; None where it is so long that a job has to read it."""

    data: bytes
    name: str
    format: str
    contents: Contents | None


def upload(by: Person, data: bytes, name: str, format_key: str = "") -> ImportBatch:
    """Keep a file and read it, a large one in a job. Raises UserError when it is of no known format.

    `format_key` is the format that was chosen; without it, the file is recognised.
    """
    return keep(by, look(by, data, name, format_key))


def look(by: Person, data: bytes, name: str, format_key: str = "") -> Looked:
    """Return what a file is, and read a small one. This takes a while, and writes nothing to the database."""
    if len(data) > MAX_BYTES:
        raise UserError(_("文件超过 %(limit)s MB。请分成几个文件", limit=MAX_BYTES // 1024 // 1024), 413, "file")
    try:
        known = question_formats().get(format_key) or recognise(data, name)
    except FormatError as error:
        raise UserError(str(error.message), field="file") from error
    name = clean_name(name)
    contents = None if len(data) > IN_BACKGROUND_BYTES else _contents(by, known, data, name)
    return Looked(data, name, known.key, contents)


def keep(by: Person, looked: Looked) -> ImportBatch:
    """Keep a file that was looked at, with what is in it."""
    with tempfile.NamedTemporaryFile(dir=storage.folder("uploads"), delete=False) as file:
        file.write(looked.data)
    try:
        stored = store_made(Path(file.name), looked.name, "application/octet-stream", by)
    finally:
        Path(file.name).unlink(missing_ok=True)
    batch = ImportBatch(file_id=stored.id, owner_id=by.id, format=looked.format)
    db.session.add(batch)
    db.session.flush()
    if looked.contents is None:
        batch.job_id = enqueue("exchange.read", by, batch_id=batch.id).id
    else:
        lay_down(batch, looked.contents)
    db.session.flush()
    return batch


def read(batch: ImportBatch) -> None:
    """Read the file of a batch into rows. A file that cannot be read makes the batch a failed one, with the reason."""
    lay_down(batch, contents_of(batch))


def contents_of(batch: ImportBatch) -> Contents:
    """Return what the file of a batch has in it. This takes long, and writes nothing to the database."""
    path = storage.place(batch.file.sha256)
    known = question_formats().get(batch.format)
    if known is None or not path.exists():
        return Contents(refusal=pack(_l("这个文件或者它的格式现在不在了，请重新上传")))
    return _contents(batch.owner, known, path.read_bytes(), batch.file.name)


def _contents(owner: Person, known: QuestionFormat, data: bytes, name: str) -> Contents:
    try:
        reading = known.read(data, name)
    except FormatError as error:
        return Contents(refusal=pack(error.message))
    addresses, pictures, refused = _taken(owner, reading.pictures)
    rows = _rows(reading, addresses, refused)
    return Contents(reading.found, rows, pictures, () if rows else pack(_l("文件里没有找到题目")))


def lay_down(batch: ImportBatch, contents: Contents) -> None:
    """Write down what a file has in it, with what the bank has of it by now."""
    db.session.add_all(contents.pictures)
    duplicates.judge(contents.rows)
    for row in contents.rows:
        row.batch_id = batch.id
    db.session.add_all(contents.rows)
    batch.found, batch.state = contents.found, "previewed"
    if contents.refusal:
        batch.state, batch.message = "failed", list(contents.refusal)
    db.session.flush()


def _rows(reading: Reading, addresses: Sequence[str | None], refused: Sequence[Note]) -> list[ImportRow]:
    questions = [with_pictures(question, addresses) for question in reading.questions]
    found: list[tuple[int, dict[str, Any]]] = [
        (question.place.line or question.place.row, _row(question)) for question in questions
    ]
    found += [(note.place.line or note.place.row, _trouble(note)) for note in [*reading.problems, *refused]]
    found.sort(key=lambda item: item[0])
    return [ImportRow(number=number, **values) for number, (_line, values) in enumerate(found, 1)]


def _row(question: Question) -> dict[str, Any]:
    return {
        "state": "new",
        "line": question.place.line,
        "row": question.place.row,
        "element": question.place.element[:200],
        "type": question.type,
        "content": question.content,
        "difficulty": question.difficulty,
        "tags": split_tags("、".join(question.tags)),
        "category": shelf_name(question.category),
        "notes": [pack(note) for note in question.notes],
        "exact": exact_print(question),
        "near": near_print(question.content),
    }


def _trouble(note: Note) -> dict[str, Any]:
    return {
        "state": "bad" if note.severity == "problem" else "loss",
        "line": note.place.line,
        "row": note.place.row,
        "element": note.place.element[:200],
        "notes": [pack(note.message)],
    }


def _taken(owner: Person, pictures: Sequence[Picture]) -> tuple[list[str | None], list[StoredFile], list[Note]]:
    """Keep the pictures; return their addresses, their rows that are still to be added, and a note for each that is none."""
    addresses: list[str | None] = []
    files, notes = [], []
    for picture in pictures:
        try:
            file = take_stream(io.BytesIO(picture.data), picture.name, owner, "picture")
        except UserError as error:
            addresses.append(None)
            notes.append(Note(Place(), _l("图片没有带来：%(why)s", why=str(error.message)), "loss"))
        else:
            files.append(file)
            addresses.append(f"/pictures/{file.sha256[:32]}/{quote(file.name)}")
    return addresses, files, notes


def batches(person: Person, limit: int = 20) -> list[ImportBatch]:
    """Return the latest batches of a person."""
    query = select(ImportBatch).options(joinedload(ImportBatch.file)).where(ImportBatch.owner_id == person.id)
    return list(db.session.scalars(query.order_by(ImportBatch.id.desc()).limit(limit)))


def counts(batch: ImportBatch) -> dict[str, int]:
    """Return how many rows of a batch are in each state, and how many were imported."""
    query = select(ImportRow.state, func.count(), func.count(ImportRow.question_id)).where(
        ImportRow.batch_id == batch.id
    )
    found = dict.fromkeys((*STATES, "loss", "imported"), 0)
    for state, number, imported in db.session.execute(query.group_by(ImportRow.state)):
        found[state] = number
        found["imported"] += imported
    return found
