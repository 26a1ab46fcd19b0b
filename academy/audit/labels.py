"""How an entry of the audit log reads: each room registers a sentence for each act that it records.

    labels.register({"unit.added": _l("添加了单位“%(subject)s”")})

The sentence follows the name of the actor; `%(subject)s` is the thing that was acted on, other placeholders are
taken from the entry's detail.
"""

from collections.abc import Mapping
from typing import Any

from academy.i18n import lazy as _l

UNKNOWN = "—"

SENTENCES: dict[str, Any] = {}
FIELDS: dict[str, Any] = {}


class _Values(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return UNKNOWN


def register(sentences: Mapping[str, Any], fields: Mapping[str, Any] | None = None) -> None:
    """Add sentences by action, and names of the fields whose changes are recorded (detail "changes")."""
    SENTENCES.update(sentences)
    FIELDS.update(fields or {})


def sentence(action: str, subject: str, detail: Mapping[str, Any]) -> str:
    """Return what was done, in the language of the request; an act that no room knows is shown by its name."""
    pattern = SENTENCES.get(action, _l("%(action)s：%(subject)s"))
    return str(pattern % _Values(detail, action=action, subject=subject or UNKNOWN))


def name(action: str) -> str:
    """Return the sentence without names, for choosing an action in a list."""
    return sentence(action, "…", {})
