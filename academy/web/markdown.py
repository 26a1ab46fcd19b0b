"""Markdown that authors write, turned into HTML that is safe to show."""

from dataclasses import dataclass
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
_TAGS = {
    *(
        "h1",
        "h2",
        "h3",
        "h4",
        "p",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "code",
        "em",
        "strong",
        "s",
        "br",
        "hr",
    ),
    *("a", "img", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title", "width", "height"}, "ol": {"start"}}
_SCHEMES = {"http", "https", "mailto", "tel"}


@dataclass(frozen=True)
class Block:
    """One top-level block: `kind` is the opening tag (h2, p, ul, table …), `html` is safe, `text` is plain."""

    kind: str
    html: Markup
    text: str


def clean(html: str) -> Markup:
    """Return `html` with only the tags, attributes and link schemes that a lesson may use."""
    safe = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel="noopener")
    return Markup(safe)  # noqa: S704 - nh3 has just made it safe


@lru_cache(maxsize=512)
def render(text: str) -> Markup:
    """Render Markdown to safe HTML; raw HTML in it is shown as text."""
    return clean(_parser.render(text))


@lru_cache(maxsize=512)
def blocks(text: str) -> tuple[Block, ...]:
    """Split Markdown into its top-level blocks, each rendered on its own: the paragraphs that reading is counted by."""
    result: list[Block] = []
    group: list[Token] = []
    for token in _parser.parse(text):
        group.append(token)
        if token.level == 0 and token.nesting <= 0:
            html = clean(_parser.renderer.render(group, _parser.options, {}))
            result.append(Block(group[0].tag or "p", html, html.striptags()))
            group = []
    return tuple(result)
