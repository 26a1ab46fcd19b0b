"""The map of a drill for its author: scenes as boxes in rows by the number of decisions, choices as lines."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from courses.scenarios.running import Frozen, best_run, depths

BOX_WIDTH, BOX_HEIGHT = 150, 46
GAP_X, GAP_Y = 22, 44
MARGIN = 12
SHOWN = 18.0


@dataclass(frozen=True)
class Box:
    """A scene on the map: its upper left corner, its name and its title cut to fit."""

    id: str
    title: str
    kind: str
    x: int
    y: int


@dataclass(frozen=True)
class Line:
    """A choice on the map: an SVG path; `best`: it lies on the best run, and is drawn strong."""

    path: str
    best: bool


def draw(drill: Frozen) -> dict[str, Any]:
    """Return the map: boxes, lines, and its size in pixels."""
    rows: dict[int, list[str]] = {}
    for scene, depth in depths(drill).items():
        rows.setdefault(depth, []).append(scene)
    widest = max(len(row) for row in rows.values())
    width = 2 * (MARGIN + GAP_X) + widest * BOX_WIDTH + (widest - 1) * GAP_X
    places: dict[str, tuple[int, int]] = {}
    for depth, row in rows.items():
        own = len(row) * BOX_WIDTH + (len(row) - 1) * GAP_X
        for number, scene in enumerate(row):
            places[scene] = ((width - own) // 2 + number * (BOX_WIDTH + GAP_X), MARGIN + depth * (BOX_HEIGHT + GAP_Y))
    boxes = [
        Box(scene, _fit(data["title"]), data["ending"] or ("start" if scene == drill["start"] else ""), *places[scene])
        for scene, data in drill["scenes"].items()
    ]
    height = max(y for _x, y in places.values()) + BOX_HEIGHT + MARGIN
    lines = sorted(_lines(drill, places), key=lambda line: line.best)
    return {"boxes": boxes, "lines": lines, "width": width, "height": height, "box": (BOX_WIDTH, BOX_HEIGHT)}


def _lines(drill: Frozen, places: dict[str, tuple[int, int]]) -> list[Line]:
    best = best_run(drill)
    way = [scene for scene, _place in best.steps] + [best.at] if best else []
    strong = set(pairwise(way))
    drawn = {(scene, choice["to"]) for scene, data in drill["scenes"].items() for choice in data["choices"]}
    return [
        Line(_path(places[begin], places[end]), (begin, end) in strong)
        for begin, end in sorted(drawn)
        if end in places and begin != end
    ]


def _path(begin: tuple[int, int], end: tuple[int, int]) -> str:
    """Return a curve from the lower edge of a box to the upper edge of one further down.

    In one row it is a line from side to side, and on the way back a curve round the right.
    """
    x1, y1 = begin[0] + BOX_WIDTH // 2, begin[1] + BOX_HEIGHT
    x2, y2 = end[0] + BOX_WIDTH // 2, end[1]
    if y2 > y1:
        bend = (y2 - y1) // 2
        return f"M{x1} {y1}C{x1} {y1 + bend} {x2} {y2 - bend} {x2} {y2}"
    if begin[1] == end[1]:
        left, right = sorted((begin[0], end[0]))
        y = begin[1] + BOX_HEIGHT // 2
        if right - left == BOX_WIDTH + GAP_X:
            return f"M{left + BOX_WIDTH} {y}L{right} {y}"
        return f"M{x1} {y1}C{x1} {y1 + GAP_Y // 2} {x2} {y1 + GAP_Y // 2} {x2} {y1}"
    x1, y1 = begin[0] + BOX_WIDTH, begin[1] + BOX_HEIGHT // 2
    x2, y2 = end[0] + BOX_WIDTH, end[1] + BOX_HEIGHT // 2
    return f"M{x1} {y1}C{x1 + GAP_X} {y1} {x2 + GAP_X} {y2} {x2} {y2}"


def _fit(title: str) -> str:
    """Return a title cut to the width of a box; a hanzi is as wide as two letters."""
    width, kept = 0.0, ""
    for letter in title:
        width += 2 if ord(letter) > 0x2E80 else 1.1
        if width > SHOWN:
            return f"{kept}…"
        kept += letter
    return kept
