"""Case: shared material with questions of other types, graded part by part; by hand where a part is."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from academy.i18n import lazy as _l
from courses.question_types import installed, options
from courses.question_types.base import (
    Content,
    Example,
    FormValues,
    HandPart,
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
from courses.question_types.case.parts import (
    MOST_PARTS,
    parts_of,
    read_parts,
    write_parts,
)
from courses.question_types.text import MARKDOWN, clean_markdown, clean_text, plain_of

MATERIAL_LIMIT = 10_000
PARTS_FIELD = "answer-parts"


class _Within:
    """The form of one part: its fields are called after the part."""

    def __init__(self, form: FormValues, identity: str) -> None:
        self._form, self._identity = form, identity

    def getlist(self, key: str, /) -> list[str]:
        """See FormValues."""
        return self._form.getlist(key.replace("answer", f"answer-{self._identity}", 1))


class Case(QuestionType):
    """Content: ``material`` and ``parts``, each {"id", "type", "content", "weight" in hundredths}. Answer: {part id: answer}.

    ``stem`` is the title. While it is written, ``parts_text`` keeps parts that cannot be read, so that nothing is lost.
    """

    key = "case"
    name = _l("案例")
    icon = "book"
    order = 80
    marked_by_hand = True

    def empty(self) -> Content:
        """See QuestionType."""
        return {"stem": "", "material": "", "parts": [], "explanation": ""}

    def own_problems(self, content: Content) -> list[Problem]:
        """See QuestionType."""
        found = []
        material = text_of(content, "material")
        if not material:
            found.append(Problem("material", _l("写上材料")))
        elif len(material) > MATERIAL_LIMIT:
            found.append(Problem("material", _l("材料最多 %(most)s 个字", most=MATERIAL_LIMIT)))
        unread = text_of(content, "parts_text")
        parts = parts_of(content)
        if unread:
            return [*found, *(Problem("parts", message) for message in read_parts(unread)[1])]
        if not parts:
            found.append(Problem("parts", _l("至少写一道小题")))
        elif len(parts) > MOST_PARTS:
            found.append(Problem("parts", _l("最多 %(most)s 道小题", most=MOST_PARTS)))
        for number, part in enumerate(parts, 1):
            found += [
                Problem("parts", _l("第 %(number)s 小题：%(message)s", number=number, message=problem.message))
                for problem in part.type.problems(part.content)
            ]
        return found

    def public(self, content: object, order_seed: str | None) -> Content:
        """See QuestionType."""
        values = as_content(content)
        return {
            **asked(content),
            "material": text_of(values, "material"),
            "parts": [
                {**part.described, "shown": part.type.public(part.content, part.seed(order_seed))}
                for part in parts_of(values)
            ],
        }

    def parse_answer(self, form: FormValues) -> Any:
        """Which parts there are, and of which types, the form says itself; grading believes only the content."""
        answer = {}
        for value in form.getlist(PARTS_FIELD)[:MOST_PARTS]:
            identity, _colon, key = value[:80].partition(":")
            given = installed.get(key).parse_answer(_Within(form, identity)) if _is_id(identity) else None
            if given is not None and key != self.key:
                answer[identity] = given
        return answer or None

    def is_answered(self, answer: object) -> bool:
        """Whether anything is answered."""
        return any(given is not None for given in as_content(answer).values())

    def grade(self, content: object, answer: object) -> Fraction | None:
        """The weighted share of the parts; None while one of them waits for a person."""
        parts = [part for part in parts_of(as_content(content)) if part.type.installed]
        return weighted((part.weight, part.grade(answer)) for part in parts)

    def hand_parts(self, content: object, answer: object) -> list[HandPart]:
        """The parts that wait for a person."""
        return [
            replace(piece, part=part.id, weight=part.weight)
            for part in parts_of(as_content(content))
            for piece in part.type.hand_parts(part.content, part.answer_in(answer))
        ]

    def grade_with(self, content: object, answer: object, shares: Mapping[str, Fraction]) -> Fraction | None:
        """See QuestionType."""
        graded = []
        for part in parts_of(as_content(content)):
            given = {"": shares[part.id]} if part.id in shares else {}
            if part.type.installed:
                graded.append((part.weight, part.type.grade_with(part.content, part.answer_in(answer), given)))
        return weighted(graded)

    def correct_answer(self, content: object) -> Any:
        """See QuestionType."""
        parts = parts_of(as_content(content))
        return {part.id: part.type.correct_answer(part.content) for part in parts} or None

    def review(self, content: object, answer: object, order_seed: str | None) -> Content:
        """See QuestionType."""
        values = as_content(content)
        parts = []
        for part in parts_of(values):
            given = part.answer_in(answer)
            fraction = part.grade(answer)
            parts.append(
                {
                    **part.described,
                    "shown": part.type.review(part.content, given, part.seed(order_seed)),
                    "explanation": text_of(part.content, "explanation"),
                    "percent": None if fraction is None else round(float(fraction) * 100),
                }
            )
        return {**asked(content), "material": text_of(values, "material"), "parts": parts}

    def answer_text(self, content: object, answer: object, order_seed: str | None = None) -> str:
        """See QuestionType."""
        lines = []
        for number, part in enumerate(parts_of(as_content(content)), 1):
            given = part.answer_in(answer)
            if given is not None:
                lines.append(f"({number}) {part.type.answer_text(part.content, given, part.seed(order_seed))}")
        return " ".join(lines)

    def print_parts(self, content: object, order_seed: str | None) -> PrintParts:
        """See QuestionType."""
        values = as_content(content)
        shown = [part.type.print_parts(part.content, part.seed(order_seed)) for part in parts_of(values)]
        texts = [f"({number}) {each.stem}" for number, each in enumerate(shown, 1)]
        return PrintParts(
            stem="\n".join([plain_stem(values), plain_of(text_of(values, "material"), format_of(values)), *texts]),
            lists=[lines for each in shown for lines in each.lists],
            blanks=[f"({number})" for number, _each in enumerate(shown, 1)],
        )

    def own_from_form(self, form: FormValues) -> Content:
        """See QuestionType."""
        text = first(form, "parts")
        parts, problems = read_parts(text)
        clean = clean_markdown if first(form, "format") == MARKDOWN else clean_text
        content = {"material": clean(first(form, "material")), "parts": parts}
        return {**content, "parts_text": clean_text(text)} if problems else content

    def to_form(self, content: object, spare: int = 0) -> dict[str, Any]:
        """See QuestionType."""
        values = as_content(content)
        return {
            **common_form(values),
            "material": text_of(values, "material"),
            "parts": text_of(values, "parts_text") or write_parts(parts_of(values)),
        }

    def from_plain(self, parts: PlainParts) -> Content:
        """A case has questions inside questions, which plain text cannot carry."""
        raise PlainError("stem", _l("案例题里有小题，请在编辑页写"))

    def to_plain(self, content: object) -> PlainParts:
        """Only the title; formats list what they cannot carry."""
        return PlainParts(stem=text_of(as_content(content), "stem"))


def weighted(graded: Any) -> Fraction | None:
    """Return the weighted share of (weight, share) pairs; None when one share is None, 0 when nothing is weighed."""
    pairs = list(graded)
    if any(share is None for _weight, share in pairs):
        return None
    whole = sum(weight for weight, _share in pairs)
    return sum((share * weight for weight, share in pairs), Fraction(0)) / whole if whole else Fraction(0)


def _is_id(identity: str) -> bool:
    return identity.isascii() and identity.isalnum() and len(identity) <= 20


_MATERIAL = "三楼王阿姨家厨房漏水，四楼说自家没有问题，物业不肯上门。两户在居委会吵了起来。"
_OPTIONS = options.make(["判断谁对谁错", "听完并记下来"])
_CHOICE = {
    "id": "1",
    "type": "single_choice",
    "weight": 200,
    "content": {
        "stem": "接待时先做哪一件事？",
        "options": _OPTIONS,
        "correct": _OPTIONS[1]["id"],
        "keep_order": False,
        "explanation": "",
    },
}
_JUDGEMENT = {
    "id": "2",
    "type": "true_false",
    "weight": 100,
    "content": {"stem": "可以只听一方的说法就下结论。", "correct": False, "explanation": ""},
}
_ESSAY = {
    "id": "2",
    "type": "essay",
    "weight": 300,
    "content": {
        "stem": "写出您接下来的三步。",
        "min_chars": 0,
        "max_chars": 500,
        "rubric": [],
        "model_answer": "分别听，一起看，商量着定。",
        "explanation": "",
    },
}
_RIGHT = _OPTIONS[1]["id"]
Case.examples = (
    Example(
        {
            "stem": "楼上漏水",
            "material": _MATERIAL,
            "parts": [_CHOICE, _JUDGEMENT],
            "explanation": "先听，后看，再商量。",
        },
        [
            ({"1": _RIGHT, "2": False}, Fraction(1)),
            ({"1": _RIGHT, "2": True}, Fraction(2, 3)),
            ({"2": False}, Fraction(1, 3)),
            ({}, Fraction(0)),
            (None, Fraction(0)),
        ],
    ),
    Example(
        {"stem": "楼上漏水", "material": _MATERIAL, "parts": [_CHOICE, _ESSAY], "explanation": ""},
        [({"1": _RIGHT}, Fraction(2, 5)), ({"1": _RIGHT, "2": "  "}, Fraction(2, 5)), (None, Fraction(0))],
    ),
)

PLUGIN = Case()
