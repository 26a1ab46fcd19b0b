"""Reading GIFT: questions between blank lines, answers in braces."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from academy.i18n import LazyString
from academy.i18n import lazy as _l
from courses.formats import choice_weights, question_contents
from courses.formats.question_contents import BLANK_SIGN, About
from courses.formats.questions import MAX_QUESTIONS, Place, Question, Reading, read_category, without_difficulty
from courses.formats.rich_text import Rich, from_html, plain, with_feedback

ESCAPED = ":#={}~n\\"
_HIDDEN = {char: chr(0xFDD0 + index) for index, char in enumerate(ESCAPED)}
"""Escaped characters stand as noncharacters of Unicode while the text is taken apart."""
_SHOWN = {hidden: "\n" if char == "n" else char for char, hidden in _HIDDEN.items()}
_ESCAPE = re.compile(r"\\([:#={}~n\\])")
_TAG = re.compile(r"\[tag:([^\]]+)\]")
_TITLE = re.compile(r"^::(.*?)::\s*", re.DOTALL)
_FORMAT = re.compile(r"^\[(html|moodle|plain|markdown)\]\s*", re.IGNORECASE)
_TRUTH = re.compile(r"^(TRUE|FALSE|T|F)\s*(?:#(.*))?$", re.IGNORECASE | re.DOTALL)
_WEIGHT = re.compile(r"^%(-?\d+(?:\.\d+)?)%")
_CLOZE = re.compile(r"\d*:[A-Z_]{2,}:")
_HTML = re.compile(r"</?[a-zA-Z][^<>]*>|&#?\w+;")


class _Refused(Exception):
    """A question that cannot be taken, with the sentence."""

    def __init__(self, message: LazyString) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass
class Chunk:
    """The text of one question, and what was said above it."""

    line: int
    text: str
    category: str = ""
    tags: list[str] = field(default_factory=list)


@dataclass
class _Answer:
    """One answer in braces: its sign (= or ~), weight, text and feedback."""

    sign: str
    share: Fraction | None
    text: str
    feedback: str


def chunks(text: str) -> Iterator[Chunk]:
    """Cut a text into questions. A blank line inside of braces does not end a question."""
    category, tags, lines, start = "", list[str](), list[str](), 0
    listed = text.split("\n")
    for number, raw in enumerate([*listed, ""], 1):
        line = raw.strip()
        if line.startswith("//"):
            tags += [tag.strip() for tag in _TAG.findall(line)]
        elif line.upper().startswith("$CATEGORY:") and not lines:
            category = read_category(line[10:])
        elif line:
            start = start if lines else number
            lines.append(raw)
        elif lines and not _open(lines, listed[number : number + 200]):
            yield Chunk(start, "\n".join(lines), category, tags)
            tags, lines = [], []
        elif lines:
            lines.append("")


def _open(lines: list[str], following: list[str]) -> bool:
    """Whether a brace is open that is closed in the following lines in a part that opens none."""
    joined = _ESCAPE.sub("", "\n".join(lines))
    if joined.count("{") <= joined.count("}"):
        return False
    rest = _ESCAPE.sub("", "\n".join(following))
    close, other = rest.find("}"), rest.find("{")
    return close >= 0 and (other < 0 or close < other)


def read(text: str) -> Reading:
    """Read all questions of a text."""
    reading = Reading()
    for chunk in chunks(text):
        place = Place(line=chunk.line)
        if reading.found >= MAX_QUESTIONS:
            reading.complain(place, _l("一次最多导入 %(limit)s 道题，后面的没有读", limit=MAX_QUESTIONS))
            break
        try:
            reading.take(_question(chunk, place))
        except _Refused as refused:
            reading.refuse(place, refused.message)
    return reading


class _Reader:
    """Takes one question apart."""

    def __init__(self, chunk: Chunk) -> None:
        text = _ESCAPE.sub(lambda match: _HIDDEN[match[1]], chunk.text.strip())
        text = _TITLE.sub("", text, count=1)
        match = _FORMAT.match(text)
        self.format = match[1].lower() if match else "moodle"
        self.text = text[match.end() :] if match else text
        self.notes: list[LazyString] = []
        self.scoring_is_named = question_contents.names_scoring(chunk.tags)

    def rich(self, text: str) -> Rich:
        """Return a piece of the question as text."""
        own = _FORMAT.match(text.strip())
        form = own[1].lower() if own else self.format
        text = text.strip()[own.end() :] if own else text
        shown = "".join(_SHOWN.get(char, char) for char in text.strip())
        if form == "markdown":
            return Rich(shown, shown, structured=bool(shown))
        if form == "plain" or (form == "moodle" and not _HTML.search(shown)):
            return plain("\n".join(line.strip() for line in shown.split("\n")))
        found = from_html(shown.replace("\n", "<br>") if form == "moodle" else shown, lambda _source: None)
        self.notes += found.notes
        return found

    def about(self, before: str, after: str, general: str, feedback: list[_Answer], *, gap: bool) -> About:
        joined = f"{before.rstrip()} {BLANK_SIGN} {after.lstrip()}" if gap and after.strip() else f"{before} {after}"
        explanation = self.rich(general)
        said = [answer for answer in feedback if answer.feedback.strip()]
        if said:
            self.notes.append(_l("各选项的反馈写进了解析"))
            each = [(self.rich(answer.text), self.rich(answer.feedback)) for answer in said]
            explanation = with_feedback(explanation, each)
        return About(self.rich(joined), explanation)


def _question(chunk: Chunk, place: Place) -> Question:
    reader = _Reader(chunk)
    text = reader.text
    start, end = text.find("{"), text.find("}")
    if start < 0 and end < 0:
        raise _Refused(_l("没有写答案的大括号 {}：这是一段说明，不是题目"))
    if start < 0 or end < start:
        raise _Refused(_l("大括号没有配对：要写成 {答案}"))
    before, inner, after = text[:start], text[start + 1 : end].strip(), text[end + 1 :]
    inner, _sep, general = inner.partition("####")
    key, content = _content(reader, before, inner.strip(), after, general)
    tags, difficulty = without_difficulty(chunk.tags)
    content, tags = question_contents.scored_by_tag(content, tags)
    return Question(key, content, difficulty, tags, chunk.category, place=place, notes=tuple(reader.notes))


def _content(
    reader: _Reader, before: str, inner: str, after: str, general: str
) -> tuple[str, question_contents.Content]:
    truth = _TRUTH.match(inner)
    if truth:
        return "true_false", _truth(reader, before + " " + after, truth, general)
    if not inner:
        return "essay", question_contents.essay(reader.about(before, after, general, [], gap=False))
    if inner.startswith("#"):
        return "fill_in", _number(reader, before, inner[1:].strip(), after, general)
    if _CLOZE.match(inner):
        raise _Refused(_l("大括号里是 Moodle 完形填空（cloze）的写法。请在 Moodle 里导出成 Moodle XML 再导入"))
    answers = _answers(inner)
    if not answers:
        raise _Refused(_l("大括号里没有 = 或 ~ 开头的答案"))
    if all("->" in answer.text for answer in answers):
        pairs = [tuple(reader.rich(side) for side in answer.text.split("->", 1)) for answer in answers]
        about = reader.about(before, after, general, [], gap=False)
        real = [(left, right) for left, right in pairs if left.plain]
        return "matching", question_contents.matching(about, real, [right for left, right in pairs if not left.plain])
    if all(answer.sign == "=" for answer in answers):
        return "fill_in", _short(reader, before, answers, after, general)
    return _choice(reader, before, answers, after, general)


def _answers(inner: str) -> list[_Answer]:
    found = []
    for match in re.finditer(r"([=~])([^=~]*)", inner):
        text = match[2].strip()
        weight = _WEIGHT.match(text)
        share = question_contents.percent(weight[1]) if weight else None
        text, _sep, feedback = (text[weight.end() :] if weight else text).partition("#")
        found.append(_Answer(match[1], share, text.strip(), feedback))
    return found


def _truth(reader: _Reader, stem: str, truth: re.Match[str], general: str) -> question_contents.Content:
    about = reader.about(stem, "", general, [], gap=False)
    if (truth[2] or "").strip():
        said = [part.strip() for part in truth[2].split("#") if part.strip()]
        reader.notes.append(_l("各选项的反馈写进了解析"))
        about.explanation = reader.rich("\n\n".join([general.strip(), *said]).strip())
    return question_contents.true_false(about, truth[1].upper().startswith("T"))


def _short(reader: _Reader, before: str, answers: list[_Answer], after: str, general: str) -> question_contents.Content:
    shares = [Fraction(1) if answer.share is None else answer.share for answer in answers]
    full, notes = choice_weights.answer(shares)
    reader.notes += notes
    texts = [reader.rich(answers[index].text).plain for index in full]
    if any("*" in text for text in texts):
        raise _Refused(_l("答案里有通配符 *，这里的填空题要写出每一种答案"))
    if not texts:
        raise _Refused(_l("没有一个答案得满分"))
    about = reader.about(before, after, general, answers, gap=True)
    return question_contents.fill_in(about, [question_contents.text_blank(texts)])


def _number(reader: _Reader, before: str, inner: str, after: str, general: str) -> question_contents.Content:
    answers = _answers(inner) if inner.startswith(("=", "~")) else []
    if not answers:
        text, _sep, feedback = inner.partition("~")[0].partition("#")
        answers = [_Answer("=", None, text.strip(), feedback)]
    full, notes = choice_weights.answer([Fraction(1) if answer.share is None else answer.share for answer in answers])
    full = [index for index in full if answers[index].sign == "="]
    reader.notes += notes
    if len(full) != 1:
        raise _Refused(_l("数字题应有一个得满分的数，这里有 %(count)s 个", count=len(full)))
    shown = "".join(_SHOWN.get(char, char) for char in answers[full[0]].text)
    value, tolerance = _range(shown)
    about = reader.about(before, after, general, answers, gap=True)
    return question_contents.fill_in(about, [question_contents.number_blank(value, tolerance)])


def _range(text: str) -> tuple[str, str]:
    low, dots, high = text.partition("..")
    value, _colon, tolerance = text.partition(":")
    if dots:
        ends = [question_contents.number(low), question_contents.number(high)]
        if ends[0] is not None and ends[1] is not None:
            middle, half = (Fraction(ends[0]) + Fraction(ends[1])) / 2, (Fraction(ends[1]) - Fraction(ends[0])) / 2
            pair = [question_contents.number(f"{float(each):.12g}") for each in (middle, half)]
            return str(pair[0]), str(pair[1])
    found, wide = question_contents.number(value), question_contents.number(tolerance or "0")
    if dots or found is None or wide is None:
        raise _Refused(_l("看不懂这个数：%(text)s", text=text[:40]))
    return found, wide


def _choice(
    reader: _Reader, before: str, answers: list[_Answer], after: str, general: str
) -> tuple[str, question_contents.Content]:
    multiple = all(answer.sign == "~" for answer in answers)
    shares = [answer.share if answer.share is not None else Fraction(int(answer.sign == "=")) for answer in answers]
    verdict = choice_weights.multiple(shares) if multiple else choice_weights.single(shares)
    if verdict.problem is not None:
        raise _Refused(verdict.problem)
    if not reader.scoring_is_named:
        reader.notes += verdict.notes
    about = reader.about(before, after, general, answers, gap=True)
    options = [reader.rich(answer.text) for answer in answers]
    content = question_contents.choice(about, options, verdict.right, multiple=multiple, keep_order=False)
    if multiple:
        content["scoring"] = verdict.scoring
    return "multiple_choice" if multiple else "single_choice", content
