"""The form of certificate numbers: `{year}-{series}-{number:06}` gives 2026-JY-000042."""

import re

from academy.i18n import _

_PART = re.compile(r"\{(year|series|number)(?::0([2-9]))?\}")
_LITERAL = re.compile(r"[0-9A-Za-z\u3400-\u9fff第号字〔〕（）()/\-—·. ]*")
MAX_LENGTH = 40
DEFAULT = "{year}-{series}-{number:06}"


def pattern_problem(pattern: str, series: str) -> str | None:
    """Return a sentence about what is wrong with a pattern, or None."""
    literal = _PART.sub("\n", pattern)
    if "{" in literal or "}" in literal:
        return _("编号格式里只能用 {year}、{series}、{number}，位数写成 {number:06}")
    return _number_problem(pattern) or _letters_problem(pattern, literal, series)


def _number_problem(pattern: str) -> str | None:
    parts = list(_PART.finditer(pattern))
    if [match.group(1) for match in parts].count("number") != 1:
        return _("编号格式里要有一个流水号 {number}，例如 %(example)s", example=DEFAULT)
    if any(match.group(2) and match.group(1) != "number" for match in parts):
        return _("只有流水号可以规定位数")
    if re.search(r"[0-9]\n|\n[0-9]", _around_number(pattern)):
        return _("流水号前后不能直接挨着数字或别的变量，请用“-”或文字隔开")
    return None


def _letters_problem(pattern: str, literal: str, series: str) -> str | None:
    if not all(_LITERAL.fullmatch(part) for part in [*literal.split("\n"), series]):
        return _("编号只能用汉字、字母、数字和 - / 〔〕（）·")
    if len(format_number(pattern, series, 9999, 10**9)) > MAX_LENGTH:
        return _("编号太长了，最多 %(max)s 个字", max=MAX_LENGTH)
    return None


def format_number(pattern: str, series: str, year: int, number: int | str) -> str:
    """Return the number that a pattern gives. A word for `number` is put in as it is."""

    def fill(match: re.Match[str]) -> str:
        if match.group(1) == "year":
            return str(year)
        if match.group(1) == "series":
            return series
        return f"{number:0{match.group(2) or 1}}" if isinstance(number, int) else number

    return _PART.sub(fill, pattern)


def series_key(pattern: str, series: str, year: int) -> str:
    """Return what all numbers of one series have in common; equal keys share a counter, so numbers never repeat."""
    return format_number(pattern, series, year, "#")


def _around_number(pattern: str) -> str:
    """Return what stands beside the running number, which is a line break; other parts are as short as they can be."""
    return _PART.sub(lambda match: "\n" if match.group(1) == "number" else "0", pattern)
