"""Pictures as they are kept and shown: without what a camera writes into them, and in sizes that fit a screen."""

from pathlib import Path

from flask import abort
from PIL import Image, ImageOps

from academy.files import storage
from academy.files.models import StoredFile

WIDTHS = (640, 1280)
"""Pixels across: a phone, and a wide page."""
QUALITY = 82
KEPT_QUALITY = 92
TELLING = ("exif", "xmp", "XML:com.adobe.xmp", "comment", "photoshop")
"""Where a camera or a program says when, where and by whom a picture was made."""
CLEANED = ("JPEG", "PNG", "WEBP")


def without_traces(path: Path) -> bool:
    """Take place, time and device out of the picture at `path`, and turn it upright; return whether there were any.

    A picture taken in somebody's home must not tell where that is. One without such notes is left byte for byte.
    """
    with Image.open(path) as picture:
        form, telling = picture.format, any(picture.info.get(name) for name in TELLING) or bool(picture.getexif())
        if form not in CLEANED or not telling or getattr(picture, "is_animated", False):
            return False
        upright = ImageOps.exif_transpose(picture)
        bare = Image.new(upright.mode, upright.size)
        bare.paste(upright)
        if upright.mode == "P":
            bare.putpalette(upright.getpalette() or [])
    bare.save(path, form, **({} if form == "PNG" else {"quality": KEPT_QUALITY}))
    return True


def sized(file: StoredFile, width: int) -> Path:
    """Return a picture as WebP, `width` pixels across (or its own width, if it is smaller), made at its first request.

    404 for any other width than those of WIDTHS.
    """
    if width not in WIDTHS:
        abort(404)
    target = storage.derived(file.sha256, f"w{width}.webp")
    if not target.exists():
        with Image.open(storage.place(file.sha256)) as picture:
            upright = ImageOps.exif_transpose(picture)
            if upright.width > width:
                upright = upright.resize((width, max(1, round(upright.height * width / upright.width))))
            with storage.made(target) as part:
                _on_white(upright).save(part, "WEBP", quality=QUALITY)
    return target


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGB", "L"):
        return picture.convert("RGB")
    clear = picture.convert("RGBA")
    ground = Image.new("RGB", clear.size, "white")
    ground.paste(clear, mask=clear.getchannel("A"))
    return ground
