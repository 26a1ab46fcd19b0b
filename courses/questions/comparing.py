"""What two versions of a question differ in, as texts that people read. Pure.

Every type is asked for its plain text; what that does not carry (a case, a scenario) is compared line by line.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from academy.i18n import _
from courses.question_types.base import Content, QuestionType, format_of, hints_of, text_of
from courses.question_types.text import MARKDOWN
from courses.questions.rules import DIFFICULTIES

SAME, OUT, IN = "same", "out", "in"
MOST_TOKENS = 4_000
"""Longer texts are compared by lines only."""
SHORTEST_SAME = 2
"""What stays the same between two changes is not shown as such when it is shorter: single characters tell nothing."""

_TOKENS = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
_KNOWN = frozenset({"stem", "explanation", "hints", "format"})


@dataclass(frozen=True)
class Piece:
    """Some of a text: in both versions, taken out, or put in."""

    text: str
    kind: str


@dataclass(frozen=True)
class Facet:
    """One thing about a question in two versions. `pieces` make the old text without IN, and the new one without OUT."""

    name: str
    old: str
    new: str
    pieces: Sequence[Piece]

    @property
    def changed(self) -> bool:
        """Whether the versions differ in it."""
        return self.old != self.new

    @property
    def before(self) -> list[Piece]:
        """The old text, with what was taken out marked."""
        return [piece for piece in self.pieces if piece.kind != IN]

    @property
    def after(self) -> list[Piece]:
        """The new text, with what was put in marked."""
        return [piece for piece in self.pieces if piece.kind != OUT]


@dataclass(frozen=True)
class Said:
    """A version of a question as it is compared."""

    content: Content
    difficulty: str
    tags: Sequence[str]


def compared(type_: QuestionType, old: Said, new: Said) -> list[Facet]:
    """Return what may differ between two versions, in the order of the editor; what neither of them has is left out."""
    before, after = facts(type_, old), facts(type_, new)
    found = [Facet(name, before[name], after[name], pieces(before[name], after[name])) for name in before]
    if not any(each.changed for each in found) and old.content != new.content:
        texts = "\n".join(_leaves(old.content)), "\n".join(_leaves(new.content))
        found.append(Facet(_("其他内容"), *texts, pieces(*texts)))
    return [each for each in found if each.old or each.new]


def facts(type_: QuestionType, said: Said) -> dict[str, str]:
    """Return what a version says, by the name of each thing; every version of a type has the same names."""
    content, plain = said.content, type_.to_plain(said.content)
    right = type_.correct_answer(content)
    by_options = bool(plain.options) or isinstance(right, bool)
    carried = bool(type_.plain_labels)
    others = [f"{name}：{value}" for name, value in plain.extra.items()]
    rest = [] if carried else list(_leaves({key: value for key, value in content.items() if key not in _KNOWN}))
    return {
        _("题干"): text_of(content, "stem"),
        _("选项"): "\n".join(f"{chr(ord('A') + number)}. {text}" for number, text in enumerate(plain.options)),
        _("答案"): type_.answer_text(content, right) if by_options else plain.answer,
        _("其他内容"): "\n".join(rest),
        _("解析"): text_of(content, "explanation"),
        _("答题提示"): "\n".join(hints_of(content)),
        _("难度"): str(DIFFICULTIES.get(said.difficulty, said.difficulty)),
        _("标签"): "、".join(said.tags),
        _("其他设置"): "\n".join(others),
        _("文字格式"): "Markdown" if format_of(content) == MARKDOWN else _("纯文字"),
    }


def _leaves(value: Any) -> Iterator[str]:
    """Give every text and number of a content on a line of its own; what only names things inside is left out."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key != "id":
                yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, bool):
        yield _("是") if value else _("否")
    elif isinstance(value, (str, int)) and str(value).strip():
        yield str(value)


# -- texts ---------------------------------------------------------------------------------------------------------


def pieces(old: str, new: str) -> list[Piece]:
    """Return two texts as one with what was taken out and what was put in. Both can be put together from it again."""
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    if max(len(before), len(after)) > MOST_TOKENS:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    runs: list[tuple[str, str, str]] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        gone, come = "".join(before[a:b]), "".join(after[c:d])
        alone = kind == "equal" and (b - a >= SHORTEST_SAME or a == 0 or b == len(before) or not runs)
        runs.append((SAME if alone else "", gone, come))
    return list(_joined(runs))


def _joined(runs: Iterable[tuple[str, str, str]]) -> Iterator[Piece]:
    """Join changes that stand beside each other: first all that was taken out, then all that was put in."""
    gone = come = ""
    for kind, old, new in runs:
        if kind != SAME:
            gone, come = gone + old, come + new
            continue
        yield from _change(gone, come)
        gone = come = ""
        if old:
            yield Piece(old, SAME)
    yield from _change(gone, come)


def _change(gone: str, come: str) -> Iterator[Piece]:
    if gone:
        yield Piece(gone, OUT)
    if come:
        yield Piece(come, IN)
