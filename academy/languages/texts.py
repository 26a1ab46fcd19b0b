"""Finds every text that is marked for translation, in the code and in the templates, also those of plug-ins."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.extract import extract

KEYWORDS: dict[str, Any] = dict.fromkeys(("_", "_l", "lazy", "gettext")) | {"ngettext": (1, 2)}
JINJA_OPTIONS = {"silent": "false", "extensions": "jinja2.ext.do", "encoding": "utf-8"}
SOURCES = (("academy", "*.py", "python"), ("courses", "*.py", "python"), (".", "app.py", "python"))
TEMPLATES = (("templates", "*.html", "jinja2.ext:babel_extract"), ("courses", "*.html", "jinja2.ext:babel_extract"))
# What belongs to no room, or to all of them.
COMMON = frozenset({"", "web", "layouts", "components", "errors", "emails"})


@dataclass(frozen=True)
class Text:
    """One marked text: `plural` is empty unless it counts; `room` is the .po file that it belongs to."""

    message: str
    plural: str
    room: str
    path: str
    line: int


def collect(home: Path) -> list[Text]:
    """Return every marked text below `home`, in the order of the files; the same text may occur several times."""
    found: list[Text] = []
    for folder, pattern, method in (*SOURCES, *TEMPLATES):
        start = home / folder
        files = sorted(start.rglob(pattern)) if folder != "." else sorted(start.glob(pattern))
        for path in files:
            if "migrations" not in path.parts:
                found.extend(_of_file(path, home, method))
    return found


def _of_file(path: Path, home: Path, method: str) -> Iterator[Text]:
    relative = path.relative_to(home)
    options = JINJA_OPTIONS if method.startswith("jinja2") else {}
    with path.open("rb") as file:
        for line, message, _comments, _context in extract(method, file, KEYWORDS, (), options):
            singular, plural = (message[0], message[1]) if isinstance(message, tuple) else (message, "")
            if singular:
                yield Text(singular, plural or "", room_of(relative), relative.as_posix(), line)


def room_of(path: Path) -> str:
    """Return the name of the .po file for the texts of the file at `path` (relative to the project)."""
    inside = path.parts[1:-1]
    room = inside[0] if inside else ""
    return "common" if room in COMMON else room
