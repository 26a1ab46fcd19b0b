"""Files as authors bring them, and what they are stored as."""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from pathlib import Path

from PIL import Image

from academy.accounts.models import Person
from academy.files.models import StoredFile
from academy.files.services import store_path

MEDIA = Path(__file__).resolve().parents[2] / "courses" / "starter" / "media"
VIDEO, PDF, SUBTITLES = "four-measures.mp4", "duty-log.pdf", "four-measures.zh.vtt"


def sample(name: str) -> bytes:
    """Return the content of a file of the starter catalogue."""
    return (MEDIA / name).read_bytes()


def picture(width: int = 8, height: int = 8, form: str = "PNG") -> bytes:
    """Return a picture of one colour."""
    stream = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(stream, form)
    return stream.getvalue()


def broken(packed: bytes, name: str) -> bytes:
    """Return a zip in which the compressed bytes of one file are spoilt."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        start = archive.getinfo(name).header_offset + 30 + len(name)
    return packed[: start + 2] + b"\xff" * 20 + packed[start + 22 :]


def make_stored_file(owner: Person | None = None, name: str = SUBTITLES, kind: str = "") -> StoredFile:
    """Store a file of the starter catalogue for somebody."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copy(MEDIA / name, folder))
        return store_path(copy, name, owner, kind)
