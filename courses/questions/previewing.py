"""A question as trainees will meet it, made from what an author has typed: nothing is kept, nothing is judged."""

from dataclasses import dataclass
from typing import Any

from courses.question_types.base import Content, QuestionType, format_of, hints_of, text_of


@dataclass(frozen=True)
class Previewed:
    """What the templates of a type need: `shown` and `answer` as in a sitting, `key` and the rest as after handing in."""

    type: QuestionType
    shown: Content
    key: Content
    explanation: str
    hints: list[str]
    format: str
    position: int = 0
    answer: Any = None


def previewed(type_: QuestionType, content: Content) -> Previewed:
    """Return the preview of a content, complete or not.

    The key of options, and of what a person marks, is seen best beside no answer; elsewhere beside the right one.
    """
    shown = type_.public(content, None)
    bare = "options" in shown or type_.marked_by_hand or type_.stepwise
    return Previewed(
        type=type_,
        shown=shown,
        key=type_.review(content, None if bare else type_.correct_answer(content), None),
        explanation=text_of(content, "explanation"),
        hints=hints_of(content),
        format=format_of(content),
    )
