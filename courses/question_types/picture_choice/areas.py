"""Areas of a picture: ``{"id", "label", "shape", "x", "y", "w", "h"}``, in thousandths of the picture's width and height."""

import re
from collections.abc import Mapping, Sequence

from academy.i18n import LazyString
from academy.i18n import lazy as _l
from courses.question_types.base import Content, as_content, text_of
from courses.question_types.rows import records
from courses.question_types.text import clean_line

PICTURE = re.compile(r"/pictures/[0-9a-f]{32}/[^/\s()\\\"'<>?#]{1,300}")
RECT, CIRCLE = "rect", "circle"
SHAPES = {RECT: _l("方形"), CIRCLE: _l("圆形")}
_PLAIN_SHAPES = {RECT: "方形", CIRCLE: "圆形"}
SIDES = ("x", "y", "w", "h")
WHOLE = 1000
LEAST_SIDE = 10
MOST = 12
LABEL_LIMIT = 200
_PICTURE_LINE = re.compile(r"(?:^|\n)!\[((?:[^\]\\]|\\.)*)\]\(([^)\s]*)\)\s*$")
_LINE = re.compile(
    r"(?P<label>.*\S)\s*[@＠]\s*(?P<shape>方形|圆形)\s*(?P<sides>\d{1,4}(?:\s*[,，]\s*\d{1,4}){3})", re.DOTALL
)


def listed(content: object) -> list[Content]:
    """The areas of a content, skipping whatever is not one."""
    return records(as_content(content).get("areas"), "id", "label")


def side(area: Mapping[str, object], name: str) -> int:
    """A measure of an area; 0 where there is none that can be used."""
    value = area.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= WHOLE else 0


def shown(area: Content) -> Content:
    """An area as pages draw it: only what it may be made of, and where its number stands."""
    shape = text_of(area, "shape")
    sides = {name: side(area, name) for name in SIDES}
    return {"id": area["id"], "label": area["label"], "shape": shape if shape in SHAPES else RECT, **sides}


def wrong_with(number: int, area: Content, areas: Sequence[Content]) -> LazyString | None:
    """What is wrong with an area, or None."""
    if not 0 < len(area["label"].strip()) <= LABEL_LIMIT:
        return _l("第 %(n)s 处要用 1 到 %(limit)s 个字说明是什么", n=number, limit=LABEL_LIMIT)
    for other, before in enumerate(areas[: number - 1], 1):
        if before["label"] == area["label"]:
            return _l("第 %(n)s 处和第 %(other)s 处的说明一样", n=number, other=other)
    x, y, w, h = (side(area, name) for name in SIDES)
    if any(area.get(name) != side(area, name) or isinstance(area.get(name), bool) for name in SIDES):
        return _l("第 %(n)s 处的左、上、宽、高写 0 到 1000 的整数，整张图的宽和高都是 1000", n=number)
    if min(w, h) < LEAST_SIDE or x + w > WHOLE or y + h > WHOLE:
        return _l("第 %(n)s 处太小，或者超出了图片：宽和高至少 10，左加宽、上加高不超过 1000", n=number)
    if area.get("shape") not in list(SHAPES):
        return _l("第 %(n)s 处的形状选方形或圆形", n=number)
    return None


def blank() -> Content:
    """The editor's row for an area that is still to be written."""
    return {"id": "", "label": "", "shape": RECT, "x": "", "y": "", "w": "", "h": "", "correct": False}


def from_words(row: Mapping[str, str]) -> Content:
    """An area from what was typed, complete or not; what is no number becomes -1, which `wrong_with` refuses."""
    shape = row.get("shape", "")
    sides = {name: _number(row.get(name, "")) for name in SIDES}
    return {"id": row["id"], "label": row["label"], "shape": shape if shape in SHAPES else RECT, **sides}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else -1


def address_in(text: str) -> str:
    """The address in what an author pasted: an address, or the Markdown of a picture."""
    match = re.search(r"/pictures/[^)\s]+", text)
    return match[0] if match else text


# -- plain text --------------------------------------------------------------------------------------------------------


def picture_line(stem: str) -> tuple[str, str, str]:
    """A stem without the picture in its last line, the words for the picture, its address; empty where there is none."""
    match = _PICTURE_LINE.search(stem)
    return (stem[: match.start()], match[1], match[2]) if match else (stem, "", "")


def from_line(line: str) -> dict[str, str] | None:
    """The row of an area that is written in one line; None when it cannot be read."""
    match = _LINE.fullmatch(clean_line(line))
    if match is None:
        return None
    shape = next(key for key, word in _PLAIN_SHAPES.items() if word == match["shape"])
    sides = re.findall(r"\d+", match["sides"])
    return {"id": "", "label": match["label"], "shape": shape, **dict(zip(SIDES, sides, strict=True))}


def to_line(area: Content) -> str:
    """An area in one line."""
    sides = ",".join(str(side(area, name)) for name in SIDES)
    return f"{area['label']} @ {_PLAIN_SHAPES.get(text_of(area, 'shape'), _PLAIN_SHAPES[RECT])} {sides}"
