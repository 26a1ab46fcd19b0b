"""Ordering: things to be put in their right order."""

import re
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from academy.i18n import lazy as _l
from courses.question_types.base import (
    Content,
    Example,
    FormValues,
    PlainError,
    PlainParts,
    PrintParts,
    Problem,
    QuestionType,
    answer_values,
    as_content,
    asked,
    common_form,
    first,
    format_of,
    plain_stem,
    text_of,
)
from courses.question_types.options import ID_LIMIT, LETTERS
from courses.question_types.rows import (
    SHOW_RULE,
    bad_ids,
    form_rows,
    identified,
    records,
    shows_rule,
    shuffled,
    spare_rows,
    strings,
)
from courses.question_types.text import clean_line, clean_text, plain_of

FEWEST, MOST, USUAL = 2, 12, 4
ITEM_LIMIT = 300
ALL, POSITIONS, NEIGHBOURS = "all", "positions", "neighbours"
RULES = {
    ALL: _l("全部排对才得分"),
    POSITIONS: _l("按位置给分：排在正确位置的，每项得一份"),
    NEIGHBOURS: _l("按先后给分：紧接着的两项前后对了，得一份"),
}
SCORING_FIELD = "计分"
_PLAIN_RULES = {ALL: "全对", POSITIONS: "按位置", NEIGHBOURS: "按先后"}
_SHOWN = "告诉学员"
_ARROWS = re.compile(r"→|->|＞|>")
_LETTER_ANSWER = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ\s,，、;；→>＞.-]+")


class Ordering(QuestionType):
    """Content: ``items`` (id, text) in the right order, ``scoring`` (one of RULES), ``show_rule``.

    Answer: ids from the first place to the last, with an empty text for a place that is still free.
    """

    key = "ordering"
    name = _l("排序")
    icon = "sort"
    order = 55
    plain_labels = ("排序", "排序题")

    def empty(self) -> Content:
        """See QuestionType."""
        return {"stem": "", "items": [], "scoring": ALL, SHOW_RULE: False, "explanation": ""}

    def own_problems(self, content: Content) -> list[Problem]:
        """See QuestionType."""
        items = _items(content)
        found = []
        if not FEWEST <= len(items) <= MOST:
            sentence = _l("要有 %(fewest)s 到 %(most)s 项，现在有 %(n)s 项", fewest=FEWEST, most=MOST, n=len(items))
            found.append(Problem("item-1", sentence))
        seen: dict[str, int] = {}
        for number, item in enumerate(items, 1):
            field, text = f"item-{number}", item["text"]
            if not 0 < len(text) <= ITEM_LIMIT:
                found.append(Problem(field, _l("每一项写 1 到 %(limit)s 个字", limit=ITEM_LIMIT)))
            elif text in seen:
                sentence = _l("第 %(n)s 项和第 %(other)s 项一样，分不出先后", n=number, other=seen[text])
                found.append(Problem(field, sentence))
            seen.setdefault(text, number)
        if bad_ids(items):
            found.append(Problem("item-1", _l("有两项的编号一样或不能用，删掉重新写一次")))
        if content.get("scoring") not in list(RULES):
            found.append(Problem("scoring", _l("选择一种给分办法")))
        return found

    def public(self, content: object, order_seed: str | None) -> Content:
        """The items, always shuffled: the author's order is the key."""
        return {
            **asked(content),
            "items": _lettered(content, order_seed),
            "rule": str(RULES[_rule(content)]) if shows_rule(content) else "",
        }

    def parse_answer(self, form: FormValues) -> Any:
        """See QuestionType. One value per place, empty where none was chosen."""
        chosen = [value.strip() for value in answer_values(form, MOST, ID_LIMIT)]
        return chosen if any(chosen) else None

    def is_answered(self, answer: object) -> bool:
        """Answered means every place is taken."""
        chosen = strings(answer)
        return bool(chosen) and all(chosen)

    def grade(self, content: object, answer: object) -> Fraction:
        """By the content's rule; a content without items gives nothing."""
        right = [item["id"] for item in _items(content)]
        chosen = strings(answer)[: len(right)]
        if not right or not any(chosen):
            return Fraction(0)
        if chosen == right:
            return Fraction(1)
        rule = _rule(content)
        if rule == POSITIONS:
            return Fraction(sum(_places(right, chosen)), len(right))
        if rule == NEIGHBOURS and len(right) > 1:
            follows = set(pairwise(right))
            return Fraction(len(follows & set(pairwise(chosen))), len(right) - 1)
        return Fraction(0)

    def correct_answer(self, content: object) -> Any:
        """See QuestionType."""
        return [item["id"] for item in _items(content)]

    def review(self, content: object, answer: object, order_seed: str | None) -> Content:
        """See QuestionType. ``places`` has for each place what was put there, what belongs there, whether it did."""
        items = _items(content)
        right = [item["id"] for item in items]
        chosen = strings(answer)
        chosen += [""] * (len(right) - len(chosen))
        texts = {item["id"]: item["text"] for item in items}
        places = [
            {"chosen": texts.get(chosen[place], ""), "right": item["text"], "hit": chosen[place] == item["id"]}
            for place, item in enumerate(items)
        ]
        return {**self.public(content, order_seed), "places": places, "rule": str(RULES[_rule(content)])}

    def answer_text(self, content: object, answer: object, order_seed: str | None = None) -> str:
        """See QuestionType."""
        texts = {item["id"]: item["text"] for item in _items(content)}
        chosen = [texts.get(identity, "") for identity in strings(answer)[: len(texts)]]
        return " → ".join(text or "____" for text in chosen) if any(chosen) else ""

    def print_parts(self, content: object, order_seed: str | None) -> PrintParts:
        """See QuestionType."""
        lines = [(item["letter"], item["words"]) for item in _lettered(content, order_seed)]
        return PrintParts(plain_stem(content), [lines], [str(number) for number in range(1, len(lines) + 1)])

    def own_from_form(self, form: FormValues) -> Content:
        """See QuestionType."""
        return {
            "items": identified(form_rows(form, "item", ("text",)), "text"),
            "scoring": first(form, "scoring")[:32] or ALL,
            SHOW_RULE: bool(form.getlist(SHOW_RULE)),
        }

    def to_form(self, content: object, spare: int = 0) -> dict[str, Any]:
        """See QuestionType."""
        items = _items(content)
        return {
            **common_form(content),
            "items": [*items, *({"id": "", "text": ""} for _n in spare_rows(items, USUAL, spare, MOST))],
            "most": MOST,
            "rules": RULES,
            "scoring": _rule(content),
            SHOW_RULE: shows_rule(content),
        }

    def from_plain(self, parts: PlainParts) -> Content:
        """The items in order, one a line or with arrows between; or options and their letters in order."""
        texts = _by_letters(parts) if parts.options else _by_lines(parts.answer)
        named, _sign, shown = parts.extra.get(SCORING_FIELD, _PLAIN_RULES[ALL]).partition("、")
        rules = [rule for rule, word in _PLAIN_RULES.items() if word == named]
        if not rules or shown not in ("", _SHOWN):
            words = "、".join(_PLAIN_RULES.values())
            raise PlainError("extra", _l("不认识的给分办法“%(named)s”，可以写：%(words)s", named=named, words=words))
        return {
            "stem": clean_text(parts.stem),
            "items": identified(({"id": "", "text": text} for text in texts), "text"),
            "scoring": rules[0],
            SHOW_RULE: bool(shown),
        }

    def to_plain(self, content: object) -> PlainParts:
        """See QuestionType."""
        word = _PLAIN_RULES[_rule(content)] + (f"、{_SHOWN}" if shows_rule(content) else "")
        extra = {} if word == _PLAIN_RULES[ALL] else {SCORING_FIELD: word}
        answer = "\n".join(item["text"] for item in _items(content))
        return PlainParts(stem=text_of(as_content(content), "stem"), answer=answer, extra=extra)


def _items(content: object) -> list[Content]:
    return records(as_content(content).get("items"), "id", "text")


def _lettered(content: object, order_seed: str | None) -> list[dict[str, str]]:
    """The items as they are shown, with their letters and their words for lists to choose from."""
    form = format_of(content)
    return [
        {
            "id": item["id"],
            "letter": LETTERS[index % len(LETTERS)],
            "text": item["text"],
            "words": plain_of(item["text"], form),
        }
        for index, item in enumerate(shuffled(_items(content), order_seed))
    ]


def _places(right: Sequence[str], chosen: Sequence[str]) -> list[bool]:
    return [theirs == ours for ours, theirs in zip(right, chosen, strict=False)]


def _rule(content: object) -> str:
    """The scoring rule of a content; the strictest when it names none that we know."""
    rule = as_content(content).get("scoring")
    return rule if isinstance(rule, str) and rule in RULES else ALL


def _by_lines(answer: str) -> list[str]:
    lines = [line for line in map(clean_line, answer.split("\n")) if line]
    if len(lines) == 1:
        lines = [part for part in map(clean_line, _ARROWS.split(lines[0])) if part]
    if len(lines) < FEWEST:
        raise PlainError("answer", _l("排序题的答案按正确的先后写，每项一行"))
    return lines


def _by_letters(parts: PlainParts) -> list[str]:
    """Options in the order in which the answer names their letters."""
    half_width = parts.answer.translate({0xFEE0 + code: code for code in range(0x21, 0x7F)}).upper()
    letters = [char for char in half_width if char in LETTERS]
    known = sorted(LETTERS[: len(parts.options)])
    if not _LETTER_ANSWER.fullmatch(parts.answer) or sorted(letters) != known:
        raise PlainError("answer", _l("写了选项的排序题，答案把每个选项的字母按先后各写一次，例如 BCA"))
    return [clean_line(parts.options[LETTERS.index(letter)]) for letter in letters]


def _example(scoring: str, graded: list[tuple[list[int], Fraction]]) -> Example:
    texts = ["接听来电，问清地点", "通知电梯维保单位", "到场安抚被困的人", "记录经过"]
    items = identified(({"id": "", "text": text} for text in texts), "text")
    content = {
        "stem": "有人被困在电梯里，值班员按什么先后处理？",
        "items": items,
        "scoring": scoring,
        SHOW_RULE: scoring == POSITIONS,
        "explanation": "先问清地点，再叫专业的人；到场安抚，最后记录。",
    }
    return Example(content, [([items[index]["id"] for index in chosen], fraction) for chosen, fraction in graded])


Ordering.examples = (
    _example(ALL, [([0, 1, 2, 3], Fraction(1)), ([1, 0, 2, 3], Fraction(0)), ([0, 1, 2], Fraction(0))]),
    _example(
        POSITIONS,
        [([0, 1, 2, 3], Fraction(1)), ([1, 0, 2, 3], Fraction(1, 2)), ([0], Fraction(1, 4)), ([0] * 9, Fraction(1, 4))],
    ),
    _example(
        NEIGHBOURS,
        [
            ([0, 1, 2, 3], Fraction(1)),
            ([1, 2, 3, 0], Fraction(2, 3)),
            ([3, 2, 1, 0], Fraction(0)),
            ([0, 1, 0, 1], Fraction(1, 3)),
        ],
    ),
)

PLUGIN = Ordering()
