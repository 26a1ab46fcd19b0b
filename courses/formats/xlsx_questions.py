"""Questions in a table: a row each, in Excel, WPS or CSV, with a template that explains itself."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import xlsxwriter

from academy.i18n import lazy as _l
from courses.formats import losses
from courses.formats import question_contents as contents
from courses.formats.questions import (
    MAX_QUESTIONS,
    FormatError,
    Loss,
    PictureSource,
    Place,
    Question,
    QuestionFormat,
    Reading,
    Writing,
    essence,
)
from courses.formats.reading_tables import MAX_CELL, Found, Row, TableError, find_table, read_rows
from courses.question_types.base import PlainError, PlainParts
from courses.question_types.installed import all_types
from courses.question_types.text import clean_line, clean_text, escape, split_escaped, unescape

LETTERS = "ABCDEFGHIJKL"
_DIFFICULTY = {"易": "easy", "容易": "easy", "简单": "easy", "中": "medium", "中等": "medium", "": "medium"}
_DIFFICULTY |= {"难": "hard", "困难": "hard", "较难": "hard"}
_WORDS = {"easy": "易", "medium": "中", "hard": "难"}
COLUMNS: dict[str, tuple[str, ...]] = {
    "type": ("题型", "类型", "试题类型", "题目类型"),
    "stem": ("题干", "题目", "试题", "题目内容", "试题内容"),
    **{letter: (f"选项{letter}", letter, f"选项 {letter}", f"答案选项{letter}") for letter in LETTERS},
    "answer": ("答案", "正确答案", "参考答案", "标准答案"),
    "explanation": ("解析", "答案解析", "试题解析"),
    "difficulty": ("难度", "难易程度", "难易度"),
    "tags": ("标签", "知识点", "关键词"),
    "category": ("分类", "类别", "科目", "题库分类"),
    "hints": ("提示",),
    "extra": ("其他设置", "设置"),
}
_SHEET = "题目"
_EXTRA_FORMAT = "文字格式"
_KEPT = (
    "hints",
    "order",
    "markdown",
    "rubric",
    "model_answer",
    "explanation",
    "tags",
    "difficulty",
    "category",
    "limits",
    "rule",
)
_EXPLAINED = [
    (
        "题型",
        "单选、多选、判断、填空、匹配、排序、简答、论述等。可以不写：有选项的按答案的字母数看成单选或多选，答案是“正确/错误”的看成判断",
    ),
    ("题干", "必填。填空题用四条下划线 ____ 表示空。题干可以换行（Alt+Enter）"),
    ("选项A、选项B……", "单选、多选写在这里，一格一项，用不着的空着；更多的选项往右加列：选项E、选项F……"),
    (
        "答案",
        "单选写一个字母，多选写几个字母（如 ABD），判断写正确或错误，填空用“；”隔开几个空，一个空有几种写法用“|”隔开",
    ),
    ("解析、难度、标签、分类", "都可以不写。难度写易、中或难；几个标签用顿号隔开"),
    ("提示", "可以不写；几条提示用“|”隔开"),
    ("其他设置", "可以不写。导出的题在这里记着给分办法、选项顺序等，原样留着就行"),
]
_EXAMPLES = [
    [
        "单选",
        "居民反映楼上漏水，情绪激动。接待时最恰当的做法是哪一项？",
        "当场判断谁对谁错",
        "先听完、记下来，再约双方见面",
        "请居民自己去找物业",
        "改天再说",
        "B",
        "先让情绪有出口。",
        "易",
        "接待、矛盾调解",
        "社区治理",
        "",
        "",
    ],
    [
        "多选",
        "召开居民议事会，下列做法恰当的有哪些？",
        "事先公布议题",
        "只请积极分子",
        "会后公示结果",
        "",
        "AC",
        "",
        "中",
        "议事",
        "社区治理",
        "",
        "",
    ],
    [
        "判断",
        "第一次上门走访，居民不愿谈的事要当场问清楚。",
        "",
        "",
        "",
        "",
        "错误",
        "先建立信任。",
        "",
        "",
        "",
        "",
        "",
    ],
    ["填空", "有事____商量，急事____商量。", "", "", "", "", "好；快|马上", "", "", "", "", "", ""],
]


class XlsxQuestions(QuestionFormat):
    """What a row says is read by its type, as in the plain text format."""

    key = "xlsx"
    name = _l("Excel 表格")
    about = _l("一行一题，Excel 和 WPS 都能填；模板里有填写说明和例子")
    extension = "xlsx"
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    order = 10

    def template(self) -> bytes:
        """Return the workbook to fill in: examples, and a sheet that explains the columns."""
        return _workbook(_EXAMPLES, 4)

    def recognises(self, data: bytes, name: str) -> bool:
        """A workbook, or a CSV file with the headings of our columns."""
        if data.startswith(b"\xd0\xcf\x11\xe0"):
            return True
        if data.startswith(b"PK\x03\x04"):
            return b"xl/workbook.xml" in data or name.lower().endswith((".xlsx", ".xlsm"))
        if not name.lower().endswith((".csv", ".tsv")):
            return False
        return bool(data.strip())

    def read(self, data: bytes, name: str = "") -> Reading:
        """See QuestionFormat."""
        try:
            table = find_table(read_rows(data), COLUMNS, [["stem"], ["answer"]])
        except TableError as error:
            raise FormatError(str(error)) from error
        reading = Reading()
        for row in table.rows:
            if reading.found >= MAX_QUESTIONS:
                reading.complain(
                    Place(row=row.number), _l("一次最多导入 %(limit)s 道题，后面的没有读", limit=MAX_QUESTIONS)
                )
                break
            _take(reading, table, row)
        return reading

    def write(self, questions: Sequence[Question], pictures: PictureSource) -> Writing:
        """See QuestionFormat."""
        lost: list[Loss] = []
        rows, most = [], 4
        for number, question in enumerate(questions):
            cells = _cells(question)
            if cells is None:
                lost.append(Loss(number, losses.whole(question), whole=True))
                continue
            lost += [Loss(number, message) for message in losses.parts(question, _KEPT)]
            if any(len(cell) > MAX_CELL for cell in cells.values()):
                lost.append(Loss(number, _l("有一格超过 %(limit)s 个字，再导入时读不全", limit=MAX_CELL)))
            elif not _comes_back(question, cells):
                lost.append(Loss(number, _l("有的内容表格写不下，再导入时会少一些")))
            most = max(most, sum(letter in cells for letter in LETTERS))
            rows.append(cells)
        lines = [[row.get(key, "") for key in _shown(most)] for row in rows]
        return Writing(_workbook(lines, most), lost)


def _shown(options: int) -> list[str]:
    return [key for key in COLUMNS if key not in LETTERS or LETTERS.index(key) < options]


def _workbook(rows: Sequence[Sequence[str]], options: int) -> bytes:
    """Return a workbook with rows of all shown columns."""
    buffer = io.BytesIO()
    settings = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    keys = _shown(options)
    with xlsxwriter.Workbook(buffer, settings) as book:
        bold = book.add_format({"bold": True, "bg_color": "#E5F0EC", "border": 1, "border_color": "#C8C3B5"})
        plain = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        sheet = book.add_worksheet(_SHEET)
        for index, key in enumerate(keys):
            wide = 44 if key == "stem" else 24 if key in (*LETTERS, "explanation") else 12
            sheet.set_column(index, index, wide, plain)
            sheet.write_string(0, index, COLUMNS[key][0], bold)
        sheet.freeze_panes(1, 2)
        for line, row in enumerate(rows, 1):
            for index, value in enumerate(row):
                if value:
                    sheet.write_string(line, index, value, plain)
        sheet.data_validation(
            1,
            keys.index("difficulty"),
            20_000,
            keys.index("difficulty"),
            {"validate": "list", "source": ["易", "中", "难"]},
        )
        guide = book.add_worksheet("填写说明")
        guide.set_column(0, 0, 24, plain)
        guide.set_column(1, 1, 90, plain)
        guide.write_row(0, 0, ["列", "怎么填"], bold)
        for line, (name, text) in enumerate(_EXPLAINED, 1):
            guide.write_string(line, 0, name, plain)
            guide.write_string(line, 1, text, plain)
        names = "、".join(type_.plain_labels[0] for type_ in all_types().values() if type_.plain_labels)
        guide.write_string(len(_EXPLAINED) + 1, 0, "可以写的题型", plain)
        guide.write_string(len(_EXPLAINED) + 1, 1, names, plain)
    return buffer.getvalue()


# -- reading -------------------------------------------------------------------------------------------------------


def _take(reading: Reading, table: Found, row: Row) -> None:
    values = {key: row.cell(table.columns.get(key)).strip() for key in COLUMNS if key in table.columns}
    place = Place(row=row.number)
    if not any(values.values()):
        return
    if any(len(value) >= MAX_CELL for value in values.values()):
        reading.refuse(place, _l("有一格的文字到了 %(limit)s 个字的上限，请写短一些", limit=MAX_CELL))
        return
    difficulty = _DIFFICULTY.get(values.get("difficulty", ""))
    if difficulty is None:
        reading.refuse(place, _l("难度应为易、中或难，现在是“%(word)s”", word=values["difficulty"][:20]))
        return
    try:
        key, content = _content(values)
    except PlainError as error:
        reading.refuse(place, error.message)
        return
    tags = [tag for tag in (part.strip() for part in _split(values.get("tags", ""))) if tag]
    category = clean_line(values.get("category", ""))
    reading.take(Question(key, content, difficulty, tuple(dict.fromkeys(tags)), category, place=place))


def _split(text: str) -> list[str]:
    for sign in "，,;；":
        text = text.replace(sign, "、")
    return text.split("、")


def _content(values: dict[str, str]) -> tuple[str, contents.Content]:
    options = [values.get(letter, "") for letter in LETTERS]
    while options and not options[-1]:
        options.pop()
    extra = dict(_settings(values.get("extra", "")))
    label = values.get("type", "") or _guessed(options, values.get("answer", ""), values.get("stem", ""))
    by_label = {name: type_ for type_ in all_types().values() for name in type_.plain_labels}
    type_ = by_label.get(label)
    if type_ is None:
        known = "、".join(each.plain_labels[0] for each in all_types().values() if each.plain_labels)
        raise PlainError("stem", _l("不认识的题型“%(label)s”，可以写：%(known)s", label=label[:20], known=known))
    if not values.get("stem"):
        raise PlainError("stem", _l("写上题干"))
    if any(not option for option in options):
        raise PlainError("options", _l("选项中间空了一格，请把选项往前挪"))
    parts = PlainParts(clean_text(values["stem"]), options, values.get("answer", ""), extra)
    content = type_.from_plain(parts)
    content["explanation"] = clean_text(values.get("explanation", ""))
    if extra.get(_EXTRA_FORMAT, "").casefold() == "markdown":
        content["format"] = "markdown"
    hints = [clean_line(unescape(hint)) for hint in split_escaped(values.get("hints", ""), "|｜")]
    if any(hints):
        content["hints"] = [hint for hint in hints if hint]
    return type_.key, content


def _settings(text: str) -> Iterator[tuple[str, str]]:
    for part in split_escaped(text, "\n"):
        name, sign, value = unescape(part).partition("：")
        if sign:
            yield name.strip(), value


def _guessed(options: Sequence[str], answer: str, stem: str) -> str:
    letters = "".join(char for char in answer.upper() if char.isalpha())
    if options:
        return "多选" if len(letters) > 1 else "单选"
    if answer in ("正确", "错误", "对", "错", "√", "×", "T", "F"):
        return "判断"
    return "填空" if contents.BLANK.search(stem) else "论述"


# -- writing -------------------------------------------------------------------------------------------------------


def _cells(question: Question) -> dict[str, str] | None:
    type_ = all_types().get(question.type)
    if type_ is None or not type_.plain_labels:
        return None
    parts, content = type_.to_plain(question.content), question.content
    if len(parts.options) > len(LETTERS):
        return None
    extra = dict(parts.extra)
    if contents.is_markdown(content):
        extra[_EXTRA_FORMAT] = "Markdown"
    found: dict[str, Any] = {
        "type": type_.plain_labels[0],
        "stem": parts.stem,
        "answer": parts.answer,
        "explanation": str(content.get("explanation", "")),
        "difficulty": _WORDS[question.difficulty],
        "tags": "、".join(question.tags),
        "category": question.category,
        "hints": "|".join(escape(str(hint), "|｜") for hint in content.get("hints", [])),
        "extra": "\n".join(escape(f"{name}：{value}", "\n") for name, value in extra.items()),
    }
    return {**found, **dict(zip(LETTERS, parts.options, strict=False))}


def _comes_back(question: Question, cells: dict[str, str]) -> bool:
    try:
        key, content = _content({name: value.strip() for name, value in cells.items()})
    except PlainError:
        return False
    return bool(essence(Question(key, content)) == essence(question))


QUESTION_FORMAT = XlsxQuestions()
