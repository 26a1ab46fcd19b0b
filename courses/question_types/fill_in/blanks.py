"""One blank: what it takes, how it is judged, how it is written in a line of plain text.

Stored are `{"accepted": ["快", "马上"]}`, `{"kind": "text", "answers": ["HTTP"], "case": true}` and
`{"kind": "number", "value": "3.5", "tolerance": "0.1", "units": [{"unit": "米", "factor": "1"}], "unit_required": false}`.
"""

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from academy.i18n import LazyString, _
from academy.i18n import lazy as _l
from courses.question_types.base import Content, as_content, text_of
from courses.question_types.numbers import NUMBER_LIMIT, Unit, exact, factor_of, typed, within
from courses.question_types.text import clean_line, escape, fold, split_escaped, unescape

MOST_WORDINGS, WORDING_LIMIT = 20, 200
MOST_UNITS, UNIT_LIMIT = 10, 20
WORDING_MARKS = "|｜"
BLANK_MARKS = "；;"
WITH_CASE, WITH_UNIT = "（区分大小写）", "（必写单位）"
_PLAIN_NUMBER = re.compile(r"(?P<value>[^±\\|｜]{1,40})±(?P<rest>.*)")
_TOLERANCE = re.compile(r"\s*(?P<tolerance>[\d０-９.．,，/]*)(?P<units>.*)")


class Blank(ABC):
    """What one blank takes. All methods are total."""

    @abstractmethod
    def stored(self) -> Content:
        """The blank as it stands in the content."""

    @abstractmethod
    def matches(self, text: str) -> bool:
        """Whether what was typed is right."""

    @abstractmethod
    def best(self) -> str:
        """An answer that is right."""

    @abstractmethod
    def counted(self) -> list[str]:
        """What counts as right, in words, for the review."""

    def remark(self, text: str) -> str:
        """What a trainee should know of a wrong answer that was nearly right; empty for the others."""
        return ""

    @abstractmethod
    def line(self) -> str:
        """The blank in the plain text format, without the mark between blanks escaped."""

    @abstractmethod
    def row(self) -> dict[str, str]:
        """The fields of its row in the editor."""

    @abstractmethod
    def complaints(self, number: int) -> list[LazyString]:
        """What is wrong with it as blank number so and so."""


@dataclass(frozen=True)
class Words(Blank):
    """One or more wordings; width, spaces and, unless `case`, capitals make no difference."""

    wordings: tuple[str, ...]
    case: bool = False

    def stored(self) -> Content:
        """See Blank."""
        wordings = list(self.wordings)
        return {"kind": "text", "answers": wordings, "case": True} if self.case else {"accepted": wordings}

    def matches(self, text: str) -> bool:
        """See Blank."""
        same: Callable[[str], str] = _width if self.case else fold
        return same(text) != "" and same(text) in {same(wording) for wording in self.wordings}

    def best(self) -> str:
        """See Blank."""
        return self.wordings[0] if self.wordings else ""

    def counted(self) -> list[str]:
        """See Blank."""
        return list(self.wordings)

    def remark(self, text: str) -> str:
        """See Blank."""
        nearly = self.case and not self.matches(text) and Words(self.wordings).matches(text)
        return _("大小写不对") if nearly else ""

    def line(self) -> str:
        """See Blank."""
        text = "|".join(escape(wording, WORDING_MARKS + BLANK_MARKS + "±（") for wording in self.wordings)
        return text + (WITH_CASE if self.case else "")

    def row(self) -> dict[str, str]:
        """See Blank."""
        return {**_EMPTY_ROW, "kind": "text_case" if self.case else "text", "answers": "\n".join(self.wordings)}

    def complaints(self, number: int) -> list[LazyString]:
        """See Blank."""
        if not any(fold(wording) for wording in self.wordings):
            return [_l("第 %(number)s 空没有答案", number=number)]
        if len(self.wordings) > MOST_WORDINGS:
            return [_l("第 %(number)s 空最多写 %(most)s 种答案", number=number, most=MOST_WORDINGS)]
        if any(len(wording) > WORDING_LIMIT for wording in self.wordings):
            return [_l("第 %(number)s 空的答案不能超过 %(limit)s 个字", number=number, limit=WORDING_LIMIT)]
        return []


@dataclass(frozen=True)
class Number(Blank):
    """A number within a tolerance, in one of the units; all as they were typed."""

    value: str
    tolerance: str = "0"
    units: tuple[tuple[str, str], ...] = ()
    unit_required: bool = False

    def stored(self) -> Content:
        """See Blank."""
        return {
            "kind": "number",
            "value": self.value,
            "tolerance": self.tolerance,
            "units": [{"unit": name, "factor": factor} for name, factor in self.units],
            "unit_required": self.unit_required,
        }

    @property
    def _known(self) -> list[Unit]:
        return [Unit(name, factor) for name, text in self.units if (factor := exact(text)) is not None]

    def _within(self, text: str, *, unit_required: bool) -> bool:
        value, tolerance = exact(self.value), exact(self.tolerance)
        if value is None or tolerance is None:
            return False
        return within(text, value, tolerance, self._known, unit_required=unit_required)

    def matches(self, text: str) -> bool:
        """See Blank."""
        return self._within(text, unit_required=self.unit_required)

    def best(self) -> str:
        """See Blank."""
        return self.value + (self._base() if self.unit_required else "")

    def _base(self) -> str:
        """The unit that the number is given in."""
        return next((unit.name for unit in self._known if unit.factor == 1), "")

    def counted(self) -> list[str]:
        """See Blank."""
        base = self._base()
        words = self.value + (f" {base}" if base else "")
        if exact(self.tolerance):
            words = _("%(number)s，误差不超过 %(tolerance)s", number=words, tolerance=self.tolerance)
        others = [name for name, _factor in self.units if name != base]
        if others:
            words = _("%(number)s，也可以用 %(units)s", number=words, units=_("、").join(others))
        return [_("%(number)s，要写单位", number=words) if self.unit_required else words]

    def remark(self, text: str) -> str:
        """See Blank."""
        found = typed(text)
        if self.matches(text) or not text:
            return ""
        if found is None:
            return _("这里要填一个数")
        if not found[1]:
            return _("数对了，没有写单位") if self._within(text, unit_required=False) else ""
        return "" if factor_of(found[1], self._known) else _("单位“%(unit)s”不算", unit=found[1][:UNIT_LIMIT])

    def line(self) -> str:
        """See Blank."""
        units = written_units(self.units, BLANK_MARKS + "（")
        required = WITH_UNIT if self.unit_required else ""
        return f"{self.value}±{self.tolerance}{' ' if units else ''}{units}{required}"

    def row(self) -> dict[str, str]:
        """See Blank."""
        return {
            **_EMPTY_ROW,
            "kind": "number_unit" if self.unit_required else "number",
            "value": self.value,
            "tolerance": self.tolerance,
            "units": written_units(self.units, ""),
        }

    def complaints(self, number: int) -> list[LazyString]:
        """See Blank."""
        tolerance = exact(self.tolerance)
        found = []
        if exact(self.value) is None:
            found.append(_l("第 %(number)s 空的答案写成一个数，例如 3.5；单位写在单位一栏", number=number))
        if tolerance is None or tolerance < 0:
            found.append(_l("第 %(number)s 空允许的误差写成一个数，不允许误差时写 0", number=number))
        return [*found, *self._unit_complaints(number)]

    def _unit_complaints(self, number: int) -> list[LazyString]:
        known, names = self._known, [name for name, _factor in self.units]
        if self.unit_required and not names:
            return [_l("第 %(number)s 空要求写单位，就要列出哪些单位算对", number=number)]
        if len(names) > MOST_UNITS or any(len(name) > UNIT_LIMIT for name in names):
            return [
                _l(
                    "第 %(number)s 空最多写 %(most)s 个单位，每个不超过 %(limit)s 个字",
                    number=number,
                    most=MOST_UNITS,
                    limit=UNIT_LIMIT,
                )
            ]
        if (
            any(not _is_unit(name) for name in names)
            or len(known) < len(names)
            or any(unit.factor <= 0 for unit in known)
        ):
            return [_l("第 %(number)s 空的单位应写成“米|厘米=0.01”：等号后面是一个单位合多少", number=number)]
        if names and not self._base():
            return [_l("第 %(number)s 空的单位里，要有一个是答案本身的单位，不写等号", number=number)]
        return []


_EMPTY_ROW = {"kind": "text", "answers": "", "value": "", "tolerance": "", "units": ""}
NOTHING = Words(())


def read(value: object) -> Blank:
    """A blank of a content, whatever stands there."""
    blank = as_content(value)
    if blank.get("kind") == "number":
        return Number(
            clean_line(text_of(blank, "value")),
            clean_line(text_of(blank, "tolerance")) or "0",
            tuple(_stored_units(blank.get("units"))),
            blank.get("unit_required") is True,
        )
    wordings = blank.get("answers", blank.get("accepted"))
    texts = [item for item in wordings if isinstance(item, str)] if isinstance(wordings, list) else []
    return Words(tuple(texts), blank.get("case") is True)


def read_all(content: object) -> list[Blank]:
    """The blanks of a content."""
    blanks = as_content(content).get("blanks")
    return [read(blank) for blank in blanks] if isinstance(blanks, list) else []


def from_line(line: str) -> Blank:
    """The blank that a piece of an answer line describes: `快|马上`, `3.5±0.1 米|公尺`, `3.5±0 米|厘米=0.01（必写单位）`."""
    text, required = _ending(line, WITH_UNIT)
    number = _PLAIN_NUMBER.fullmatch(text.strip())
    if number:
        tolerance = _TOLERANCE.fullmatch(number["rest"])
        allowed, units = (tolerance["tolerance"], tolerance["units"]) if tolerance else ("", number["rest"])
        return Number(clean_line(number["value"]), allowed or "0", read_units(units), required)
    text, case = _ending(line, WITH_CASE)
    return Words(_wordings(split_escaped(text, WORDING_MARKS)), case)


def from_row(row: dict[str, str]) -> Blank:
    """The blank that a row of the editor describes."""
    kind = row["kind"]
    if kind.startswith("number"):
        value, tolerance = (clean_line(row[name])[:NUMBER_LIMIT] for name in ("value", "tolerance"))
        return Number(value, tolerance or "0", read_units(row["units"]), kind == "number_unit")
    lines = row["answers"].replace("\r", "\n").split("\n")
    wordings = [clean_line(line) for line in lines]
    return Words(tuple(dict.fromkeys(wording for wording in wordings if wording)), kind == "text_case")


def read_units(text: str) -> tuple[tuple[str, str], ...]:
    """The units of `米|公尺|厘米=0.01`, each with its factor as text."""
    found: dict[str, str] = {}
    for part in split_escaped(text, WORDING_MARKS):
        name, _equals, factor = unicodedata.normalize("NFKC", unescape(part)).partition("=")
        if clean_line(name) or clean_line(factor):
            found.setdefault(clean_line(name), clean_line(factor) or "1")
    return tuple(found.items())


def written_units(units: tuple[tuple[str, str], ...], specials: str) -> str:
    """The reverse of `read_units`."""
    parts = (name if factor == "1" else f"{name}={factor}" for name, factor in units)
    return "|".join(escape(part, WORDING_MARKS + specials) for part in parts)


def _stored_units(value: Any) -> list[tuple[str, str]]:
    listed = [as_content(item) for item in value] if isinstance(value, list) else []
    return [(text_of(item, "unit"), text_of(item, "factor") or "1") for item in listed if text_of(item, "unit")]


def _is_unit(name: str) -> bool:
    """Whether a text can follow a number as its unit."""
    found = typed(f"1{name}")
    return found is not None and found == (Fraction(1), unicodedata.normalize("NFKC", name).strip())


def _wordings(parts: list[str]) -> tuple[str, ...]:
    found = [clean_line(unescape(part)) for part in parts]
    return tuple(wording for wording in dict.fromkeys(found) if wording)


def _ending(line: str, mark: str) -> tuple[str, bool]:
    text = line.strip()
    return (text.removesuffix(mark), True) if text.endswith(mark) else (text, False)


def _width(text: str) -> str:
    """As `fold`, but capitals stay: the text is compared in runs that folding would only change in case."""
    return " ".join(unicodedata.normalize("NFKC", text).split())
