"""Single choice: exactly one of the options is right."""

from fractions import Fraction
from typing import Any

from academy.i18n import lazy as _l
from courses.question_types import options
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
)


class SingleChoice(QuestionType):
    """Content: ``options``, ``correct`` (an option's id), ``keep_order``. Answer: an option's id."""

    key = "single_choice"
    name = _l("单选")
    icon = "quiz"
    order = 10
    plain_labels = ("单选", "单选题", "单项选择", "单项选择题")

    def empty(self) -> Content:
        """See QuestionType."""
        return {"stem": "", "options": [], "correct": "", "keep_order": False, "explanation": ""}

    def own_problems(self, content: Content) -> list[Problem]:
        """See QuestionType."""
        found = options.problems(content)
        ids = [option["id"] for option in options.listed(content)]
        if content.get("correct") not in ids:
            found.append(Problem("correct", _l("选出哪一项是正确答案")))
        return found

    def public(self, content: object, order_seed: str | None) -> Content:
        """See QuestionType."""
        return options.public(content, order_seed)

    def parse_answer(self, form: FormValues) -> Any:
        """See QuestionType."""
        values = answer_values(form, 1, options.ID_LIMIT)
        return values[0] if values and values[0] else None

    def is_answered(self, answer: object) -> bool:
        """See QuestionType."""
        return isinstance(answer, str) and answer != ""

    def grade(self, content: object, answer: object) -> Fraction:
        """Everything for the right option, nothing for any other."""
        right = self.correct_answer(content)
        return Fraction(int(isinstance(answer, str) and answer == right))

    def correct_answer(self, content: object) -> Any:
        """See QuestionType."""
        correct = as_content(content).get("correct")
        return correct if isinstance(correct, str) and correct else None

    def review(self, content: object, answer: object, order_seed: str | None) -> Content:
        """See QuestionType."""
        chosen = [answer] if isinstance(answer, str) else []
        return options.review(content, chosen, [self.correct_answer(content)], order_seed)

    def answer_text(self, content: object, answer: object, order_seed: str | None = None) -> str:
        """See QuestionType."""
        return options.text(content, [answer] if isinstance(answer, str) else [], order_seed)

    def own_from_form(self, form: FormValues) -> Content:
        """See QuestionType."""
        content, correct = options.from_form(form)
        return {**content, "correct": correct[0] if correct else ""}

    def to_form(self, content: object, spare: int = 0) -> dict[str, Any]:
        """See QuestionType."""
        return options.to_form(content, [self.correct_answer(content)], spare)

    def from_plain(self, parts: PlainParts) -> Content:
        """See QuestionType."""
        content = options.from_plain(parts)
        positions = options.plain_letters(parts)
        if len(positions) != 1:
            raise PlainError("answer", _l("单选题的答案应为一个字母，例如“答案：C”"))
        return {**content, "correct": content["options"][positions[0]]["id"]}

    def to_plain(self, content: object) -> PlainParts:
        """See QuestionType."""
        return options.to_plain(content, [self.correct_answer(content)], {})


_OPTIONS = options.make(["当场判断谁对谁错", "先听完、记下来，再约双方见面", "请居民自己去找物业", "改天再说"])
SingleChoice.examples = (
    Example(
        {
            "stem": "居民反映楼上漏水，情绪激动。接待时最恰当的做法是哪一项？",
            "options": _OPTIONS,
            "correct": _OPTIONS[1]["id"],
            "keep_order": False,
            "explanation": "先让情绪有出口，事实要记录在案，责任等调查以后再说。",
        },
        [
            (_OPTIONS[1]["id"], Fraction(1)),
            (_OPTIONS[0]["id"], Fraction(0)),
            ("没有这个选项", Fraction(0)),
            (None, Fraction(0)),
        ],
    ),
)

PLUGIN = SingleChoice()
