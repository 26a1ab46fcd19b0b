"""Essay: a text of one's own, judged by a person, by a rubric where the author gives one."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from academy.i18n import lazy as _l
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
    answer_values,
    as_content,
    asked,
    common_form,
    first,
    format_of,
    plain_stem,
    text_of,
)
from courses.question_types.rubric import most_of, read_rubric, rubric_of, write_rubric
from courses.question_types.text import clean_text, escape

LONGEST = 5_000
"""Most characters of an answer, whatever the author allows."""
MODEL_LIMIT = 5_000
NO_MODEL = "略"
"""How the plain text format, which asks for an answer with every question, says that there is none."""
MOST_CRITERIA, MOST_LEVELS, TEXT_LIMIT = 12, 8, 200
_ESCAPED = re.compile(r"\\(.)")
_RANGE = re.compile(r"(\d{1,5})?\s*[-–—~～至到]\s*(\d{1,5})")


def length_of(text: str) -> int:
    """Return how many characters count, as teachers count them: all but white space."""
    return sum(not char.isspace() for char in text)


class Essay(QuestionType):
    """Content: ``min_chars``, ``max_chars`` (0: as many as fit), ``rubric``, ``model_answer``. Answer: a text.

    The rubric is a list of {"id", "name", "levels": [{"id", "text", "hundredths"}]}; the best levels together are worth
    all marks of the question, however many those are.
    """

    key = "essay"
    name = _l("论述")
    icon = "edit"
    order = 70
    plain_labels = ("论述", "论述题", "问答题")
    marked_by_hand = True

    def empty(self) -> Content:
        """See QuestionType."""
        return {
            "stem": "",
            "min_chars": 0,
            "max_chars": 2000,
            "rubric": [],
            "model_answer": "",
            "explanation": "",
        }

    def own_problems(self, content: Content) -> list[Problem]:
        """See QuestionType."""
        found = []
        least, most = content.get("min_chars"), content.get("max_chars")
        if not _is_count(least) or not _is_count(most):
            found.append(Problem("max_chars", _l("字数写成 0 到 %(most)s 之间的整数，不限写 0", most=LONGEST)))
        elif 0 < (most or 0) < (least or 0):
            found.append(Problem("max_chars", _l("最多的字数不能少于最少的字数")))
        found += _rubric_problems(rubric_of(content))
        if len(text_of(content, "model_answer")) > MODEL_LIMIT:
            found.append(Problem("model_answer", _l("参考答案最多 %(most)s 个字", most=MODEL_LIMIT)))
        return found

    def public(self, content: object, order_seed: str | None) -> Content:
        """See QuestionType."""
        values = as_content(content)
        most = values.get("max_chars")
        return {
            **asked(content),
            "min_chars": values["min_chars"] if _is_count(values.get("min_chars")) else 0,
            "max_chars": most if _is_count(most) and most else LONGEST,
            "criteria": [each["name"] for each in rubric_of(values)],
        }

    def parse_answer(self, form: FormValues) -> Any:
        """See QuestionType."""
        # A browser counts a line end as one character and sends two.
        values = answer_values(form, 1, 2 * LONGEST)
        return clean_text(values[0])[:LONGEST] or None if values else None

    def is_answered(self, answer: object) -> bool:
        """See QuestionType."""
        return isinstance(answer, str) and bool(answer.strip())

    def grade(self, content: object, answer: object) -> Fraction | None:
        """Nothing for no answer; any other waits for a person."""
        return None if self.is_answered(answer) else Fraction(0)

    def hand_parts(self, content: object, answer: object) -> list[HandPart]:
        """The whole answer, where there is one."""
        if not isinstance(answer, str) or not self.is_answered(answer):
            return []
        values = as_content(content)
        model, rubric = text_of(values, "model_answer"), rubric_of(values)
        return [HandPart("", text_of(values, "stem"), answer, model, rubric, format_of(values))]

    def grade_with(self, content: object, answer: object, shares: Mapping[str, Fraction]) -> Fraction | None:
        """See QuestionType."""
        return shares.get("") if self.is_answered(answer) else Fraction(0)

    def correct_answer(self, content: object) -> Any:
        """The model answer, where the author wrote one."""
        return text_of(as_content(content), "model_answer") or None

    def review(self, content: object, answer: object, order_seed: str | None) -> Content:
        """See QuestionType."""
        values = as_content(content)
        text = answer if isinstance(answer, str) else ""
        return {
            **self.public(content, order_seed),
            "typed": text,
            "length": length_of(text),
            "model_answer": text_of(values, "model_answer"),
            "rubric": rubric_of(values),
        }

    def answer_text(self, content: object, answer: object, order_seed: str | None = None) -> str:
        """See QuestionType."""
        return " ".join(answer.split()) if isinstance(answer, str) else ""

    def print_parts(self, content: object, order_seed: str | None) -> PrintParts:
        """See QuestionType."""
        return PrintParts(stem=plain_stem(content), blanks=[""])

    def own_from_form(self, form: FormValues) -> Content:
        """See QuestionType."""
        return {
            "min_chars": _count(first(form, "min_chars")),
            "max_chars": _count(first(form, "max_chars")),
            "rubric": read_rubric(first(form, "rubric")),
            "model_answer": clean_text(first(form, "model_answer")),
        }

    def to_form(self, content: object, spare: int = 0) -> dict[str, Any]:
        """See QuestionType."""
        values = as_content(content)
        return {
            **common_form(values),
            "model_answer": text_of(values, "model_answer"),
            **{name: _shown_count(values.get(name)) for name in ("min_chars", "max_chars")},
            "rubric": write_rubric(rubric_of(values)),
        }

    def from_plain(self, parts: PlainParts) -> Content:
        """Read 字数：100-800 and 计分：名称：4 好，2 中，0 差；…, both of which may be missing."""
        if parts.options:
            raise PlainError("options", _l("论述题不写选项"))
        least, most = _read_range(parts.extra.get("字数", ""))
        answer = _ESCAPED.sub(lambda match: "\n" if match[1] == "n" else match[1], parts.answer).strip()
        return {
            "stem": clean_text(parts.stem),
            "min_chars": least,
            "max_chars": most,
            "rubric": read_rubric(parts.extra.get("计分", "").replace("；", "\n").replace(";", "\n")),
            "model_answer": "" if answer == NO_MODEL else clean_text(answer),
        }

    def to_plain(self, content: object) -> PlainParts:
        """See QuestionType."""
        values = as_content(content)
        shown = self.to_form(content)
        extra = {"字数": f"{shown['min_chars'] or 0}-{shown['max_chars'] or 0}"}
        if rubric_of(values):
            extra["计分"] = shown["rubric"].replace("\n", "；")
        answer = escape(shown["model_answer"], "").replace("\n", "\\n") or NO_MODEL
        return PlainParts(stem=shown["stem"], answer=answer, extra=extra)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LONGEST


def _count(text: str) -> int | str:
    """The number typed; what is none stays as it was typed, for the writer to see."""
    text = text.strip()
    if not text:
        return 0
    return int(text) if text.isdecimal() and len(text) < 7 else text[:20]


def _shown_count(value: object) -> str:
    return str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""


def _read_range(text: str) -> tuple[int, int]:
    if not text.strip():
        return 0, 0
    match = _RANGE.fullmatch(text.strip())
    if match is None or int(match[1] or 0) > LONGEST or int(match[2]) > LONGEST:
        raise PlainError("extra", _l("“字数”写成 100-800 这样"))
    return int(match[1] or 0), int(match[2])


def _rubric_problems(rubric: list[dict[str, Any]]) -> list[Problem]:
    if len(rubric) > MOST_CRITERIA:
        return [Problem("rubric", _l("评分标准最多 %(most)s 行", most=MOST_CRITERIA))]
    for each in rubric:
        if not each["name"] or len(each["levels"]) < 2:
            return [
                Problem(
                    "rubric",
                    _l("“%(name)s”这一行至少写两档，例如“观点：4 鲜明，2 不够清楚，0 没有”", name=each["name"][:30]),
                )
            ]
        if len(each["levels"]) > MOST_LEVELS or max(len(level["text"]) for level in each["levels"]) > TEXT_LIMIT:
            return [
                Problem("rubric", _l("“%(name)s”这一行太长：最多八档，每档的说明最多 200 个字", name=each["name"][:30]))
            ]
    if rubric and not most_of(rubric):
        return [Problem("rubric", _l("评分标准里要有大于 0 的分数"))]
    return []


_RUBRIC = read_rubric(
    "事实：4 经过、时间、双方说法齐全，2 有遗漏，0 没有写\n办法：6 分步骤、可执行，3 只有原则，0 没有写"
)
Essay.examples = (
    Example(
        {
            "stem": "楼上漏水，两户各执一词。写一份接待记录，并说明您接下来怎么做。",
            "min_chars": 100,
            "max_chars": 800,
            "rubric": _RUBRIC,
            "model_answer": "先分别听双方讲，记下时间、部位和损失；\n再约双方和物业到现场看，确认漏点；最后商定维修和费用，写成书面约定，一周后回访。",
            "explanation": "先事实，后责任；办法要落到人和时间。",
        },
        [("", Fraction(0)), ("   ", Fraction(0)), (None, Fraction(0)), (7, Fraction(0))],
    ),
    Example(
        {
            "stem": "用自己的话说明：什么是协商议事。",
            "min_chars": 0,
            "max_chars": 300,
            "rubric": [],
            "model_answer": "有事大家商量着办。",
            "explanation": "",
        },
        [(None, Fraction(0))],
    ),
)

PLUGIN = Essay()
