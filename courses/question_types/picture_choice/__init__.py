"""Choice on a picture: numbered areas, each with words of its own, so that it can be answered without seeing or pointing."""

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
    answer_values,
    as_content,
    asked,
    common_form,
    first,
    format_of,
    plain_stem,
    text_of,
)
from courses.question_types.options import ID_LIMIT
from courses.question_types.picture_choice import areas as reading
from courses.question_types.picture_choice.areas import MOST, PICTURE
from courses.question_types.rows import SHOW_RULE, bad_ids, form_rows, identified, shows_rule, spare_rows, strings
from courses.question_types.text import clean_line, clean_text, escape, plain_of, unescape

FEWEST, USUAL = 2, 3
ALT_LIMIT, PICTURE_LIMIT = 300, 400
ALL, PER_AREA = "all", "per_area"
RULES = {
    ALL: _l("全部选对才得分"),
    PER_AREA: _l("按处给分：选对一处得一份，选错一处扣一份，扣完为止"),
}
_PLAIN_RULES = {ALL: "全对", PER_AREA: "按处"}
_SHOWN = "告诉学员"


class PictureChoice(QuestionType):
    """Content: ``picture``, ``alt``, ``areas`` (see `areas`), ``correct`` (ids), ``multiple``, ``scoring``, ``show_rule``.

    Answer: ids of areas. The areas keep the author's order: their numbers stand on the picture.
    """

    key = "picture_choice"
    name = _l("看图选择")
    icon = "image"
    order = 65
    plain_labels = ("看图选择", "看图选择题", "看图")

    def empty(self) -> Content:
        """See QuestionType."""
        return {
            "stem": "",
            "picture": "",
            "alt": "",
            "areas": [],
            "correct": [],
            "multiple": False,
            "scoring": ALL,
            SHOW_RULE: False,
            "explanation": "",
        }

    def own_problems(self, content: Content) -> list[Problem]:
        """See QuestionType."""
        areas = reading.listed(content)
        found = []
        if not PICTURE.fullmatch(text_of(content, "picture")):
            found.append(Problem("picture", _l("放一张图片；地址应像 /pictures/……，由本站收下的图片才有")))
        if not 0 < len(text_of(content, "alt").strip()) <= ALT_LIMIT:
            found.append(Problem("alt", _l("用 1 到 %(limit)s 个字说明图片，看不见图的人靠它作答", limit=ALT_LIMIT)))
        if not FEWEST <= len(areas) <= MOST:
            sentence = _l("要有 %(fewest)s 到 %(most)s 处，现在有 %(n)s 处", fewest=FEWEST, most=MOST, n=len(areas))
            found.append(Problem("area-1", sentence))
        for number, area in enumerate(areas, 1):
            sentence_or_none = reading.wrong_with(number, area, areas)
            if sentence_or_none:
                found.append(Problem(f"area-{number}", sentence_or_none))
        if bad_ids(areas):
            found.append(Problem("area-1", _l("有两处的编号一样或不能用，删掉重新写一次")))
        return found + self._key_problems(content, [area["id"] for area in areas])

    def _key_problems(self, content: Content, ids: list[str]) -> list[Problem]:
        correct = content.get("correct")
        found = []
        if not self.correct_answer(content):
            found.append(Problem("correct", _l("勾出哪一处或哪几处是正确答案")))
        elif not isinstance(correct, list) or any(value not in ids for value in correct):
            found.append(Problem("correct", _l("正确答案里有不存在的一处，重新勾一次")))
        elif len(set(correct)) > 1 and content.get("multiple") is not True:
            found.append(Problem("correct", _l("只选一处的题只能有一处正确；有几处正确时勾上“可以选几处”")))
        if content.get("scoring", ALL) not in list(RULES):
            found.append(Problem("scoring", _l("选择一种给分办法")))
        return found

    def public(self, content: object, order_seed: str | None) -> Content:
        """See QuestionType."""
        values = as_content(content)
        picture = text_of(values, "picture")
        areas = [{**reading.shown(area), "number": number} for number, area in enumerate(reading.listed(values), 1)]
        return {
            **asked(values),
            "picture": picture if PICTURE.fullmatch(picture) else "",
            "alt": text_of(values, "alt"),
            "areas": areas,
            "multiple": values.get("multiple") is True,
            "rule": str(RULES[_rule(values)]) if shows_rule(values) else "",
        }

    def parse_answer(self, form: FormValues) -> Any:
        """See QuestionType."""
        chosen = sorted({value for value in answer_values(form, MOST, ID_LIMIT) if value})
        return chosen or None

    def is_answered(self, answer: object) -> bool:
        """See QuestionType."""
        return any(strings(answer))

    def grade(self, content: object, answer: object) -> Fraction:
        """By the content's rule; where one area is to be chosen, several are wrong."""
        right, chosen = set(self.correct_answer(content)), {value for value in strings(answer) if value}
        if not right or not chosen:
            return Fraction(0)
        if chosen == right:
            return Fraction(1)
        if _rule(content) == PER_AREA and as_content(content).get("multiple") is True:
            return max(Fraction(0), Fraction(len(chosen & right) - len(chosen - right), len(right)))
        return Fraction(0)

    def correct_answer(self, content: object) -> Any:
        """See QuestionType."""
        return sorted({value for value in strings(as_content(content).get("correct")) if value})

    def review(self, content: object, answer: object, order_seed: str | None) -> Content:
        """See QuestionType. Every area says whether it was ``chosen`` and whether it is ``right``."""
        shown = self.public(content, order_seed)
        right, chosen = self.correct_answer(content), strings(answer)
        for area in shown["areas"]:
            area["chosen"], area["right"] = area["id"] in chosen, area["id"] in right
        return {**shown, "rule": str(RULES[_rule(content)]) if shown["multiple"] else ""}

    def answer_text(self, content: object, answer: object, order_seed: str | None = None) -> str:
        """See QuestionType."""
        chosen = strings(answer)
        listed = enumerate(reading.listed(content), 1)
        return _("；").join(f"{number}. {area['label']}" for number, area in listed if area["id"] in chosen)

    def print_parts(self, content: object, order_seed: str | None) -> PrintParts:
        """See QuestionType."""
        shown, form = self.public(content, order_seed), format_of(content)
        lines = [(str(area["number"]), plain_of(area["label"], form)) for area in shown["areas"]]
        marks = [(str(a["number"]), a["shape"], a["x"], a["y"], a["w"], a["h"]) for a in shown["areas"]]
        return PrintParts(plain_stem(content), [lines], (), shown["picture"], shown["alt"], marks)

    def own_from_form(self, form: FormValues) -> Content:
        """See QuestionType. ``correct`` holds numbers of rows as they were sent."""
        rows = form_rows(form, "area", ("label", "x", "y", "w", "h"), ("shape", "row"))
        marked = set(form.getlist("correct"))
        areas = identified(rows, "label")
        correct = sorted(area["id"] for area in areas if area["row"] in marked)
        address = clean_line(first(form, "picture"))[:PICTURE_LIMIT]
        return {
            "picture": reading.address_in(address),
            "alt": clean_line(first(form, "alt"))[: ALT_LIMIT + 1],
            "areas": [reading.from_words(area) for area in areas],
            "correct": correct,
            "multiple": bool(form.getlist("multiple")),
            "scoring": first(form, "scoring")[:32] or ALL,
            SHOW_RULE: bool(form.getlist(SHOW_RULE)),
        }

    def to_form(self, content: object, spare: int = 0) -> dict[str, Any]:
        """See QuestionType."""
        values, areas = as_content(content), reading.listed(content)
        correct = self.correct_answer(values)
        rows = [{**reading.shown(area), "correct": area["id"] in correct} for area in areas]
        rows += [reading.blank() for _n in spare_rows(areas, USUAL, spare, MOST)]
        picture = text_of(values, "picture")
        return {
            **common_form(values),
            "picture": picture,
            "shown": picture if PICTURE.fullmatch(picture) else "",
            "alt": text_of(values, "alt"),
            "areas": rows,
            "shapes": reading.SHAPES,
            "most": MOST,
            "multiple": values.get("multiple") is True,
            "rules": RULES,
            "scoring": _rule(values),
            SHOW_RULE: shows_rule(values),
        }

    def from_plain(self, parts: PlainParts) -> Content:
        """The picture as Markdown in the last line of the stem; an area a line: ``灭火器 @ 方形 120,300,200,180``."""
        stem, alt, picture = reading.picture_line(parts.stem)
        if not picture:
            raise PlainError("stem", _l("题干最后一行写图片，例如 ![楼道](/pictures/……)"))
        areas = [reading.from_line(option) for option in parts.options]
        if not areas or any(area is None for area in areas):
            raise PlainError(
                "options", _l("每一处写成“A. 灭火器 @ 方形 120,300,200,180”，数是左、上、宽、高，整张图为 1000")
            )
        rows = identified((area for area in areas if area), "label")
        letters = sorted({ord(char) - ord("A") for char in parts.answer.upper() if "A" <= char <= "Z"})
        if not letters or letters[-1] >= len(rows):
            raise PlainError("answer", _l("答案写对的那几处的字母，例如 AC"))
        named, _sign, extra = parts.extra.get("计分", _PLAIN_RULES[ALL]).partition("、")
        rules = [rule for rule, word in _PLAIN_RULES.items() if word == named]
        if not rules:
            words = "、".join(_PLAIN_RULES.values())
            raise PlainError("extra", _l("不认识的给分办法“%(named)s”，可以写：%(words)s", named=named, words=words))
        told = extra.split("、")
        return {
            "stem": clean_text(stem),
            "picture": picture,
            "alt": clean_line(unescape(alt)),
            "areas": [reading.from_words(row) for row in rows],
            "correct": sorted(rows[index]["id"] for index in letters),
            "multiple": len(letters) > 1 or "可选几处" in told,
            "scoring": rules[0],
            SHOW_RULE: _SHOWN in told,
        }

    def to_plain(self, content: object) -> PlainParts:
        """See QuestionType."""
        values, areas = as_content(content), reading.listed(content)
        correct = self.correct_answer(values)
        letters = [chr(ord("A") + index) for index, area in enumerate(areas) if area["id"] in correct]
        words = [_PLAIN_RULES[_rule(values)]]
        words += ["可选几处"] if values.get("multiple") is True and len(letters) < FEWEST else []
        words += [_SHOWN] if shows_rule(values) else []
        picture = f"![{escape(text_of(values, 'alt'), '[]')}]({text_of(values, 'picture')})"
        return PlainParts(
            stem=f"{text_of(values, 'stem')}\n{picture}",
            options=[reading.to_line(area) for area in areas],
            answer="".join(letters),
            extra={} if words == [_PLAIN_RULES[ALL]] else {"计分": "、".join(words)},
        )


def _rule(content: object) -> str:
    """The scoring rule of a content; the strictest when it names none that we know."""
    rule = as_content(content).get("scoring")
    return rule if isinstance(rule, str) and rule in RULES else ALL


def _example(scoring: str, right: list[int], graded: list[tuple[list[int], Fraction]]) -> Example:
    labels = ["消防栓前的电动车", "墙上的灭火器", "堆在拐角的纸箱", "安全出口的灯"]
    places = [(60, 520, 220, 330), (340, 300, 90, 220), (520, 600, 260, 300), (700, 40, 220, 120)]
    rows = identified(({"id": "", "label": label} for label in labels), "label")
    areas = [
        {"id": row["id"], "label": row["label"], "shape": "rect", "x": x, "y": y, "w": w, "h": h}
        for row, (x, y, w, h) in zip(rows, places, strict=True)
    ]
    ids = [row["id"] for row in rows]
    content = {
        "stem": "楼道巡查，图上哪几处要当场处理？" if len(right) > 1 else "图上哪一处是灭火器？",
        "picture": f"/pictures/{'0123456789abcdef' * 2}/corridor.png",
        "alt": "一条楼道：左边是电动车，墙上有灭火器，拐角有纸箱，上方有绿色的灯。",
        "areas": areas,
        "correct": sorted(ids[index] for index in right),
        "multiple": len(right) > 1,
        "scoring": scoring,
        SHOW_RULE: scoring == PER_AREA,
        "explanation": "电动车和纸箱堵住了逃生的路，也挡住了消防栓。" if len(right) > 1 else "",
    }
    return Example(content, [([ids[index] for index in chosen], fraction) for chosen, fraction in graded])


PictureChoice.examples = (
    _example(ALL, [0, 2], [([0, 2], Fraction(1)), ([0], Fraction(0)), ([0, 1, 2], Fraction(0))]),
    _example(
        PER_AREA,
        [0, 2],
        [([0, 2], Fraction(1)), ([0], Fraction(1, 2)), ([0, 1, 2], Fraction(1, 2)), ([1, 3], Fraction(0))],
    ),
    _example(ALL, [1], [([1], Fraction(1)), ([0], Fraction(0)), ([0, 1], Fraction(0))]),
)

PLUGIN = PictureChoice()
