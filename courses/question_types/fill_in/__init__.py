"""Fill-in: a text with blanks; each blank accepts one or more wordings and earns an equal share."""

import re
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
    Problem,
    QuestionType,
    answer_values,
    as_content,
    asked,
    common_form,
    first,
    text_of,
)
from courses.question_types.text import clean_line, clean_text, escape, fold, split_escaped, unescape

BLANK = re.compile(r"[_＿]{2,}")
MOST_BLANKS = 20
MOST_WORDINGS = 20
WORDING_LIMIT = 200
ANSWER_LIMIT = 200
"""Longest text a trainee can put in one blank."""
WORDING_MARKS = "|｜"
BLANK_MARKS = "；;"


class FillIn(QuestionType):
    """Content: ``blanks`` (each with ``accepted`` wordings), one per ``____`` of the stem. Answer: texts."""

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
        in_stem = len(BLANK.findall(text_of(content, "stem")))
        blanks = _accepted(content)
        if not in_stem:
            return [Problem("stem", _l("题干里用四条下划线 ____ 表示要填的空，至少一个"))]
        if in_stem > MOST_BLANKS:
            return [
                Problem(
                    "stem",
                    _l("最多 %(most)s 个空，现在有 %(count)s 个", most=MOST_BLANKS, count=in_stem),
                )
            ]
        if in_stem != len(blanks):
            return [
                Problem(
                    "blanks",
                    _l(
                        "题干里有 %(in_stem)s 个空，答案有 %(count)s 行，两边要一样多",
                        in_stem=in_stem,
                        count=len(blanks),
                    ),
                )
            ]
        return [problem for number, accepted in enumerate(blanks, 1) for problem in _blank_problems(number, accepted)]

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
        """The share of blanks whose text, folded, is one of the accepted wordings, folded."""
        blanks, values = _accepted(content), _texts(answer)
        hits = sum(_matches(accepted, value) for accepted, value in zip(blanks, values, strict=False))
        return Fraction(hits, len(blanks)) if blanks else Fraction(0)

    def review(self, content: object, answer: object, order_seed: str | None) -> Content:
        """See QuestionType. ``blanks`` has one entry per blank: what was typed, what counts, whether it did."""
        accepted_lists, values = _accepted(content), _texts(answer)
        values += [""] * (len(accepted_lists) - len(values))
        blanks = [
            {"typed": value, "accepted": accepted, "right": _matches(accepted, value)}
            for accepted, value in zip(accepted_lists, values, strict=False)
        ]
        return {**self.public(content, order_seed), "blanks": blanks}

    def correct_answer(self, content: object) -> Any:
        """The first accepted wording of each blank."""
        return [accepted[0] if accepted else "" for accepted in _accepted(content)]

    def answer_text(self, content: object, answer: object, order_seed: str | None = None) -> str:
        """See QuestionType."""
        values = _texts(answer)
        return _("；").join(value or "____" for value in values) if any(values) else ""

    def own_from_form(self, form: FormValues) -> Content:
        """One line of the ``blanks`` field per blank, wordings separated by ``|``."""
        lines = [line for line in clean_text(first(form, "blanks")).split("\n") if line]
        return {"blanks": [{"accepted": _wordings(line)} for line in lines]}

    def to_form(self, content: object, spare: int = 0) -> dict[str, Any]:
        """See QuestionType."""
        lines = [_joined(accepted, WORDING_MARKS) for accepted in _accepted(content)]
        return {**common_form(content), "blanks": "\n".join(lines), "rows": max(3, len(lines) + 1)}

    def from_plain(self, parts: PlainParts) -> Content:
        """See QuestionType."""
        if parts.options:
            raise PlainError("options", _l("填空题不写选项"))
        blanks = [_wordings(part) for part in split_escaped(parts.answer, BLANK_MARKS)]
        in_stem = len(BLANK.findall(parts.stem))
        if not in_stem:
            raise PlainError("stem", _l("题干里用四条下划线 ____ 表示要填的空，至少一个"))
        if in_stem != len(blanks) or not all(blanks):
            filled = len([wordings for wordings in blanks if wordings])
            raise PlainError(
                "answer",
                _l(
                    "题干里有 %(in_stem)s 个空，答案写了 %(count)s 个；几个空的答案用“；”隔开",
                    in_stem=in_stem,
                    count=filled,
                ),
            )
        return {"stem": clean_text(parts.stem), "blanks": [{"accepted": wordings} for wordings in blanks]}

    def to_plain(self, content: object) -> PlainParts:
        """See QuestionType."""
        answer = "；".join(_joined(accepted, WORDING_MARKS + BLANK_MARKS) for accepted in _accepted(content))
        return PlainParts(stem=text_of(as_content(content), "stem"), answer=answer)


def _texts(value: object) -> list[str]:
    """The texts of an answer; anything that is not a text counts as an empty blank."""
    return [item if isinstance(item, str) else "" for item in value] if isinstance(value, list) else []


def _accepted(content: object) -> list[list[str]]:
    """The accepted wordings of each blank."""
    blanks = as_content(content).get("blanks")
    if not isinstance(blanks, list):
        return []
    lists = [as_content(blank).get("accepted") for blank in blanks]
    return [
        [item for item in accepted if isinstance(item, str)] if isinstance(accepted, list) else [] for accepted in lists
    ]


def _matches(accepted: list[str], typed: str) -> bool:
    """Whether what was typed is, folded, one of the accepted wordings."""
    return fold(typed) != "" and fold(typed) in {fold(wording) for wording in accepted}


def _wordings(line: str) -> list[str]:
    """The wordings written on one line, separated by ``|``."""
    found = [clean_line(unescape(part)) for part in split_escaped(line, WORDING_MARKS)]
    return [wording for wording in dict.fromkeys(found) if wording]


def _joined(accepted: list[str], specials: str) -> str:
    return "|".join(escape(wording, specials) for wording in accepted)


def _blank_problems(number: int, accepted: list[str]) -> list[Problem]:
    if not [wording for wording in accepted if fold(wording)]:
        return [Problem("blanks", _l("第 %(number)s 空没有答案", number=number))]
    if len(accepted) > MOST_WORDINGS:
        return [
            Problem(
                "blanks",
                _l("第 %(number)s 空最多写 %(most)s 种答案", number=number, most=MOST_WORDINGS),
            )
        ]
    if any(len(wording) > WORDING_LIMIT for wording in accepted):
        return [
            Problem(
                "blanks",
                _l("第 %(number)s 空的答案不能超过 %(limit)s 个字", number=number, limit=WORDING_LIMIT),
            )
        ]
    return []


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
)

PLUGIN = FillIn()
