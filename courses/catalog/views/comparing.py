"""Two authors at one draft: what one has typed beside what the other has saved."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LONG = 80


@dataclass(frozen=True)
class Compared:
    """One field where the two differ; `long`: it needs a box that can be scrolled and copied from."""

    name: str
    label: str
    mine: str
    theirs: str
    long: bool


def compared(mine: Any, theirs: Any, file_name: Callable[[Any], str] = str) -> list[Compared]:
    """Return the fields whose values differ between the form that was sent and the one filled with what is stored.

    file_name: the name of a stored file by its id.
    """
    result = []
    for field in mine:
        other = theirs[field.short_name]
        if field.type in ("CSRFTokenField", "HiddenField", "UploadField"):
            continue
        if field.type == "FileIdField":
            label = mine[field.short_name.removesuffix("_id") + "_upload"].label.text
            typed, stored = file_name(field.data), file_name(other.data)
        else:
            label, typed, stored = field.label.text, _words(field), _words(other)
        if typed != stored:
            long = max(len(typed), len(stored)) > LONG or "\n" in typed + stored
            result.append(Compared(field.id, str(label), typed, stored, long))
    return result


def _words(field: Any) -> str:
    """Return a value as the author reads it."""
    if hasattr(field, "iter_choices"):
        return next((str(choice.label) for choice in field.iter_choices() if choice.selected), "")
    if isinstance(field.data, bool):
        return "✓" if field.data else "—"
    return "" if field.data is None else str(field.data).replace("\r\n", "\n").strip()
