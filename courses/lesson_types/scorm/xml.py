"""Reading XML that somebody made elsewhere: no entities, no outside, bounded."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from academy.i18n import _
from courses.lesson_types.scorm.archive import refused

MAX_ELEMENTS = 20_000
MAX_DEPTH = 100
DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
CHINESE = {"gb2312", "gbk", "gb18030", "x-gbk", "cp936"}
SPACE = "}"


@dataclass
class Element:
    """An element: its name without the namespace, attributes by their names without it, text and children."""

    name: str
    space: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    def each(self, name: str) -> Iterator["Element"]:
        """Return the children called `name`."""
        return (child for child in self.children if child.name == name)

    def first(self, *names: str) -> "Element | None":
        """Return the first element on a way of names downwards, or None."""
        found: Element | None = self
        for name in names:
            found = next(found.each(name), None) if found else None
        return found

    def words(self, *names: str) -> str:
        """Return the text of the element on a way of names, in one line; empty where there is none."""
        found = self.first(*names)
        return " ".join(found.text.split()) if found else ""

    def get(self, name: str) -> str:
        """Return an attribute, or an empty string. Upper and lower case are the same: editions of SCORM differ."""
        return self.attributes.get(name.lower(), "").strip()


def parse(data: bytes, name: str) -> Element:
    """Return the root of the document called `name`. Raises UserError with the line."""
    return _Reader(name).read(_as_text(data, name))


def _as_text(data: bytes, name: str) -> str:
    encoding = "utf-8-sig"
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif not data.startswith(b"\xef\xbb\xbf") and (declared := DECLARED.match(data)):
        encoding = declared.group(1).decode("ascii").lower()
    if encoding in CHINESE:
        encoding = "gb18030"
    try:
        return data.decode(encoding)
    except LookupError as error:
        raise refused(
            _("%(file)s 声明的编码“%(encoding)s”不认识。请另存为 UTF-8 后重新打包", file=name, encoding=encoding)
        ) from error
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise refused(
            _(
                "%(file)s 第 %(line)s 行不是 %(encoding)s 编码的文字。请另存为 UTF-8 后重新打包",
                file=name,
                line=line,
                encoding=encoding.upper().removesuffix("-SIG"),
            )
        ) from error


class _Reader:
    def __init__(self, name: str) -> None:
        self.name = name
        self.root: Element | None = None
        self.open: list[Element] = []
        self.count = 0
        self.parser = expat.ParserCreate("utf-8", namespace_separator=SPACE)
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.EntityDeclHandler = self._entity
        self.parser.ExternalEntityRefHandler = self._external
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def read(self, text: str) -> Element:
        try:
            self.parser.Parse(text.encode("utf-8", "surrogatepass"), True)
        except (expat.ExpatError, UnicodeError) as error:
            line = getattr(error, "lineno", 1)
            raise refused(
                _("%(file)s 第 %(line)s 行不是正确的 XML。请用原来的工具重新导出", file=self.name, line=line)
            ) from error
        if self.root is None:
            raise refused(_("%(file)s 是空的。请用原来的工具重新导出", file=self.name))
        return self.root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MAX_ELEMENTS or len(self.open) > MAX_DEPTH:
            raise refused(_("%(file)s 第 %(line)s 行：内容太多或嵌套太深，没有读", file=self.name, line=self._line()))
        space, _separator, local = name.rpartition(SPACE)
        named = {key.rpartition(SPACE)[2].lower(): value for key, value in attributes.items()}
        element = Element(local, space, named, self._line())
        if self.open:
            self.open[-1].children.append(element)
        else:
            self.root = element
        self.open.append(element)

    def _end(self, name: str) -> None:
        self.open.pop()

    def _characters(self, text: str) -> None:
        self.open[-1].text += text

    def _entity(self, *facts: object) -> None:
        raise self._unsafe()

    def _external(self, *facts: object) -> int:
        raise self._unsafe()

    def _unsafe(self) -> Exception:
        return refused(
            _(
                "%(file)s 第 %(line)s 行定义或引用了实体（ENTITY），可能被用来攻击服务器，没有读。请删掉这一行再打包",
                file=self.name,
                line=self._line(),
            )
        )

    def _line(self) -> int:
        return self.parser.CurrentLineNumber
