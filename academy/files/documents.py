"""Pages of PDF documents as pictures, so that they show on any phone, and without scripts."""

import threading
from pathlib import Path

import pypdfium2
from flask import abort

from academy.files import storage
from academy.files.models import StoredFile
from academy.files.pictures import MOST_HIGH, sized

WIDTH_PIXELS = 1240
"""A4 at 150 dots per inch: sharp on a phone, and under 200 KB for a page of text."""
PDFIUM = threading.Lock()
"""PDFium must not be entered from two threads at once."""


def page_picture(file: StoredFile, number: int) -> Path:
    """Return the picture of page `number` (from 1), made at its first request; 404 when there is no such page.

    Of a picture the numbers are widths: see `pictures.sized`.
    """
    if file.kind == "picture":
        return sized(file, number)
    if file.kind != "document" or not 1 <= number <= file.fact("pages", 0):
        abort(404)
    target = storage.derived(file.sha256, f"{number}.webp")
    if not target.exists():
        with PDFIUM:
            _render(storage.place(file.sha256), number, target)
    return target


def _render(source: Path, number: int, target: Path) -> None:
    with pypdfium2.PdfDocument(str(source)) as document:
        page = document[number - 1]
        scale = min(WIDTH_PIXELS / page.get_width(), (MOST_HIGH - 1) / page.get_height())
        picture = page.render(scale=scale).to_pil()
    with storage.made(target) as part:
        picture.convert("RGB").save(part, "WEBP", quality=80)
