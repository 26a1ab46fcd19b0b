"""Matching: each left side has one right side; right sides that belong to none may be mixed in."""

from fractions import Fraction
from typing import Any

from academy.i18n import _
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
    as_content,
    asked,
    common_form,
    first,
    format_of,
    plain_stem,
    text_of,
)
from courses.question_types.options import ID_LIMIT, LETTERS, new_id
from courses.question_types.rows import (
    SHOW_RULE,
    answers_by_id,
    bad_ids,
    form_rows,
    given_by_id,
    identified,
    records,
    shows_rule,
    shuffled,
    spare_rows,
    text_id,
)
from courses.question_types.text import clean_line, clean_text, escape, plain_of, split_escaped, unescape

FEWEST, MOST, MOST_EXTRAS = 2, 15, 10
SIDE_LIMIT = 300
USUAL_PAIRS, USUAL_EXTRAS = 4, 1
PER_PAIR, ALL = "per_pair", "all"
RULES = {
    PER_PAIR: _l("按对给分：配对一对得一份"),
    ALL: _l("全部配对才得分"),
}
SCORING_FIELD = "计分"
_PLAIN_RULES = {PER_PAIR: "按对", ALL: "全对"}
_SHOWN = "告诉学员"
EQUALS = "=＝"


class Matching(QuestionType):
    """Content: ``pairs`` (id, left, right), ``extras`` (id, text), ``scoring`` (one of RULES), ``show_rule``.

    Answer: pair id → id of the chosen right side. That id comes from the right side's text alone, so it tells neither the
    pair it belongs to nor whether it belongs to any.
    """

    key = "matching"
    name = _l("匹配")
    icon = "swap"
    order = 50
    plain_labels = ("匹配", "匹配题", "连线", "连线题")

    def empty(self) -> Content:
        """See QuestionType."""
        return {"stem": "", "pairs": [], "extras": [], "scoring": PER_PAIR, SHOW_RULE: False, "explanation": ""}

    def own_problems(self, content: Content) -> list[Problem]:
        """See QuestionType."""
        pairs, extras = _pairs(content), _extras(content)
        found = []
        if len(pairs) < FEWEST:
            found.append(Problem("pair-1", _l("至少要有 %(fewest)s 对", fewest=FEWEST)))
        if len(pairs) > MOST or len(extras) > MOST_EXTRAS:
            sentence = _l("最多 %(pairs)s 对，另加 %(extras)s 个多余的右项", pairs=MOST, extras=MOST_EXTRAS)
            found.append(Problem("pair-1", sentence))
        seen: dict[str, int] = {}
        for number, pair in enumerate(pairs, 1):
            found += _pair_problems(number, pair, seen)
        rights = {pair["right"] for pair in pairs}
        for number, extra in enumerate(extras, 1):
            if extra["text"] in rights:
                found.append(Problem(f"extra-{number}", _l("第 %(n)s 个多余的右项和一个配好的右项一样", n=number)))
            elif not 0 < len(extra["text"]) <= SIDE_LIMIT:
                found.append(Problem(f"extra-{number}", _l("每一项写 1 到 %(limit)s 个字", limit=SIDE_LIMIT)))
        if bad_ids(pairs):
            found.append(Problem("pair-1", _l("有两对的编号一样或不能用，删掉重新写一次")))
        if content.get("scoring") not in list(RULES):
            found.append(Problem("scoring", _l("选择一种给分办法")))
        return found

    def public(self, content: object, order_seed: str | None) -> Content:
        """The left sides in the author's order; the right sides shuffled, because their order would be the key."""
        values = as_content(content)
        return {
            **asked(values),
            "lefts": [{"id": pair["id"], "text": pair["left"]} for pair in _pairs(values)],
            "rights": _rights(values, order_seed),
            "rule": str(RULES[_rule(values)]) if shows_rule(values) else "",
        }

    def parse_answer(self, form: FormValues) -> Any:
        """See QuestionType."""
        return answers_by_id(form, MOST, ID_LIMIT)

    def is_answered(self, answer: object) -> bool:
        """Answered means every left side has its right one; the sheet should not hide a forgotten one."""
        given = given_by_id(answer)
        return bool(given) and all(given.values())

    def grade(self, content: object, answer: object) -> Fraction:
        """The share of pairs, or everything only for all of them."""
        pairs, given = _pairs(content), given_by_id(answer)
        hits = sum(_hit(pair, given) for pair in pairs)
        if not pairs:
            return Fraction(0)
        return Fraction(hits, len(pairs)) if _rule(content) == PER_PAIR else Fraction(int(hits == len(pairs)))

    def correct_answer(self, content: object) -> Any:
        """See QuestionType."""
        return {pair["id"]: text_id(pair["right"]) for pair in _pairs(content)}

    def review(self, content: object, answer: object, order_seed: str | None) -> Content:
        """See QuestionType. ``pairs`` has for each left side what was chosen, what is right, and whether it was."""
        shown, given = self.public(content, order_seed), given_by_id(answer)
        texts = {right["id"]: right["text"] for right in shown["rights"]}
        pairs = [
            {
                "left": pair["left"],
                "chosen": texts.get(given.get(pair["id"], ""), ""),
                "right": pair["right"],
                "hit": _hit(pair, given),
            }
            for pair in _pairs(content)
        ]
        return {**shown, "pairs": pairs, "rule": str(RULES[_rule(content)])}

    def answer_text(self, content: object, answer: object, order_seed: str | None = None) -> str:
        """See QuestionType."""
        given = given_by_id(answer)
        texts = {right["id"]: right["text"] for right in _rights(content, order_seed)}
        chosen = [(pair["left"], texts.get(given.get(pair["id"], ""))) for pair in _pairs(content)]
        return _("；").join(f"{left} → {right}" for left, right in chosen if right)

    def print_parts(self, content: object, order_seed: str | None) -> PrintParts:
        """See QuestionType."""
        shown = self.public(content, order_seed)
        form = format_of(content)
        lefts = [(str(number), plain_of(left["text"], form)) for number, left in enumerate(shown["lefts"], 1)]
        rights = [(right["letter"], right["words"]) for right in shown["rights"]]
        return PrintParts(plain_stem(content), [lefts, rights], [label for label, _text in lefts])

    def own_from_form(self, form: FormValues) -> Content:
        """See QuestionType."""
        return {
            "pairs": identified(form_rows(form, "pair", ("left", "right")), "left"),
            "extras": identified(form_rows(form, "extra", ("text",)), "text"),
            "scoring": first(form, "scoring")[:32] or PER_PAIR,
            SHOW_RULE: bool(form.getlist(SHOW_RULE)),
        }

    def to_form(self, content: object, spare: int = 0) -> dict[str, Any]:
        """See QuestionType."""
        pairs, extras = _pairs(content), _extras(content)
        blank = {"id": "", "left": "", "right": "", "text": ""}
        return {
            **common_form(content),
            "pairs": [*pairs, *(blank for _n in spare_rows(pairs, USUAL_PAIRS, spare, MOST))],
            "extras": [*extras, *(blank for _n in spare_rows(extras, USUAL_EXTRAS, spare, MOST_EXTRAS))],
            "most": MOST,
            "most_extras": MOST_EXTRAS,
            "rules": RULES,
            "scoring": _rule(content),
            SHOW_RULE: shows_rule(content),
        }

    def from_plain(self, parts: PlainParts) -> Content:
        """One pair a line, ``左 = 右``; a line that starts with ``=`` is a right side too many. See QuestionType."""
        lines = [line.strip() for line in (*parts.options, *parts.answer.split("\n"))]
        sides = [[clean_line(unescape(side)) for side in split_escaped(line, EQUALS)] for line in lines if line]
        pairs = [(both[0], both[1]) for both in sides if len(both) == 2 and all(both)]
        extras = [both[1] for both in sides if len(both) == 2 and not both[0] and both[1]]
        if not sides or len(pairs) + len(extras) < len(sides):
            raise PlainError("answer", _l("匹配题的答案每对一行，写成“左 = 右”；多余的右项写成“= 右”"))
        rule, shown = _named_rule(parts)
        rows = [{"id": "", "left": left, "right": right} for left, right in pairs]
        return {
            "stem": clean_text(parts.stem),
            "pairs": identified(rows, "left"),
            "extras": identified(({"id": "", "text": text} for text in extras), "text"),
            "scoring": rule,
            SHOW_RULE: shown,
        }

    def to_plain(self, content: object) -> PlainParts:
        """See QuestionType."""
        lines = [f"{escape(pair['left'], EQUALS)} = {escape(pair['right'], EQUALS)}" for pair in _pairs(content)]
        lines += [f"= {escape(extra['text'], EQUALS)}" for extra in _extras(content)]
        word = _PLAIN_RULES[_rule(content)] + (f"、{_SHOWN}" if shows_rule(content) else "")
        extra = {} if word == _PLAIN_RULES[PER_PAIR] else {SCORING_FIELD: word}
        return PlainParts(stem=text_of(as_content(content), "stem"), answer="\n".join(lines), extra=extra)


def _pairs(content: object) -> list[Content]:
    return records(as_content(content).get("pairs"), "id", "left", "right")


def _extras(content: object) -> list[Content]:
    return records(as_content(content).get("extras"), "id", "text")


def _rights(content: object, order_seed: str | None) -> list[dict[str, str]]:
    """All right sides, each text once, with the letters they are shown under and their words for lists to choose from."""
    texts = [pair["right"] for pair in _pairs(content)] + [extra["text"] for extra in _extras(content)]
    rows = shuffled(({"id": text_id(text), "text": text} for text in dict.fromkeys(texts)), order_seed)
    form = format_of(content)
    return [
        {"letter": LETTERS[index % len(LETTERS)], **row, "words": plain_of(row["text"], form)}
        for index, row in enumerate(rows)
    ]


def _hit(pair: Content, given: dict[str, str]) -> bool:
    return given.get(pair["id"]) == text_id(pair["right"])


def _rule(content: object) -> str:
    rule = as_content(content).get("scoring")
    return rule if isinstance(rule, str) and rule in RULES else ALL


def _named_rule(parts: PlainParts) -> tuple[str, bool]:
    named, _sign, shown = parts.extra.get(SCORING_FIELD, _PLAIN_RULES[PER_PAIR]).partition("、")
    rules = [rule for rule, word in _PLAIN_RULES.items() if word == named]
    if not rules or shown not in ("", _SHOWN):
        words = "、".join(_PLAIN_RULES.values())
        raise PlainError("extra", _l("不认识的给分办法“%(named)s”，可以写：%(words)s", named=named, words=words))
    return rules[0], bool(shown)


def _pair_problems(number: int, pair: Content, seen: dict[str, int]) -> list[Problem]:
    field = f"pair-{number}"
    if not pair["left"] or not pair["right"]:
        return [Problem(field, _l("第 %(n)s 对缺左边或右边", n=number))]
    if max(len(pair["left"]), len(pair["right"])) > SIDE_LIMIT:
        return [Problem(field, _l("每一项写 1 到 %(limit)s 个字", limit=SIDE_LIMIT))]
    if pair["left"] in seen:
        return [Problem(field, _l("第 %(n)s 对和第 %(other)s 对的左边一样", n=number, other=seen[pair["left"]]))]
    seen[pair["left"]] = number
    return []


def _example(scoring: str, graded: list[tuple[list[str], Fraction]]) -> Example:
    rows = [
        {"id": "", "left": "消防", "right": "119"},
        {"id": "", "left": "急救", "right": "120"},
        {"id": "", "left": "政务服务", "right": "12345"},
    ]
    pairs = identified(rows, "left")
    content = {
        "stem": "把事情和该打的电话配起来。",
        "pairs": pairs,
        "extras": [{"id": new_id("114", ()), "text": "114"}],
        "scoring": scoring,
        SHOW_RULE: scoring == ALL,
        "explanation": "119 是消防，120 是急救，12345 是政务服务便民热线。",
    }
    return Example(
        content,
        [
            ({pair["id"]: text_id(text) for pair, text in zip(pairs, texts, strict=False)}, fraction)
            for texts, fraction in graded
        ],
    )


Matching.examples = (
    _example(
        PER_PAIR,
        [
            (["119", "120", "12345"], Fraction(1)),
            (["119", "120", "114"], Fraction(2, 3)),
            (["119"], Fraction(1, 3)),
            (["120", "119", "114"], Fraction(0)),
        ],
    ),
    _example(ALL, [(["119", "120", "12345"], Fraction(1)), (["119", "120", "114"], Fraction(0))]),
)

PLUGIN = Matching()
