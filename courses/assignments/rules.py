"""What may be handed in, and when. No database, no request."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

MEBIBYTE = 1024 * 1024
MOST_BYTES = 20 * MEBIBYTE
"""Of each file."""
DRAFT_LIMIT = 20_000
"""Characters of a draft; what may be handed in, its author says."""
REMARK_LIMIT, COMMENT_LIMIT = 300, 2000
PHRASES, PHRASE_LENGTH = 8, 80


def length_of(text: str) -> int:
    """Return how many characters were written, without blanks."""
    return len(re.sub(r"\s", "", text))


def normal(text: str) -> str:
    """Return a text as it is kept: with one kind of line end, without blanks around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip().strip("\u3000")


def may_hand_in(handed_in: int, state: str, passed: bool | None, resubmissions: int) -> bool:
    """Whether another version may be handed in.

    handed_in: how many there are; state and passed: of the last one. What was returned may always come again; what was
    marked and did not pass, as often as the author allows.
    """
    if not handed_in or state == "returned":
        return True
    return state == "marked" and passed is False and handed_in <= resubmissions


def may_return(handed_in: int, resubmissions: int) -> bool:
    """Whether the last version may go back for another try."""
    return handed_in <= resubmissions


def wants_text(content: Mapping[str, Any]) -> bool:
    """Whether a text may be handed in."""
    return content.get("hand_in") != "files"


def wants_files(content: Mapping[str, Any]) -> bool:
    """Whether files may be handed in."""
    return content.get("hand_in") in ("files", "either", "both")


def chosen_levels(values: Iterable[str], criteria: Sequence[Mapping[str, Any]]) -> list[int | None]:
    """Return the levels that a form names, one for each criterion; anything that is no level of it is None."""
    result: list[int | None] = []
    for value, criterion in zip(values, criteria, strict=True):
        number = int(value) if value.isascii() and value.isdecimal() and len(value) < 4 else None
        result.append(number if number is not None and number < len(criterion["levels"]) else None)
    return result


def phrases(comments: Iterable[str]) -> list[str]:
    """Return the lines that were written most often in comments, the latest first among those as frequent."""
    lines = (line.strip() for comment in comments for line in comment.split("\n"))
    counted = Counter(line for line in lines if 2 <= len(line) <= PHRASE_LENGTH)
    return [line for line, _times in counted.most_common(PHRASES)]
