"""GIFT, the plain text format of Moodle for several types of questions."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from academy.i18n import lazy as _l
from courses.formats import gift_reading, losses
from courses.formats import question_contents as contents
from courses.formats.questions import (
    Loss,
    PictureSource,
    Question,
    QuestionFormat,
    Reading,
    Writing,
    looks_like_text,
    read_text,
    with_difficulty,
    write_category,
)

_KEPT = ("pictures_in_text", "markdown", "tags", "difficulty", "category", "explanation")
_OWN_LINES = ("//", "$CATEGORY:")


def escape(text: str) -> str:
    """Return text with the control characters of GIFT escaped, on one line."""
    for char in "\\:#={}~":
        text = text.replace(char, "\\" + char)
    return text.replace("\n", "\\n")


class Gift(QuestionFormat):
    """See https://docs.moodle.org/en/GIFT_format (read as described there)."""

    key = "gift"
    name = _l("GIFT")
    about = _l("Moodle 等平台通用的文本格式，能写单选、多选、判断、填空、配对、论述")
    extension = "gift.txt"
    media_type = "text/plain; charset=utf-8"
    order = 50
    sample = "居民反映楼上漏水，最恰当的做法是哪一项？{\n=先听完、记下来\n~当场判断谁对谁错\n####先让情绪有出口。\n}\n\n急救电话是 120。{T}"

    def recognises(self, data: bytes, name: str) -> bool:
        """A text with braces that hold answers."""
        text = looks_like_text(data)
        if not text or text.lstrip("\ufeff \n\t").startswith(("<", "【")):
            return False
        if name.lower().endswith((".gift", ".gift.txt")):
            return True
        sample = "\n".join(line for line in text.split("\n")[:2000] if not line.lstrip().startswith("//"))
        return (
            "{" in sample
            and "}" in sample
            and any(sign in sample for sign in ("{=", "{~", "{}", "{T", "{F", "{#", "=", "~", "::"))
        )

    def read(self, data: bytes, name: str = "") -> Reading:
        """See QuestionFormat."""
        return gift_reading.read(read_text(data))

    def write(self, questions: Sequence[Question], pictures: PictureSource) -> Writing:
        """See QuestionFormat."""
        lines: list[str] = []
        lost: list[Loss] = []
        category = ""
        for number, question in enumerate(questions):
            braces = _BRACES.get(question.type)
            body = braces(question.content) if braces else None
            if body is None:
                lost.append(Loss(number, losses.whole(question), whole=True))
                continue
            lost += [Loss(number, message) for message in losses.parts(question, _KEPT)]
            if question.type == "multiple_choice" and question.content.get("scoring") != "per_option":
                lost.append(Loss(number, _l("给分办法只记在标签里，别的平台按权重给分")))
            if question.category != category:
                category = question.category
                lines += [f"$CATEGORY: {write_category(category)}", ""]
            tags = with_difficulty(
                [*question.tags, *contents.scoring_tag(question.type, question.content)], question.difficulty
            )
            if tags:
                lines.append("// " + " ".join(f"[tag:{tag.replace(']', ' ')}]" for tag in tags))
            lines += [self._question(question, body), ""]
        return Writing("\n".join(lines).encode(), lost)

    def _question(self, question: Question, body: str) -> str:
        content = question.content
        form = "markdown" if contents.is_markdown(content) else "plain"
        explanation = str(content.get("explanation", ""))
        general = f"####{escape(explanation)}" if explanation else ""
        return f"[{form}]{escape(str(content['stem']))}{{{body}{general}}}"


def _single(content: dict[str, Any]) -> str:
    right = contents.right_options(content)
    return (
        "".join(
            f"\n{'=' if index in right else '~'}{_text(text, '100' if index in right else '0')}"
            for index, text in enumerate(contents.option_texts(content))
        )
        + "\n"
    )


def _multiple(content: dict[str, Any]) -> str:
    right = contents.right_options(content)
    share = f"{float(Fraction(100, len(right))):.7g}"
    wrong = "-100" if content.get("scoring") != "per_option" else f"-{share}"
    return (
        "".join(
            f"\n~%{share if index in right else wrong}%{escape(text)}"
            for index, text in enumerate(contents.option_texts(content))
        )
        + "\n"
    )


def _text(text: str, weight: str) -> str:
    """Return an answer; one that begins with % would be taken for a weight, so it gets one."""
    return f"%{weight}%{escape(text)}" if text.startswith("%") else escape(text)


def _truth(content: dict[str, Any]) -> str:
    return "T" if content.get("correct") is True else "F"


def _fill_in(content: dict[str, Any]) -> str | None:
    blanks = content.get("blanks", [])
    if len(blanks) != 1:
        return None
    blank = blanks[0]
    if contents.is_number(blank):
        if blank.get("units"):
            return None
        return f"#{blank['value']}:{blank.get('tolerance') or '0'}"
    answers = contents.blank_answers(blank)
    if blank.get("case") or any("*" in answer for answer in answers):
        return None
    return "".join(f" ={_text(answer, '100')}" for answer in answers) + " "


def _matching(content: dict[str, Any]) -> str | None:
    sides = [(pair["left"], pair["right"]) for pair in content.get("pairs", [])]
    sides += [("", extra["text"]) for extra in content.get("extras", [])]
    if content.get("scoring", "per_pair") != "per_pair" or any("->" in left + right for left, right in sides):
        return None
    return "".join(f"\n={escape(left)} -> {escape(right)}" for left, right in sides) + "\n"


def _essay(_content: dict[str, Any]) -> str:
    return ""


_BRACES = {
    "single_choice": _single,
    "multiple_choice": _multiple,
    "true_false": _truth,
    "fill_in": _fill_in,
    "matching": _matching,
    "essay": _essay,
}


def written(questions: Iterable[Question]) -> bytes:
    """Write questions without pictures; for previews and tests."""
    return Gift().write(list(questions), lambda _address: None).data


QUESTION_FORMAT = Gift()
