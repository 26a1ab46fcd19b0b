"""Rows, pairs and areas: what several types share, so that none has to know another."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from courses.question_types.base import Content, FormValues, answer_values, as_content, first
from courses.question_types.options import ID_LIMIT, new_id
from courses.question_types.text import clean_line

Row = TypeVar("Row", bound=Mapping[str, Any])
SHOW_RULE = "show_rule"
"""Key of a content: whether trainees are told how marks are given."""


def records(value: object, *texts: str) -> list[Content]:
    """The objects of a list that hold all these texts; whatever else stands in the list is left out."""
    if not isinstance(value, list):
        return []
    return [item for item in value if isinstance(item, dict) and all(isinstance(item.get(key), str) for key in texts)]


def strings(value: object) -> list[str]:
    """A list of texts; anything else in it counts as an empty one."""
    return [item if isinstance(item, str) else "" for item in value] if isinstance(value, list) else []


def shuffled(rows: Iterable[Row], order_seed: str | None) -> list[Row]:
    """Rows in an order that the seed decides and that tells nothing of the author's, which may be the key.

    Without a seed it is shuffled, too. Sorted by a hash and not by ``random``, so that the order of a running attempt
    survives an upgrade of Python.
    """
    return sorted(rows, key=lambda row: hashlib.sha256(f"{order_seed or ''}:{row['id']}".encode()).digest())


def text_id(text: str) -> str:
    """An id that comes from nothing but the text."""
    return new_id(text, ())


def shows_rule(content: object) -> bool:
    """Whether the author wants trainees to be told how marks are given."""
    return as_content(content).get(SHOW_RULE) is True


# -- answers -----------------------------------------------------------------------------------------------------------


def answers_by_id(form: FormValues, most: int, length: int) -> dict[str, str] | None:
    """The answers to several named places of one question: the answer field holds names and values in turn.

    None when no place has a value. A place that was left empty is kept, so that the sheet can see that one is missing.
    """
    values = [value.strip() for value in answer_values(form, 2 * most, length)]
    given: dict[str, str] = {}
    for name, value in zip(values[::2], values[1::2], strict=False):
        given.setdefault(name[:ID_LIMIT], value)
    given.pop("", None)
    return given if any(given.values()) else None


def given_by_id(answer: object) -> dict[str, str]:
    """The texts of a stored answer by the names of their places."""
    return {key: value for key, value in as_content(answer).items() if isinstance(value, str)}


# -- editor ------------------------------------------------------------------------------------------------------------


def form_rows(form: FormValues, kind: str, columns: Sequence[str], carried: Sequence[str] = ()) -> list[dict[str, str]]:
    """The rows of an editor's table: one field ``<kind>_<column>`` per column, and ``<kind>_id``.

    Left out are rows with nothing in any of the ``columns``, whatever is ``carried`` with them, and the row that the button
    ``drop-<kind>-<number>`` takes away.
    """
    lists = {column: form.getlist(f"{kind}_{column}") for column in ("id", *columns, *carried)}
    dropped = first(form, "action")
    rows = []
    for number in range(max(len(lists[column]) for column in columns)):
        row = {column: clean_line(values[number]) if number < len(values) else "" for column, values in lists.items()}
        if dropped != f"drop-{kind}-{number}" and any(row[column] for column in columns):
            rows.append(row)
    return rows


def identified(rows: Iterable[dict[str, str]], name: str) -> list[dict[str, str]]:
    """Rows with an id each: the one they had, or a new one from their text."""
    rows = list(rows)
    kept = {row["id"] for row in rows if row["id"]}
    taken: list[str] = []
    for row in rows:
        known = row["id"][:ID_LIMIT]
        row["id"] = known if known and known not in taken else new_id(row[name], [*taken, *kept])
        taken.append(row["id"])
    return rows


def spare_rows(rows: Collection[Row], usual: int, spare: int, most: int) -> range:
    """One number for each empty row that an editor shows after these."""
    return range(max(0, min(max(usual - len(rows), spare), most - len(rows))))


def bad_ids(rows: Iterable[Mapping[str, Any]]) -> bool:
    """Whether ids are missing, too long or used twice."""
    ids = [row["id"] for row in rows]
    return len(set(ids)) < len(ids) or any(not 0 < len(value) <= ID_LIMIT for value in ids)
