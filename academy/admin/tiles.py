"""The figures on the overview: every room may add some, for the part of the tree that the person keeps.

    @tiles(order=20)
    def courses(paths: tuple[str, ...]) -> list[Tile]:
        return [Tile(_("在学课程"), 12, unit=_("门"), url=url_for("catalog.studio"))]

Register in a room's `listeners.py` or `views.py`. `paths` are the subtrees that may be counted; ("/",) is everything.
A maker asks the database as little as it can: the page is the first one that admins open.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Tile:
    """One figure: what it counts, how many, of what, a further detail, and where to read on."""

    label: str
    value: int | str
    unit: str = ""
    detail: str = ""
    url: str = ""


Maker = Callable[[tuple[str, ...]], Iterable[Tile]]

_makers: dict[str, tuple[int, Maker]] = {}


def tiles(order: int = 100) -> Callable[[Maker], Maker]:
    """Register a maker of tiles; lower orders come first. Registering the same function again changes nothing."""

    def register(maker: Maker) -> Maker:
        _makers[f"{maker.__module__}.{maker.__qualname__}"] = (order, maker)
        return maker

    return register


def collect(paths: tuple[str, ...]) -> list[Tile]:
    """Return all tiles, in order."""
    ordered = sorted(_makers.items(), key=lambda item: (item[1][0], item[0]))
    return [tile for _name, (_order, maker) in ordered for tile in maker(paths)]
