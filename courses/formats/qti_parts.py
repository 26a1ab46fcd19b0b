"""QTI elements under one set of names, what is declared about answers, and taking a body apart."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from courses.formats.question_contents import weight
from courses.formats.rich_text import Node
from courses.formats.safe_xml import Element

_DASH = re.compile(r"-([a-z])")


def normalised(element: Element) -> Element:
    """Return an element with the names of QTI 2: `qti-simple-choice max-choices` becomes `simpleChoice maxChoices`."""
    name = element.name
    attributes = element.attributes
    if name.startswith("qti-"):
        name = _camel(name[4:])
        attributes = {
            key if key.startswith(("data-", "aria-")) else _camel(key): value for key, value in attributes.items()
        }
    name = {"contentBody": "div", "object": "object"}.get(name, name)
    found = Element(name, attributes, element.line, element.column)
    found.content = [normalised(each) if isinstance(each, Element) else each for each in element.content]
    if name == "object" and attributes.get("type", "").startswith("image/"):
        return Element("img", {"src": attributes.get("data", ""), "alt": found.text}, element.line, element.column)
    return found


def _camel(name: str) -> str:
    return _DASH.sub(lambda match: match[1].upper(), name)


@dataclass
class Response:
    """What is declared about an answer."""

    cardinality: str
    base: str
    correct: list[str] = field(default_factory=list)
    mapping: dict[str, Fraction] = field(default_factory=dict)
    case: bool = False


def declared(element: Element) -> Response:
    """Read a declaration."""
    found = Response(element.get("cardinality", "single"), element.get("baseType", "identifier"))
    correct = element.find("correctResponse")
    found.correct = [value.text.strip() for value in correct.find_all("value")] if correct else []
    mapping = element.find("mapping")
    for entry in mapping.find_all("mapEntry") if mapping else []:
        points = weight(entry.get("mappedValue", "0"))
        if points is None:
            continue
        found.mapping[entry.get("mapKey")] = points
        found.case = found.case or entry.get("caseSensitive") == "true"
    return found


def interactions(element: Element) -> list[Element]:
    """Return all interactions in an element."""
    return [each for each in element.iter() if each.name.endswith("Interaction")]


def without(nodes: Sequence[Node], replace: Callable[[Element], Node | None]) -> list[Node]:
    """Return nodes in which some elements are replaced (None: by nothing; themselves: kept)."""
    found: list[Node] = []
    for node in nodes:
        if isinstance(node, str):
            found.append(node)
            continue
        new = replace(node)
        if new is node:
            kept = Element(node.name, node.attributes, node.line, node.column)
            kept.content = without(node.content, replace)
            found.append(kept)
        elif new is not None:
            found.append(new)
    return found
