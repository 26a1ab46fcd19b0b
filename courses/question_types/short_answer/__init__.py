"""Short answer: a few sentences, graded by the key words found in them."""

import re
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from typing import Any, TypeGuard

from academy.i18n import lazy as _l
from courses.question_types.base import (
    Content,
    FormValues,
    PlainError,
    PlainParts,
    Problem,
    QuestionType,
    answer_values,
    as_content,
    asked,
    common_form,
    first,
    text_of,
)
from courses.question_types.short_answer.examples import EXAMPLES
from courses.question_types.text import (
    clean_line,
    clean_text,
    escape,
    fold,
    split_escaped,
    unescape,
    without_punctuation,
)

MOST_POINTS, MOST_WORDS, WORD_LIMIT, MOST_WEIGHT = 12, 20, 40, 100
LONGEST, USUAL = 2_000, 500
"""Characters an answer may have: at most, and where the author says nothing."""
EDITOR_ROWS = 3
LENGTH_FIELD, LEAST_FIELD = "字数", "答出"
_WEIGHT = re.compile(r"(?P<words>.*?)(?<!\\)[×xX＊*]\s*(?P<weight>\d{1,3})\s*", re.DOTALL)


@dataclass(frozen=True)
class Point:
    """One thing that an answer should say: any of the words says it."""

    words: tuple[str, ...]
    weight: int = 1

    def said_in(self, folded: str) -> list[str]:
        """The words found in an answer that `_folded` has made comparable."""
        return [word for word in self.words if _stands_in(_folded(word), folded)]

    def stored(self) -> Content:
        """The point as it stands in the content."""
        return {"any": list(self.words), "weight": self.weight}


class ShortAnswer(QuestionType):
    """Content: `keywords` (each with `any` words and a `weight`), `max_chars`, and `least`. Answer: a text.

    `least`, when there is one, is how many of the points are enough for everything.
    """

    key = "short_answer"
    name = _l("简答")
    icon = "edit"
    order = 70
    plain_labels = ("简答", "简答题")
    examples = EXAMPLES

    def empty(self) -> Content:
        """See QuestionType."""
        return {"stem": "", "keywords": [], "max_chars": USUAL, "explanation": ""}

    def own_problems(self, content: Content) -> list[Problem]:
        """See QuestionType."""
        points = _points(content)
        found = []
        if not points:
            found.append(Problem("point-1", _l("至少写一个要点的关键词")))
        if len(points) > MOST_POINTS:
            message = _l("最多 %(most)s 个要点，现在有 %(count)s 个", most=MOST_POINTS, count=len(points))
            found.append(Problem("point-1", message))
        found += [
            Problem(f"point-{n}", message) for n, point in enumerate(points, 1) for message in _mistakes(n, point)
        ]
        if "least" in content and not _within(content["least"], len(points)):
            message = _l("答出几点得满分，写 1 到 %(most)s 之间的整数，或者空着", most=len(points) or 1)
            found.append(Problem("least", message))
        if not _within(content.get("max_chars"), LONGEST):
            found.append(Problem("max_chars", _l("字数上限写 1 到 %(most)s 之间的整数", most=LONGEST)))
        return found

    def public(self, content: object, order_seed: str | None) -> Content:
        """See QuestionType."""
        return {**asked(content), "limit": _limit(content)}

    def parse_answer(self, form: FormValues) -> Any:
        """See QuestionType."""
        values = answer_values(form, 1, LONGEST)
        return clean_text(values[0]) or None if values else None

    def is_answered(self, answer: object) -> bool:
        """See QuestionType."""
        return isinstance(answer, str) and bool(answer.strip())

    def grade(self, content: object, answer: object) -> Fraction:
        """The weights of the points found, of those of all points or, with `least`, of as many of the heaviest."""
        points, folded = _points(content), _folded(answer)
        enough = sum(sorted((point.weight for point in points), reverse=True)[: _least(content, points)])
        found = sum(point.weight for point in points if point.said_in(folded))
        return min(Fraction(1), Fraction(found, enough)) if enough else Fraction(0)

    def correct_answer(self, content: object) -> Any:
        """The first word of every point."""
        return "；".join(point.words[0] for point in _points(content) if point.words) or None

    def review(self, content: object, answer: object, order_seed: str | None) -> Content:
        """See QuestionType. ``points`` says of each point which words count and which were found."""
        points, folded = _points(content), _folded(answer)
        least = _least(content, points)
        return {
            **self.public(content, order_seed),
            "typed": answer if isinstance(answer, str) else "",
            "points": [
                {"words": list(point.words), "weight": point.weight, "found": point.said_in(folded)} for point in points
            ],
            "weighted": len({point.weight for point in points}) > 1,
            "least": least if least < len(points) else None,
        }

    def answer_text(self, content: object, answer: object, order_seed: str | None = None) -> str:
        """See QuestionType."""
        return clean_line(answer[:LONGEST]) if isinstance(answer, str) else ""

    def own_from_form(self, form: FormValues) -> Content:
        """Rows of ``point_words`` and ``point_weight``; a row without words does not count."""
        rows = zip_longest(
            form.getlist("point_words")[: MOST_POINTS + 1],
            form.getlist("point_weight")[: MOST_POINTS + 1],
            fillvalue="",
        )
        points = [Point(_words(words), _whole(weight, 1)) for words, weight in rows if _words(words)]
        least = clean_line(first(form, "least"))
        return {
            "keywords": [point.stored() for point in points],
            **({"least": _whole(least)} if least else {}),
            "max_chars": _whole(first(form, "max_chars"), USUAL),
        }

    def to_form(self, content: object, spare: int = 0) -> dict[str, Any]:
        """See QuestionType."""
        values = as_content(content)
        rows = [{"words": _joined(point), "weight": point.weight} for point in _points(content)]
        empty = min(max(EDITOR_ROWS - len(rows), spare), MOST_POINTS - len(rows))
        rows += [{"words": "", "weight": 1}] * max(0, empty)
        return {
            **common_form(content),
            "rows": rows,
            "most": MOST_POINTS,
            "least": values.get("least", ""),
            "max_chars": values.get("max_chars", USUAL),
        }

    def from_plain(self, parts: PlainParts) -> Content:
        """Read 答案：先听|倾听；记录×2, with 答出：2 and 字数：300. See QuestionType."""
        if parts.options:
            raise PlainError("options", _l("简答题不写选项"))
        points = [point for part in split_escaped(parts.answer, "；;") if (point := _plain_point(part)).words]
        if not points or any(len(word) > WORD_LIMIT for point in points for word in point.words):
            message = _l(
                "简答题的答案写关键词：几个要点用“；”隔开，一个要点的几种说法用“|”隔开；完整的参考答案写在解析里"
            )
            raise PlainError("answer", message)
        least = parts.extra.get(LEAST_FIELD, "").strip()
        return {
            "stem": clean_text(parts.stem),
            "keywords": [point.stored() for point in points],
            **({"least": _whole(least)} if least else {}),
            "max_chars": _whole(parts.extra.get(LENGTH_FIELD, ""), USUAL),
        }

    def to_plain(self, content: object) -> PlainParts:
        """See QuestionType."""
        values, points = as_content(content), _points(content)
        extra = {LEAST_FIELD: str(values["least"])} if "least" in values else {}
        if _limit(content) != USUAL:
            extra[LENGTH_FIELD] = str(_limit(content))
        answer = "；".join(
            _joined(point, "；;×xX＊*") + (f"×{point.weight}" if point.weight != 1 else "") for point in points
        )
        return PlainParts(stem=text_of(values, "stem"), answer=answer, extra=extra)


# -- the content, whatever it is ----------------------------------------------------------------------------------------


def _points(content: object) -> list[Point]:
    listed = as_content(content).get("keywords")
    found = [as_content(item) for item in listed] if isinstance(listed, list) else []
    return [_point(item) for item in found]


def _point(item: Content) -> Point:
    words, weight = item.get("any"), item.get("weight", 1)
    texts = tuple(word for word in words if isinstance(word, str)) if isinstance(words, list) else ()
    return Point(texts, weight if _within(weight, MOST_WEIGHT) else 0)


def _within(value: object, most: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most


def _least(content: object, points: list[Point]) -> int:
    least = as_content(content).get("least")
    return least if _within(least, len(points)) else len(points)


def _limit(content: object) -> int:
    limit = as_content(content).get("max_chars")
    return limit if _within(limit, LONGEST) else USUAL


def _mistakes(number: int, point: Point) -> list[Any]:
    if not any(_folded(word) for word in point.words):
        return [_l("第 %(number)s 个要点没有关键词", number=number)]
    if not point.weight:
        return [_l("第 %(number)s 个要点占几份，写 1 到 %(most)s 之间的整数", number=number, most=MOST_WEIGHT)]
    if len(point.words) > MOST_WORDS:
        return [_l("第 %(number)s 个要点最多写 %(most)s 种说法", number=number, most=MOST_WORDS)]
    if any(len(word) > WORD_LIMIT for word in point.words):
        return [_l("第 %(number)s 个要点的关键词不能超过 %(limit)s 个字", number=number, limit=WORD_LIMIT)]
    return []


# -- finding words in an answer -----------------------------------------------------------------------------------------


def _folded(text: object) -> str:
    """The form in which answers and key words are compared: width, capitals, spaces and punctuation make no difference."""
    return fold(without_punctuation(text[:LONGEST])) if isinstance(text, str) else ""


def _stands_in(word: str, text: str) -> bool:
    """Whether a word stands in a text; `act` does not stand in `action`, for words of letters have ends."""
    start = r"(?<![a-z0-9])" if word[:1].isascii() else ""
    end = r"(?![a-z0-9])" if word[-1:].isascii() else ""
    return word != "" and re.search(start + re.escape(word) + end, text) is not None


# -- rows and lines -----------------------------------------------------------------------------------------------------


def _whole(text: str, default: int = 0) -> int:
    """A whole number that was typed, 0 when it is none and `default` when nothing was typed."""
    plain = fold(text)
    if not plain:
        return default
    return int(plain) if plain.isdecimal() and len(plain) <= 6 else 0


def _words(text: str) -> tuple[str, ...]:
    found = [clean_line(unescape(part)) for part in split_escaped(text, "|｜")]
    return tuple(word for word in dict.fromkeys(found) if word)


def _joined(point: Point, specials: str = "") -> str:
    return "|".join(escape(word, "|｜" + specials) for word in point.words)


def _plain_point(part: str) -> Point:
    match = _WEIGHT.fullmatch(part)
    return Point(_words(match["words"]), int(match["weight"])) if match else Point(_words(part))


PLUGIN = ShortAnswer()
