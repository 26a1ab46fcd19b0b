"""A small strict reader of HTML: a tree to ask questions of, and the faults that every page is checked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
SVG_LEAVES = frozenset("circle ellipse line path polygon polyline rect stop use animate".split())
# Elements that the HTML standard lets one leave open; the templates close them all the same, except these.
UNLABELLED = frozenset({"hidden", "submit", "button", "reset", "image"})


@dataclass
class Node:
    """An element with its attributes, its children and the text directly inside it."""

    tag: str
    attributes: dict[str, str]
    line: int = 0
    parent: Node | None = None
    children: list[Node | str] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str, default: str | None = None) -> str | None:
        """Return an attribute."""
        return self.attributes.get(name, default)

    @property
    def classes(self) -> set[str]:
        """The words of the class attribute."""
        return set(self.attributes.get("class", "").split())

    @property
    def elements(self) -> list[Node]:
        """The children that are elements."""
        return [child for child in self.children if isinstance(child, Node)]

    def walk(self) -> Iterator[Node]:
        """Yield this element and all inside it, in the order of the document."""
        yield self
        for child in self.elements:
            yield from child.walk()

    @property
    def raw_text(self) -> str:
        """All the text inside, as it stands."""
        return "".join(child if isinstance(child, str) else child.raw_text for child in self.children)

    @property
    def text(self) -> str:
        """All the text inside, with white space drawn together."""
        return " ".join(self.raw_text.split())

    def find_all(self, tag: str = "", text: str | None = None, **attributes: str) -> list[Node]:
        """Find elements by tag, by a part of their text and by attributes.

        `class_="bar"` asks for one of the classes; in names, an underscore stands for a hyphen (`aria_current="page"`).
        """
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [node for node in self.walk() if node._matches(tag, text, wanted)]

    def find(self, tag: str = "", text: str | None = None, **attributes: str) -> Node | None:
        """Return the first such element, or None."""
        return next(iter(self.find_all(tag, text, **attributes)), None)

    def one(self, tag: str = "", text: str | None = None, **attributes: str) -> Node:
        """Return the only such element; an AssertionError says how many there are."""
        found = self.find_all(tag, text, **attributes)
        if len(found) != 1:
            raise AssertionError(f"{len(found)} elements are <{tag}> {attributes} {text or ''}")
        return found[0]

    def _matches(self, tag: str, text: str | None, wanted: dict[str, str]) -> bool:
        if tag and self.tag != tag:
            return False
        for name, value in wanted.items():
            held = self.classes if name == "class" else {self.attributes.get(name)}
            if value not in held:
                return False
        return text is None or text in self.text


class _Reader(HTMLParser):
    """Builds the tree and notes what is not well-formed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("#document", {})
        self.open = self.root
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, attrs, closed=tag in VOID)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        inside_svg = tag in SVG_LEAVES or self._inside("svg")
        if tag not in VOID and not inside_svg:
            self._fault(f"<{tag}/> does not close itself in HTML")
        self._add(tag, attrs, closed=True)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            self._fault(f"</{tag}> closes an element that has no content")
            return
        if self.open.tag == tag:
            self.open = self.open.parent or self.root
            return
        self._fault(f"</{tag}> while <{self.open.tag}> of line {self.open.line} is open")
        node: Node | None = self.open
        while node and node.tag != tag:
            node = node.parent
        if node and node.parent:
            self.open = node.parent

    def handle_data(self, data: str) -> None:
        self.open.children.append(data)

    def finish(self) -> Node:
        """Close the document."""
        self.close()
        if self.open is not self.root:
            self._fault(f"<{self.open.tag}> of line {self.open.line} is never closed")
        return self.root

    def _add(self, tag: str, attrs: list[tuple[str, str | None]], *, closed: bool) -> None:
        names = [name for name, _ in attrs]
        for name in {name for name in names if names.count(name) > 1}:
            self._fault(f"<{tag}> has the attribute {name} twice")
        node = Node(tag, {name: value or "" for name, value in attrs}, self.getpos()[0], self.open)
        self.open.children.append(node)
        if not closed:
            self.open = node

    def _inside(self, tag: str) -> bool:
        node: Node | None = self.open
        while node:
            if node.tag == tag:
                return True
            node = node.parent
        return False

    def _fault(self, what: str) -> None:
        self.faults.append(f"line {self.getpos()[0]}: {what}")


def parse(html: str) -> Node:
    """Read a page or a piece of one, well-formed or not."""
    reader = _Reader()
    reader.feed(html)
    return reader.finish()


def faults(html: str) -> list[str]:
    """Return what is wrong with a page, each with its line; an empty list is the aim."""
    reader = _Reader()
    reader.feed(html)
    root = reader.finish()
    found = list(reader.faults)
    nodes = list(root.walk())
    for check in (_ids, _labels, _pictures, _inline, _forms, _document):
        found.extend(check(nodes))
    return found


def _ids(nodes: list[Node]) -> Iterator[str]:
    seen: set[str] = set()
    for node in nodes:
        if (name := node.get("id")) is not None:
            if name in seen or not name:
                yield f"line {node.line}: the id {name!r} is used twice or empty"
            seen.add(name)
    for node in nodes:
        for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls"):
            for name in (node.get(attribute) or "").split():
                if name not in seen:
                    yield f"line {node.line}: {attribute}={name!r} points to nothing"
        target = node.get("href") or ""
        if node.tag == "a" and target.startswith("#") and unquote(target[1:]) not in seen:
            yield f"line {node.line}: the link {target!r} points to nothing"


def _labels(nodes: list[Node]) -> Iterator[str]:
    labelled = {node.get("for") for node in nodes if node.tag == "label" and node.text}
    for node in nodes:
        if node.tag in {"input", "select", "textarea"} and node.get("type") not in UNLABELLED:
            named = node.get("aria-label") or node.get("aria-labelledby") or node.get("title")
            if not named and node.get("id") not in labelled and not _inside_label(node):
                yield f"line {node.line}: <{node.tag} name={node.get('name')!r}> has no label"
        if node.tag in {"a", "button"} and (node.tag == "button" or "href" in node.attributes) and not _name(node):
            yield f"line {node.line}: <{node.tag} class={node.get('class')!r}> has no text"


def _inside_label(node: Node) -> bool:
    parent = node.parent
    while parent:
        if parent.tag == "label":
            return bool(parent.text)
        parent = parent.parent
    return False


def _name(node: Node) -> str:
    named = node.get("aria-label") or node.get("aria-labelledby") or node.get("title") or node.text
    return named or "".join(inner.get("alt") or inner.get("aria-label") or "" for inner in node.walk())


def _pictures(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        if node.tag == "img" and node.get("alt") is None:
            yield f"line {node.line}: <img src={node.get('src')!r}> has no alt"
        if node.tag == "iframe" and not node.get("title"):
            yield f"line {node.line}: <iframe> has no title"


def _inline(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        if node.tag == "style" or "style" in node.attributes:
            yield f"line {node.line}: <{node.tag}> has an inline style"
        if node.tag == "script" and not node.get("src") and node.get("type") != "application/json":
            yield f"line {node.line}: an inline script"
        for name in node.attributes:
            if name.startswith("on"):
                yield f"line {node.line}: <{node.tag}> has the handler {name}"
        address = (node.get("href") or node.get("src") or "").strip().lower()
        if address.startswith("javascript:"):
            yield f"line {node.line}: <{node.tag}> has a javascript: address"


def _forms(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        if node.tag != "form":
            continue
        if (node.get("method") or "get").lower() == "post" and not node.find("input", name="csrf_token"):
            yield f"line {node.line}: the form to {node.get('action')!r} posts without csrf_token"
        if node.parent and any(outer.tag == "form" for outer in _outer(node)):
            yield f"line {node.line}: a form inside a form"


def _outer(node: Node) -> Iterator[Node]:
    parent = node.parent
    while parent:
        yield parent
        parent = parent.parent


def _document(nodes: list[Node]) -> Iterator[str]:
    page = next((node for node in nodes if node.tag == "html"), None)
    if page is None:
        return
    if not page.get("lang"):
        yield "<html> has no lang"
    title = page.find("title")
    if title is None or not title.text:
        yield "the page has no title"
    for tag in ("main", "h1"):
        count = len(page.find_all(tag))
        if count != 1:
            yield f"the page has {count} <{tag}> instead of one"
