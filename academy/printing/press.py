"""Setting a PDF by typst, from a template of ours and data of anybody's."""

import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import typst

from academy.printing.glyphs import FONTS

FAMILY = "Noto Serif CJK SC"
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
_PACKAGE = re.compile(r'(?:import|include)\s*"@')
_PICTURE_NAME = re.compile(r"[a-z0-9_-]+\.(?:png|jpg|svg)")

Standard = Literal["", "a-2u", "a-3u", "ua-1"]


class PrintingError(RuntimeError):
    """The template and the data do not fit together; the message is for engineers."""


def typeset(
    template: Path,
    data: Mapping[str, Any],
    *,
    pictures: Mapping[str, bytes] | None = None,
    created: datetime = UNDATED,
    standard: Standard = "",
) -> bytes:
    """Return the PDF that `template` (a .typ file) makes of `data` (JSON-able).

    The template reads `json(bytes(sys.inputs.data))`. What comes from there is text and numbers, never markup, so a name
    like `#panic()` prints as it is. The template sees nothing but its own folder, and there the `pictures`
    (name to content, for example "seal.png"); it has no network and may use no packages.

    The same input gives the same bytes: `created` is the date written into the file, so give it one that belongs to what
    is printed. Raises PrintingError when the template cannot be set.
    """
    _refuse_packages(template)
    if not pictures:
        return _compile(template, data, created, standard)
    with tempfile.TemporaryDirectory(prefix="printing-") as folder:
        root = Path(folder) / "root"
        shutil.copytree(template.parent, root, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
        for name, content in pictures.items():
            if not _PICTURE_NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no name for a picture")
            (root / name).write_bytes(content)
        return _compile(root / template.name, data, created, standard)


def _compile(template: Path, data: Mapping[str, Any], created: datetime, standard: Standard) -> bytes:
    folder = str(template.parent)
    try:
        compiler = typst.Compiler(
            str(template),
            root=folder,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            package_path=folder,
            package_cache_path=folder,
        )
        made = compiler.compile(format="pdf", timestamp=created, pdf_standards=[standard] if standard else [])
    except typst.TypstError as error:
        raise PrintingError(f"{template.name}: {error.message} {error.diagnostic}"[:2000]) from error
    if not isinstance(made, bytes):
        raise PrintingError(f"{template.name}: no PDF came out")
    return made


@lru_cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


@lru_cache
def _refuse_packages(template: Path) -> None:
    """Raise PrintingError when a template of the folder names a package: nothing is downloaded here."""
    for path in template.parent.rglob("*.typ"):
        if _PACKAGE.search(path.read_text(encoding="utf-8")):
            raise PrintingError(f"{path.name} imports a package; put what it needs into its folder")
