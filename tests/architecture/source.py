"""The project's own files, for tests that read them."""

from __future__ import annotations

from pathlib import Path

HOME = Path(__file__).resolve().parent.parent.parent
CODE = ("academy", "courses", "tests", "benchmarks", "deploy")


def files(pattern: str, *folders: str) -> list[Path]:
    """Return the files below the named folders that match, without caches and vendored parts."""
    found = (path for folder in folders for path in HOME.joinpath(folder).rglob(pattern))
    return sorted(path for path in found if not {"__pycache__", "vendor", "node_modules"} & set(path.parts))


def templates() -> list[Path]:
    """Return every Jinja page and piece of a page, those of plug-ins too."""
    return files("*.html", "templates") + files("*.html", "courses")


def name(path: Path) -> str:
    """Return the path as it is written in the project."""
    return path.relative_to(HOME).as_posix()


def template_name(path: Path) -> str:
    """Return the name under which Jinja finds a template: plug-ins' ones begin with the room."""
    root = HOME / ("templates" if path.is_relative_to(HOME / "templates") else "courses")
    return path.relative_to(root).as_posix()


def read(path: Path) -> str:
    """Return the text of a file."""
    return path.read_text(encoding="utf-8")
