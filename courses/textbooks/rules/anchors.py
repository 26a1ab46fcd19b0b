"""Names of paragraphs that stay the same over editions, so that links, search hits and reading records live on."""

import hashlib
from collections import defaultdict, deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

SIMILAR = 0.6
"""From this ratio on (difflib) two texts are the same paragraph, edited."""
NEAR = 60
"""An edited paragraph is looked for this many places before and after, so that comparing long chapters stays quick."""
DIGITS = 10


@dataclass(frozen=True)
class Known:
    """A paragraph of the edition before."""

    anchor: str
    kind: str
    text: str


def assign_anchors(new: Sequence[tuple[str, str]], old: Sequence[Known]) -> list[str]:
    """Return an anchor for each (kind, text) of `new`, in order.

    A paragraph that is unchanged keeps its anchor; one that was edited takes that of the most similar paragraph of `old`
    which nobody else has; every other gets a fresh one, made from its words.
    """
    anchors: list[str | None] = [None] * len(new)
    left = _keep_unchanged(new, old, anchors)
    _match_edited(new, old, left, anchors)
    taken = {known.anchor for known in old} | {anchor for anchor in anchors if anchor}
    for index, (kind, text) in enumerate(new):
        if anchors[index] is None:
            anchors[index] = _fresh(kind, text, taken)
            taken.add(anchors[index] or "")
    return [anchor or "" for anchor in anchors]


def _keep_unchanged(new: Sequence[tuple[str, str]], old: Sequence[Known], anchors: list[str | None]) -> list[int]:
    """Fill in the anchors of unchanged paragraphs; return the places in `old` that are left."""
    places: dict[tuple[str, str], deque[int]] = defaultdict(deque)
    for place, known in enumerate(old):
        places[known.kind, known.text].append(place)
    left = set(range(len(old)))
    for index, paragraph in enumerate(new):
        if places[paragraph]:
            place = places[paragraph].popleft()
            anchors[index] = old[place].anchor
            left.discard(place)
    return sorted(left)


def _match_edited(
    new: Sequence[tuple[str, str]], old: Sequence[Known], left: Sequence[int], anchors: list[str | None]
) -> None:
    """Fill in the anchors of edited paragraphs, the most similar pairs first."""
    open_places = [index for index, anchor in enumerate(anchors) if anchor is None]
    pairs = []
    for rank, index in enumerate(open_places):
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(new[index][1])
        for place in left[max(0, rank - NEAR) : rank + NEAR]:
            ratio = _ratio(matcher, old[place].text)
            if ratio >= SIMILAR and _heads(new[index][0]) == _heads(old[place].kind):
                pairs.append((-ratio, abs(index - place), index, place))
    used: set[int] = set()
    for *_order, index, place in sorted(pairs):
        if anchors[index] is None and place not in used:
            anchors[index] = old[place].anchor
            used.add(place)


def _ratio(matcher: SequenceMatcher[str], text: str) -> float:
    matcher.set_seq1(text)
    if matcher.real_quick_ratio() < SIMILAR or matcher.quick_ratio() < SIMILAR:
        return 0.0
    return matcher.ratio()


def _heads(kind: str) -> bool:
    return kind in {"h1", "h2", "h3", "h4", "h5", "h6"}


def _fresh(kind: str, text: str, taken: Collection[str]) -> str:
    """Return an anchor made from the paragraph's words: a paragraph that was taken out and comes back has its old one."""
    count = 0
    while True:
        source = f"{kind}\n{text}\n{count or ''}"
        anchor = hashlib.sha256(source.encode()).hexdigest()[:DIGITS]
        if anchor not in taken:
            return anchor
        count += 1
