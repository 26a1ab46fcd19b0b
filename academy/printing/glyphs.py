"""Which characters can be printed."""

import struct
import unicodedata
from functools import lru_cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"
REGULAR = FONTS / "NotoSerifCJKsc-Regular.otf"
_FULL_REPERTOIRE = 12
_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
_VARIATION_SELECTORS = frozenset([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])


def missing(text: str) -> list[str]:
    """Return the characters of `text` that no font here can draw, each once, in order.

    Blanks, invisible characters and variation selectors need no glyph.
    """
    found = dict.fromkeys(character for character in unicodedata.normalize("NFC", text) if not _drawn(character))
    return list(found)


def name_of(character: str) -> str:
    """Return a character together with its number, for a sentence about it: 𪚥（U+2A6A5）."""
    return f"{character}（U+{ord(character):04X}）"


def _drawn(character: str) -> bool:
    number = ord(character)
    if unicodedata.category(character) in _INVISIBLE or number in _VARIATION_SELECTORS:
        return True
    return number in coverage()


@lru_cache
def coverage() -> frozenset[int]:
    """Return the numbers of all characters of the regular font; the bold one has no others."""
    with REGULAR.open("rb") as file:
        head = file.read(12)
        tables = struct.unpack(">H", head[4:6])[0]
        directory = file.read(16 * tables)
        for at in range(0, len(directory), 16):
            tag, _sum, offset, length = struct.unpack(">4sIII", directory[at : at + 16])
            if tag == b"cmap":
                file.seek(offset)
                return frozenset(_characters(file.read(length)))
    raise ValueError(f"{REGULAR} has no table of characters")


def _characters(table: bytes) -> list[int]:
    """Read a `cmap` table: the sub-table for all of Unicode, whose groups name a first and a last character."""
    count = struct.unpack(">H", table[2:4])[0]
    for entry in range(count):
        _platform, _encoding, offset = struct.unpack(">HHI", table[4 + 8 * entry : 12 + 8 * entry])
        if struct.unpack(">H", table[offset : offset + 2])[0] != _FULL_REPERTOIRE:
            continue
        groups = struct.unpack(">I", table[offset + 12 : offset + 16])[0]
        found: list[int] = []
        for group in range(groups):
            at = offset + 16 + 12 * group
            first, last, glyph = struct.unpack(">III", table[at : at + 12])
            found.extend(number for number in range(first, last + 1) if glyph + number - first)
        return found
    raise ValueError(f"{REGULAR} has no table of all characters")
