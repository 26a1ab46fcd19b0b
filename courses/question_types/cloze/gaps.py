r"""The gaps of a cloze: how each is judged, and how it is written in one line.

Three kinds:

- text: ``{"answers": ["快", "马上"]}``, written ``快 | 马上``
- choice: ``{"options": [{"id", "text"}], "correct": id}``, written ``*对的 / 错的 / 错的``
- number: ``{"value": "3.5", "tolerance": "0.1"}``, written ``3.5±0.1``

In plain text a line is ``1) …``, or ``1×2) …`` for a gap that counts twice. ``\`` takes the next character as it is.
"""

import re
from collections.abc import Iterable
from typing import Any

from academy.i18n import LazyString
from academy.i18n import lazy as _l
from courses.question_types.base import Content, as_content, text_of
from courses.question_types.numbers import exact, within
from courses.question_types.options import make
from courses.question_types.rows import records
from courses.question_types.text import clean_line, escape, fold, split_escaped, unescape

GAP = re.compile(r"\[\[([A-Za-z0-9]{1,8})\]\]")
TEXT, CHOICE, NUMBER = "text", "choice", "number"
KINDS = {TEXT: _l("填文字"), CHOICE: _l("选一项"), NUMBER: _l("填数")}
MOST = 20
MOST_WORDINGS, MOST_OPTIONS, FEWEST_OPTIONS = 20, 12, 2
WORDING_LIMIT = 200
MOST_WEIGHT = 100
WORDING_MARKS, OPTION_MARKS = "|｜", "/／"
_STAR = "*＊"
_PLUS_MINUS = "±"
_LINE = re.compile(r"[\[(（]{0,2}([A-Za-z0-9]{1,8})(?:\s*[×xX]\s*(\d{1,3}))?\s*(?:\]\]|[)）.．、:：])\s*(.*)")


# -- judging -----------------------------------------------------------------------------------------------------------


def listed(content: object) -> list[Content]:
    """The gaps of a content, skipping whatever is not one."""
    return records(as_content(content).get("gaps"), "id")


def kind_of(gap: Content) -> str:
    """The kind of a gap; text where it says none that we know."""
    kind = gap.get("kind")
    return kind if isinstance(kind, str) and kind in KINDS else TEXT


def weight_of(gap: Content) -> int:
    """How often a gap counts; once where nothing usable is said."""
    weight = gap.get("weight", 1)
    usable = isinstance(weight, int) and not isinstance(weight, bool) and 0 < weight <= MOST_WEIGHT
    return weight if usable else 1


def options_of(gap: Content) -> list[Content]:
    """The options of a gap of the kind choice."""
    return records(gap.get("options"), "id", "text")


def wordings_of(gap: Content) -> list[str]:
    """The wordings that a gap of the kind text accepts."""
    answers = gap.get("answers")
    return [text for text in answers if isinstance(text, str)] if isinstance(answers, list) else []


def fits(gap: Content, value: str) -> bool:
    """Whether a gap is filled rightly."""
    kind = kind_of(gap)
    if kind == CHOICE:
        return value != "" and value == gap.get("correct") and value in [option["id"] for option in options_of(gap)]
    if kind == NUMBER:
        right, tolerance = exact(gap.get("value")), exact(gap.get("tolerance", "0"))
        return right is not None and tolerance is not None and within(value, right, tolerance)
    return fold(value) != "" and fold(value) in {fold(wording) for wording in wordings_of(gap)}


def right_answer(gap: Content) -> str:
    """An answer that fits."""
    kind = kind_of(gap)
    if kind == CHOICE:
        return text_of(gap, "correct")
    return text_of(gap, "value") if kind == NUMBER else (wordings_of(gap) or [""])[0]


def said(gap: Content, value: str) -> str:
    """What an answer says, for people: the text of an option, or what was typed."""
    if kind_of(gap) != CHOICE:
        return value[:WORDING_LIMIT]
    return next((option["text"] for option in options_of(gap) if option["id"] == value), "")


def accepted(gap: Content) -> list[str]:
    """What counts, for people."""
    kind = kind_of(gap)
    if kind == CHOICE:
        return [text for text in [said(gap, text_of(gap, "correct"))] if text]
    if kind == NUMBER:
        tolerance = text_of(gap, "tolerance")
        return [text_of(gap, "value") + (f"{_PLUS_MINUS}{tolerance}" if exact(tolerance) else "")]
    return wordings_of(gap)


def wrong_with(gap: Content) -> LazyString | None:
    """What is wrong with a gap, or None."""
    name, kind = gap["id"], kind_of(gap)
    if not GAP.fullmatch(f"[[{name}]]"):
        return _l("空的编号写数字或字母，例如 1")
    if gap.get("weight", 1) != weight_of(gap) or isinstance(gap.get("weight"), bool):
        return _l("第 %(name)s 空的份数写 1 到 %(most)s 的整数", name=name, most=MOST_WEIGHT)
    return {TEXT: _wrong_text, CHOICE: _wrong_choice, NUMBER: _wrong_number}[kind](name, gap)


def _wrong_text(name: str, gap: Content) -> LazyString | None:
    wordings = wordings_of(gap)
    if not [wording for wording in wordings if fold(wording)]:
        return _l("第 %(name)s 空没有答案", name=name)
    if len(wordings) > MOST_WORDINGS or any(len(wording) > WORDING_LIMIT for wording in wordings):
        return _l(
            "第 %(name)s 空最多写 %(most)s 种答案，每种不超过 %(limit)s 个字",
            name=name,
            most=MOST_WORDINGS,
            limit=WORDING_LIMIT,
        )
    return None


def _wrong_choice(name: str, gap: Content) -> LazyString | None:
    options = options_of(gap)
    texts = {option["text"] for option in options if option["text"]}
    if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS or len(texts) < len(options):
        return _l(
            "第 %(name)s 空要有 %(fewest)s 到 %(most)s 个不同的选项，用 / 隔开",
            name=name,
            fewest=FEWEST_OPTIONS,
            most=MOST_OPTIONS,
        )
    if any(len(text) > WORDING_LIMIT for text in texts):
        return _l("第 %(name)s 空的选项不能超过 %(limit)s 个字", name=name, limit=WORDING_LIMIT)
    ids = [option["id"] for option in options]
    if gap.get("correct") not in ids or len(set(ids)) < len(ids):
        return _l("第 %(name)s 空在对的那个选项前面写 *", name=name)
    return None


def _wrong_number(name: str, gap: Content) -> LazyString | None:
    value, tolerance = exact(gap.get("value")), exact(gap.get("tolerance", "0"))
    if value is None or tolerance is None or tolerance < 0:
        return _l("第 %(name)s 空的答案写成一个数，例如 3.5 或 3.5±0.1", name=name)
    return None


# -- in one line -------------------------------------------------------------------------------------------------------


def made_options(texts: Iterable[str]) -> list[dict[str, str]]:
    """Options with ids."""
    return make(texts)


def blank(name: str) -> dict[str, str]:
    """The editor's row for a gap that is still to be written."""
    return {"id": "", "name": name, "kind": TEXT, "answer": "", "weight": "1"}


def from_words(name: str, kind: str, answer: str, weight: str) -> Content:
    """A gap from what was typed, complete or not."""
    number = int(weight) if weight.strip().isascii() and weight.strip().isdecimal() and len(weight) < 5 else 0
    gap: dict[str, Any] = {"id": name[:8], "kind": kind if kind in KINDS else TEXT}
    if gap["kind"] == CHOICE:
        gap |= _choice(answer)
    elif gap["kind"] == NUMBER:
        value, _sign, tolerance = answer.partition(_PLUS_MINUS)
        gap |= {"value": clean_line(value), "tolerance": clean_line(tolerance) or "0"}
    else:
        found = [clean_line(unescape(part)) for part in split_escaped(answer, WORDING_MARKS)]
        gap["answers"] = [wording for wording in dict.fromkeys(found) if wording]
    return {**gap, "weight": number}


def to_words(gap: Content) -> dict[str, str]:
    """The editor's row of a gap."""
    return {
        "id": "",
        "name": gap["id"],
        "kind": kind_of(gap),
        "answer": accepted(gap)[0] if kind_of(gap) == NUMBER else _words(gap),
        "weight": str(gap.get("weight", 1)),
    }


def from_line(line: str) -> Content | None:
    """A gap from a line of plain text, its kind seen from how it is written; None when the line is none."""
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    name, weight, answer = match[1], match[2] or "1", match[3]
    value, sign, tolerance = answer.partition(_PLUS_MINUS)
    if sign and exact(value) is not None and exact(tolerance) is not None:
        return from_words(name, NUMBER, answer, weight)
    starred = any(part.strip()[:1] in tuple(_STAR) for part in split_escaped(answer, OPTION_MARKS))
    return from_words(name, CHOICE if starred else TEXT, answer, weight)


def to_line(gap: Content) -> str:
    """A gap as a line of plain text."""
    weight = weight_of(gap)
    return f"{gap['id']}{f'×{weight}' if weight > 1 else ''}) {_words(gap)}"


def _choice(answer: str) -> Content:
    parts = [part.strip() for part in split_escaped(answer, OPTION_MARKS)]
    stars = [part[:1] in tuple(_STAR) for part in parts]
    texts = [clean_line(unescape(part[star:])) for part, star in zip(parts, stars, strict=True)]
    kept = [(text, star) for text, star in zip(texts, stars, strict=True) if text]
    options = make(text for text, _star in kept)
    right = [option["id"] for option, (_text, star) in zip(options, kept, strict=True) if star]
    return {"options": options, "correct": right[0] if len(right) == 1 else ""}


def _words(gap: Content) -> str:
    kind = kind_of(gap)
    if kind == CHOICE:
        marks = OPTION_MARKS + _STAR
        return " / ".join(
            ("*" if option["id"] == gap.get("correct") else "") + escape(option["text"], marks)
            for option in options_of(gap)
        )
    if kind == NUMBER:
        return f"{text_of(gap, 'value')}{_PLUS_MINUS}{text_of(gap, 'tolerance') or '0'}"
    return " | ".join(escape(wording, WORDING_MARKS + _STAR + _PLUS_MINUS) for wording in wordings_of(gap))
