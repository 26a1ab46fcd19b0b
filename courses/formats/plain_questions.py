r"""Questions as plain text, the way teachers type them in a word processor.

::

    【单选 2分】居民反映楼上漏水，情绪激动。接待时最恰当的做法是哪一项？
    A. 当场判断谁对谁错
    B. 先听完、记下来，再约双方见面
    答案：B
    解析：先让情绪有出口。
    难度：易
    标签：接待、矛盾调解

A question starts at 【 and ends at the blank line after its answer. Stem, options, answer and explanation may go on
over several lines. Full-width and half-width letters, digits, colons and stops are the same. A line that would be
misread (a stem line that starts with “答案：”, a blank line in an explanation) starts with ``\``, which is dropped.

What the words mean - which types there are, what a good answer line is - is for the caller.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum

from academy.i18n import LazyString
from academy.i18n import lazy as _l

ANSWER, EXPLANATION, DIFFICULTY, TAGS = "答案", "解析", "难度", "标签"
FIELDS = (ANSWER, EXPLANATION, DIFFICULTY, TAGS, "计分", "字数", "选项顺序", "答出", "文字格式", "提示")
"""Words that open a line of their own; those after the first four are handed to the caller in ``extra``."""
_SYNONYMS = {"正确答案": ANSWER, "参考答案": ANSWER, "答案解析": EXPLANATION, "试题解析": EXPLANATION}
MOST_MARKS = Decimal(1000)
LONGEST_TEXT = 2_000_000
"""Longest text read, in characters; some 10,000 questions."""

_LINE_ENDS = re.compile(r"\r\n?")
_HEAD = re.compile(
    r"^(?:\d+\s*[.．、)）]\s*)?【\s*(?P<label>[^】\d\s,，]+)[\s,，]*(?:(?P<marks>\d+(?:[.．]\d+)?)\s*分)?\s*】\s*(?P<stem>.*)$"
)
_BROKEN_HEAD = re.compile(r"^(?:\d+\s*[.．、)）]\s*)?【")
_FIELD = re.compile(rf"^(?P<name>{'|'.join([*FIELDS, *_SYNONYMS])})\s*[:：]\s*(?P<value>.*)$")
_OPTION = re.compile(r"^(?P<letter>[A-Za-zＡ-Ｚａ-ｚ])\s*[.．、:：)）]\s*(?P<text>.*)$")
_LIST = re.compile(r"[、,，;；]")


@dataclass(frozen=True)
class LineProblem:
    """Something in the text that cannot be read: its line, counted from 1, and a sentence for the writer."""

    line: int
    message: LazyString


@dataclass(frozen=True)
class TextQuestion:
    """One question as it stands in the text.

    ``label`` is what stands in 【】; ``centimarks`` is None where no marks are given. ``lines`` says where each
    part begins: ``stem``, ``options``, ``answer``, ``extra``; it takes no part in comparisons.
    """

    label: str
    stem: str
    options: tuple[str, ...] = ()
    answer: str = ""
    explanation: str = ""
    difficulty: str = ""
    tags: tuple[str, ...] = ()
    centimarks: int | None = None
    extra: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict, compare=False)


class _Part(Enum):
    """Where a line without a sign of its own belongs."""

    STEM = "stem"
    OPTION = "option"
    ANSWER = "answer"
    EXPLANATION = "explanation"
    CLOSED = "closed"


class _Draft:
    """A question while its lines come in."""

    def __init__(self, line: int, label: str, marks: str | None, stem: str) -> None:
        self.question = TextQuestion(label=label, stem="", centimarks=None)
        self.marks = marks
        self.stem, self.options, self.explanation = [stem], list[list[str]](), list[str]()
        self.fields: dict[str, str] = {}
        self.lines = {"stem": line}
        self.part = _Part.STEM

    def expects(self, letter: str) -> bool:
        """Whether an option with this letter comes next; another “X.” is ordinary text."""
        return self.part in (_Part.STEM, _Part.OPTION) and letter == chr(ord("A") + len(self.options))

    def finished(self) -> TextQuestion:
        tags = [tag.strip() for tag in _LIST.split(self.fields.get(TAGS, ""))]
        return replace(
            self.question,
            stem="\n".join(self.stem).strip(),
            options=tuple("\n".join(option).strip() for option in self.options),
            answer=self.fields.get(ANSWER, "").strip(),
            explanation="\n".join(self.explanation).strip(),
            difficulty=self.fields.get(DIFFICULTY, ""),
            tags=tuple(tag for tag in tags if tag),
            extra={name: self.fields[name] for name in FIELDS[4:] if name in self.fields},
            lines=self.lines,
        )


class _Reader:
    """Goes through the lines once; knows the question that is open."""

    def __init__(self) -> None:
        self.questions: list[TextQuestion] = []
        self.problems: list[LineProblem] = []
        self.draft: _Draft | None = None
        self.blank_before = False
        self.lost = False

    def complain(self, line: int, message: LazyString) -> None:
        self.problems.append(LineProblem(line, message))

    def read(self, number: int, raw: str) -> None:
        line = raw.strip()
        if not line:
            self.blank_before = True
            return
        after_blank, self.blank_before = self.blank_before, False
        if line.startswith("\\"):
            self.continued(number, line[1:].strip(), after_blank)
        elif _BROKEN_HEAD.match(line):
            self.head(number, line)
        elif match := _FIELD.match(line):
            self.field(number, _SYNONYMS.get(match["name"], match["name"]), match["value"].strip())
        elif (match := _OPTION.match(line)) and self.draft and self.draft.expects(_half_width(match["letter"])):
            self.draft.lines.setdefault("options", number)
            self.draft.options.append([match["text"]])
            self.draft.part = _Part.OPTION
        else:
            self.continued(number, line, after_blank)

    def head(self, number: int, line: str) -> None:
        self.close()
        self.lost = False
        match = _HEAD.match(line)
        if match is None:
            self.lost = True
            self.complain(number, _l("看不懂这一行的【】，应写成【单选】或【单选 2分】"))
            return
        self.draft = _Draft(number, match["label"], match["marks"], match["stem"])

    def field(self, number: int, name: str, value: str) -> None:
        draft = self.draft
        if draft is None:
            self.stray(number)
            return
        if name in draft.fields:
            self.complain(number, _l("这道题写了两次“%(name)s”", name=name))
            return
        draft.fields[name] = value
        draft.lines.setdefault("answer" if name == ANSWER else "extra", number)
        draft.part = _Part.ANSWER if name == ANSWER else _Part.CLOSED
        if name == EXPLANATION:
            draft.explanation.append(value)
            draft.part = _Part.EXPLANATION

    def continued(self, number: int, line: str, after_blank: bool) -> None:
        draft = self.draft
        if draft is None or draft.part is _Part.CLOSED or (after_blank and ANSWER in draft.fields):
            self.stray(number)
        elif draft.part is _Part.STEM:
            draft.stem.append(line)
        elif draft.part is _Part.OPTION:
            draft.options[-1].append(line)
        elif draft.part is _Part.ANSWER:
            draft.fields[ANSWER] += f"\n{line}"
        else:
            draft.explanation.append(line)

    def stray(self, number: int) -> None:
        """A line that belongs to no question: said once, then passed over up to the next 【."""
        if not self.lost:
            self.complain(number, _l("这一行不属于任何一道题。每道题以【单选】【多选】这样的题型开头"))
        self.close()
        self.lost = True

    def close(self) -> None:
        draft, self.draft = self.draft, None
        if draft is None:
            return
        question = draft.finished()
        good = True
        if draft.marks is not None:
            centimarks = _centimarks(draft.marks)
            if centimarks is None:
                good = False
                self.complain(draft.lines["stem"], _l("分值应大于 0、不超过 1000，最多两位小数"))
            question = replace(question, centimarks=centimarks)
        if not question.stem:
            good = False
            self.complain(draft.lines["stem"], _l("【】后面没有题干"))
        if not question.answer:
            good = False
            self.complain(draft.lines["stem"], _l("这道题没有“答案：”一行"))
        if good:
            self.questions.append(question)


def parse(text: str) -> tuple[list[TextQuestion], list[LineProblem]]:
    """Read a text. A question with a problem is left out; the others come in the order of the text."""
    if len(text) > LONGEST_TEXT:
        return [], [LineProblem(1, _l("文字太长，分成几次来，每次不超过 %(limit)s 字", limit=LONGEST_TEXT))]
    reader = _Reader()
    for number, line in enumerate(_LINE_ENDS.sub("\n", text.removeprefix("\ufeff")).split("\n"), 1):
        reader.read(number, line)
    reader.close()
    return reader.questions, sorted(reader.problems, key=lambda problem: problem.line)


def write(questions: Iterable[TextQuestion]) -> str:
    """Write questions so that ``parse`` gives the same ones again."""
    return "\n\n".join("\n".join(_written(question)) for question in questions) + "\n"


def _written(question: TextQuestion) -> list[str]:
    marks = "" if question.centimarks is None else f" {Decimal(question.centimarks).scaleb(-2).normalize():f}分"
    lines = _block(f"【{question.label}{marks}】", question.stem)
    for index, option in enumerate(question.options):
        lines += _block(f"{chr(ord('A') + index)}. ", option)
    lines += [f"{name}：{value}" for name, value in question.extra.items()]
    lines += _block(f"{ANSWER}：", question.answer)
    if question.explanation:
        lines += _block(f"{EXPLANATION}：", question.explanation)
    if question.difficulty:
        lines.append(f"{DIFFICULTY}：{question.difficulty}")
    if question.tags:
        lines.append(f"{TAGS}：{'、'.join(question.tags)}")
    return lines


def write_lines(sign: str, lines: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """Write numbered lines behind a sign, escaped where they would be misread; the numbers stay with them."""
    return [
        (number, sign + text if index == 0 else "\\" + text if _misread(text) else text)
        for index, (number, text) in enumerate(lines)
    ]


def _block(sign: str, text: str) -> list[str]:
    """A sign with the first line after it; further lines are escaped where they would be misread."""
    first, *rest = text.split("\n")
    return [sign + first, *("\\" + line if _misread(line) else line for line in rest)]


def _misread(line: str) -> bool:
    line = line.strip()
    return not line or line[0] == "\\" or any(sign.match(line) is not None for sign in (_BROKEN_HEAD, _FIELD, _OPTION))


def _half_width(letter: str) -> str:
    code = ord(letter)
    return (chr(code - 0xFEE0) if code > 0xFF00 else letter).upper()


def _centimarks(marks: str) -> int | None:
    """Marks as whole hundredths, or None when they are none or out of range."""
    value = Decimal(marks.replace("．", ".")) * 100
    exact = value == value.to_integral_value()
    return int(value) if exact and 0 < value <= MOST_MARKS * 100 else None
