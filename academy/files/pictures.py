"""Pictures as they are kept and shown: without what a camera writes into them, and in sizes that fit a screen."""

import struct
from pathlib import Path

from flask import abort
from PIL import Image, ImageOps

from academy.files import storage
from academy.files.models import StoredFile

WIDTHS = (640, 1280)
"""Pixels across: a phone, and a wide page."""
MOST_HIGH = 16_383
"""Pixels down: WebP has no larger pictures. A long screenshot is made narrower."""
QUALITY = 82
KEPT_QUALITY = 92
TELLING = ("exif", "xmp", "XML:com.adobe.xmp", "comment", "photoshop")
"""Where a camera or a program says when, where and by whom a picture was made."""
CLEANED = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "WEBP": "WEBP"}
"""What a picture is kept as. MPO is a JPEG with more pictures behind it, as phones take them; only the first is kept."""
BROKEN_NOTES = (SyntaxError, ValueError, TypeError, KeyError, struct.error)
"""What Pillow raises for notes (EXIF) that it cannot read; the picture itself may be sound."""


def without_traces(path: Path) -> bool:
    """Take place, time and device out of the picture at `path`, and turn it upright; return whether there were any.

    A picture taken in somebody's home must not tell where that is. One without such notes is left byte for byte.
    """
    with Image.open(path) as picture:
        form = picture.format or ""
        if form not in CLEANED or (form != "MPO" and (getattr(picture, "is_animated", False) or not _tells(picture))):
            return False
        upright = _upright(picture)
        bare = Image.new(upright.mode, upright.size)
        bare.paste(upright)
        if upright.mode == "P":
            bare.putpalette(upright.getpalette() or [])
    bare.save(path, CLEANED[form], **({} if form == "PNG" else {"quality": KEPT_QUALITY}))
    return True


def _tells(picture: Image.Image) -> bool:
    try:
        return any(picture.info.get(name) for name in TELLING) or bool(picture.getexif())
    except BROKEN_NOTES:
        return True


def _upright(picture: Image.Image) -> Image.Image:
    """Return the picture turned as its notes say, or as it lies where they cannot be read."""
    try:
        return ImageOps.exif_transpose(picture)
    except BROKEN_NOTES:
        return picture.copy()


def sized(file: StoredFile, width: int) -> Path:
    """Return a picture as WebP, `width` pixels across (or its own width, if that is less), made at its first request.

    404 for any other width than those of WIDTHS.
    """
    if width not in WIDTHS:
        abort(404)
    target = storage.derived(file.sha256, f"w{width}.webp")
    if not target.exists():
        with Image.open(storage.place(file.sha256)) as picture:
            upright = _upright(picture)
            scale = min(1, width / upright.width, MOST_HIGH / upright.height)
            if scale < 1:
                upright = upright.resize((max(1, round(upright.width * scale)), max(1, round(upright.height * scale))))
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
