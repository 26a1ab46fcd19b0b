"""XML from strangers: a small tree with line and column, built by expat; no DTD, no entities, nothing from elsewhere.

A document type declaration is refused before anything in it is read, so that neither entity bombs nor external entities
have a place to stand. Depth, number of elements and size are bounded.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from academy.i18n import lazy as _l
from courses.formats.questions import MAX_BYTES, FormatError, Place, read_text
from courses.formats.reading_tables import TableError, decode

MAX_DEPTH = 100
MAX_ELEMENTS = 2_000_000
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"'][^>]*\?>")
_ANY_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


@dataclass(slots=True)
class Element:
    """An element: its name without prefix, attributes without prefix, what is in it in order, where it begins."""

    name: str
    attributes: dict[str, str]
    line: int
    column: int
    content: list["Element | str"] = field(default_factory=list)

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute."""
        return self.attributes.get(name, default)

    @property
    def children(self) -> list["Element"]:
        """The elements directly in this one."""
        return [each for each in self.content if isinstance(each, Element)]

    def find(self, name: str) -> "Element | None":
        """Return the first child of this name."""
        return next((child for child in self.children if child.name == name), None)

    def find_all(self, *names: str) -> list["Element"]:
        """Return the children of these names."""
        return [child for child in self.children if child.name in names]

    def iter(self, *names: str) -> Iterator["Element"]:
        """Yield this element and all below it, in order, of these names (all, when none is given)."""
        if not names or self.name in names:
            yield self
        for child in self.children:
            yield from child.iter(*names)

    @property
    def text(self) -> str:
        """All text in this element and below it."""
        return "".join(each if isinstance(each, str) else each.text for each in self.content)

    def text_of(self, *path: str) -> str:
        """Return the trimmed text of a child's child …; empty when there is none."""
        here: Element | None = self
        for name in path:
            here = here.find(name) if here else None
        return here.text.strip() if here else ""

    @property
    def place(self) -> Place:
        """Where it begins."""
        return Place(line=self.line, element=self.name)


class _Builder:
    def __init__(self, parser: expat.XMLParserType) -> None:
        self.parser = parser
        self.root: Element | None = None
        self.open: list[Element] = []
        self.count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if len(self.open) >= MAX_DEPTH or self.count > MAX_ELEMENTS:
            raise FormatError(_l("XML 嵌套太深或者太大，不像题目文件"), Place(line=self.parser.CurrentLineNumber))
        plain = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber
        element = Element(name.rpartition(":")[2], plain, line, column)
        if self.open:
            self.open[-1].content.append(element)
        else:
            self.root = element
        self.open.append(element)

    def end(self, _name: str) -> None:
        self.open.pop()

    def data(self, text: str) -> None:
        if self.open:
            self.open[-1].content.append(text)

    def doctype(self, *_args: object) -> None:
        raise FormatError(
            _l("文件里有文档类型声明（<!DOCTYPE>），为了安全不读这样的文件。请把这一行删掉再上传"),
            Place(line=self.parser.CurrentLineNumber),
        )


def parse(data: bytes) -> Element:
    """Return the root of a document. Raises FormatError with line and column."""
    text = _text(data)
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    builder = _Builder(parser)
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = builder.doctype
    parser.EntityDeclHandler = builder.doctype
    try:
        parser.Parse(text.encode("utf-8", "surrogatepass"), True)
    except expat.ExpatError as error:
        raise FormatError(
            _l(
                "XML 写得不对：第 %(line)s 行第 %(column)s 列（%(why)s）。文件可能没有下载完整",
                line=error.lineno,
                column=error.offset + 1,
                why=expat.ErrorString(error.code),
            ),
            Place(line=error.lineno),
        ) from error
    if builder.root is None:
        raise FormatError(_l("这个文件是空的"))
    return builder.root


def _text(data: bytes) -> str:
    """Decode by byte order mark, then by what the declaration says, then by what it looks like."""
    if len(data) > MAX_BYTES:
        raise FormatError(_l("文件超过 %(limit)s MB。请分成几个文件", limit=MAX_BYTES // 1024 // 1024))
    declared = _DECLARATION.match(data[:200].decode("latin-1"))
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        encoding = "gb18030" if declared[1].lower() in ("gb2312", "gbk", "gb18030") else declared[1]
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeError):  # "idna" and "undefined" raise the latter itself
            pass
    try:
        return decode(data).removeprefix("\ufeff")
    except TableError:
        return read_text(data)


def begins_with(text: str, names: tuple[str, ...]) -> bool:
    """Whether a text begins as an XML document whose root has one of these names."""
    body = _ANY_DECLARATION.sub("", text.lstrip("\ufeff \n\t"), count=1)
    body = re.sub(r"^(?:\s|<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)+", "", body, flags=re.DOTALL)
    match = re.match(r"<(?:[\w.-]+:)?([\w.-]+)", body)
    return match is not None and match[1] in names
