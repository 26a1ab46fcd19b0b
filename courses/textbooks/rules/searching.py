"""Finding words in a text and showing where they stand. Pure."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

CONTEXT = 36
MOST_WORDS = 6
LONGEST_QUERY = 60


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """Return `text` in the form in which it is searched, and for each of its characters the place it comes from.

    Compatibility forms (full-width letters), capitals, and spaces next to Chinese characters make no difference.
    """
    letters: list[str] = []
    places: list[int] = []
    space_at = -1
    for place, character in enumerate(text):
        if character.isspace():
            space_at = place if letters else -1
            continue
        for letter in unicodedata.normalize("NFKC", character).casefold():
            if space_at >= 0 and letters and letters[-1].isascii() and letter.isascii():
                letters.append(" ")
                places.append(space_at)
            space_at = -1
            letters.append(letter)
            places.append(place)
    return "".join(letters), places


def fold(text: str) -> str:
    """Return `text` in the form in which it is searched."""
    return fold_with_places(text)[0]


def words_of(query: str) -> list[str]:
    """Return the words that are looked for: all of them must be in a paragraph."""
    return list(dict.fromkeys(filter(None, map(fold, query[:LONGEST_QUERY].split()))))[:MOST_WORDS]


@dataclass(frozen=True)
class Piece:
    """Some characters of a text; `hit` where they are what was looked for."""

    text: str
    hit: bool = False


def excerpt(text: str, words: Sequence[str], context: int = CONTEXT) -> list[Piece]:
    """Return the part of `text` around the first hit, cut into pieces; “…” where something was left out."""
    spans = _spans(text, words)
    if not spans:
        return [Piece(text[: 2 * context] + ("…" if len(text) > 2 * context else ""))]
    start = _begin(text, max(0, spans[0][0] - context), spans[0][0])
    end = min(len(text), max(spans[0][1], start) + 2 * context)
    marks = [start, *(mark for span in spans if span[1] <= end for mark in span), end]
    pieces = [Piece(text[a:b], bool(number % 2)) for number, (a, b) in enumerate(pairwise(marks)) if b > a]
    before = [Piece("…")] if start else []
    after = [Piece("…")] if end < len(text) else []
    return before + pieces + after


def _begin(text: str, start: int, hit: int) -> int:
    """Return where an excerpt may begin: not with the punctuation of the clause before."""
    while 0 < start < hit and not text[start].isalnum():
        start += 1
    return start


def _spans(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Return where the words stand in `text`, in order and without overlap."""
    folded, places = fold_with_places(text)
    found = []
    for word in words:
        at = folded.find(word)
        while at >= 0:
            found.append((places[at], places[at + len(word) - 1] + 1))
            at = folded.find(word, at + len(word))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
