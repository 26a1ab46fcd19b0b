"""Reading the catalogue's files. Pure: from a folder to plain values, with a sentence for each mistake."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

HOME = Path(__file__).parent
MEDIA = HOME / "media"


class CatalogueError(ValueError):
    """Something in the files cannot be used; the message names the file and says what to mend."""


def read_yaml(path: Path) -> Any:
    """Return what a YAML file says. Raises CatalogueError naming file and line when it is not well-formed."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise CatalogueError(f"{path}: this file is missing.") from error
    except yaml.YAMLError as error:
        raise CatalogueError(f"{path}: {error}") from error


def read_text(path: Path) -> str:
    """Return a text file. Raises CatalogueError when it is missing or not UTF-8."""
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise CatalogueError(f"{path}: this file is missing.") from error
    except UnicodeDecodeError as error:
        raise CatalogueError(f"{path}: save this file as UTF-8.") from error


def media(name: str) -> Path:
    """Return the path of a media file. Raises CatalogueError when it is not there."""
    path = MEDIA / name
    if Path(name).name != name or not path.is_file():
        raise CatalogueError(f"{path}: this file is missing.")
    return path


def folders(name: str, marker: str) -> Iterator[Path]:
    """Yield the folders below `name` that hold a file called `marker`, in the order of their names."""
    yield from (path.parent for path in sorted((HOME / name).glob(f"*/{marker}")))


def need(values: dict[str, Any], key: str, where: Path) -> Any:
    """Return `values[key]`. Raises CatalogueError when it is missing or empty."""
    value = values.get(key)
    if value in (None, "", []):
        raise CatalogueError(f"{where}: “{key}” is missing.")
    return value
