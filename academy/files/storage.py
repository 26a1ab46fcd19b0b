"""Where the bytes lie: one file per content, named by its SHA-256, in `instance/files/`."""

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import current_app

CHUNK_BYTES = 1024 * 1024


def folder(name: str) -> Path:
    """Return (and make) a folder of the instance: files, uploads or derived."""
    path = Path(current_app.instance_path) / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def place(sha256: str) -> Path:
    """Return where the content with this hash lies or will lie."""
    return folder("files") / sha256[:2] / sha256


def keep(path: Path, sha256: str) -> None:
    """Move a finished file to its place; the same content is kept once."""
    target = place(sha256)
    if target.exists():
        path.unlink()
        return
    target.parent.mkdir(exist_ok=True)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    shutil.move(path, target)


def derived(sha256: str, name: str) -> Path:
    """Return where something made from the content (a page's picture) lies or will lie."""
    path = folder("derived") / sha256[:2] / sha256
    path.mkdir(parents=True, exist_ok=True)
    return path / name


@contextmanager
def made(target: Path) -> Iterator[Path]:
    """Give a place to write to that becomes `target` at the end; two who make the same file do not disturb each other."""
    part = target.with_name(f"{target.name}.{secrets.token_hex(4)}.part")
    try:
        yield part
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
