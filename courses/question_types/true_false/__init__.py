"""True–false: a statement, and whether it holds."""

from fractions import Fraction
from typing import Any

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
from courses.question_types.text import clean_text, fold

RIGHT, WRONG = _l("正确"), _l("错误")
_FORM_VALUES = {"true": True, "false": False}
_PLAIN_RIGHT = {"正确", "对", "是", "√", "✓", "t", "true", "y", "yes"}
_PLAIN_WRONG = {"错误", "错", "否", "不对", "不正确", "×", "✗", "x", "f", "false", "n", "no"}


class TrueFalse(QuestionType):
    """Content: ``correct`` (true or false). Answer: true or false."""

    key = "true_false"
    name = _l("判断")
    icon = "quiz"
    order = 30
    plain_labels = ("判断", "判断题", "是非", "是非题")

    def empty(self) -> Content:
        """See QuestionType."""
        return {"stem": "", "correct": None, "explanation": ""}

    def own_problems(self, content: Content) -> list[Problem]:
        """See QuestionType."""
        if isinstance(content.get("correct"), bool):
            return []
        return [Problem("correct", _l("选出这句话是正确还是错误"))]

    def public(self, content: object, order_seed: str | None) -> Content:
        """See QuestionType. 正确 always stands first, so the seed changes nothing."""
        return asked(content)

    def parse_answer(self, form: FormValues) -> Any:
        """See QuestionType."""
        values = answer_values(form, 1, 8)
        return _FORM_VALUES.get(values[0]) if values else None

    def is_answered(self, answer: object) -> bool:
        """See QuestionType."""
        return isinstance(answer, bool)

    def grade(self, content: object, answer: object) -> Fraction:
        """Everything or nothing; ``1`` and ``"true"`` are not answers."""
        return Fraction(int(isinstance(answer, bool) and answer is self.correct_answer(content)))

    def correct_answer(self, content: object) -> Any:
        """See QuestionType."""
        correct = as_content(content).get("correct")
        return correct if isinstance(correct, bool) else None

    def review(self, content: object, answer: object, order_seed: str | None) -> Content:
        """See QuestionType."""
        right = self.correct_answer(content)
        options = [
            {"text": str(text), "value": value, "chosen": answer is value, "right": right is value}
            for text, value in ((RIGHT, True), (WRONG, False))
        ]
        return {**self.public(content, order_seed), "options": options}

    def answer_text(self, content: object, answer: object, order_seed: str | None = None) -> str:
        """See QuestionType."""
        if not isinstance(answer, bool):
            return ""
        return str(RIGHT if answer else WRONG)

    def own_from_form(self, form: FormValues) -> Content:
        """See QuestionType."""
        return {"correct": _FORM_VALUES.get(first(form, "correct"))}

    def to_form(self, content: object, spare: int = 0) -> dict[str, Any]:
        """See QuestionType."""
        return {**common_form(content), "correct": self.correct_answer(content)}

    def from_plain(self, parts: PlainParts) -> Content:
        """See QuestionType."""
        word = fold(parts.answer)
        if word not in _PLAIN_RIGHT | _PLAIN_WRONG:
            raise PlainError("answer", _l("判断题的答案应为“正确”或“错误”"))
        if parts.options:
            raise PlainError("options", _l("判断题不写选项"))
        return {"stem": clean_text(parts.stem), "correct": word in _PLAIN_RIGHT}

    def to_plain(self, content: object) -> PlainParts:
        """See QuestionType."""
        answer = "正确" if self.correct_answer(content) else "错误"
        return PlainParts(stem=text_of(as_content(content), "stem"), answer=answer)


TrueFalse.examples = (
    Example(
        {
            "stem": "入户走访时，居民不愿意谈的事，应当场追问清楚。",
            "correct": False,
            "explanation": "第一次上门先建立信任，不愿谈的记下来，换个时候或换个人再谈。",
        },
        [
            (False, Fraction(1)),
            (True, Fraction(0)),
            (0, Fraction(0)),
            ("false", Fraction(0)),
            (None, Fraction(0)),
        ],
    ),
)

PLUGIN = TrueFalse()
