"""How a person likes the reader to look. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

SIZES = {1: 16, 2: 19, 3: 22, 4: 26, 5: 32}
"""Steps of the text's size, and what each is called: pixels where the browser's own size is the usual 16."""
SPACINGS = ("tight", "normal", "wide")
FACES = ("serif", "sans", "kai")
PAPERS = ("auto", "white", "warm", "green", "night")


@dataclass(frozen=True)
class Appearance:
    """Size of the text (a step), distance of lines, typeface, and colour of the paper ("auto": as the site's theme)."""

    size: int = 2
    spacing: str = "normal"
    face: str = "serif"
    paper: str = "auto"

    def changed(self, values: Mapping[str, Any]) -> "Appearance":
        """Return it with what `values` chooses; what is not offered is passed over."""
        size = str(values.get("size", ""))
        return Appearance(
            int(size) if size.isdecimal() and len(size) == 1 and int(size) in SIZES else self.size,
            _one_of(SPACINGS, values.get("spacing"), self.spacing),
            _one_of(FACES, values.get("face"), self.face),
            _one_of(PAPERS, values.get("paper"), self.paper),
        )

    def values(self) -> dict[str, Any]:
        """Return it as plain values, to be kept."""
        return asdict(self)

    def cookie(self) -> str:
        """Return it as the text of a cookie."""
        return ".".join(str(value) for value in self.values().values())

    @classmethod
    def from_cookie(cls, text: str) -> "Appearance":
        """Return what a cookie says."""
        return cls().changed(dict(zip(cls.__annotations__, text.split("."), strict=False)))


def _one_of(offered: tuple[str, ...], value: Any, default: str) -> str:
    return value if value in offered else default
