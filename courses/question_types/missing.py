"""The stand-in for a stored question whose type is not installed here any more."""

from fractions import Fraction
from typing import Any

from academy.i18n import lazy as _l
from courses.question_types.base import (
    Content,
    FormValues,
    PlainError,
    PlainParts,
    Problem,
    QuestionType,
    as_content,
    asked,
    text_of,
)


class Missing(QuestionType):
    """Shows the stem and nothing else; what is stored stays as it is.

    Check ``installed`` before grading: such a question counts for nobody and against nobody.
    """

    name = _l("题型未安装")
    icon = "alert"
    installed = False
    examples = ()

    def __init__(self, key: str) -> None:
        self.key = key  # type: ignore[misc]

    def template(self, part: str) -> str:
        """One page for every part: what is missing, and that nothing is lost."""
        return f"questions/missing_{part}.html"

    def empty(self) -> Content:
        """See QuestionType."""
        return {"stem": "", "explanation": ""}

    def own_problems(self, content: Content) -> list[Problem]:
        """Always one: it cannot be asked."""
        return [
            Problem(
                "stem",
                _l("这道题的题型“%(key)s”没有安装，不能使用；内容都还在，装上题型后就能用", key=self.key),
            )
        ]

    def public(self, content: object, order_seed: str | None) -> Content:
        """Only the stem: nobody here knows which of the rest is the key."""
        return asked(content)

    def parse_answer(self, form: FormValues) -> Any:
        """No answer can be given."""
        return None

    def is_answered(self, answer: object) -> bool:
        """Whatever was stored while the type was installed."""
        return answer is not None

    def grade(self, content: object, answer: object) -> Fraction:
        """Nothing; callers leave the question out instead."""
        return Fraction(0)

    def correct_answer(self, content: object) -> Any:
        """Unknown."""
        return None

    def review(self, content: object, answer: object, order_seed: str | None) -> Content:
        """See QuestionType."""
        return self.public(content, order_seed)

    def answer_text(self, content: object, answer: object, order_seed: str | None = None) -> str:
        """Unknown."""
        return ""

    def own_from_form(self, form: FormValues) -> Content:
        """See QuestionType."""
        return {}

    def to_form(self, content: object, spare: int = 0) -> dict[str, Any]:
        """See QuestionType."""
        return {
            "stem": text_of(as_content(content), "stem"),
            "explanation": text_of(as_content(content), "explanation"),
        }

    def from_plain(self, parts: PlainParts) -> Content:
        """See QuestionType."""
        raise PlainError("stem", _l("题型“%(key)s”没有安装", key=self.key))

    def to_plain(self, content: object) -> PlainParts:
        """See QuestionType."""
        return PlainParts(stem=text_of(as_content(content), "stem"))
