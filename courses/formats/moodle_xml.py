"""Moodle XML: the format in which Moodle gives away everything it knows of a question."""

import base64
import html
import re
from collections.abc import Sequence
from fractions import Fraction
from urllib.parse import quote

from academy.i18n import LazyString
from academy.i18n import lazy as _l
from courses.formats import losses, moodle_cloze, moodle_reading
from courses.formats import question_contents as contents
from courses.formats.question_contents import Content
from courses.formats.questions import (
    Loss,
    Picture,
    PictureSource,
    Question,
    QuestionFormat,
    Reading,
    Writing,
    looks_like_text,
    with_difficulty,
    write_category,
)
from courses.formats.safe_xml import begins_with

_KEPT = ("hints", "order", "pictures", "markdown", "model_answer", "explanation", "tags", "difficulty", "category")
_ORDER_RULES = {"positions": "ABSOLUTE_POSITION", "neighbours": "RELATIVE_NEXT_EXCLUDE_LAST", "all": "ALL_OR_NOTHING"}


class MoodleXml(QuestionFormat):
    """See https://docs.moodle.org/en/Moodle_XML_format (read as described there and as Moodle's export writes it)."""

    key = "moodle_xml"
    name = _l("Moodle XML")
    about = _l("Moodle 题库的完整格式，图片、提示、标签都在一个文件里")
    extension = "moodle.xml"
    media_type = "application/xml"
    order = 20

    def recognises(self, data: bytes, name: str) -> bool:
        """An XML document whose root is <quiz>."""
        return begins_with(looks_like_text(data[:20_000]), ("quiz",))

    def read(self, data: bytes, name: str = "") -> Reading:
        """See QuestionFormat."""
        return moodle_reading.read(data)

    def write(self, questions: Sequence[Question], pictures: PictureSource) -> Writing:
        """See QuestionFormat."""
        out = ['<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n']
        lost: list[Loss] = []
        category = ""
        for number, question in enumerate(questions):
            one = _Writer(question, pictures)
            body = one.written()
            if body is None:
                lost.append(Loss(number, losses.whole(question), whole=True))
                continue
            lost += [Loss(number, message) for message in one.losses()]
            if question.category != category:
                category = question.category
                path = "/".join(["$course$/top", *filter(None, [write_category(category)])])
                out.append(f'  <question type="category"><category><text>{_x(path)}</text></category></question>\n')
            out.append(body)
        out.append("</quiz>\n")
        return Writing("".join(out).encode(), lost)


class _Writer:
    """Writes one question."""

    def __init__(self, question: Question, pictures: PictureSource) -> None:
        self.question, self.content, self.pictures = question, question.content, pictures
        self.form = "markdown" if contents.is_markdown(question.content) else "plain_text"
        self.missing = False

    def losses(self) -> list[LazyString]:
        found = losses.parts(self.question, _KEPT)
        if self.question.type == "multiple_choice" and self.content.get("scoring") != "per_option":
            found.append(_l("给分办法只记在标签里，别的平台按权重给分"))
        blanks = self.content.get("blanks", [])
        if len(blanks) > 1 and any(blank.get("units") for blank in blanks):
            found.append(_l("单位不能带走"))
        if self.missing:
            found.append(_l("有的图片找不到了，没有带走"))
        if self.question.type == "cloze" and self._as_fill_in():
            found.append(_l("没有选择的完形填空，再导入时成为填空题"))
        if self.question.type == "matching" and self.content.get("scoring") == "all":
            found.append(_l("“全部配对才得分”不能带走"))
        return found

    def _as_fill_in(self) -> bool:
        gaps = self.content.get("gaps", [])
        return all(gap.get("kind") != "choice" for gap in gaps) and len({gap.get("weight", 1) for gap in gaps}) == 1

    def written(self) -> str | None:
        writer = {
            "single_choice": self.choice,
            "multiple_choice": self.choice,
            "true_false": self.truth,
            "fill_in": self.fill_in,
            "matching": self.matching,
            "ordering": self.ordering,
            "essay": self.essay,
            "cloze": self.cloze,
        }.get(self.question.type)
        made = writer() if writer else None
        if made is None:
            return None
        kind, stem, own = made
        name = " ".join(stem.split())[:60]
        return (
            f'  <question type="{kind}">\n    <name><text>{_x(name)}</text></name>\n'
            + self.node("questiontext", stem)
            + self.node("generalfeedback", str(self.content.get("explanation", "")))
            + f"    <defaultgrade>{self.question.marks_hundredths / 100:.7f}</defaultgrade>\n"
            + own
            + "".join(self.node("hint", str(hint)) for hint in self.content.get("hints", []))
            + self.tags()
            + "  </question>\n"
        )

    def node(self, name: str, text: str, more: str = "", attributes: str = "") -> str:
        """A text with its format and its pictures; `more` stands behind it in the same element."""
        files: dict[str, Picture] = {}

        def packed(match: re.Match[str]) -> str:
            picture = self.pictures(match[2])
            if picture is None:
                self.missing = True
                return match[0]
            file = (
                picture.name
                if files.get(picture.name, picture).data == picture.data
                else f"{len(files)}-{picture.name}"
            )
            files[file] = picture
            return f"![{match[1]}]({moodle_reading.PLUGIN_FILE}{quote(file)})"

        if self.form == "markdown":
            text = losses.PICTURE_IN_TEXT.sub(packed, text)
        data = "".join(
            f'<file name="{_x(file)}" path="/" encoding="base64">{base64.b64encode(picture.data).decode()}</file>'
            for file, picture in files.items()
        )
        return f'    <{name} format="{self.form}"{attributes}><text>{_x(text)}</text>{data}{more}</{name}>\n'

    def tags(self) -> str:
        words = [*self.question.tags, *contents.scoring_tag(self.question.type, self.content)]
        found = "".join(
            f"<tag><text>{_x(tag)}</text></tag>" for tag in with_difficulty(words, self.question.difficulty)
        )
        return f"    <tags>{found}</tags>\n" if found else ""

    def answer(self, text: str, fraction: str, more: str = "") -> str:
        return self.node("answer", text, more, f' fraction="{fraction}"')

    # -- types -----------------------------------------------------------------------------------------------------

    def choice(self) -> tuple[str, str, str]:
        content, right = self.content, contents.right_options(self.content)
        single = self.question.type == "single_choice"
        share = f"{float(Fraction(100, max(1, len(right)))):.7g}"
        wrong = "0" if single else f"-{share}" if content.get("scoring") == "per_option" else "-100"
        answers = "".join(
            self.answer(text, share if index in right else wrong)
            for index, text in enumerate(contents.option_texts(content))
        )
        shuffle = "false" if content.get("keep_order") else "true"
        head = f"    <single>{str(single).lower()}</single>\n    <shuffleanswers>{shuffle}</shuffleanswers>\n"
        return "multichoice", self.stem, head + "    <answernumbering>ABCD</answernumbering>\n" + answers

    @property
    def stem(self) -> str:
        return str(self.content.get("stem", ""))

    def truth(self) -> tuple[str, str, str]:
        right = self.content.get("correct") is True
        rows = [("true", right), ("false", not right)]
        return (
            "truefalse",
            self.stem,
            "".join(
                f'    <answer fraction="{100 if hit else 0}" format="moodle_auto_format"><text>{word}</text></answer>\n'
                for word, hit in rows
            ),
        )

    def fill_in(self) -> tuple[str, str, str]:
        blanks: list[Content] = self.content.get("blanks", [])
        if len(blanks) == 1 and contents.is_number(blanks[0]):
            return "numerical", self.stem, self.number(blanks[0])
        if len(blanks) == 1:
            answers = "".join(
                f'    <answer fraction="100" format="plain_text"><text>{_x(text.replace("*", chr(92) + "*"))}</text></answer>\n'
                for text in contents.blank_answers(blanks[0])
            )
            return "shortanswer", self.stem, f"    <usecase>{int(bool(blanks[0].get('case')))}</usecase>\n{answers}"
        cut = contents.BLANK.split(self.stem)
        gaps = [moodle_cloze.written(blank) for blank in blanks] + [""]
        return "cloze", "".join(text + gap for text, gap in zip(cut, gaps, strict=False)), ""

    def number(self, blank: Content) -> str:
        tolerance = f"<tolerance>{_x(str(blank.get('tolerance') or '0'))}</tolerance>"
        units = "".join(
            f"<unit><multiplier>{_x(str(unit['factor']))}</multiplier><unit_name>{_x(unit['unit'])}</unit_name></unit>"
            for unit in blank.get("units", [])
        )
        required = int(bool(blank.get("unit_required")))
        head = f'    <answer fraction="100" format="plain_text"><text>{_x(str(blank["value"]))}</text>{tolerance}</answer>\n'
        if not units:
            return head
        return f"{head}    <units>{units}</units>\n    <unitgradingtype>{required}</unitgradingtype>\n    <unitpenalty>1</unitpenalty>\n    <showunits>0</showunits>\n"

    def matching(self) -> tuple[str, str, str]:
        sides = [(pair["left"], pair["right"]) for pair in self.content.get("pairs", [])]
        sides += [("", extra["text"]) for extra in self.content.get("extras", [])]
        subs = "".join(
            self.node("subquestion", left, f'<answer format="{self.form}"><text>{_x(right)}</text></answer>')
            for left, right in sides
        )
        return "matching", self.stem, "    <shuffleanswers>true</shuffleanswers>\n" + subs

    def ordering(self) -> tuple[str, str, str]:
        rule = _ORDER_RULES.get(str(self.content.get("scoring")), "ALL_OR_NOTHING")
        head = f"    <layouttype>VERTICAL</layouttype>\n    <selecttype>ALL</selecttype>\n    <gradingtype>{rule}</gradingtype>\n"
        items = self.content.get("items", [])
        return (
            "ordering",
            self.stem,
            head + "".join(self.answer(str(item["text"]), f"{number}.0000000") for number, item in enumerate(items, 1)),
        )

    def essay(self) -> tuple[str, str, str]:
        return "essay", self.stem, self.node("graderinfo", str(self.content.get("model_answer", "")))

    def cloze(self) -> tuple[str, str, str]:
        gaps = {str(gap["id"]): moodle_cloze.written(gap) for gap in self.content.get("gaps", [])}
        return "cloze", contents.GAP.sub(lambda match: gaps.get(match[1], match[0]), self.stem), ""


def _x(text: str) -> str:
    return html.escape(text, quote=True)


QUESTION_FORMAT = MoodleXml()
