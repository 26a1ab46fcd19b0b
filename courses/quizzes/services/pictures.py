"""Pictures of questions, made ready for paper."""

import io
from collections.abc import Iterable

from PIL import Image, UnidentifiedImageError
from sqlalchemy import or_, select

from academy.db import db
from academy.files import storage
from academy.files.models import StoredFile

MOST_PIXELS = 1600
"""The longer side of a picture on paper: enough for 300 dots an inch at the width of a column."""


def pictures_of(addresses: Iterable[str]) -> dict[str, tuple[str, bytes]]:
    """Return (file name, PNG) of the pictures at these addresses under /pictures/; one that is gone is left out.

    One query, none without addresses.
    """
    wanted = {address: address.split("/")[2] for address in addresses if address.count("/") >= 3}
    found: dict[str, tuple[str, bytes]] = {}
    if not wanted:
        return found
    named = or_(*(StoredFile.sha256.startswith(start, autoescape=True) for start in sorted(set(wanted.values()))))
    files = {file.sha256[:32]: file for file in db.session.scalars(select(StoredFile).where(named))}
    for place, (address, start) in enumerate(sorted(wanted.items())):
        content = _as_png(files[start]) if start in files else None
        if content is not None:
            found[address] = (f"picture-{place}.png", content)
    return found


def _as_png(file: StoredFile) -> bytes | None:
    try:
        with Image.open(storage.place(file.sha256)) as opened:
            opened.thumbnail((MOST_PIXELS, MOST_PIXELS))
            made = io.BytesIO()
            opened.convert("RGB").save(made, "PNG")
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError):
        return None
    return made.getvalue()
