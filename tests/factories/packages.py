"""Packages of SCORM: written here, zipped when a test needs them."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from academy.accounts.models import Person
from academy.files.models import StoredFile
from academy.files.services import store_path
from courses.lesson_types.scorm import unpacking

HERE = Path(__file__).resolve().parents[1] / "fixtures" / "packages"
STARTER = Path(__file__).resolve().parents[2] / "courses" / "starter" / "packages"
SPACE_12 = (
    'xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"'
)
SPACE_2004 = 'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3"'


def manifest(version: str = "1.2", items: str | None = None, resources: str | None = None, head: str = "") -> str:
    """Return an imsmanifest.xml; one SCO that opens index.html unless `items` and `resources` are given."""
    space, kind = (SPACE_12, "scormtype") if version == "1.2" else (SPACE_2004, "scormType")
    items = items or '<item identifier="one" identifierref="r-one"><title>一节课件</title></item>'
    resources = resources or f'<resource identifier="r-one" type="webcontent" adlcp:{kind}="sco" href="index.html"/>'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}\n<manifest identifier="m" version="1" {space}>\n'
        f"<metadata><schema>ADL SCORM</schema><schemaversion>{version}</schemaversion></metadata>\n"
        f'<organizations default="o"><organization identifier="o"><title>测试课件</title>{items}</organization>'
        f"</organizations>\n<resources>{resources}</resources></manifest>"
    )


def zipped(files: dict[str, str | bytes] | None = None) -> bytes:
    """Return a zip of `files`; by default the smallest package that runs."""
    files = (
        {"imsmanifest.xml": manifest(), "index.html": "<!doctype html><title>一</title><p>你好"}
        if files is None
        else files
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def zipped_folder(folder: Path) -> bytes:
    """Return a zip of everything in a folder."""
    return zipped(
        {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    )


def make_package_file(content: bytes | None = None, owner: Person | None = None) -> StoredFile:
    """Store a zip, as an upload does."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "package.zip"
        path.write_bytes(zipped() if content is None else content)
        return store_path(path, "课件.zip", owner, "package")


def package_lesson(content: bytes | None = None, least_minutes: int = 0, **values: Any) -> dict[str, Any]:
    """Describe a lesson with a package for make_course."""
    taken = unpacking.take_in(make_package_file(content))
    return {"type": "scorm", "content": {**taken, "least_minutes": least_minutes}, **values}
