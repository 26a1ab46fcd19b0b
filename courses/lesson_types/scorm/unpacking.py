"""Packages unpacked: every file under a number, found only through the index, so that no path in a package is one of ours."""

import json
import os
import secrets
import shutil
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from academy.files import storage
from academy.files.models import StoredFile
from academy.files.services import disk_error
from academy.i18n import _
from courses.lesson_types.scorm.archive import MAX_TOTAL_BYTES, Archive, open_archive, refused
from courses.lesson_types.scorm.manifest import read_manifest

FOLDER = "package"
INDEX = "index.json"
TYPES = {
    "html": "text/html",
    "htm": "text/html",
    "xhtml": "application/xhtml+xml",
    "js": "text/javascript",
    "mjs": "text/javascript",
    "css": "text/css",
    "json": "application/json",
    "map": "application/json",
    "xml": "text/xml",
    "xsd": "text/xml",
    "xsl": "text/xml",
    "txt": "text/plain",
    "md": "text/plain",
    "dtd": "text/plain",
    "csv": "text/csv",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "svg": "image/svg+xml",
    "webp": "image/webp",
    "avif": "image/avif",
    "bmp": "image/bmp",
    "ico": "image/x-icon",
    "cur": "image/x-icon",
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "webm": "video/webm",
    "ogv": "video/ogg",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "ogg": "audio/ogg",
    "oga": "audio/ogg",
    "wav": "audio/wav",
    "vtt": "text/vtt",
    "srt": "text/plain",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "ttf": "font/ttf",
    "otf": "font/otf",
    "eot": "application/vnd.ms-fontobject",
    "pdf": "application/pdf",
    "wasm": "application/wasm",
}
SHOWN_LEFT_OUT = 5


@dataclass(frozen=True)
class Found:
    """A file of a package: where it lies, and what it is sent as."""

    place: Path
    media_type: str


def type_of(path: str) -> str | None:
    """Return what a file of a package is sent as, or None for one that is not sent at all."""
    return TYPES.get(path.rsplit("/", 1)[-1].rpartition(".")[2].lower())


def take_in(file: StoredFile) -> dict[str, Any]:
    """Check and unpack a package; return what a lesson keeps of it. Raises UserError with what is wrong and what to do."""
    archive = open_archive(storage.place(file.sha256))
    root, manifest = read_manifest(archive)
    paths = _within(archive, root)
    for sco in manifest.scos:
        if type_of(sco.path) is None:
            raise refused(
                _("“%(title)s”要打开的“%(path)s”不是网页，浏览器打不开。请导出为 HTML5", title=sco.title, path=sco.path)
            )
    _unpack(archive, file.sha256, paths)
    left_out = sorted(path for path in paths if type_of(path) is None)
    return {
        **manifest.as_content(),
        "file_id": file.id,
        "sha256": file.sha256,
        "files": len(paths) - len(left_out),
        "left_out": len(left_out),
        "left_out_names": left_out[:SHOWN_LEFT_OUT],
        "folder": root.rstrip("/"),
    }


def _within(archive: Archive, root: str) -> dict[str, str]:
    """Return the files beside the manifest and below: their path there, and their path in the zip."""
    return {path.removeprefix(root): path for path in archive.members if path.startswith(root)}


def _unpack(archive: Archive, sha256: str, paths: dict[str, str]) -> None:
    target = storage.derived(sha256, FOLDER)
    if (target / INDEX).exists():
        return
    part = target.with_name(f"{FOLDER}-{secrets.token_hex(6)}")
    part.mkdir(parents=True)
    try:
        index = _write_files(archive, part, paths)
        (part / INDEX).write_text(json.dumps(index, ensure_ascii=False), encoding="utf-8")
        _put_in_place(part, target)
    except OSError as error:
        raise disk_error(error) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _write_files(archive: Archive, folder: Path, paths: dict[str, str]) -> dict[str, str]:
    """Write what is sent, a number each; the index says which is which."""
    index: dict[str, str] = {}
    total = 0
    for number, (path, inside) in enumerate(sorted(paths.items())):
        if type_of(path) is None:
            continue
        with (folder / str(number)).open("wb") as file:
            for chunk in archive.chunks(inside):
                total += len(chunk)
                if total > MAX_TOTAL_BYTES:
                    raise refused(_("压缩包解开以后太大，像是用来撑满磁盘的压缩炸弹，没有解压"))
                file.write(chunk)
        index[path] = str(number)
    return index


def _put_in_place(part: Path, target: Path) -> None:
    """Give the folder its name; another request may have been a moment earlier."""
    try:
        os.rename(part, target)
    except OSError:
        if not (target / INDEX).exists():
            raise


def find(sha256: str, path: str) -> Found | None:
    """Return a file of a package that was taken in, or None. Upper and lower case are told apart only where both are there.

    What is unpacked can be made again from the zip, and is where it is gone (a restored backup has no such files).
    """
    folder = storage.derived(sha256, FOLDER)
    if not (folder / INDEX).exists():
        if not storage.place(sha256).exists():
            return None
        archive = open_archive(storage.place(sha256))
        root, _manifest = read_manifest(archive)
        _unpack(archive, sha256, _within(archive, root))
    index = _index(folder)
    number = index.get(path) or index.get(path.lower())
    kind = type_of(path)
    return Found(folder / number, kind) if number and kind else None


@lru_cache(maxsize=64)
def _index(folder: Path) -> dict[str, str]:
    read: dict[str, str] = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    return {path.lower(): number for path, number in read.items()} | read


def contents(sha256: str) -> dict[str, Any] | None:
    """Return what the manifest of a package says, read again from the zip; None when there is no such package."""
    path = storage.place(sha256)
    return read_manifest(open_archive(path))[1].as_content() if path.exists() else None
