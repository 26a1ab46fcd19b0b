"""Texts of questions: plain, or Markdown where the author chose it.

A question is read in small pieces: a stem in a list, an option in a label, a sentence with blanks to fill in. So this is a
smaller Markdown than that of lessons: a line break is kept as typed, a heading is a bold line (the page around has the
headings), and an option has no paragraphs and no links, because it stands inside a label.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markupsafe import Markup, escape

from academy.i18n import SOURCE, current_locale, html_lang
from academy.web.markdown import clean

MARKDOWN = "markdown"
HOLE = "\ue000"
"""Stands for a place to fill in while Markdown is rendered; taken out of everything that authors write."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_PHRASE_TAGS = {"em", "strong", "s", "code", "br", "img"}
_PHRASE_ATTRIBUTES = {"img": {"src", "alt", "width", "height"}}


def _headings_are_bold_lines(state: StateCore) -> None:
    bold = False
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            bold = token.type == "heading_open"
            token.type, token.tag = token.type.replace("heading", "paragraph"), "p"
        elif bold and token.type == "inline":
            token.children = [
                Token("strong_open", "strong", 1),
                *(token.children or []),
                Token("strong_close", "strong", -1),
            ]


def _no_holes_in_attributes(state: StateCore) -> None:
    """A hole in the title of a link or in the words for a picture cannot be filled in: it is left out."""
    for token in state.tokens:
        for child in token.children or []:
            child.attrs.pop("title", None)
            for part in child.children or []:
                part.content = part.content.replace(HOLE, "")


_parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(["table", "strikethrough"])
_parser.core.ruler.push("bold_headings", _headings_are_bold_lines)
_parser.core.ruler.push("no_holes", _no_holes_in_attributes)


@lru_cache(maxsize=1024)
def _block(text: str) -> Markup:
    return clean(_parser.render(text))


@lru_cache(maxsize=2048)
def _phrase(text: str) -> Markup:
    html = nh3.clean(_parser.renderInline(text), tags=_PHRASE_TAGS, attributes=_PHRASE_ATTRIBUTES)
    # a label keeps line ends as they are, so a <br> with one would break the line twice
    return Markup(html.replace("<br>\n", "<br>"))  # noqa: S704 - nh3 has just made it safe


def question_text(text: object, form: object = None, *, inline: bool = False) -> Markup:
    """Return a text of a question as safe HTML. `form` is `markdown`, or anything else for plain text.

    Plain text is escaped and keeps its line breaks, which the page shows by CSS. Markdown becomes paragraphs, or with
    `inline` a phrase that may stand inside a label.
    """
    words = text if isinstance(text, str) else ""
    if form != MARKDOWN:
        return escape(words)
    words = words.replace(HOLE, "")
    return _phrase(words) if inline else _block(words)


def question_pieces(parts: Sequence[str], form: object = None) -> list[Markup]:
    """Return the texts between the blanks of a question as pieces of HTML; the page puts a control between each two.

    With Markdown the pieces are whole only when they are put together again.
    """
    if form == MARKDOWN:
        whole = _block(HOLE.join(part.replace(HOLE, "") for part in parts))
        pieces = [Markup(piece) for piece in whole.split(HOLE)]  # noqa: S704 - parts of what was made safe
        if len(pieces) == len(parts):
            return pieces
    return [escape(part) for part in parts]


def lang_of(text: Any) -> str:
    """Return the lang attribute of what an author or a trainee wrote, so that it is read aloud with the right voice.

    What holds a Chinese character is Chinese; for the rest the language of the page is as good a guess as any.
    """
    return html_lang(SOURCE if _HAN.search(str(text or "")) else current_locale())


# A paper of twenty questions has a hundred such pieces. Each is made once and kept by its words, so there is nothing that
# could grow stale; the numbers bound what is kept, and the longest texts are not kept at all.
LONGEST_KEPT = 2_000


def question_phrase(text: object, form: object = None) -> Markup:
    """Return a short text of a question, for a label, a cell or a line."""
    words, rich = _words(text), form == MARKDOWN
    made = _phrase_piece if len(words) <= LONGEST_KEPT else _phrase_piece.__wrapped__
    return made(words, rich, lang_of(words))


def question_stem(shown: Any, tag: str = "p") -> Markup:
    """Return the stem of what a type's `public` or `review` gives: a `tag`, or a div where it is Markdown."""
    values = shown if isinstance(shown, dict) else {}
    words, rich = _words(values.get("stem")), values.get("format") == MARKDOWN
    made = _stem_piece if len(words) <= LONGEST_KEPT else _stem_piece.__wrapped__
    return made(words, rich, lang_of(words), tag)


def _words(text: object) -> str:
    return text if isinstance(text, str) else ""


@lru_cache(maxsize=4096)
def _phrase_piece(words: str, rich: bool, lang: str) -> Markup:
    html = question_text(words, MARKDOWN, inline=True) if rich else escape(words)
    return Markup('<span class="tx" lang="{}">{}</span>').format(lang, html)


@lru_cache(maxsize=1024)
def _stem_piece(words: str, rich: bool, lang: str, tag: str) -> Markup:
    if rich:
        return Markup('<div class="stem rich" lang="{}">{}</div>').format(lang, question_text(words, MARKDOWN))
    return Markup('<{0} class="stem" lang="{1}">{2}</{0}>').format(tag, lang, escape(words))
