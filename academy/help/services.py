"""Reading the guides: Markdown files in `docs/guides`, one for each audience and language."""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from academy.i18n import SOURCE, current_locale
from academy.i18n import lazy as _l
from academy.web.markdown import Block, blocks

AUDIENCES: dict[str, tuple[Any, Any]] = {
    "trainee": (_l("学员指南"), _l("怎么登录、选课、看课、答题，怎么查学时")),
    "instructor": (_l("讲师指南"), _l("怎么建课、上传视频和文档、出题、发布")),
    "admin": (_l("管理员指南"), _l("怎么管理人员和单位，怎么看完成情况和操作日志")),
}


@dataclass(frozen=True)
class Section:
    """A part of a guide under one second-level heading; the first may have none (`title` empty)."""

    anchor: str
    title: str
    html: Markup


@dataclass(frozen=True)
class Guide:
    """A guide ready to be shown."""

    title: str
    sections: tuple[Section, ...]


def find(folder: Path, name: str) -> Path | None:
    """Return the file of the guide `name` in the language of the request, else in the source language, else None."""
    for locale in (current_locale(), SOURCE):
        path = folder / f"{name}.{locale}.md"
        if path.is_file():
            return path
    return None


def read(path: Path) -> Guide:
    """Return the guide in the file."""
    return parse(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=32)
def parse(text: str) -> Guide:
    """Split Markdown at its second-level headings; the first-level heading is the title."""
    title, heading = "", ""
    parts: list[tuple[str, list[Markup]]] = [("", [])]
    for block in blocks(text):
        if block.kind == "h1" and not title:
            title = block.text.strip()
        elif block.kind == "h2":
            heading = block.text.strip()
            parts.append((heading, []))
        else:
            parts[-1][1].append(_with_anchor(block))
    sections = (
        Section(f"part-{number}", heading, Markup("").join(html))
        for number, (heading, html) in enumerate(parts)
        if html
    )
    return Guide(title, tuple(sections))


def _with_anchor(block: Block) -> Markup:
    """Give a third-level heading the anchor that links in the text use: its words, small, with hyphens."""
    if block.kind != "h3":
        return block.html
    words = re.sub(r"[^\w\s-]", "", block.text.strip().lower())
    return Markup('<h3 id="{}">{}</h3>\n').format("-".join(words.split()), block.text.strip())
