"""The rubric: criteria, each with levels of so many points, written as plain text. No database, no request.

    观察具体
    10 时间、地点、人物、原话都有
    6 写了主要情况，缺一两项
    0 只有评价，没有事实

A line that begins with a number is a level of the criterion above it; any other line begins a criterion. Points are kept in
hundredths.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from academy.errors import UserError
from academy.i18n import _

MOST_CRITERIA = 12
MOST_LEVELS = 8
LEAST_LEVELS = 2
MOST_POINTS = 10_000
TITLE_LIMIT, LEVEL_LIMIT = 60, 300
LIMIT = 8000
_LEVEL = re.compile(r"^([0-9０-９]+(?:[.．][0-9０-９]+)?)分?[:：、,，.．\s]*(.*)$")
_NARROW = str.maketrans("０１２３４５６７８９．", "0123456789.")

Criterion = Mapping[str, Any]


def _wrong(line: int, message: str) -> UserError:
    return UserError(_("第 %(line)s 行：%(message)s", line=line, message=message), 422, "rubric")


def _points(text: str, line: int) -> int:
    whole, _dot, rest = text.partition(".")
    if len(rest) > 2 or len(whole) > 4:
        raise _wrong(line, _("分值最多两位小数，不超过 100 分"))
    points = int(whole) * 100 + int((rest + "00")[:2])
    if points > MOST_POINTS:
        raise _wrong(line, _("分值最多两位小数，不超过 100 分"))
    return points


def _leveled(text: str) -> tuple[str, str] | None:
    """Return points and words of a line that begins with a number, or None. Full-width digits are digits."""
    found = _LEVEL.match(text)
    return (found[1].translate(_NARROW), found[2].strip()) if found else None


def read(text: str) -> list[dict[str, Any]]:
    """Return the criteria that a text describes: {"title", "levels": [{"points", "text"}]}, the best level first.

    Raises UserError with the number of the line that has to be mended. A text without lines has no criteria.
    """
    criteria: list[dict[str, Any]] = []
    began: list[int] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip().strip("\u3000").lstrip("-•").strip()
        if not line:
            continue
        level = _leveled(line)
        if level is None:
            _add_criterion(criteria, line, number)
            began.append(number)
        else:
            _add_level(criteria, level, number)
    for criterion, number in zip(criteria, began, strict=True):
        if len(criterion["levels"]) < LEAST_LEVELS:
            raise _wrong(number, _("“%(title)s”下面至少写两个等级，每行先写分值", title=criterion["title"]))
        if max(level["points"] for level in criterion["levels"]) == 0:
            raise _wrong(number, _("“%(title)s”的最高分不能是 0", title=criterion["title"]))
        criterion["levels"].sort(key=lambda level: -level["points"])
    return criteria


def _add_criterion(criteria: list[dict[str, Any]], title: str, number: int) -> None:
    if len(title) > TITLE_LIMIT:
        raise _wrong(number, _("评分项的名称最多 %(n)s 字；如果这是一个等级，请先写分值", n=TITLE_LIMIT))
    if any(each["title"] == title for each in criteria):
        raise _wrong(number, _("“%(title)s”写了两次", title=title))
    if len(criteria) >= MOST_CRITERIA:
        raise _wrong(number, _("评分项最多 %(n)s 项", n=MOST_CRITERIA))
    criteria.append({"title": title, "levels": []})


def _add_level(criteria: list[dict[str, Any]], level: tuple[str, str], number: int) -> None:
    points, words = _points(level[0], number), level[1]
    if not criteria:
        raise _wrong(number, _("等级上面先写一行评分项的名称"))
    if not words:
        raise _wrong(number, _("分值后面写上做到什么样算这一等"))
    if len(words) > LEVEL_LIMIT:
        raise _wrong(number, _("一个等级最多写 %(n)s 字", n=LEVEL_LIMIT))
    levels = criteria[-1]["levels"]
    if any(each["points"] == points for each in levels):
        raise _wrong(number, _("同一项里有两个等级分值相同"))
    if len(levels) >= MOST_LEVELS:
        raise _wrong(number, _("一项最多 %(n)s 个等级", n=MOST_LEVELS))
    levels.append({"points": points, "text": words})


def write(criteria: Sequence[Criterion]) -> str:
    """Return the text that describes criteria."""
    blocks = []
    for criterion in criteria:
        lines = [f"{show(level['points'])} {level['text']}" for level in criterion["levels"]]
        blocks.append("\n".join([criterion["title"], *lines]))
    return "\n\n".join(blocks)


def show(hundredths: int) -> str:
    """Write points: 7.5."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")


def most(criteria: Sequence[Criterion]) -> int:
    """Return the points, in hundredths, of the best level of every criterion."""
    return sum(max((level["points"] for level in each["levels"]), default=0) for each in criteria)


@dataclass(frozen=True)
class Marked:
    """What a choice of levels comes to: points and most points in hundredths, and whether every criterion has a level."""

    points: int
    of: int
    complete: bool

    @property
    def share(self) -> Fraction:
        """The points as a share of the most points."""
        return Fraction(self.points, self.of) if self.of else Fraction(0)

    def reaches(self, percent: int) -> bool:
        """Whether all of it is marked and comes to so many per cent of the most points."""
        return self.complete and self.points * 100 >= percent * self.of


def add_up(criteria: Sequence[Criterion], chosen: Sequence[int | None]) -> Marked:
    """Add up the chosen levels, a number from 0 for each criterion or None; a number without a level counts as None."""
    points, complete = 0, len(criteria) > 0
    for place, criterion in enumerate(criteria):
        number = chosen[place] if place < len(chosen) else None
        if number is None or not 0 <= number < len(criterion["levels"]):
            complete = False
            continue
        points += criterion["levels"][number]["points"]
    return Marked(points, most(criteria), complete)


def pass_points(of: int, percent: int) -> int:
    """Return the least points, in hundredths, that come to so many per cent."""
    return -(-of * percent // 100)
