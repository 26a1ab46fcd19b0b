"""Text with HTML in it, as other systems write it, turned into our Markdown or plain text; and back.

Only what our Markdown can say is kept: paragraphs, lists, tables, emphasis, code, links, pictures. Scripts, styles, frames
and event handlers have no place in it, so nothing that runs can come along.
"""

import html
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from academy.i18n import LazyString
from academy.i18n import lazy as _l
from academy.web.markdown import render
from courses.formats.safe_xml import MAX_DEPTH, Element

Node = Element | str
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
DROPPED = frozenset(
    "audio video script style head title iframe frame object embed applet noscript template svg form".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer h1 h2 h3 h4 h5 h6"
    " header hr html li main nav ol p pre section table tbody td tfoot th thead tr ul".split()
)
_HEADINGS = {f"h{level}": "#" * min(level + 1, 4) for level in range(1, 7)}
_MARKED_BLOCKS = frozenset([*_HEADINGS, "ul", "ol", "blockquote", "pre", "table", "hr"])
_EMPHASIS = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "del": "~~", "strike": "~~"}
_SAFE_LINKS = ("http://", "https://", "mailto:", "tel:")
_SPACE = re.compile(r"[ \t\n\r\f]+")
_SPECIAL = re.compile(r"[\\`*\[\]<>&~|]|(?<!_)_(?!_)")
_AT_START = re.compile(r"^(\s*)(#{1,6}(?=\s|$)|[+-](?=\s|$)|[=-]{2,}\s*$|\d{1,9}[.)](?=\s|$))")

PictureTaker = Callable[[str], str | None]
"""Turns the address of a picture in a file into its address in our text; None when there is no such picture."""


@dataclass
class Rich:
    """A text in both forms. `structured`: the plain form would lose something that can be seen."""

    plain: str = ""
    markdown: str = ""
    structured: bool = False
    notes: list[LazyString] = field(default_factory=list)


def plain(text: str) -> Rich:
    """Return a text without any markup."""
    return Rich(text, escape(text), False)


def with_feedback(explanation: Rich, feedback: Iterable[tuple[Rich, Rich]]) -> Rich:
    """Return an explanation with what was said about single answers behind it."""
    parts = [explanation] if explanation.plain or explanation.markdown else []
    for answer, said in feedback:
        mark = "：" if answer.plain else ""
        parts.append(
            Rich(
                f"{one_line(answer.plain)}{mark}{said.plain}",
                f"{one_line(answer.markdown)}{mark}{said.markdown}",
                answer.structured or said.structured,
            )
        )
    return Rich(
        "\n".join(part.plain for part in parts),
        "\n\n".join(part.markdown for part in parts),
        any(part.structured for part in parts),
    )


def escape(text: str) -> str:
    """Return plain text as Markdown that shows exactly it, line for line."""
    lines = [_AT_START.sub(_escape_start, _SPECIAL.sub(r"\\\g<0>", line)) for line in text.split("\n")]
    return re.sub(r"(?<=[^\n\\])\n(?=[^\n])", "\\\\\n", "\n".join(lines))


def _escape_start(match: re.Match[str]) -> str:
    sign = match[2]
    return match[1] + (f"{sign[:-1]}\\{sign[-1]}" if sign[0].isdigit() else f"\\{sign}")


# -- reading -------------------------------------------------------------------------------------------------------


class _Tree(HTMLParser):
    """Builds a tree of whatever HTML there is; what is not closed is closed at the end."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("body", {}, 0, 0)
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("p", "li", "tr", "td", "th") and self.open[-1].name == tag:
            self.open.pop()
        element = Element(tag, {name: value or "" for name, value in attrs}, 0, 0)
        self.open[-1].content.append(element)
        if tag not in VOID and len(self.open) < MAX_DEPTH:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].content.append(Element(tag, {name: value or "" for name, value in attrs}, 0, 0))

    def handle_endtag(self, tag: str) -> None:
        for index in range(len(self.open) - 1, 0, -1):
            if self.open[index].name == tag:
                del self.open[index:]
                return

    def handle_data(self, data: str) -> None:
        self.open[-1].content.append(data)


def tree(text: str) -> Element:
    """Return HTML as a tree."""
    parser = _Tree()
    parser.feed(text)
    parser.close()
    return parser.root


def from_html(text: str, pictures: PictureTaker) -> Rich:
    """Return HTML as text."""
    if "<" not in text and "&" not in text:
        return plain("\n".join(_SPACE.sub(" ", line).strip() for line in text.strip().split("\n")))
    return from_nodes(tree(text).content, pictures)


def from_nodes(nodes: Sequence[Node], pictures: PictureTaker) -> Rich:
    """Return the content of an element as text."""
    found = Rich()
    found.markdown = "\n\n".join(_Writer(found, pictures, marked=True).blocks(nodes))
    found.plain = "\n".join(_Writer(Rich(), pictures, marked=False).blocks(nodes))
    return found


class _Writer:
    """Writes a tree, either with marks (Markdown) or without."""

    def __init__(self, found: Rich, pictures: PictureTaker, marked: bool) -> None:
        self.found, self.pictures, self.marked = found, pictures, marked

    def note(self, message: LazyString) -> None:
        if str(message) not in [str(each) for each in self.found.notes]:
            self.found.notes.append(message)

    def blocks(self, nodes: Iterable[Node]) -> list[str]:
        found: list[str] = []
        run: list[Node] = []
        for node in nodes:
            if isinstance(node, Element) and node.name in _BLOCKS:
                self._flush(run, found)
                run = []
                found += self.block(node)
            else:
                run.append(node)
        self._flush(run, found)
        return found

    def _flush(self, run: list[Node], found: list[str]) -> None:
        text = "".join(self.inline(node) for node in run)
        breaks = "\\\n" if self.marked else "\n"
        lines = [_SPACE.sub(" ", line).strip() for line in text.split("\0")]
        while lines and not lines[-1]:
            lines.pop()
        while lines and not lines[0]:
            lines.pop(0)
        if self.marked:
            lines = [_AT_START.sub(_escape_start, line) for line in lines]
            paragraphs = "\n".join(lines).split("\n\n")
            found += [re.sub(r"\n", lambda _: breaks, part.strip("\n")) for part in paragraphs if part.strip("\n")]
        elif lines:
            found.append("\n".join(lines))

    def block(self, node: Element) -> list[str]:
        name = node.name
        if not self.marked or name not in _MARKED_BLOCKS:
            return self.blocks(node.content)
        self.found.structured = True
        if name in _HEADINGS:
            text = " ".join(self.blocks(node.content)).replace("\\\n", " ")
            return [f"{_HEADINGS[name]} {text}"] if text else []
        if name in ("ul", "ol"):
            return self.listing(node)
        if name == "blockquote":
            return ["\n".join("> " + line for line in "\n\n".join(self.blocks(node.content)).split("\n"))]
        if name == "pre":
            return ["\n".join("    " + line for line in node.text.strip("\n").split("\n"))]
        return self.table(node) if name == "table" else ["---"]

    def listing(self, node: Element) -> list[str]:
        items = []
        for number, item in enumerate(node.find_all("li"), 1):
            sign = f"{number}. " if node.name == "ol" else "- "
            text = "\n\n".join(self.blocks(item.content))
            items.append(sign + text.replace("\n", "\n" + " " * len(sign)))
        return ["\n".join(items)] if items else []

    def table(self, node: Element) -> list[str]:
        rows = [
            [" ".join(self.blocks(cell.content)).replace("\\\n", " ") for cell in row.find_all("td", "th")]
            for row in node.iter("tr")
        ]
        rows = [row for row in rows if row]
        if not rows:
            return []
        width = max(len(row) for row in rows)
        lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
        lines.insert(1, "|" + " --- |" * width)
        return ["\n".join(lines)]

    def inline(self, node: Node) -> str:
        if isinstance(node, str):
            return _SPECIAL.sub(r"\\\g<0>", node) if self.marked else node
        name = node.name
        if name in DROPPED:
            self.note(_l("删去了文字里的脚本或嵌入内容（<%(name)s>）", name=name))
            return ""
        if name == "math":
            self.note(_l("公式变成了普通文字"))
        if name == "br":
            return "\0"
        if name == "img":
            return self.picture(node)
        inner = "".join(self.inline(each) for each in node.content)
        return self.marks(node, inner) if self.marked else inner

    def marks(self, node: Element, inner: str) -> str:
        name, text = node.name, inner.strip()
        if not text:
            return inner
        if name in ("sub", "sup"):
            self.note(_l("上标、下标变成了普通文字"))
        sign = _EMPHASIS.get(name)
        if sign and "\0" not in text:
            self.found.structured = True
            before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
            return f"{before}{sign}{text}{sign}{after}"
        if name == "code" and "`" not in node.text:
            self.found.structured = True
            return f"`{node.text.strip()}`"
        href = node.get("href").strip()
        if name == "a" and href.startswith(_SAFE_LINKS):
            self.found.structured = True
            return f"[{text}](<{href.replace('<', '%3C').replace('>', '%3E')}>)"
        return inner

    def picture(self, node: Element) -> str:
        source, alt = node.get("src").strip(), _SPACE.sub(" ", node.get("alt")).strip()
        if not self.marked:
            return alt
        address = self.pictures(source) if source else None
        if address is not None:
            self.found.structured = True
            return f"![{_SPECIAL.sub(chr(92) * 2 + chr(92) + 'g<0>', alt)}]({address})"
        name = source.removeprefix("@@PLUGINFILE@@/")
        name = name if len(name) <= 80 and not source.startswith("data:") else name[:40] + "…"
        if source.startswith(("http://", "https://")):
            self.note(_l("图片在别的网站上，没有带来：%(name)s", name=name))
        else:
            self.note(_l("缺少图片：%(name)s", name=name))
        return _SPECIAL.sub(r"\\\g<0>", f"[{alt or name}]")


def one_line(text: str) -> str:
    """Return a text on one line, as options are."""
    return " ".join(text.replace("\\\n", " ").split())


# -- writing -------------------------------------------------------------------------------------------------------


def to_html(text: str, markdown: bool) -> str:
    """Return a text of a question as HTML."""
    if markdown:
        return str(render(text)).strip()
    return "<p>" + "<br>".join(html.escape(line, quote=False) for line in text.split("\n")) + "</p>"


def to_xhtml(text: str, markdown: bool) -> str:
    """Return a text of a question as HTML that is well-formed XML."""
    return "".join(serialise(node) for node in tree(to_html(text, markdown)).content)


def serialise(node: Node) -> str:
    """Return a node as XML."""
    if isinstance(node, str):
        return html.escape(node, quote=False)
    attributes = "".join(f' {name}="{html.escape(value)}"' for name, value in node.attributes.items())
    if not node.content:
        return f"<{node.name}{attributes}/>" if node.name in VOID else f"<{node.name}{attributes}></{node.name}>"
    return f"<{node.name}{attributes}>{''.join(serialise(each) for each in node.content)}</{node.name}>"
