"""Taking files in."""

import secrets
import shutil
import unicodedata
from pathlib import Path
from typing import IO

from academy.accounts.models import Person
from academy.db import db
from academy.errors import UserError, is_full_disk
from academy.files import storage
from academy.files.models import StoredFile
from academy.files.pictures import without_traces
from academy.files.recognition import KINDS, recognise
from academy.i18n import _
from academy.web.filters import show_duration, show_filesize

NAME_LIMIT = 120


def clean_name(name: str) -> str:
    """Return a file name that is safe to show and to send: no path, no control characters, of bounded length."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(character for character in unicodedata.normalize("NFC", base) if character.isprintable()).strip(" .")
    stem, suffix = Path(kept).stem, Path(kept).suffix
    return f"{stem[: NAME_LIMIT - len(suffix)]}{suffix}" if kept else "file"


def store_path(path: Path, name: str, owner: Person | None, wanted: str = "") -> StoredFile:
    """Take over the file at `path` (it is moved away) as a StoredFile.

    Raises UserError when it is not of the `wanted` kind, lies about what it is, is damaged or too large.
    """
    file = _taken(path, name, owner, wanted)
    db.session.add(file)
    db.session.flush()
    return file


def _taken(path: Path, name: str, owner: Person | None, wanted: str) -> StoredFile:
    """Take over the file at `path`, and return what the database is to know of it."""
    name = clean_name(name)
    found = recognise(path, name, wanted)
    if found.kind == "subtitles":
        _as_webvtt(path)
    if found.kind == "picture" and without_traces(path):
        found = recognise(path, name, wanted)
    sha256 = storage.digest(path)
    size = path.stat().st_size
    storage.keep(path, sha256)
    return StoredFile(
        sha256=sha256,
        size=size,
        kind=found.kind,
        media_type=found.media_type,
        name=name,
        facts=found.facts,
        owner_id=owner.id if owner else None,
    )


def store_made(path: Path, name: str, media_type: str, owner: Person | None) -> StoredFile:
    """Take over a file that the site itself has made, for example an export."""
    sha256, size = storage.digest(path), path.stat().st_size
    storage.keep(path, sha256)
    file = StoredFile(
        sha256=sha256,
        size=size,
        kind="made",
        media_type=media_type,
        name=name,
        facts={},
        owner_id=owner.id if owner else None,
    )
    db.session.add(file)
    db.session.flush()
    return file


def store_stream(stream: IO[bytes], name: str, owner: Person | None, wanted: str = "") -> StoredFile:
    """Take a file from a stream, for example a field of a form. Raises UserError like `store_path`, and for a full disk."""
    file = take_stream(stream, name, owner, wanted)
    db.session.add(file)
    db.session.flush()
    return file


def take_stream(stream: IO[bytes], name: str, owner: Person | None, wanted: str = "") -> StoredFile:
    """Do as `store_stream`, but leave it to the caller to add the row: looking at a file takes long, a row does not."""
    path = storage.folder("uploads") / f"form-{secrets.token_hex(8)}"
    try:
        with path.open("wb") as file:
            shutil.copyfileobj(stream, file, storage.CHUNK_BYTES)
        return _taken(path, name, owner, wanted)
    except OSError as error:
        raise disk_error(error) from error
    finally:
        path.unlink(missing_ok=True)


def describe(file: StoredFile) -> dict[str, object]:
    """Return what an author's page shows of a file."""
    facts = [str(KINDS.get(file.kind, file.kind)), show_filesize(file.size)]
    if file.fact("duration_ms"):
        facts.append(show_duration(file.fact("duration_ms") / 1000))
    if file.fact("pages"):
        facts.append(_("%(n)s 页", n=file.fact("pages")))
    return {
        "id": file.id,
        "name": file.name,
        "kind": file.kind,
        "size": file.size,
        "label": " · ".join(facts),
    }


def disk_error(error: OSError) -> UserError:
    """Return the sentence for a write that failed; anything but a full disk is raised again."""
    if not is_full_disk(error):
        raise error
    return UserError(_("服务器的磁盘满了，文件没有存下。请联系管理员；其他内容都还在"), 507)


def _as_webvtt(path: Path) -> None:
    text = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    if not text.startswith("WEBVTT"):
        lines = [line.replace(",", ".") if "-->" in line else line for line in text.split("\n")]
        text = "WEBVTT\n\n" + "\n".join(lines)
    path.write_text(text, encoding="utf-8")
