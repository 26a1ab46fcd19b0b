"""Numbers as people type them, with units; exact, so that 3.5±0.1 takes 3.6 and nothing beyond."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from courses.question_types.text import fold

NUMBER_LIMIT = 40
"""Longest number that is read, in characters."""
_WHOLE = r"(?:\d{1,3}(?:,\d{3})+|\d+)"
_NUMBER = re.compile(
    rf"\s*(?P<sign>[+-]?)\s*(?P<number>(?:{_WHOLE}(?:\.\d+)?|\.\d+)(?:\s*/\s*0*[1-9]\d*)?)(?P<rest>.*)", re.DOTALL
)
_MINUS = {ord(sign): "-" for sign in "−‐‑‒–﹣－"}


@dataclass(frozen=True)
class Unit:
    """A unit that may be written; one of it is `factor` of what the right number is given in."""

    name: str
    factor: Fraction


def typed(text: object) -> tuple[Fraction, str] | None:
    """The number at the start of a text and what is written after it; None when there is no number.

    Full-width digits, 1,000 and 1/3 are numbers; 三点五, 1e3 and 1,5 are none.
    """
    if not isinstance(text, str):
        return None
    match = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text).translate(_MINUS))
    if match is None or len(match["number"]) > NUMBER_LIMIT or re.match(r"[\d,./]", match["rest"]):
        return None
    number = re.sub(r"[\s,]", "", match["number"])
    top, _slash, below = number.partition("/")
    value = Fraction(top) / int(below or 1)
    return (-value if match["sign"] == "-" else value), match["rest"].strip()


def exact(text: object) -> Fraction | None:
    """The number that a text is, with nothing after it."""
    found = typed(text)
    return found[0] if found and not found[1] else None


def factor_of(name: str, units: Sequence[Unit]) -> Fraction | None:
    """How much one of the named unit is; None when it is not listed.

    Capitals count only between units that differ by nothing else, as mW and MW.
    """
    plain = unicodedata.normalize("NFKC", name).strip()
    for unit in units:
        if unicodedata.normalize("NFKC", unit.name).strip() == plain:
            return unit.factor
    folded = {unit.factor for unit in units if fold(unit.name) == fold(name)}
    return folded.pop() if len(folded) == 1 else None


def within(
    text: object, value: Fraction, tolerance: Fraction, units: Sequence[Unit] = (), *, unit_required: bool = False
) -> bool:
    """Whether what was typed is the number, give or take the tolerance, in one of the units.

    A unit that is not listed is wrong; no unit is right unless one is required.
    """
    found = typed(text)
    if found is None:
        return False
    number, name = found
    factor = factor_of(name, units) if name else (None if unit_required and units else Fraction(1))
    return factor is not None and abs(number * factor - value) <= tolerance
