"""The gaps of Moodle's “cloze” questions: ``{1:SHORTANSWER:=Paris~%50%Lyon}`` inside of a text; read and written."""

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from academy.i18n import LazyString
from academy.i18n import lazy as _l
from courses.formats import question_contents as contents
from courses.formats.rich_text import from_html, one_line

_GAP = re.compile(r"\{(\d*):([A-Z_]+):((?:\\.|[^\\}])*)\}", re.DOTALL)
_TEXT = {"SHORTANSWER", "SA", "MW"}
_TEXT_CASE = {"SHORTANSWER_C", "SAC", "MWC"}
_NUMBER = {"NUMERICAL", "NM"}
_CHOICE = {
    *("MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH", "MULTICHOICE_S", "MCS"),
    *("MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS"),
}
_ANSWER = re.compile(r"((?:\\.|[^\\~])+)", re.DOTALL)
_FEEDBACK = re.compile(r"(?<!\\)#")
_STAR = "\ufdd0"
"""Stands for an escaped star, which is no wildcard."""
_WEIGHT = re.compile(r"^(?:%(-?[\d.]+)%|(=))")


@dataclass
class Cloze:
    """A text whose gaps are [[1]], [[2]] …, the gaps, and what did not come along."""

    text: str
    gaps: list[dict[str, Any]] = field(default_factory=list)
    notes: list[LazyString] = field(default_factory=list)
    problem: LazyString | None = None

    @property
    def only_typed(self) -> bool:
        """Whether it is just a text with blanks that weigh the same."""
        return all(gap["kind"] != "choice" for gap in self.gaps) and len({gap["weight"] for gap in self.gaps}) == 1

    def blanks(self) -> list[dict[str, Any]]:
        """Return the gaps as blanks of a fill-in question."""
        return [
            contents.number_blank(gap["value"], gap["tolerance"])
            if gap["kind"] == "number"
            else contents.text_blank(gap["answers"], gap.get("case", False))
            for gap in self.gaps
        ]


def read(text: str, *, html: bool) -> Cloze:
    """Take the gaps out of a text."""
    found = Cloze(text)

    def taken(match: re.Match[str]) -> str:
        key = str(len(found.gaps) + 1)
        gap = _gap(found, key, match, html)
        if gap is None:
            return match[0]
        found.gaps.append(gap)
        return f"[[{key}]]"

    found.text = _GAP.sub(taken, text)
    if not found.gaps and found.problem is None:
        found.problem = _l("完形填空里没有一个看得懂的空")
    return found


def _gap(found: Cloze, key: str, match: re.Match[str], html: bool) -> dict[str, Any] | None:
    weight, kind = int(match[1][:9] or 1), match[2]
    if kind not in _TEXT | _TEXT_CASE | _NUMBER | _CHOICE:
        found.problem = found.problem or _l("第 %(key)s 个空的类型“%(kind)s”不支持", key=key, kind=kind[:30])
        return None
    answers = [_answer(part, html) for part in _ANSWER.findall(match[3]) if part.strip()]
    shares = [share for share, _text, _feedback in answers]
    full = [text for share, text, _feedback in answers if share == 1]
    if any(feedback for _share, _text, feedback in answers):
        _note(found, _l("各个空的反馈没有带来"))
    if any(0 < share < 1 for share in shares):
        _note(found, _l("只得部分分数的答案按错误处理"))
    if not full or (kind in _CHOICE and len(full) > 1):
        found.problem = found.problem or _l("第 %(key)s 个空应有一个得满分的答案", key=key)
        return None
    return _made(found, key, kind, answers, full, weight)


def _made(
    found: Cloze, key: str, kind: str, answers: list[tuple[Fraction, str, bool]], full: list[str], weight: int
) -> dict[str, Any] | None:
    if kind in _CHOICE:
        texts = [text.replace(_STAR, "*") for _share, text, _feedback in answers]
        if len(texts) < 2 or len(set(texts)) < len(texts):
            found.problem = found.problem or _l("第 %(key)s 个空的选项少于两个或者有重复", key=key)
            return None
        return contents.choice_gap(key, texts, shares_index(answers), weight)
    if kind in _NUMBER:
        value, _colon, tolerance = full[0].partition(":")
        number, wide = contents.number(value), contents.number(tolerance or "0")
        if number is None or wide is None or len(full) > 1:
            found.problem = found.problem or _l("第 %(key)s 个空的数看不懂", key=key)
            return None
        return contents.number_gap(key, number, wide, weight)
    if any("*" in text for text in full):
        found.problem = found.problem or _l("答案里有通配符 *，这里的填空题要写出每一种答案")
        return None
    full = [text.replace(_STAR, "*") for text in full]
    return contents.text_gap(key, full, weight, case=kind in _TEXT_CASE)


def shares_index(answers: list[tuple[Fraction, str, bool]]) -> int:
    """Return the position of the answer that earns everything."""
    return next(index for index, (share, _text, _feedback) in enumerate(answers) if share == 1)


def _answer(part: str, html: bool) -> tuple[Fraction, str, bool]:
    pieces = _FEEDBACK.split(part.strip(), maxsplit=1)
    text = pieces[0].strip()
    weight = _WEIGHT.match(text)
    share = Fraction(0)
    if weight:
        share = Fraction(1) if weight[2] else (contents.percent(weight[1]) or Fraction(0))
        text = text[weight.end() :]
    text = re.sub(r"\\(.)", lambda match: _STAR if match[1] == "*" else match[1], text)
    plain = from_html(text, lambda _source: None).plain if html else text
    return share, one_line(plain), len(pieces) > 1 and bool(pieces[1].strip())


def _note(found: Cloze, message: LazyString) -> None:
    if str(message) not in [str(note) for note in found.notes]:
        found.notes.append(message)


# -- writing -------------------------------------------------------------------------------------------------------


def _escape(text: str) -> str:
    return re.sub(r"([\\}~#/\"*])", r"\\\1", text)


def written(gap: dict[str, Any]) -> str:
    """Return a gap as Moodle writes it."""
    weight = gap.get("weight", 1)
    if gap.get("kind") == "choice":
        options = "~".join(
            ("=" if option["id"] == gap.get("correct") else "%0%") + _escape(str(option["text"]))
            for option in gap.get("options", [])
        )
        return f"{{{weight}:MULTICHOICE:{options}}}"
    if contents.is_number(gap):
        return f"{{{weight}:NUMERICAL:={gap['value']}:{gap.get('tolerance') or '0'}}}"
    answers = "~".join("=" + _escape(answer) for answer in contents.blank_answers(gap))
    return f"{{{weight}:{'SHORTANSWER_C' if gap.get('case') else 'SHORTANSWER'}:{answers}}}"
