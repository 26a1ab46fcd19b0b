"""Completion rules as data, and their normal form.

A course holds one JSON object; every key may be left out, and {} is the ordinary course (all required lessons, at any time):

    {"rule": {"is": "any", "n": 2, "of": [node, …]},          what completes the course
     "opens_at": "2026-09-01T01:00:00+00:00", "due_at": …, "closes_at": …,
     "courses": [3, 7],                                        courses to be completed before
     "in_order": true,                                         a lesson opens when the required ones before it are done
     "lessons": {"12": {"after": 11, "opens_at": …}},          when single lessons open
     "test_out": {"quiz_id": 5, "percent": 80, "attempts": 1}} a quiz that completes the course by itself

A node is {"is": "all", "of": […]}, {"is": "any", "n": 2, "of": […]}, {"is": "required"}, {"is": "lesson", "lesson": 12},
{"is": "share", "lesson": 12, "percent": 80}, {"is": "score", "lesson": 12, "percent": 60} or {"is": "total", "percent": 70}.
A draft may hold a node that is not finished (without its lesson or percentage); such a node is never met.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

Node = Mapping[str, Any]

DEPTH = 2
"""Groups inside the outermost group: one level, so that an author still sees what the rule says."""
MOST_ITEMS = 20
MOST_COURSES = 10
MOST_ATTEMPTS = 9
GROUPS = ("all", "any")
LEAVES: dict[str, tuple[str, ...]] = {
    "required": (),
    "lesson": ("lesson",),
    "share": ("lesson", "percent"),
    "score": ("lesson", "percent"),
    "total": ("percent",),
}
DATES = ("opens_at", "due_at", "closes_at")
BIGGEST_ID = 2**31 - 1
DEFAULT: dict[str, Any] = {"is": "all", "of": [{"is": "required"}]}
_LIMITS = {"lesson": BIGGEST_ID, "percent": 100}
_TEST_OUT = {
    "quiz_id": BIGGEST_ID,
    "percent": 100,
    "attempts": MOST_ATTEMPTS,
    "quiz_version_id": BIGGEST_ID,
    "questions": 10_000,
    "time_limit_seconds": 86_400,
}


def whole(value: object, most: int) -> int | None:
    """Return `value` if it is a whole number from 1 to `most`, else None."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most else None


def moment_of(value: object) -> datetime | None:
    """Return a moment written as text, in UTC; None for what is none."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo and 2000 <= moment.year <= 2200 else None


def normal(value: object) -> dict[str, Any]:
    """Return rules in normal form: whatever is not in the language is left out. Doing it again changes nothing."""
    given = value if isinstance(value, Mapping) else {}
    found: dict[str, Any] = {"rule": _root(given.get("rule"))}
    found |= {name: _text_of(given.get(name)) for name in DATES}
    found["courses"] = _ids(given.get("courses"))
    found["in_order"] = given.get("in_order") is True
    found["lessons"] = _lessons(given.get("lessons"))
    found["test_out"] = _test_out(given.get("test_out"))
    return {name: each for name, each in found.items() if each}


def _text_of(value: object) -> str:
    moment = moment_of(value)
    return moment.isoformat() if moment else ""


def _ids(value: object) -> list[int]:
    items = value if isinstance(value, list) else []
    return list(dict.fromkeys(each for each in items if whole(each, BIGGEST_ID)))[:MOST_COURSES]


def _lessons(value: object) -> dict[str, dict[str, Any]]:
    result = {}
    for key, each in (value if isinstance(value, Mapping) else {}).items():
        number = int(key) if isinstance(key, str) and key.isascii() and key.isdecimal() and len(key) < 11 else key
        if not whole(number, BIGGEST_ID) or not isinstance(each, Mapping):
            continue
        gate = {"after": whole(each.get("after"), BIGGEST_ID), "opens_at": _text_of(each.get("opens_at"))}
        if kept := {name: what for name, what in gate.items() if what}:
            result[str(number)] = kept
    return {key: result[key] for key in sorted(result, key=int)}


def _test_out(value: object) -> dict[str, int]:
    given = value if isinstance(value, Mapping) else {}
    found = {name: whole(given.get(name), most) for name, most in _TEST_OUT.items()}
    return {name: each for name, each in found.items() if each} if found["quiz_id"] else {}


def _root(value: object) -> dict[str, Any]:
    node = _node(value, DEPTH)
    if node is None:
        return {}
    root = node if node["is"] in GROUPS else {"is": "all", "of": [node]}
    return {} if not root["of"] or root == DEFAULT else root


def _node(value: object, depth: int) -> dict[str, Any] | None:
    kind = value.get("is") if isinstance(value, Mapping) else None
    if not isinstance(value, Mapping) or not isinstance(kind, str):
        return None
    if kind in LEAVES:
        wanted = {name: whole(value.get(name), _LIMITS[name]) for name in LEAVES[kind]}
        return {"is": kind, **{name: each for name, each in wanted.items() if each}}
    if kind not in GROUPS or not depth:
        return None
    items = value.get("of")
    inside = [_node(each, depth - 1) for each in items[: 4 * MOST_ITEMS]] if isinstance(items, list) else []
    group: dict[str, Any] = {"is": kind, "of": [each for each in inside if each is not None][:MOST_ITEMS]}
    return {**group, "n": whole(value.get("n"), MOST_ITEMS) or 1} if kind == "any" else group


def root_of(rules: Mapping[str, Any]) -> Node:
    """Return what completes the course, of rules in normal form."""
    root: Node = rules.get("rule") or DEFAULT
    return root


def leaves_of(node: Node) -> Iterator[Node]:
    """Yield the nodes that are no groups."""
    if node["is"] not in GROUPS:
        yield node
    for each in node.get("of", ()):
        yield from leaves_of(each)


def without_pins(rules: Mapping[str, Any]) -> dict[str, Any]:
    """Return rules as an author writes them: without what publication pins."""
    kept = normal(rules)
    if "test_out" in kept:
        kept["test_out"] = {
            name: each for name, each in kept["test_out"].items() if name in ("quiz_id", "percent", "attempts")
        }
    return kept
