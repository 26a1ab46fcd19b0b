"""Fill-in: a text with blanks; each blank takes wordings or a number and earns an equal share."""

import re
from fractions import Fraction
from itertools import zip_longest
from typing import Any

from academy.i18n import _
from academy.i18n import lazy as _l
from courses.question_types.base import (
    Content,
    Example,
    FormValues,
    PlainError,
    PlainParts,
    Problem,
    QuestionType,
    answer_values,
    asked,
    common_form,
    format_of,
    text_of,
)
from courses.question_types.fill_in import blanks as kinds
from courses.question_types.text import MARKDOWN, clean_text, plain_of, split_escaped

BLANK = re.compile(r"[_＿]{2,}")
MOST_BLANKS = 20
ANSWER_LIMIT = 200
"""Longest text a trainee can put in one blank."""
ROW_FIELDS = ("kind", "answers", "value", "tolerance", "units")
_KINDS = {
    "text": _l("文字"),
    "text_case": _l("文字，区分大小写"),
    "number": _l("数"),
    "number_unit": _l("数，必须写单位"),
}


class FillIn(QuestionType):
    """Content: `blanks` (see blanks.py), one per `____` of the stem. Answer: texts."""

    key = "fill_in"
    name = _l("填空")
    icon = "edit"
    order = 40
    plain_labels = ("填空", "填空题")

    def empty(self) -> Content:
        """See QuestionType."""
        return {"stem": "", "blanks": [], "explanation": ""}

    def own_problems(self, content: Content) -> list[Problem]:
        """See QuestionType."""
        stem = text_of(content, "stem")
        in_stem = len(BLANK.findall(stem))
        blanks = kinds.read_all(content)
        if not in_stem:
            return [Problem("stem", _l("题干里用四条下划线 ____ 表示要填的空，至少一个"))]
        if in_stem > MOST_BLANKS:
            message = _l("最多 %(most)s 个空，现在有 %(count)s 个", most=MOST_BLANKS, count=in_stem)
            return [Problem("stem", message)]
        if format_of(content) == MARKDOWN and _words_between(stem) != in_stem:
            return [Problem("stem", _l("____ 不能写在链接的地址或图片的说明里"))]
        if in_stem != len(blanks):
            message = _l(
                "题干里有 %(in_stem)s 个空，答案有 %(count)s 行，两边要一样多", in_stem=in_stem, count=len(blanks)
            )
            return [Problem("blanks", message)]
        return [
            Problem(f"blank-{number}", message)
            for number, blank in enumerate(blanks, 1)
            for message in blank.complaints(number)
        ]

    def public(self, content: object, order_seed: str | None) -> Content:
        """The stem cut at its blanks: one part more than there are blanks."""
        shown = asked(content)
        return {**shown, "parts": BLANK.split(shown["stem"]), "limit": ANSWER_LIMIT}

    def parse_answer(self, form: FormValues) -> Any:
        """See QuestionType. Keeps what was typed; folding is for grading."""
        values = [value.strip() for value in answer_values(form, MOST_BLANKS, ANSWER_LIMIT)]
        return values if any(values) else None

    def is_answered(self, answer: object) -> bool:
        """Answered means every blank has something in it; the sheet should not hide a forgotten one."""
        values = _texts(answer)
        return bool(values) and all(values)

    def grade(self, content: object, answer: object) -> Fraction:
        """The share of blanks that are filled in right."""
        blanks, values = kinds.read_all(content), _texts(answer)
        hits = sum(blank.matches(value) for blank, value in zip(blanks, values, strict=False))
        return Fraction(hits, len(blanks)) if blanks else Fraction(0)

    def review(self, content: object, answer: object, order_seed: str | None) -> Content:
        """See QuestionType. ``blanks`` has one entry per blank: what was typed, what counts, whether it did, and a remark."""
        blanks, values = kinds.read_all(content), _texts(answer)
        values += [""] * (len(blanks) - len(values))
        judged = [
            {
                "typed": value,
                "accepted": blank.counted(),
                "right": blank.matches(value),
                "exact": blank.counted() == [value],
                "remark": blank.remark(value),
            }
            for blank, value in zip(blanks, values, strict=False)
        ]
        return {**self.public(content, order_seed), "blanks": judged}

    def correct_answer(self, content: object) -> Any:
        """What each blank takes first."""
        return [blank.best() for blank in kinds.read_all(content)]

    def answer_text(self, content: object, answer: object, order_seed: str | None = None) -> str:
        """See QuestionType."""
        values = _texts(answer)
        return _("；").join(value or "____" for value in values) if any(values) else ""

    def own_from_form(self, form: FormValues) -> Content:
        """The rows of the editor; empty rows after the last one that was filled in do not count."""
        columns = [form.getlist(f"blank_{name}")[: MOST_BLANKS + 1] for name in ROW_FIELDS]
        rows = [dict(zip(ROW_FIELDS, cells, strict=True)) for cells in zip_longest(*columns, fillvalue="")]
        while rows and not any(rows[-1][name].strip() for name in ROW_FIELDS[1:]):
            rows.pop()
        return {"blanks": [kinds.from_row(row).stored() for row in rows]}

    def to_form(self, content: object, spare: int = 0) -> dict[str, Any]:
        """One row per blank of the stem, at least one."""
        common = common_form(content)
        rows = [blank.row() for blank in kinds.read_all(content)]
        wanted = min(MOST_BLANKS, max(1, len(BLANK.findall(common["stem"]))))
        rows += [kinds.NOTHING.row()] * (wanted - len(rows))
        return {**common, "rows": rows, "kinds": _KINDS, "most": MOST_BLANKS}

    def from_plain(self, parts: PlainParts) -> Content:
        """See QuestionType."""
        if parts.options:
            raise PlainError("options", _l("填空题不写选项"))
        blanks = [kinds.from_line(part) for part in split_escaped(parts.answer, kinds.BLANK_MARKS)]
        in_stem = len(BLANK.findall(parts.stem))
        if not in_stem:
            raise PlainError("stem", _l("题干里用四条下划线 ____ 表示要填的空，至少一个"))
        filled = len([blank for blank in blanks if blank != kinds.NOTHING])
        if in_stem != len(blanks) or filled != len(blanks):
            message = _l(
                "题干里有 %(in_stem)s 个空，答案写了 %(count)s 个；几个空的答案用“；”隔开",
                in_stem=in_stem,
                count=filled,
            )
            raise PlainError("answer", message)
        return {"stem": clean_text(parts.stem), "blanks": [blank.stored() for blank in blanks]}

    def to_plain(self, content: object) -> PlainParts:
        """See QuestionType."""
        answer = "；".join(blank.line() for blank in kinds.read_all(content))
        return PlainParts(stem=common_form(content)["stem"], answer=answer)


def _texts(value: object) -> list[str]:
    """The texts of an answer; anything that is not a text counts as an empty blank."""
    return [item if isinstance(item, str) else "" for item in value] if isinstance(value, list) else []


def _words_between(stem: str) -> int:
    """How many blanks of a Markdown stem are left in what one reads; those in addresses and pictures are not."""
    mark = "\ue001"
    return plain_of(BLANK.sub(mark, stem.replace(mark, "")), MARKDOWN, pictures=False).count(mark)


_DEVICE = {
    "kind": "number",
    "value": "0.8",
    "tolerance": "0.05",
    "units": [{"unit": "米", "factor": "1"}, {"unit": "厘米", "factor": "0.01"}],
    "unit_required": True,
}
FillIn.examples = (
    Example(
        {
            "stem": "友好的事商量办，紧急的事____商量，重大的事____商量。",
            "blanks": [{"accepted": ["快", "马上"]}, {"accepted": ["必"]}],
            "explanation": "四句话各有各的分寸：急事讲快，大事一件不落。",
        },
        [
            (["快", "必"], Fraction(1)),
            (["马上", "必"], Fraction(1)),
            ([" 快 ", ""], Fraction(1, 2)),
            (["必", "快"], Fraction(0)),
            ("快", Fraction(0)),
            (None, Fraction(0)),
        ],
    ),
    Example(
        {
            "stem": "报警电话是____，急救电话是＿＿。",
            "blanks": [{"accepted": ["110"]}, {"accepted": ["120"]}],
            "explanation": "",
        },
        [(["１１０", "120"], Fraction(1)), (["110", "119"], Fraction(1, 2)), ([110, 120], Fraction(0))],
    ),
    Example(
        {
            "stem": "议事厅的门净宽要留____，轮椅才过得去；全小区 1200 户，三分之二是____户。",
            "blanks": [
                _DEVICE,
                {"kind": "number", "value": "800", "tolerance": "0", "units": [], "unit_required": False},
            ],
            "explanation": "一般轮椅宽 0.65 米左右，两边要留出手的位置。",
        },
        [
            (["0.8米", "800"], Fraction(1)),
            (["８０ 厘米", "８００"], Fraction(1)),
            (["85厘米", "800.0"], Fraction(1)),
            (["86厘米", "801"], Fraction(0)),
            (["0.8", "800户"], Fraction(0)),
            (["零点八米", "八百"], Fraction(0)),
        ],
    ),
)

PLUGIN = FillIn()
