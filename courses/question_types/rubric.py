"""Rubrics: criteria with levels, each worth marks; written one criterion a line."""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from courses.question_types.text import clean_line

MOST_HUNDREDTHS = 100_000
"""The most that one level may be worth: a thousand marks."""

_HEAD = re.compile(r"([^:：]+)[:：](.*)", re.DOTALL)
_LEVEL = re.compile(r"(\d{1,4}(?:\.\d{1,2})?)\s*(?:分(?=\s|$))?\s*(.*)", re.DOTALL)
_NEXT = re.compile(r"[,，|｜]\s*(?=[\d０-９])")

Rubric = list[dict[str, Any]]


def read_rubric(text: str) -> Rubric:
    """Read lines like “观点：4 鲜明，2 不够清楚，0 没有”; a line that is not understood is a criterion without levels."""
    # A semicolon parts the criteria in the plain text format.
    lines = [clean_line(line.replace("；", "、").replace(";", "、")) for line in text.splitlines()]
    return [_criterion(number, line) for number, line in enumerate(filter(None, lines), 1)]


def _criterion(number: int, line: str) -> dict[str, Any]:
    match = _HEAD.fullmatch(line)
    levels: list[dict[str, Any]] = []
    for piece in _NEXT.split(match[2]) if match else []:
        level = _LEVEL.fullmatch(_half_width(piece.strip()))
        if level is None or Decimal(level[1]) * 100 > MOST_HUNDREDTHS:
            return {"id": str(number), "name": line, "levels": []}
        value = int(Decimal(level[1]) * 100)
        levels.append({"id": str(len(levels) + 1), "text": level[2].strip(), "hundredths": value})
    name = match[1].strip() if match and levels else line
    return {"id": str(number), "name": name, "levels": levels}


def _half_width(piece: str) -> str:
    """Fold the digits at the front; what is said of the level stays as it is."""
    digits = re.match(r"[0-9０-９.．]*", piece)
    front = digits[0] if digits else ""
    return unicodedata.normalize("NFKC", front) + piece[len(front) :]


def write_rubric(rubric: Rubric) -> str:
    """Return the lines that `read_rubric` reads."""
    lines = []
    for each in rubric:
        levels = [f"{_marks(level['hundredths'])} {level['text']}".strip() for level in each["levels"]]
        lines.append(f"{each['name']}：{'，'.join(levels)}" if levels else each["name"])
    return "\n".join(lines)


def _marks(hundredths: int) -> str:
    return f"{(Decimal(hundredths) / 100).normalize():f}"


def rubric_of(content: Mapping[str, Any]) -> Rubric:
    """Return the well-formed criteria of a content, whatever is stored there."""
    stored = content.get("rubric")
    return [found for each in stored if (found := _sound(each))] if isinstance(stored, list) else []


def _sound(criterion: object) -> dict[str, Any] | None:
    if not isinstance(criterion, dict):
        return None
    identity, name, levels = (criterion.get(key) for key in ("id", "name", "levels"))
    if not isinstance(identity, str) or not isinstance(name, str) or not isinstance(levels, list):
        return None
    return {"id": identity, "name": name, "levels": [level for level in levels if _is_level(level)]}


def _is_level(level: object) -> bool:
    if not isinstance(level, dict):
        return False
    value = level.get("hundredths")
    known = isinstance(level.get("id"), str) and isinstance(level.get("text"), str)
    return known and isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_HUNDREDTHS


def most_of(rubric: Rubric) -> int:
    """Return the hundredths that the best level of every criterion gives together."""
    return sum(max((level["hundredths"] for level in each["levels"]), default=0) for each in rubric)


def share_of(rubric: Rubric, choices: Mapping[str, object]) -> Fraction | None:
    """Return the share that the chosen levels (criterion id: level id) earn; None unless one is chosen everywhere."""
    most, earned = most_of(rubric), 0
    for each in rubric:
        chosen = next((level for level in each["levels"] if level["id"] == choices.get(each["id"])), None)
        if chosen is None:
            return None
        earned += chosen["hundredths"]
    return Fraction(earned, most) if most else None
