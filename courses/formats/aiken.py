"""Aiken: single choice on plain lines, ended by “ANSWER: B”."""

import re
from collections.abc import Sequence
from typing import Any

from academy.i18n import lazy as _l
from courses.formats import losses
from courses.formats import question_contents as contents
from courses.formats.question_contents import About
from courses.formats.questions import (
    MAX_QUESTIONS,
    Loss,
    PictureSource,
    Place,
    Question,
    QuestionFormat,
    Reading,
    Writing,
    looks_like_text,
    read_text,
)
from courses.formats.rich_text import plain

_OPTION = re.compile(r"^([A-Z])[.)]\s?(.*)$")
_ANSWER = re.compile(r"^ANSWER:\s*(.*?)\s*$")
MOST_OPTIONS = 26


class _Draft:
    def __init__(self, line: int) -> None:
        self.line = line
        self.stem: list[str] = []
        self.options: list[str] = []
        self.wrong_letter = 0


class Aiken(QuestionFormat):
    """See https://docs.moodle.org/en/Aiken_format (read as described there; the stem may have several lines)."""

    key = "aiken"
    name = _l("Aiken")
    about = _l("最简单的文本格式，只能写单选题")
    extension = "aiken.txt"
    media_type = "text/plain; charset=utf-8"
    order = 40
    sample = "居民反映楼上漏水，最恰当的做法是哪一项？\nA. 当场判断谁对谁错\nB. 先听完、记下来\nANSWER: B"

    def recognises(self, data: bytes, name: str) -> bool:
        """A text with a line “ANSWER: X” and lines that begin with “A.” or “A)”."""
        text = looks_like_text(data)
        if name.lower().endswith(".aiken.txt"):
            return bool(text)
        return bool(re.search(r"^ANSWER:\s*[A-Z]\s*$", text, re.MULTILINE) and re.search(r"^A[.)]", text, re.MULTILINE))

    def read(self, data: bytes, name: str = "") -> Reading:
        """See QuestionFormat."""
        reading, draft = Reading(), None
        for number, raw in enumerate(read_text(data).split("\n"), 1):
            line = raw.strip()
            if not line:
                continue
            if reading.found >= MAX_QUESTIONS:
                reading.complain(
                    Place(line=number), _l("一次最多导入 %(limit)s 道题，后面的没有读", limit=MAX_QUESTIONS)
                )
                break
            draft = self._line(reading, draft, number, line)
        if draft is not None:
            reading.refuse(Place(line=draft.line), _l("这道题没有“ANSWER: X”一行"))
        return reading

    def _line(self, reading: Reading, draft: _Draft | None, number: int, line: str) -> _Draft | None:
        answer, option = _ANSWER.match(line), _OPTION.match(line)
        if answer:
            self._close(reading, draft or _Draft(number), answer[1], number)
            return None
        draft = draft or _Draft(number)
        if option and draft.stem:
            if option[1] != chr(ord("A") + len(draft.options)):
                draft.wrong_letter = draft.wrong_letter or number
            draft.options.append(option[2].strip())
        elif draft.options:
            reading.refuse(Place(line=draft.line), _l("第 %(line)s 行前面少了“ANSWER: X”一行", line=number))
            draft = _Draft(number)
            draft.stem.append(line)
        else:
            draft.stem.append(line)
        return draft

    @staticmethod
    def _close(reading: Reading, draft: _Draft, answer: str, number: int) -> None:
        place = Place(line=draft.line)
        right = ord(answer) - ord("A") if re.fullmatch("[A-Z]", answer) else -1
        if not draft.stem:
            reading.refuse(place, _l("“ANSWER:”上面没有题干"))
        elif draft.wrong_letter:
            reading.refuse(Place(line=draft.wrong_letter), _l("选项的字母要从 A 起按顺序写"))
        elif len(draft.options) < 2:
            reading.refuse(place, _l("至少要有两个选项，每个一行，写成“A. ……”或“A) ……”"))
        elif not 0 <= right < len(draft.options):
            reading.refuse(Place(line=number), _l("答案“%(answer)s”不是选项的字母", answer=answer[:20]))
        else:
            about = About(plain("\n".join(draft.stem)))
            options = [plain(text) for text in draft.options]
            content = contents.choice(about, options, [right], multiple=False, keep_order=False)
            reading.take(Question("single_choice", content, place=place))

    def write(self, questions: Sequence[Question], pictures: PictureSource) -> Writing:
        """See QuestionFormat."""
        blocks: list[str] = []
        lost: list[Loss] = []
        for number, question in enumerate(questions):
            if question.type != "single_choice" or not _fits(question.content):
                lost.append(Loss(number, losses.whole(question), whole=True))
                continue
            lost += [Loss(number, message) for message in losses.parts(question, ())]
            content = question.content
            right = min(contents.right_options(content))
            lines = [line for line in str(content["stem"]).split("\n") if line.strip()]
            lines += [f"{chr(65 + index)}. {text}" for index, text in enumerate(contents.option_texts(content))]
            blocks.append("\n".join([*lines, f"ANSWER: {chr(65 + right)}"]))
        return Writing(("\n\n".join(blocks) + "\n").encode(), lost)


def _fits(content: dict[str, Any]) -> bool:
    """Whether no line of the stem would be taken for an option or an answer."""
    lines = [line.strip() for line in str(content["stem"]).split("\n") if line.strip()]
    return not any(_ANSWER.match(line) or (index and _OPTION.match(line)) for index, line in enumerate(lines))


QUESTION_FORMAT = Aiken()
