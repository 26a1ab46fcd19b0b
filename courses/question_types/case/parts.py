"""The parts of a case: questions of other types, each with a weight; written as plain text, as teachers type questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from academy.i18n import LazyString
from academy.i18n import lazy as _l
from courses.formats.plain_questions import TextQuestion, parse, write
from courses.question_types import installed
from courses.question_types.base import (
    Content,
    PlainError,
    PlainParts,
    QuestionType,
    as_content,
    text_of,
)
from courses.question_types.text import clean_text

MOST_PARTS = 20
DEFAULT_WEIGHT = 100
MOST_WEIGHT = 100_000
CASE = "case"


@dataclass(frozen=True)
class Part:
    """One question of a case. The weight is in hundredths; only how the weights compare matters."""

    id: str
    type: QuestionType
    content: Content
    weight: int

    @property
    def described(self) -> dict[str, Any]:
        """What pages need of the part besides its question."""
        return {
            "id": self.id,
            "type": self.type.key,
            "name": str(self.type.name),
            "weight": self.weight,
            "answer_template": self.type.template("answer"),
            "review_template": self.type.template("review"),
        }

    def seed(self, order_seed: str | None) -> str | None:
        """The seed for the order of this part's options."""
        return None if order_seed is None else f"{order_seed}:{self.id}"

    def answer_in(self, answer: object) -> Any:
        """What was answered to this part."""
        return as_content(answer).get(self.id)

    def grade(self, answer: object) -> Fraction | None:
        """What this part earns; nothing where its type is gone."""
        return self.type.grade(self.content, self.answer_in(answer)) if self.type.installed else Fraction(0)


def parts_of(content: Content) -> list[Part]:
    """Return the well-formed parts of a case, whatever is stored there; a case or a question of many steps inside a case is none."""
    stored = content.get("parts")
    found: dict[str, Part] = {}
    for each in stored[:MOST_PARTS] if isinstance(stored, list) else []:
        part = _sound(each)
        if part is not None:
            found.setdefault(part.id, part)
    return list(found.values())


def _sound(each: object) -> Part | None:
    values = as_content(each)
    identity, key, weight = values.get("id"), values.get("type"), values.get("weight")
    if not isinstance(identity, str) or not (identity.isascii() and identity.isalnum()) or len(identity) > 20:
        return None
    if not isinstance(key, str) or key == CASE or not isinstance(values.get("content"), dict):
        return None
    if not isinstance(weight, int) or isinstance(weight, bool) or not 0 < weight <= MOST_WEIGHT:
        return None
    type_ = installed.get(key)
    return None if type_.stepwise else Part(identity, type_, values["content"], weight)


def read_parts(text: str) -> tuple[list[dict[str, Any]], list[LazyString]]:
    """Read questions from plain text; return the parts, and a sentence for each line that cannot be read."""
    questions, unread = parse(text)
    problems = [_in_line(problem.line, problem.message) for problem in unread]
    by_label = {label: type_ for type_ in installed.all_types().values() for label in type_.plain_labels}
    parts = []
    for number, question in enumerate(questions, 1):
        type_, line = by_label.get(question.label), question.lines["stem"]
        if type_ is None:
            known = "、".join(
                each.plain_labels[0]
                for each in installed.all_types().values()
                if each.plain_labels and not each.stepwise
            )
            problems.append(
                _in_line(line, _l("不认识的题型“%(label)s”，可以写：%(known)s", label=question.label, known=known))
            )
            continue
        if type_.stepwise:
            problems.append(
                _in_line(line, _l("%(type)s题要一步一步作答，不能放在案例里，请单独出一道题", type=type_.name))
            )
            continue
        try:
            content = _content(question, type_)
        except PlainError as error:
            problems.append(_in_line(question.lines.get(error.part, line), error.message))
            continue
        problems += [_in_line(line, problem.message) for problem in type_.problems(content)]
        weight = question.centimarks or DEFAULT_WEIGHT
        parts.append({"id": str(number), "type": type_.key, "content": content, "weight": weight})
    return parts, problems


def _in_line(line: int, message: LazyString) -> LazyString:
    return _l("第 %(line)s 行：%(message)s", line=line, message=message)


def _content(question: TextQuestion, type_: QuestionType) -> Content:
    content = type_.from_plain(PlainParts(question.stem, question.options, question.answer, question.extra))
    return {**content, "explanation": clean_text(question.explanation)}


def write_parts(parts: Sequence[Part]) -> str:
    """Return the plain text of parts, as far as their types can be written so."""
    questions = []
    for part in parts:
        if not part.type.plain_labels:
            continue
        plain = part.type.to_plain(part.content)
        questions.append(
            TextQuestion(
                label=part.type.plain_labels[0],
                stem=plain.stem,
                options=tuple(plain.options),
                answer=plain.answer,
                explanation=text_of(part.content, "explanation"),
                centimarks=part.weight,
                extra=dict(plain.extra),
            )
        )
    return write(questions) if questions else ""
