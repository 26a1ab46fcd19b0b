"""Lists of options: what single and multiple choice share, so that neither has to know the other.

An option is ``{"id": "3f9a2c10", "text": "…"}``. The id comes from the text and tells nothing about the
order in which the author wrote the options, where the right one is often the first. The letters A, B, C
belong to the order shown, never to the option.
"""

import hashlib
import re
import string
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from academy.i18n import _
from academy.i18n import lazy as _l
from courses.question_types.base import (
    Content,
    FormValues,
    PlainError,
    PlainParts,
    Problem,
    as_content,
    asked,
    common_form,
    format_of,
    text_of,
)
from courses.question_types.text import clean_line, clean_text, plain_of

LETTERS = string.ascii_uppercase
FEWEST, MOST = 2, 12
OPTION_LIMIT = 500
ID_LENGTH = 8
ID_LIMIT = 32
"""Longest option id accepted from a browser or an import."""
EDITOR_ROWS = 4
ORDER_FIELD = "选项顺序"
ORDER_KEPT = "固定"
_CAPITALS = re.compile(r"(?<![A-Za-z0-9])[A-Z]+(?![A-Za-z0-9])")


def new_id(text: str, taken: Collection[str]) -> str:
    """An id for an option with this text that no other option of the question has."""
    salt = 0
    while True:
        found = hashlib.sha256(f"{salt}:{text}".encode()).hexdigest()[:ID_LENGTH]
        if found not in taken:
            return found
        salt += 1


def make(texts: Iterable[str]) -> list[dict[str, str]]:
    """Options with ids, in this order."""
    options: list[dict[str, str]] = []
    for text in texts:
        options.append({"id": new_id(text, [option["id"] for option in options]), "text": text})
    return options


def listed(content: object) -> list[dict[str, str]]:
    """The options of a content, skipping whatever is not one."""
    values = as_content(content).get("options")
    if not isinstance(values, list):
        return []
    return [
        {"id": value["id"], "text": value["text"]}
        for value in values
        if isinstance(value, dict) and isinstance(value.get("id"), str) and isinstance(value.get("text"), str)
    ]


def order_matters(content: object) -> bool:
    """Whether the author fixed the order, or an option or the explanation speaks of “A 和 B” by letter.

    A run of capitals is a list of letters when it is in alphabetical order, as in “选 AC”; “AED” is a word.
    """
    values, options = as_content(content), listed(content)
    if values.get("keep_order") is True:
        return True
    letters = set(LETTERS[: len(options)])
    written = [text_of(values, "explanation"), *(option["text"] for option in options)]
    texts = [plain_of(text, format_of(values)) for text in written]
    runs = [run for text in texts for run in _CAPITALS.findall(text)]
    return any(set(run) <= letters and list(run) == sorted(set(run)) for run in runs)


def in_order(content: object, order_seed: str | None) -> list[dict[str, str]]:
    """The options as shown in one attempt.

    Sorted by a hash and not by ``random``, so that the order of a running attempt survives an upgrade
    of Python.
    """
    options = listed(content)
    if order_seed is None or order_matters(content):
        return options
    return sorted(options, key=lambda option: hashlib.sha256(f"{order_seed}:{option['id']}".encode()).digest())


def public(content: object, order_seed: str | None) -> Content:
    """Stem and options with the letters they are shown under."""
    return {
        **asked(content),
        "options": [
            {"letter": LETTERS[index % len(LETTERS)], **option}
            for index, option in enumerate(in_order(content, order_seed))
        ],
    }


def review(content: object, chosen: Collection[str], right: Collection[str], order_seed: str | None) -> Content:
    """``public`` with ``chosen`` and ``right`` at every option."""
    shown = public(content, order_seed)
    for option in shown["options"]:
        option["chosen"], option["right"] = option["id"] in chosen, option["id"] in right
    return shown


def problems(content: Content) -> list[Problem]:
    """What is wrong with the options themselves, whichever is right."""
    options = listed(content)
    found = []
    if len(options) < FEWEST:
        found.append(Problem("option-1", _l("至少要有 %(fewest)s 个选项", fewest=FEWEST)))
    if len(options) > MOST:
        found.append(
            Problem(
                "option-1",
                _l("最多 %(most)s 个选项，现在有 %(count)s 个", most=MOST, count=len(options)),
            )
        )
    seen: dict[str, str] = {}
    for index, option in enumerate(options):
        field, letter = f"option-{index + 1}", LETTERS[index % len(LETTERS)]
        if not option["text"].strip():
            found.append(Problem(field, _l("选项 %(letter)s 没有内容", letter=letter)))
        elif len(option["text"]) > OPTION_LIMIT:
            found.append(
                Problem(
                    field,
                    _l("选项 %(letter)s 不能超过 %(limit)s 个字", letter=letter, limit=OPTION_LIMIT),
                )
            )
        elif option["text"] in seen:
            found.append(
                Problem(
                    field,
                    _l(
                        "选项 %(letter)s 和选项 %(other)s 的内容一样",
                        letter=letter,
                        other=seen[option["text"]],
                    ),
                )
            )
        seen.setdefault(option["text"], letter)
    ids = [option["id"] for option in options]
    if len(set(ids)) < len(ids) or any(not 0 < len(value) <= ID_LIMIT for value in ids):
        found.append(Problem("option-1", _l("选项的编号有重复或不能用，删掉选项重新写一次")))
    return found


def text(content: object, chosen: Collection[str], order_seed: str | None) -> str:
    """The chosen options as “A. …；C. …”, in the order shown."""
    form = format_of(content)
    return _("；").join(
        f"{option['letter']}. {plain_of(option['text'], form)}"
        for option in public(content, order_seed)["options"]
        if option["id"] in chosen
    )


def from_form(form: FormValues) -> tuple[Content, list[str]]:
    """Options of an editor form and the ids marked as right.

    Rows are ``option_text`` with ``option_id`` (empty for a new row); ``correct`` holds numbers of
    rows. Empty rows are left out; an option keeps its id when its wording changes.
    """
    texts, ids = form.getlist("option_text"), form.getlist("option_id")
    marked = set(form.getlist("correct"))
    options: list[dict[str, str]] = []
    correct: list[str] = []
    kept = {value for value in ids if value}
    for row, raw in enumerate(texts):
        wording = clean_line(raw)
        if not wording:
            continue
        taken = [option["id"] for option in options]
        known = ids[row][:ID_LIMIT] if row < len(ids) else ""
        identity = known if known and known not in taken else new_id(wording, [*taken, *kept])
        options.append({"id": identity, "text": wording})
        if str(row) in marked:
            correct.append(identity)
    return {"options": options, "keep_order": bool(form.getlist("keep_order"))}, correct


def to_form(content: object, correct: Collection[str], spare: int) -> dict[str, Any]:
    """Rows for the editor: the options there are, and empty ones up to the usual four, at least ``spare`` of them."""
    rows = [{**option, "correct": option["id"] in correct} for option in listed(content)]
    empty = min(max(EDITOR_ROWS - len(rows), spare), MOST - len(rows))
    rows += [{"id": "", "text": "", "correct": False}] * max(0, empty)
    values = as_content(content)
    return {
        **common_form(values),
        "rows": rows,
        "most": MOST,
        "letters": LETTERS,
        "keep_order": values.get("keep_order") is True,
    }


def from_plain(parts: PlainParts) -> Content:
    """Stem and options of a plain text."""
    if len(parts.options) < FEWEST:
        raise PlainError("options", _l("至少要有 %(fewest)s 个选项，每个一行，写成“A. ……”", fewest=FEWEST))
    if len(parts.options) > MOST:
        raise PlainError("options", _l("最多 %(most)s 个选项", most=MOST))
    return {
        "stem": clean_text(parts.stem),
        "options": make(clean_line(option) for option in parts.options),
        "keep_order": parts.extra.get(ORDER_FIELD, "") == ORDER_KEPT,
    }


def plain_letters(parts: PlainParts) -> list[int]:
    """The positions that an answer line such as ``ABD`` or ``Ａ、Ｂ`` names. Raises PlainError."""
    half_width = parts.answer.translate({0xFEE0 + code: code for code in range(0x21, 0x7F)}).upper()
    letters = [char for char in half_width if char not in " ,、;；.。\u3000"]
    last = LETTERS[len(parts.options) - 1]
    for letter in letters:
        if letter not in LETTERS[: len(parts.options)]:
            raise PlainError("answer", _l("答案里的“%(letter)s”不是选项，应为 A 到 %(last)s", letter=letter, last=last))
    return sorted({LETTERS.index(letter) for letter in letters})


def to_plain(content: object, correct: Collection[str], extra: dict[str, str]) -> PlainParts:
    """The plain text parts of a content."""
    options: Sequence[dict[str, str]] = listed(content)
    values = as_content(content)
    if values.get("keep_order") is True:
        extra = {**extra, ORDER_FIELD: ORDER_KEPT}
    return PlainParts(
        stem=text_of(values, "stem"),
        options=[option["text"] for option in options],
        answer="".join(LETTERS[index] for index, option in enumerate(options) if option["id"] in correct),
        extra=extra,
    )
