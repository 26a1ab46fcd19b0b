"""What a file really is: told from its content, never from its name or from what a browser claims."""

import warnings
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image
from pymediainfo import MediaInfo

from academy.errors import UserError
from academy.files.documents import PDFIUM
from academy.i18n import _
from academy.i18n import lazy as _l

KINDS = {
    "video": _l("视频"),
    "audio": _l("音频"),
    "document": _l("PDF 文档"),
    "picture": _l("图片"),
    "subtitles": _l("字幕"),
    "package": _l("课件包（ZIP）"),
    "office": _l("Word、Excel、PPT 文件"),
}
EXTENSIONS = {
    "video": (".mp4", ".m4v", ".webm"),
    "audio": (".mp3", ".m4a", ".ogg"),
    "document": (".pdf",),
    "picture": (".png", ".jpg", ".jpeg", ".webp", ".gif"),
    "subtitles": (".vtt", ".srt"),
    "package": (".zip",),
    "office": (".docx", ".xlsx", ".pptx", ".doc", ".xls", ".ppt"),
}
ON_REQUEST = frozenset({"office"})
"""Kinds that are taken only where they are asked for by name: we can keep them, but not show them."""
MEBIBYTE = 1024 * 1024
MAX_BYTES = {
    "document": 200 * MEBIBYTE,
    "picture": 20 * MEBIBYTE,
    "subtitles": 2 * MEBIBYTE,
    "package": 600 * MEBIBYTE,
    "office": 50 * MEBIBYTE,
}
OPEN_XML = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
OLD_OFFICE = {"doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint"}
OLD_OFFICE_HEAD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis")
MAX_TYPES_BYTES = 1024 * 1024
DAMAGED_ZIP = (
    *(zipfile.BadZipFile, zlib.error, EOFError),
    *(KeyError, OSError, NotImplementedError, RuntimeError, ValueError),
)
PLAYABLE_CODECS = {"AVC", "VP8", "VP9", "AV1"}
MAX_PIXELS = 50_000_000
MAX_PAGES = 1000
HEAD_BYTES = 4096


@dataclass(frozen=True)
class Recognised:
    """What a file is, and what was measured of it."""

    kind: str
    media_type: str
    facts: dict[str, Any] = field(default_factory=dict)


def recognise(path: Path, name: str, wanted: str = "") -> Recognised:
    """Return what the file at `path`, called `name`, really is. `wanted`: a kind, or several joined by "+"; "" for any.

    Raises UserError with a sentence when it is of no kind that we take, not of the `wanted` kind, damaged, too large for
    its kind, or when its name claims another kind than its content.
    """
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        raise UserError(
            _(
                "“%(name)s”是 HEIC 照片，很多电脑打不开。请把手机相机的格式改成“兼容性最佳”再拍，或者先转成 JPG",
                name=name,
            ),
            415,
        )
    kind, asked = _kind_of(head, name), wanted.split("+") if wanted else []
    extension = Path(name).suffix.lower()
    if kind is None or (kind in ON_REQUEST and not asked):
        raise UserError(_("“%(name)s”不是可以使用的文件。可以上传：%(kinds)s", name=name, kinds=_accepted(wanted)), 415)
    if asked and kind not in asked:
        raise UserError(
            _(
                "这里需要%(wanted)s，“%(name)s”的内容是%(found)s。请另选一个文件",
                wanted=kinds_named(asked),
                name=name,
                found=KINDS[kind],
            ),
            415,
        )
    if extension not in EXTENSIONS[kind]:
        raise UserError(
            _(
                "“%(name)s”的扩展名和内容对不上：内容是%(found)s。请改成正确的扩展名再上传",
                name=name,
                found=KINDS[kind],
            ),
            415,
        )
    if path.stat().st_size > MAX_BYTES.get(kind, path.stat().st_size):
        raise UserError(
            _("“%(name)s”超过 %(limit)s MB。请压缩后再上传", name=name, limit=MAX_BYTES[kind] // MEBIBYTE),
            413,
        )
    return _MEASURES[kind](path, name, head)


def _accepted(wanted: str) -> str:
    kinds = wanted.split("+") if wanted else [kind for kind in KINDS if kind not in ON_REQUEST]
    return "；".join(f"{KINDS[kind]}（{' '.join(EXTENSIONS[kind])}）" for kind in kinds)


def kinds_named(kinds: Sequence[str]) -> str:
    """Return the names of some kinds in a row."""
    return _("、").join(str(KINDS[kind]) for kind in kinds)


def _kind_of(head: bytes, name: str) -> str | None:
    if head[4:8] == b"ftyp":
        return "audio" if head[8:11] == b"M4A" or name.lower().endswith(".m4a") else "video"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "video"
    if head.startswith(b"%PDF-"):
        return "document"
    if head.startswith((b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8")) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "picture"
    if head.startswith((b"ID3", b"\xff\xfb", b"\xff\xf3", b"OggS")):
        return "audio"
    return _kind_by_name(head, name)


def _kind_by_name(head: bytes, name: str) -> str | None:
    """Return the kind of a file whose content alone does not tell it: text, a zip, a document of an office program."""
    suffix = Path(name).suffix.lower().removeprefix(".")
    if (head.startswith(b"PK\x03\x04") and suffix in OPEN_XML) or (
        head.startswith(OLD_OFFICE_HEAD) and suffix in OLD_OFFICE
    ):
        return "office"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")) and name.lower().endswith(".zip"):
        return "package"
    return "subtitles" if _looks_like_subtitles(head, name) else None


def _looks_like_subtitles(head: bytes, name: str) -> bool:
    if head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT"):
        return True
    return name.lower().endswith(".srt") and b"-->" in head and b"\0" not in head


def _damaged(name: str) -> UserError:
    return UserError(_("“%(name)s”打不开，文件可能已经损坏。请重新导出后再上传", name=name), 415)


def _measure_recording(kind: str) -> Callable[[Path, str, bytes], Recognised]:
    def measure(path: Path, name: str, head: bytes) -> Recognised:
        tracks = MediaInfo.parse(str(path)).tracks
        general = next((track for track in tracks if track.track_type == "General"), None)
        duration = int(float(general.duration)) if general is not None and general.duration else 0
        if general is None or duration <= 0 or general.istruncated == "Yes":
            raise _damaged(name)
        facts: dict[str, Any] = {"duration_ms": duration}
        picture = next((track for track in tracks if track.track_type == "Video"), None)
        if kind == "video":
            if picture is None:
                raise _damaged(name)
            if picture.format not in PLAYABLE_CODECS:
                raise UserError(
                    _(
                        "“%(name)s”用的是 %(codec)s 编码，很多手机放不出来。请转成 H.264（MP4）后再上传",
                        name=name,
                        codec=picture.format,
                    ),
                    415,
                )
            facts.update(width=picture.width, height=picture.height)
        webm = head.startswith(b"\x1aE\xdf\xa3")
        media_type = "video/webm" if webm else "video/mp4"
        return Recognised(kind, media_type if kind == "video" else _audio_type(head), facts)

    return measure


def _audio_type(head: bytes) -> str:
    if head[4:8] == b"ftyp":
        return "audio/mp4"
    return "audio/ogg" if head.startswith(b"OggS") else "audio/mpeg"


def _measure_document(path: Path, name: str, head: bytes) -> Recognised:
    try:
        with PDFIUM, pypdfium2.PdfDocument(str(path)) as document:
            pages = len(document)
            if pages > MAX_PAGES:
                raise UserError(
                    _(
                        "“%(name)s”有 %(n)s 页，最多 %(limit)s 页。请拆开再上传",
                        name=name,
                        n=pages,
                        limit=MAX_PAGES,
                    ),
                    413,
                )
            texts = [_page_text(document, number) for number in range(pages)]
    except pypdfium2.PdfiumError as error:
        raise _damaged(name) from error
    if not pages:
        raise _damaged(name)
    return Recognised("document", "application/pdf", {"pages": pages, "page_texts": texts})


def _page_text(document: pypdfium2.PdfDocument, number: int) -> str:
    page = document[number]
    text = page.get_textpage().get_text_bounded()
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())[:6000]


def _measure_picture(path: Path, name: str, head: bytes) -> Recognised:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path) as picture:
                width, height = picture.size
                form = picture.format or ""
                if width * height > MAX_PIXELS:
                    raise UserError(_("“%(name)s”的像素太多。请缩小后再上传", name=name), 413)
                picture.verify()
            with Image.open(path) as picture:
                picture.load()  # a picture that broke off on its way is found only by unpacking it
    except (
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise _damaged(name) from error
    return Recognised("picture", f"image/{form.lower()}", {"width": width, "height": height})


def _measure_subtitles(path: Path, name: str, head: bytes) -> Recognised:
    text = path.read_bytes()
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(_("字幕“%(name)s”不是 UTF-8 编码。请另存为 UTF-8 后再上传", name=name), 415) from error
    if "-->" not in decoded:
        raise UserError(_("字幕“%(name)s”里没有时间轴（00:00:01.000 --> 00:00:03.000）", name=name), 415)
    return Recognised("subtitles", "text/vtt", {"cues": decoded.count("-->")})


def _measure_package(path: Path, name: str, head: bytes) -> Recognised:
    """Measure nothing: what is in a package is looked at, with care, by whoever uses it."""
    return Recognised("package", "application/zip")


def _measure_office(path: Path, name: str, head: bytes) -> Recognised:
    """Make sure that the document is what its name says; what is written in it is not looked at."""
    suffix = Path(name).suffix.lower().removeprefix(".")
    if suffix in OLD_OFFICE:
        return Recognised("office", OLD_OFFICE[suffix])
    try:
        with zipfile.ZipFile(path) as archive, archive.open("[Content_Types].xml") as listed:
            types = listed.read(MAX_TYPES_BYTES).decode("utf-8", "replace")
    except DAMAGED_ZIP as error:
        raise _damaged(name) from error
    if OPEN_XML[suffix] not in types:
        raise _damaged(name)
    return Recognised("office", OPEN_XML[suffix])


_MEASURES: dict[str, Callable[[Path, str, bytes], Recognised]] = {
    "video": _measure_recording("video"),
    "audio": _measure_recording("audio"),
    "document": _measure_document,
    "picture": _measure_picture,
    "subtitles": _measure_subtitles,
    "package": _measure_package,
    "office": _measure_office,
}
