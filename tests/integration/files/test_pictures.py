"""Pictures as they are kept and shown."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from academy.files import storage
from academy.files.documents import page_picture
from academy.files.pictures import MOST_HIGH, sized
from academy.files.services import store_stream
from tests.factories.studio import picture

TURNED, DEVICE = 0x0112, 0x0110


def photo(form: str = "JPEG", notes: bytes | None = None, **more) -> bytes:
    exif = Image.Exif()
    exif[TURNED], exif[DEVICE] = 6, "a phone"
    stream = io.BytesIO()
    Image.new("RGB", (30, 20), "teal").save(stream, form, exif=notes or exif, **more)
    return stream.getvalue()


def stored(content: bytes, name: str = "a.jpg"):
    return store_stream(io.BytesIO(content), name, None)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "MPO"])
def test_what_a_camera_writes_into_a_picture_is_not_kept(app, form):
    """Phones write several pictures into one JPEG (MPO): with depth, or with a second lens."""
    more = {"save_all": True, "append_images": [Image.new("RGB", (30, 20))]} if form == "MPO" else {}
    file = stored(photo(form, **more), "a.jpg" if form == "MPO" else f"a.{form.lower()}")
    assert file.media_type == ("image/jpeg" if form == "MPO" else f"image/{form.lower()}")
    with Image.open(storage.place(file.sha256)) as kept:
        assert (kept.size, dict(kept.getexif())) == ((20, 30), {})
        assert kept.format == ("JPEG" if form == "MPO" else form)


def test_notes_that_cannot_be_read_are_taken_out_all_the_same(app):
    file = stored(photo("PNG", b"M2\x00*\x00\x00\x00\x08\x00\x01"), "a.png")
    with Image.open(storage.place(file.sha256)) as kept:
        assert kept.size == (30, 20) and "exif" not in kept.info


def test_a_long_screenshot_is_shown(app):
    file = stored(picture(40, 20_000), "a.png")
    with Image.open(sized(file, 640)) as shown:
        assert shown.height == MOST_HIGH


def test_a_page_that_is_much_higher_than_wide_is_shown(app):
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 3 14000]>>"
    parts = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    content = b"%PDF-1.4\n" + parts + b"3 0 obj" + page + b"endobj\ntrailer<</Root 1 0 R>>"
    with Image.open(page_picture(stored(content, "a.pdf"), 1)) as shown:
        assert shown.height <= MOST_HIGH
