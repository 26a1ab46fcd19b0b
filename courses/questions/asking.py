"""What is looked for in the bank, as it stands in an address."""

from collections.abc import Collection
from typing import Any

from werkzeug.datastructures import MultiDict

from academy.web.lookups import MAX_ID
from courses.question_types.text import clean_line
from courses.questions import filters
from courses.questions.rules import DIFFICULTIES, MOST_TAGS, TAG_LIMIT
from courses.questions.services.finding import MOST_USED, NO_SHELF, OLDEST, STEM, UNUSED, USED, Wanted

MINE = "mine"
Q_LIMIT = 100
MOST_IDS = 2_000


def wanted_in(values: "MultiDict[str, str]", person_id: int) -> Wanted:
    """Return what an address (or a form) asks for; what nobody can have meant is passed over.

    Names: q, category (an id, or "none"), type, tag (several), difficulty, whose ("mine" or an id), used, state, sort, id.
    """
    state, used, sort = values.get("state", ""), values.get("used", ""), values.get("sort", "")
    difficulty = values.get("difficulty", "")
    category = values.get("category", "")
    whose = values.get("whose", "")
    tags = dict.fromkeys(clean_line(tag)[:TAG_LIMIT] for tag in values.getlist("tag"))
    return Wanted(
        q=values.get("q", "").strip()[:Q_LIMIT],
        category_id=NO_SHELF if category == "none" else number(category),
        type_key=values.get("type", "")[:40],
        tags=tuple(tag for tag in tags if tag)[:MOST_TAGS],
        difficulty=difficulty if difficulty in DIFFICULTIES else "",
        owner_id=person_id if whose == MINE else number(whose),
        used=used if used in (USED, UNUSED) else "",
        state=state if state in (*filters.FILTERS, filters.ANY) else filters.IN_USE,
        sort=sort if sort in (OLDEST, STEM, MOST_USED) else "",
        ids=ids_in(values.getlist("id")) or None,
    )


def number(text: str) -> int | None:
    """Return an id out of an address, or None."""
    return int(text) if text.isdecimal() and len(text) < 11 and int(text) <= MAX_ID else None


def address(wanted: Wanted, person_id: int) -> dict[str, Any]:
    """Return the values by which an address asks for this; empty ones are left out."""
    values: dict[str, Any] = {
        "q": wanted.q,
        "category": "none" if wanted.category_id == NO_SHELF else wanted.category_id,
        "type": wanted.type_key,
        "tag": list(wanted.tags),
        "difficulty": wanted.difficulty,
        "whose": MINE if wanted.owner_id == person_id else wanted.owner_id,
        "used": wanted.used,
        "state": wanted.state,
        "sort": wanted.sort,
        "id": packed(wanted.ids or ()),
    }
    return {name: value for name, value in values.items() if value}


# -- many ids in one value -----------------------------------------------------------------------------------------


def packed(ids: Collection[int]) -> str:
    """Return ids as one short text, ascending, runs as "3-9"."""
    runs: list[list[int]] = []
    for each in sorted(set(ids)):
        if runs and each == runs[-1][1] + 1:
            runs[-1][1] = each
        else:
            runs.append([each, each])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def ids_in(texts: list[str]) -> tuple[int, ...]:
    """Return the ids that `packed` or single check boxes wrote, at most MOST_IDS; what is no id is passed over."""
    found: dict[int, None] = {}
    for part in (part for text in texts for part in text.split(",")):
        first, dash, last = part.strip().partition("-")
        start, end = number(first), number(last if dash else first)
        if start is None or end is None or end < start:
            continue
        for each in range(start, min(end, start + MOST_IDS) + 1):
            found.setdefault(each)
            if len(found) >= MOST_IDS:
                return tuple(found)
    return tuple(found)
