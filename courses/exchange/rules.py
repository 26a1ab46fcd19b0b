"""When two questions are the same, or much alike. Pure."""

import hashlib
import json
import re
import unicodedata
from typing import Any

from courses.formats.questions import Question, essence
from courses.questions.rules.tree import fitted, join_path, split_path

_NOT_SAID = re.compile(r"[\W_]+")
STATES = ("new", "near", "there", "double", "bad")


def exact_print(question: Question) -> str:
    """Return a hash that is the same for questions that say exactly the same."""
    said = json.dumps(essence(question), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def near_print(content: dict[str, Any]) -> str:
    """Return a hash that is the same for questions whose stem and options read the same: punctuation, width, case, order aside."""
    lists = [content.get(name) for name in ("options", "items", "pairs", "gaps")]
    words = [_folded(str(content.get("stem", "")))]
    words += sorted(
        _folded(str(item.get("text", f"{item.get('left', '')} {item.get('right', '')}")))
        for values in lists
        if isinstance(values, list)
        for item in values
        if isinstance(item, dict)
    )
    return hashlib.sha256("\n".join(words).encode("utf-8", "surrogatepass")).hexdigest()


def _folded(text: str) -> str:
    return _NOT_SAID.sub("", unicodedata.normalize("NFKC", text).casefold())


def shelf_name(path: str) -> str:
    """Return the path of a category in a file as that of a shelf of the bank; what is too deep or too long is made to fit."""
    return join_path(fitted(split_path(path)))
