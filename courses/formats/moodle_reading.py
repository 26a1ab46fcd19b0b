"""Reading Moodle XML: a `<question type="…">` after the other, with pictures as base64 inside of texts."""

import base64
import binascii
import re
from collections.abc import Callable
from fractions import Fraction
from urllib.parse import unquote

from academy.i18n import LazyString
from academy.i18n import lazy as _l
from courses.formats import choice_weights, moodle_cloze
from courses.formats import question_contents as contents
from courses.formats.question_contents import About, Content
from courses.formats.questions import (
    MAX_QUESTIONS,
    FormatError,
    Picture,
    Question,
    Reading,
    read_category,
    without_difficulty,
)
from courses.formats.rich_text import Rich, escape, from_html, plain, with_feedback
from courses.formats.safe_xml import Element, parse

PLUGIN_FILE = "@@PLUGINFILE@@/"
_MARKDOWN_PICTURE = re.compile(r"(!\[(?:[^\]\\]|\\.)*\]\()@@PLUGINFILE@@/([^)\s]+)\)")
_ORDER_RULES = {"ABSOLUTE_POSITION": "positions", "RELATIVE_NEXT_EXCLUDE_LAST": "neighbours", "ALL_OR_NOTHING": "all"}


class Refused(Exception):
    """A question that cannot be taken, with the sentence."""

    def __init__(self, message: LazyString) -> None:
        super().__init__(str(message))
        self.message = message


class _Question:
    """One question element while it is read."""

    def __init__(self, element: Element, reading: Reading) -> None:
        self.element, self.reading = element, reading
        self.notes: list[LazyString] = []

    def note(self, *messages: LazyString) -> None:
        known = [str(note) for note in self.notes]
        self.notes += [message for message in messages if str(message) not in known]

    def tags(self) -> list[str]:
        """Return the tags of the question."""
        named = [tag.text_of("text") for tags in self.element.find_all("tags") for tag in tags.find_all("tag")]
        return [tag for tag in named if tag]

    def files(self, node: Element) -> Callable[[str], str | None]:
        """Return what finds a picture of a text by its address."""
        own = {file.get("name"): file for file in node.find_all("file")}

        def find(source: str) -> str | None:
            name = unquote(source.removeprefix(PLUGIN_FILE).rpartition("/")[2].partition("?")[0])
            file = own.get(name)
            return self.picture(name, file.text) if file is not None and PLUGIN_FILE in source else None

        return find

    def picture(self, name: str, data: str) -> str | None:
        try:
            raw = base64.b64decode("".join(data.split()), validate=True)
        except (binascii.Error, ValueError):
            self.note(_l("图片“%(name)s”的数据坏了，没有带来", name=name))
            return None
        return self.reading.keep(Picture(name, raw))

    def rich(self, node: Element | None, text: str | None = None) -> Rich:
        """Return a text node in its own format, or another text in the format of that node."""
        if node is None:
            return Rich()
        inner = node.find("text")
        text = (inner.text if inner else "") if text is None else text
        form = node.get("format", "html")
        if not text.strip():
            return Rich()
        if form == "plain_text":
            return plain(text)
        if form == "markdown":
            return self.markdown(node, text)
        found = from_html(text.replace("\n", "<br>") if form == "moodle_auto_format" else text, self.files(node))
        self.note(*found.notes)
        return found

    def markdown(self, node: Element, text: str) -> Rich:
        find = self.files(node)

        def replaced(match: re.Match[str]) -> str:
            address = find(PLUGIN_FILE + match[2])
            if address is None:
                self.note(_l("缺少图片：%(name)s", name=unquote(match[2])))
            return f"{match[1]}{address})" if address else escape(f"[{match[2]}]")

        text = _MARKDOWN_PICTURE.sub(replaced, text)
        return Rich(text, text, structured=True)

    def about(self) -> About:
        element = self.element
        stem = self.rich(element.find("questiontext"))
        image = element.find("image_base64")
        if image is not None and image.text.strip():
            address = self.picture(element.text_of("image").rpartition("/")[2] or "picture.png", image.text)
            if address:
                stem = Rich(stem.plain, f"{stem.markdown}\n\n![]({address})", structured=True)
        hints = [self.rich(hint) for hint in element.find_all("hint")]
        return About(stem, self.rich(element.find("generalfeedback")), [hint for hint in hints if hint.plain])

    def answers(self) -> list[tuple[Element, Fraction]]:
        found = []
        for answer in self.element.find_all("answer"):
            share = contents.percent(answer.get("fraction", "0"))
            if share is None:
                raise Refused(_l("看不懂的权重：%(text)s", text=answer.get("fraction")[:20]))
            found.append((answer, share))
        return found

    def with_feedback(self, about: About, answers: list[tuple[Element, Fraction]]) -> About:
        said = [(self.rich(answer), self.rich(answer.find("feedback"))) for answer, _share in answers]
        said = [(answer, feedback) for answer, feedback in said if feedback.plain.strip()]
        if said:
            about.explanation = with_feedback(about.explanation, said)
            self.note(_l("各选项的反馈写进了解析"))
        return about


def read(data: bytes) -> Reading:
    """Read a file. Raises FormatError."""
    root = parse(data)
    if root.name != "quiz":
        raise FormatError(_l("这不是 Moodle 的题目文件：最外层应是 <quiz>，现在是 <%(name)s>", name=root.name))
    reading, category = Reading(), ""
    for element in root.find_all("question"):
        kind = element.get("type")
        if kind == "category":
            category = read_category(element.text_of("category", "text") or element.text_of("category"))
        elif reading.found >= MAX_QUESTIONS:
            reading.complain(element.place, _l("一次最多导入 %(limit)s 道题，后面的没有读", limit=MAX_QUESTIONS))
            break
        else:
            _take(element, kind, category, reading)
    return reading


def _take(element: Element, kind: str, category: str, reading: Reading) -> None:
    reader = _READERS.get(kind)
    if reader is None:
        reason = (
            _l("这是一段说明，不是题目") if kind == "description" else _l("不支持 Moodle 的题型“%(kind)s”", kind=kind)
        )
        reading.refuse(element.place, reason)
        return
    one = _Question(element, reading)
    try:
        key, content = reader(one)
    except Refused as refused:
        reading.refuse(element.place, refused.message)
        return
    tags, difficulty = without_difficulty(one.tags())
    content, tags = contents.scored_by_tag(content, tags)
    reading.take(Question(key, content, difficulty, tags, category, place=element.place, notes=tuple(one.notes)))


def _choice(one: _Question) -> tuple[str, Content]:
    answers = one.answers()
    single = one.element.text_of("single").lower() in ("true", "1", "")
    shares = [share for _answer, share in answers]
    verdict = choice_weights.single(shares) if single else choice_weights.multiple(shares)
    if verdict.problem is not None:
        raise Refused(verdict.problem)
    if not contents.names_scoring(one.tags()):
        one.note(*verdict.notes)
    options = [one.rich(answer) for answer, _share in answers]
    keep = one.element.text_of("shuffleanswers").lower() in ("0", "false")
    about = one.with_feedback(one.about(), answers)
    content = contents.choice(about, options, verdict.right, multiple=not single, keep_order=keep)
    if single:
        return "single_choice", content
    return "multiple_choice", {**content, "scoring": verdict.scoring}


def _truth(one: _Question) -> tuple[str, Content]:
    answers = one.answers()
    right = [answer.text_of("text").lower() for answer, share in answers if share == 1]
    if right not in (["true"], ["false"]):
        raise Refused(_l("判断题没有写明正确还是错误"))
    about, said = one.about(), [one.rich(answer.find("feedback")) for answer, _share in answers]
    said = [feedback for feedback in said if feedback.plain.strip()]
    if said:
        about.explanation = with_feedback(about.explanation, [(Rich(), feedback) for feedback in said])
        one.note(_l("各选项的反馈写进了解析"))
    return "true_false", contents.true_false(about, right == ["true"])


def _short(one: _Question) -> tuple[str, Content]:
    answers = one.answers()
    full, notes = choice_weights.answer([share for _answer, share in answers])
    one.note(*notes)
    texts = [answers[index][0].text_of("text") for index in full]
    if not texts:
        raise Refused(_l("没有一个答案得满分"))
    if any("*" in text.replace("\\*", "") for text in texts):
        raise Refused(_l("答案里有通配符 *，这里的填空题要写出每一种答案"))
    case = one.element.text_of("usecase") in ("1", "true")
    blank = contents.text_blank([text.replace("\\*", "*") for text in texts], case)
    return "fill_in", contents.fill_in(one.with_feedback(one.about(), answers), [blank])


def _number(one: _Question) -> tuple[str, Content]:
    answers = one.answers()
    full, notes = choice_weights.answer([share for _answer, share in answers])
    one.note(*notes)
    if len(full) != 1:
        raise Refused(_l("数字题应有一个得满分的数，这里有 %(count)s 个", count=len(full)))
    answer = answers[full[0]][0]
    value, tolerance = contents.number(answer.text_of("text")), contents.number(answer.text_of("tolerance") or "0")
    if value is None or tolerance is None:
        raise Refused(_l("看不懂这个数：%(text)s", text=answer.text_of("text")[:40]))
    units = [
        {"unit": unit.text_of("unit_name"), "factor": contents.number(unit.text_of("multiplier") or "1") or "1"}
        for group in one.element.find_all("units")
        for unit in group.find_all("unit")
    ]
    required = one.element.text_of("unitgradingtype") not in ("", "0")
    blank = contents.number_blank(value, tolerance, units, required)
    return "fill_in", contents.fill_in(one.with_feedback(one.about(), answers), [blank])


def _matching(one: _Question) -> tuple[str, Content]:
    sides = [(one.rich(sub), one.rich(sub.find("answer"))) for sub in one.element.find_all("subquestion")]
    sides = [(left, plain(right.plain) if not right.structured else right) for left, right in sides]
    pairs = [(left, right) for left, right in sides if left.markdown.strip()]
    extras = [right for left, right in sides if not left.markdown.strip() and right.markdown.strip()]
    return "matching", contents.matching(one.about(), pairs, extras)


def _essay(one: _Question) -> tuple[str, Content]:
    return "essay", contents.essay(one.about(), one.rich(one.element.find("graderinfo")))


def _cloze(one: _Question) -> tuple[str, Content]:
    node = one.element.find("questiontext")
    if node is None:
        raise Refused(_l("没有题干"))
    html = node.get("format", "html") in ("html", "moodle_auto_format")
    found = moodle_cloze.read((node.find("text") or node).text, html=html)
    if found.problem is not None:
        raise Refused(found.problem)
    one.note(*found.notes)
    about = one.about()
    about.stem = one.rich(node, found.text)
    if found.only_typed and not contents.BLANK.search(about.stem.plain):
        about.stem = _blanked(about.stem)
        return "fill_in", contents.fill_in(about, found.blanks())
    return "cloze", contents.cloze(about, found.gaps)


def _blanked(stem: Rich) -> Rich:
    plain = re.sub(r"\[\[\d+\]\]", contents.BLANK_SIGN, stem.plain)
    escaped = re.sub(r"\\?\[\\?\[\d+\\?\]\\?\]", contents.BLANK_SIGN, stem.markdown)
    return Rich(plain, escaped, stem.structured)


def _gap_select(one: _Question) -> tuple[str, Content]:
    boxes = one.element.find_all("selectoption", "dragbox")
    words = [(one_text(one, box), box.text_of("group") or "1") for box in boxes]
    about, gaps = one.about(), []
    for number, key in enumerate(dict.fromkeys(contents.GAP.findall(about.stem.plain)), 1):
        if not key.isdecimal() or len(key) > 9 or not 0 < int(key) <= len(words):
            raise Refused(_l("第 %(key)s 个空没有对应的选项", key=number))
        text, group = words[int(key) - 1]
        texts = list(dict.fromkeys(word for word, each in words if each == group))
        gaps.append(contents.choice_gap(key, texts, texts.index(text)))
    if not gaps:
        raise Refused(_l("完形填空里没有一个看得懂的空"))
    return "cloze", contents.cloze(about, gaps)


def one_text(one: _Question, box: Element) -> str:
    """Return the words on a box, without marks."""
    return from_html(box.text_of("text"), lambda _source: None).plain


def _ordering(one: _Question) -> tuple[str, Content]:
    items = [one.rich(answer) for answer in one.element.find_all("answer")]
    rule = one.element.text_of("gradingtype")
    if rule and rule not in _ORDER_RULES:
        one.note(_l("给分办法“%(rule)s”换成“全部排对才得分”", rule=rule[:40]))
    return "ordering", contents.ordering(one.about(), items, _ORDER_RULES.get(rule, "all"))


_READERS: dict[str, Callable[[_Question], tuple[str, Content]]] = {
    "multichoice": _choice,
    "truefalse": _truth,
    "shortanswer": _short,
    "numerical": _number,
    "matching": _matching,
    "match": _matching,
    "essay": _essay,
    "cloze": _cloze,
    "multianswer": _cloze,
    "gapselect": _gap_select,
    "ddwtos": _gap_select,
    "ordering": _ordering,
}
