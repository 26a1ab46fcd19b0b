"""Questions as they are copied out of Word, brought to the plain text format of `plain_questions`.

Numbered stems, several options on a line, the answer in the brackets of the stem or behind 【答案】, types named by the headings
of sections (“一、单项选择题”) or told from the answer. Pure: text in, text out, and for each line the line it came from.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from courses.formats.plain_questions import write_lines

_HEADED = re.compile(
    r"^[^\S\n]*(?:\d+\s*[.．、)）]\s*)?【(?!\s*(?:答案|正确答案|参考答案|标准答案|解析|答案解析|试题解析|难度|标签|提示)\s*】)",
    re.MULTILINE,
)
_SECTION = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,3}(?:部分|大题)?\s*[、.．:：]|[（(][一二三四五六七八九十]{1,3}[)）])?\s*"
    r"(?P<name>单项?选择?题?|多项?选择?题?|不定项选择题?|选择题|判断(?:正误)?题?|填空题?|简答题?|问答题?|论述题?)"
    r"\s*(?:[（(【:：].*)?$"
)
_NUMBERED = re.compile(r"^(?:第\s*)?(?P<number>\d{1,4})\s*(?:[.．、)）]|题\s*[:：.．、]?)\s*(?P<stem>\S.*)$")
_FIELD = re.compile(
    r"^(?:【\s*(?P<boxed>答案|正确答案|参考答案|标准答案|解析|答案解析|试题解析|难度|标签|提示)\s*】\s*[:：]?"
    r"|(?P<plain>答案|正确答案|参考答案|标准答案|解析|答案解析|试题解析|难度|标签|提示)\s*[:：])\s*(?P<value>.*)$"
)
_BEFORE_FIELD = re.compile(
    r"\s*(?=【\s*(?:答案|正确答案|参考答案|标准答案|解析|答案解析|试题解析|难度|标签)\s*】)"
    r"|(?<=\S)\s+(?=(?:正确答案|参考答案|标准答案|答案|答案解析|试题解析|解析|难度|标签)\s*[:：])"
)
_OPTION = re.compile(r"^[（(]?\s*(?P<letter>[A-La-l])\s*[.．、:：)）]\s*(?P<text>.*)$")
_IN_STEM = re.compile(
    r"[（(]\s*(?P<answer>[A-La-lＡ-Ｌ](?:[\s,，、]*[A-La-lＡ-Ｌ]){0,11}|√|×|✓|✗|对|错|正确|错误)\s*[)）]"
)
_WIDE = re.compile(r"\s{100,}")
_EMPTY_BRACKETS = re.compile(r"[（(]\s*[)）]")
_UNDERSCORES = re.compile(r"[_＿]{2,}")
_NAMES = {"正确答案": "答案", "参考答案": "答案", "标准答案": "答案", "答案解析": "解析", "试题解析": "解析"}
_TRUTH = {"√": "正确", "×": "错误", "✓": "正确", "✗": "错误", "对": "正确", "错": "错误", "T": "正确", "F": "错误"}
_TRUE_WORDS = {"正确", "错误", *_TRUTH}


@dataclass
class _Draft:
    line: int
    kind: str
    stem: list[tuple[int, str]]
    options: list[list[tuple[int, str]]] = field(default_factory=list)
    fields: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    open: str = "stem"
    title: bool = False
    """Whether it may be the title of the document: the first line, without a number."""

    def part(self) -> list[tuple[int, str]]:
        """Where a further line belongs."""
        if self.open == "option":
            return self.options[-1]
        return self.stem if self.open == "stem" else self.fields[self.open]


def is_plain(text: str) -> bool:
    """Whether a text is in the plain text format already: its questions begin with 【type】."""
    return _HEADED.search(text) is not None


def to_plain(text: str) -> tuple[str, list[int]]:
    """Return the text in the plain format, and for each of its lines the number of the line it came from."""
    lines: list[tuple[int, str]] = []
    for draft in _drafts(text):
        lines += [*_written(draft), (draft.line, "")]
    return "\n".join(line for _number, line in lines), [number for number, _line in lines]


def _drafts(text: str) -> Iterator[_Draft]:
    draft: _Draft | None = None
    kind, last, blank = "", 0, False
    for number, line in _lines(text):
        if not line:
            blank = True
            continue
        section = _SECTION.match(line)
        numbered = _NUMBERED.match(line)
        if section and not _FIELD.match(line):
            if draft and not (draft.title and not draft.options and not draft.fields):
                yield draft
            draft, kind, last = None, section["name"], 0
        elif numbered and _begins(int(numbered["number"]), last, draft):
            if draft:
                yield draft
            last = int(numbered["number"])
            draft = _Draft(number, kind, [(number, numbered["stem"])])
        elif draft is None or (blank and draft.fields and not _FIELD.match(line) and not numbered):
            if draft:
                yield draft
            draft = _Draft(number, kind, [(number, line)], title=not last and not kind)
        else:
            _go_on(draft, number, line)
        blank = False
    if draft:
        yield draft


def _begins(number: int, last: int, draft: _Draft | None) -> bool:
    """Whether a numbered line begins a question: the next number, and not a list inside of an explanation or a stem."""
    if draft is None:
        return True
    listed = [_NUMBERED.match(text) for _number, text in draft.fields.get("解析", [])]
    counted = [int(match["number"]) for match in listed if match]
    if draft.open == "解析" and counted and counted[-1] + 1 == number:
        return False
    ended = bool(draft.options or draft.fields or _IN_STEM.search(draft.stem[0][1]) or last)
    return ended and number == last + 1 if last else bool(draft.fields or draft.options)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, raw in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").split("\n"), 1):
        line = raw.replace("\u3000", " ").replace("\xa0", " ").replace("\t", " ").strip()
        line = _WIDE.sub(" " * 100, line)  # looking for fields behind blanks takes the square of their number
        parts = [part for part in _BEFORE_FIELD.split(line) if part.strip()] or [""]
        for part in parts:
            yield number, part.strip()


def _go_on(draft: _Draft, number: int, line: str) -> None:
    match = _FIELD.match(line)
    if match:
        name = match["boxed"] or match["plain"]
        draft.open = _NAMES.get(name, name)
        draft.fields.setdefault(draft.open, []).append((number, match["value"].strip()))
        return
    if draft.open in ("stem", "option") and _is_option(draft, line):
        for text in _options(line, len(draft.options)):
            draft.options.append([(number, text)])
        draft.open = "option"
        return
    if draft.open in ("难度", "标签"):
        draft.open = "解析"
        draft.fields.setdefault("解析", [])
    draft.part().append((number, line))


def _is_option(draft: _Draft, line: str) -> bool:
    match = _OPTION.match(unicodedata.normalize("NFKC", line[:4]) + line[4:])
    return match is not None and match["letter"].upper() == chr(ord("A") + len(draft.options))


def _options(line: str, start: int) -> list[str]:
    """Cut a line at the letters that come next, in order."""
    line = re.sub(r"[Ａ-Ｌａ-ｌ](?=\s*[.．、:：)）])", lambda match: unicodedata.normalize("NFKC", match[0]), line)
    found, rest, index = [], line, start
    match = _OPTION.match(rest)
    rest = match["text"] if match else rest
    while True:
        index += 1
        letter = chr(ord("A") + index)
        following = re.search(rf"(?<![A-Za-z])[（(]?{letter}\s*[.．、:：)）]\s*", rest) if index < 12 else None
        if following is None:
            found.append(rest.strip())
            return found
        found.append(rest[: following.start()].strip())
        rest = rest[following.end() :]


def _written(draft: _Draft) -> list[tuple[int, str]]:
    _answer_from_stem(draft)
    answer = " ".join(text for _number, text in draft.fields.get("答案", [])).strip()
    label = _label(draft, answer)
    if label == "判断":
        answer = _TRUTH.get(answer.strip().upper(), answer)
    if label == "填空":
        draft.stem = [(number, _EMPTY_BRACKETS.sub("____", text)) for number, text in draft.stem]
        answer = re.sub(r"\s{2,}", "；", answer) if "；" not in answer and ";" not in answer else answer
    lines = write_lines(f"【{label}】", draft.stem)
    for index, option in enumerate(draft.options):
        lines += write_lines(f"{chr(ord('A') + index)}. ", option)
    start = draft.fields.get("答案", [(draft.line, "")])
    if answer:
        if label == "论述":
            lines += write_lines("答案：", start)
        else:
            lines.append((start[0][0], f"答案：{answer}"))
    for name in ("提示", "解析", "难度", "标签"):
        if draft.fields.get(name):
            lines += write_lines(f"{name}：", draft.fields[name])
    return lines


def _answer_from_stem(draft: _Draft) -> None:
    for position in range(len(draft.stem) - 1, -1, -1):
        number, text = draft.stem[position]
        found = list(_IN_STEM.finditer(text))
        if found and (draft.options or found[-1]["answer"] in _TRUE_WORDS):
            match = found[-1]
            draft.stem[position] = (number, text[: match.start()] + "（　）" + text[match.end() :])
            draft.fields.setdefault("答案", [(number, match["answer"])])
            return


def _label(draft: _Draft, answer: str) -> str:
    plain = unicodedata.normalize("NFKC", answer).strip()
    letters = re.sub(r"[\s,，、;；.]", "", plain).upper()
    if draft.options:
        if draft.kind.startswith(("多", "不定")):
            return "多选"
        return "多选" if re.fullmatch(r"[A-L]{2,}", letters) and not draft.kind.startswith("单") else "单选"
    if draft.kind.startswith("判断") or plain in _TRUE_WORDS or (plain.upper() in ("T", "F")):
        return "判断"
    if draft.kind.startswith(("简答", "问答", "论述")):
        return "论述"
    stem = " ".join(text for _number, text in draft.stem)
    if draft.kind.startswith("填空") or _UNDERSCORES.search(stem):
        return "填空"
    return "单选" if draft.kind.startswith(("单", "选择")) else "论述"
