"""Text as question types treat it: cleaning what is stored, folding what is compared."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

PLAIN, MARKDOWN = "plain", "markdown"
"""How the texts of a content are written; a content that says nothing is plain."""

_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_SPACE = re.compile(r"\s+")
# Spaces between words of Latin letters carry meaning; a space next to a Chinese character does not.
_SPACE_BY_HAN = re.compile(r"(?<=[\u3400-\u9fff]) | (?=[\u3400-\u9fff])")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def without_controls(text: str) -> str:
    """The text without characters that no database or page can carry; line feeds and tabs stay."""
    return "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs"))


def clean_text(text: str) -> str:
    """Several lines of text: one kind of line end, no space at line ends, none around the whole."""
    lines = without_controls(_LINE_ENDS.sub("\n", text)).split("\n")
    return "\n".join(line.strip() for line in lines).strip()


def clean_line(text: str) -> str:
    """One line of text, runs of white space made one space."""
    return _SPACE.sub(" ", without_controls(_LINE_ENDS.sub(" ", text))).strip()


def clean_markdown(text: str) -> str:
    """Several lines of Markdown: as `clean_text`, but the indentation stays, because it means something."""
    lines = without_controls(_LINE_ENDS.sub("\n", text)).split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def fold(text: str) -> str:
    """The form in which typed answers are compared.

    Full-width and half-width are the same, and so are upper and lower case; runs of spaces count as
    one, spaces beside Chinese characters and invisible characters as none.
    """
    wide = unicodedata.normalize("NFKC", text).casefold()
    visible = "".join(char for char in wide if unicodedata.category(char) != "Cf")
    return _SPACE_BY_HAN.sub("", _SPACE.sub(" ", visible).strip())


def without_punctuation(text: str) -> str:
    """The text with a space for every punctuation mark."""
    return "".join(" " if unicodedata.category(char)[0] == "P" else char for char in text)


def split_escaped(text: str, separators: str) -> list[str]:
    r"""Split at any of the separators; ``\`` before a character takes it as it is (it stays in the parts)."""
    parts, current, escaped = [], "", False
    for char in text:
        if not escaped and char in separators:
            parts.append(current)
            current = ""
            continue
        current += char
        escaped = char == "\\" and not escaped
    return [*parts, current]


def unescape(text: str) -> str:
    r"""Take away the ``\`` before characters."""
    return _ESCAPED.sub(r"\1", text)


def escape(text: str, specials: str) -> str:
    r"""Put ``\`` before each special character and before ``\`` itself."""
    return "".join("\\" + char if char in specials or char == "\\" else char for char in text)


# -- Markdown as one reads it in a list -----------------------------------------------------------------------------

_markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def plain_of(text: str, form: object = PLAIN, *, pictures: bool = True) -> str:
    """The words of a text without its marks, for lists, searches and tables.

    A picture is its description in 【】, or nothing without `pictures`.
    """
    return _words_of(text, pictures) if form == MARKDOWN else text


@lru_cache(maxsize=2048)
def _words_of(text: str, pictures: bool) -> str:
    lines = [_phrase(token.children or [], pictures) for token in _words(text)]
    return "\n".join(line for line in lines if line)


def _words(text: str) -> Iterable[Token]:
    for token in _markdown.parse(text):
        if token.type == "inline":
            yield token
        elif token.type in ("fence", "code_block"):
            yield Token("inline", "", 0, children=[Token("text", "", 0, content=token.content)])


def _phrase(tokens: Iterable[Token], pictures: bool) -> str:
    parts = []
    for token in tokens:
        if token.type == "image":
            parts.append(f"【{token.content}】" if token.content and pictures else "")
        elif token.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        else:
            parts.append(token.content)
    return "".join(parts).strip()
