"""What a package says about the person who works in it (the data model "cmi"), read with care: it comes from a browser.

Values are kept as the package wrote them, within bounds. What they mean is the same for SCORM 1.2 and 2004 here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from academy.errors import UserError
from academy.i18n import _

MAX_SUSPEND = 64_000
MAX_VALUE = 4_096
MAX_INTERACTIONS = 250
MAX_OBJECTIVES = 100
MAX_PARTS = 40
MAX_VALUES = 6_000
MAX_CHARACTERS = 200_000
MAX_SESSION_CENTISECONDS = 24 * 360_000
NAME = re.compile(r"cmi(\.[a-z_0-9]{1,40}){1,7}", re.ASCII)
NUMBERED = re.compile(r"^cmi\.([a-z_]+)\.(\d{1,9})(?:\.[a-z_]+\.(\d{1,9}))?", re.ASCII)
LISTS = {"interactions": MAX_INTERACTIONS, "objectives": MAX_OBJECTIVES}
NOT_KEPT = ("_children", "_count", "_version", "comments_from_lms", "learner_preference", "student_preference")
DECIMAL = re.compile(r"^[+-]?\d{1,9}(\.\d{1,9})?$", re.ASCII)
CLOCK = re.compile(r"^(\d{1,4}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,2}))?$", re.ASCII)
SPAN = re.compile(
    r"^P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,5})D)?"
    r"(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})(?:\.(\d{1,9}))?S)?)?$",
    re.ASCII,
)
SECONDS = {"year": 31_557_600, "month": 2_629_800, "day": 86_400, "hour": 3_600, "minute": 60}


@dataclass(frozen=True)
class Report:
    """What a running package sends: of which SCO, its number in the run, all values, whether it has said that it ends."""

    sco: str
    sequence: int
    values: dict[str, str]
    ended: bool = False
    cut: bool = False


@dataclass(frozen=True)
class Standing:
    """How somebody stands in one SCO, as the package claims. `score` is a share from 0 to 1, or None."""

    completed: bool = False
    success: str = ""
    score: Fraction | None = None


def read_report(values: Mapping[str, Any]) -> Report:
    """Return what a browser sent, within bounds. Raises UserError when it is of a wrong shape."""
    sco, sequence, sent = values.get("sco"), values.get("sequence"), values.get("cmi")
    if not isinstance(sco, str) or not isinstance(sent, Mapping) or not _is_number(sequence):
        raise UserError(_("课件送来的记录看不懂，没有保存。请刷新这一页再打开课件"), 422)
    kept, cut = _bounded(sent)
    return Report(sco, int(str(sequence)), kept, values.get("ended") is True, cut)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9


def _bounded(sent: Mapping[Any, Any]) -> tuple[dict[str, str], bool]:
    """Return the values that are kept, and whether any was too much."""
    kept: dict[str, str] = {}
    room, cut = MAX_CHARACTERS, False
    for name, value in sent.items():
        if not isinstance(name, str) or not isinstance(value, (str, int, float)) or isinstance(value, bool):
            continue
        text = str(value).replace("\0", "").encode("utf-8", "replace").decode("utf-8")
        if not text or not NAME.fullmatch(name) or any(part in NOT_KEPT for part in name.split(".")):
            continue
        most = MAX_SUSPEND if name == "cmi.suspend_data" else MAX_VALUE
        if len(text) > most or not _in_lists(name) or len(kept) >= MAX_VALUES or room < len(text):
            cut = True
            continue
        kept[name] = text
        room -= len(text)
    return kept, cut


def _in_lists(name: str) -> bool:
    numbered = NUMBERED.match(name)
    if numbered is None:
        return True
    inner = numbered.group(3)
    return int(numbered.group(2)) < LISTS.get(numbered.group(1), MAX_OBJECTIVES) and (
        inner is None or int(inner) < MAX_PARTS
    )


def standing(values: Mapping[str, str], version: str) -> Standing:
    """Return how somebody stands by what a package wrote."""
    if version == "1.2":
        status = values.get("cmi.core.lesson_status", "").lower()
        success = status if status in ("passed", "failed") else ""
        return Standing(status in ("passed", "completed", "failed"), success, _raw_score(values, "cmi.core.score"))
    success = values.get("cmi.success_status", "").lower()
    scaled = number(values.get("cmi.score.scaled", ""))
    score = _within(scaled) if scaled is not None else _raw_score(values, "cmi.score")
    completed = values.get("cmi.completion_status", "").lower() == "completed"
    return Standing(completed, success if success in ("passed", "failed") else "", score)


def _raw_score(values: Mapping[str, str], group: str) -> Fraction | None:
    raw = number(values.get(f"{group}.raw", ""))
    if raw is None:
        return None
    least, most = number(values.get(f"{group}.min", "")), number(values.get(f"{group}.max", ""))
    if least is not None and most is not None and most > least:
        return _within((raw - least) / (most - least))
    return _within(raw / (most if most is not None and most > 0 else 100))


def _within(share: Fraction) -> Fraction:
    """Return a share from 0 to 1 in ten-thousandths."""
    return Fraction(round(min(Fraction(1), max(Fraction(0), share)) * 10_000), 10_000)


def number(text: str) -> Fraction | None:
    """Return a number as packages write it, or None."""
    return Fraction(text.strip()) if DECIMAL.match(text.strip()) else None


def session_centiseconds(values: Mapping[str, str], version: str) -> int:
    """Return how long the package says that this run took, in hundredths of a second; 0 where it says nothing readable."""
    if version == "1.2":
        return min(MAX_SESSION_CENTISECONDS, clock_centiseconds(values.get("cmi.core.session_time", "")))
    return min(MAX_SESSION_CENTISECONDS, span_centiseconds(values.get("cmi.session_time", "")))


def clock_centiseconds(text: str) -> int:
    """Read a time as SCORM 1.2 writes it, HHHH:MM:SS.SS."""
    found = CLOCK.match(text.strip())
    if found is None:
        return 0
    hours, minutes, seconds = (int(part) for part in found.groups()[:3])
    return (hours * 3600 + minutes * 60 + seconds) * 100 + _hundredths(found.group(4))


def span_centiseconds(text: str) -> int:
    """Read a time as SCORM 2004 writes it, P1DT2H3M4.5S."""
    found = SPAN.match(text.strip())
    if found is None:
        return 0
    parts = [int(part or 0) for part in found.groups()[:6]]
    whole = sum(count * size for count, size in zip(parts, [*SECONDS.values(), 1], strict=True))
    return whole * 100 + _hundredths(found.group(7))


def _hundredths(digits: str | None) -> int:
    return int(((digits or "") + "00")[:2])


def as_clock(centiseconds: int) -> str:
    """Write a time as SCORM 1.2 does."""
    seconds, rest = divmod(centiseconds, 100)
    return f"{min(9999, seconds // 3600):04d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:02d}"


def as_span(centiseconds: int) -> str:
    """Write a time as SCORM 2004 does."""
    seconds, rest = divmod(centiseconds, 100)
    return f"PT{seconds // 3600}H{seconds // 60 % 60}M{seconds % 60}.{rest:02d}S"


def interactions(values: Mapping[str, str]) -> list[dict[str, str]]:
    """Return what was asked and answered, in the order in which the package reported it."""
    found: dict[int, dict[str, str]] = {}
    for name, value in values.items():
        numbered = NUMBERED.match(name)
        if numbered is None or numbered.group(1) != "interactions":
            continue
        found.setdefault(int(numbered.group(2)), {})[".".join(name.split(".")[3:])] = value
    return [_interaction(found[position]) for position in sorted(found)]


def _interaction(parts: Mapping[str, str]) -> dict[str, str]:
    return {
        "id": parts.get("id", ""),
        "kind": parts.get("type", ""),
        "question": parts.get("description", ""),
        "answer": parts.get("learner_response") or parts.get("student_response", ""),
        "right": parts.get("correct_responses.0.pattern", ""),
        "result": parts.get("result", ""),
        "time": parts.get("latency", ""),
    }
