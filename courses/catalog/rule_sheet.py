"""The page on which an author writes completion rules: what is typed, as typed, and what it says.

Everything is plain fields, so that the page works without scripts: buttons add, move and remove lines, and nothing that was
typed is lost by them. The names of the fields: `root`, `root-n`; `r-<path>-is|lesson|percent|n` for each line, whose path is
"2" or, inside a group, "2.0"; `p-<i>` for courses to be completed before; `g-<i>-lesson|after|opens` for single lessons.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from academy.i18n import _
from courses.catalog.rules import moved
from courses.completion.language import (
    DATES,
    GROUPS,
    LEAVES,
    MOST_ATTEMPTS,
    MOST_COURSES,
    MOST_ITEMS,
    moment_of,
    root_of,
)

_LINE = re.compile(r"r-(\d{1,2})(?:\.(\d{1,2}))?-is")
_GATE = re.compile(r"g-(\d{1,3})-lesson")
_COURSE = re.compile(r"p-(\d{1,2})")
LOCAL = "%Y-%m-%dT%H:%M"
MOST_GATES = 100
TEST_OUT = ("quiz", "percent", "attempts")


@dataclass
class Line:
    """One condition, or a group of them, as typed."""

    kind: str
    lesson: str = ""
    percent: str = ""
    n: str = ""
    lines: list["Line"] = field(default_factory=list)


@dataclass
class Gate:
    """When one lesson opens, as typed."""

    lesson: str = ""
    after: str = ""
    opens: str = ""


@dataclass
class Sheet:
    """Everything that is typed. `mistakes`: by the id of the field, what is wrong with it."""

    root: str = "all"
    root_n: str = ""
    lines: list[Line] = field(default_factory=list)
    courses: list[str] = field(default_factory=list)
    in_order: bool = False
    gates: list[Gate] = field(default_factory=list)
    dates: dict[str, str] = field(default_factory=dict)
    test_out: dict[str, str] = field(default_factory=dict)
    mistakes: dict[str, str] = field(default_factory=dict)


# -- from what is stored, and from what was sent -------------------------------------------------------------------


def sheet_of(rules: Mapping[str, Any], zone: ZoneInfo) -> Sheet:
    """Return the page filled with rules in normal form; moments are written in the college's time."""

    def local(value: object) -> str:
        moment = moment_of(value)
        return moment.astimezone(zone).strftime(LOCAL) if moment else ""

    root, test_out = root_of(rules), rules.get("test_out", {})
    return Sheet(
        root=root["is"],
        root_n=str(root.get("n", "")),
        lines=[_line_of(each) for each in root["of"]],
        courses=[str(each) for each in rules.get("courses", ())],
        in_order=bool(rules.get("in_order")),
        gates=[
            Gate(key, str(gate.get("after", "")), local(gate.get("opens_at")))
            for key, gate in rules.get("lessons", {}).items()
        ],
        dates={name: local(rules.get(name)) for name in DATES},
        test_out={
            "quiz": str(test_out.get("quiz_id", "")),
            "percent": str(test_out.get("percent", "")),
            "attempts": str(test_out.get("attempts", "")),
        },
    )


def _line_of(node: Mapping[str, Any]) -> Line:
    lesson, percent, n = (str(node.get(name, "")) for name in ("lesson", "percent", "n"))
    return Line(node["is"], lesson, percent, n, [_line_of(each) for each in node.get("of", ())])


def read(form: Mapping[str, str]) -> Sheet:
    """Return the page as it was sent; lines come in the order of their numbers."""

    def text(name: str) -> str:
        return (form.get(name) or "").strip()[:40]

    gates = sorted({int(found[1]) for name in form if (found := _GATE.fullmatch(name))})
    courses = sorted({int(found[1]) for name in form if (found := _COURSE.fullmatch(name))})
    return Sheet(
        root="any" if form.get("root") == "any" else "all",
        root_n=text("root-n"),
        lines=_lines(form),
        courses=[text(f"p-{index}") for index in courses],
        in_order="in_order" in form,
        gates=[Gate(*(text(f"g-{index}-{name}") for name in ("lesson", "after", "opens"))) for index in gates],
        dates={name: text(name) for name in DATES},
        test_out={name: text(f"test_out_{name}") for name in TEST_OUT},
    )


def _lines(form: Mapping[str, str]) -> list[Line]:
    found: dict[int, Line] = {}
    paths = [path for name in form if (path := _LINE.fullmatch(name))]
    for path in sorted(paths, key=lambda each: (int(each[1]), int(each[2] or -1))):
        outer, inner = int(path[1]), path[2]
        stem = f"r-{path[1]}.{inner}" if inner else f"r-{path[1]}"
        kind = form.get(f"{stem}-is", "")
        if kind not in LEAVES and (inner or kind not in GROUPS):
            continue
        lesson, percent, n = ((form.get(f"{stem}-{name}") or "").strip()[:12] for name in ("lesson", "percent", "n"))
        line = Line(kind, lesson, percent, n)
        if not inner:
            found[outer] = line
        elif outer in found and found[outer].kind in GROUPS:
            found[outer].lines.append(line)
    return list(found.values())


# -- the buttons ---------------------------------------------------------------------------------------------------


def act(sheet: Sheet, command: str) -> str:
    """Do what a button asks ("add:score", "add:lesson:2", "up:2.0", "remove:p:1"); return the id of what to look at next.

    A command that means nothing does nothing.
    """
    verb, _colon, rest = command.partition(":")
    if verb == "add":
        return _add(sheet, *rest.partition(":")[::2])
    if verb == "remove" and rest[:2] in ("p:", "g:"):
        listed: list[Any] = sheet.courses if rest[0] == "p" else sheet.gates
        if rest[2:].isdecimal() and len(rest) < 6 and int(rest[2:]) < len(listed):
            del listed[int(rest[2:])]
        return "prerequisites" if rest[0] == "p" else "gates"
    outer, _dot, inner = rest.partition(".")
    lines = _group(sheet, outer) if inner else sheet.lines
    place = int(inner or outer) if (inner or outer).isdecimal() and len(rest) < 6 else -1
    if 0 <= place < len(lines):
        if verb == "remove":
            del lines[place]
        elif verb in ("up", "down"):
            order = moved(range(len(lines)), place, -1 if verb == "up" else 1)
            lines[:] = [lines[each] for each in order]
    return "rule"


def _group(sheet: Sheet, place: str) -> list[Line]:
    return sheet.lines[int(place)].lines if _is_group(sheet, place) else []


def _add(sheet: Sheet, kind: str, place: str) -> str:
    if kind == "course" and len(sheet.courses) < MOST_COURSES:
        sheet.courses.append("")
        return f"p-{len(sheet.courses) - 1}"
    if kind == "gate" and len(sheet.gates) < MOST_GATES:
        sheet.gates.append(Gate())
        return f"g-{len(sheet.gates) - 1}-lesson"
    lines = _group(sheet, place) if place else sheet.lines
    known = kind in LEAVES or (kind in GROUPS and not place)
    if not known or len(lines) >= MOST_ITEMS or (place and not _is_group(sheet, place)):
        return "rule"
    lines.append(Line(kind, percent="60" if kind == "score" else "", n="1" if kind == "any" else ""))
    path = f"{place}.{len(lines) - 1}" if place else str(len(lines) - 1)
    named = {"required": "row", "total": "percent", "any": "n", "all": "row"}.get(kind, "lesson")
    return f"r-{path}-{named}" if named != "row" else f"r-{path}"


def _is_group(sheet: Sheet, place: str) -> bool:
    return (
        place.isdecimal()
        and len(place) < 3
        and int(place) < len(sheet.lines)
        and sheet.lines[int(place)].kind in GROUPS
    )


# -- what it says --------------------------------------------------------------------------------------------------


def rules_from(sheet: Sheet, zone: ZoneInfo) -> dict[str, Any]:
    """Return the rules that are written on the page, not yet in normal form; notes in `mistakes` what cannot be read."""
    sheet.mistakes = {}
    root: dict[str, Any] = {"is": sheet.root, "of": list(_nodes(sheet, sheet.lines, ""))}
    if sheet.root == "any":
        root["n"] = _number(sheet, "root-n", sheet.root_n, MOST_ITEMS)
    gates: dict[str, dict[str, Any]] = {}
    for index, gate in enumerate(sheet.gates):
        found = _gate(sheet, index, gate, zone)
        if found.keys() & gates.keys():
            sheet.mistakes[f"g-{index}-lesson"] = _("这一节上面已经写过一条，请合成一条")
        gates |= found
    return {
        "rule": root,
        **{name: _moment(sheet, name, text, zone) for name, text in sheet.dates.items()},
        "courses": [int(each) for each in sheet.courses if _id(each)],
        "in_order": sheet.in_order,
        "lessons": gates,
        "test_out": _test_out(sheet),
    }


def _nodes(sheet: Sheet, lines: Iterable[Line], path: str) -> Iterable[dict[str, Any]]:
    for index, line in enumerate(lines):
        here = f"{path}.{index}" if path else str(index)
        node: dict[str, Any] = {"is": line.kind}
        if line.kind in GROUPS:
            node["of"] = list(_nodes(sheet, line.lines, here))
        if line.kind == "any":
            node["n"] = _number(sheet, f"r-{here}-n", line.n, MOST_ITEMS)
        if "lesson" in LEAVES.get(line.kind, ()):
            node["lesson"] = _id(line.lesson)
        if "percent" in LEAVES.get(line.kind, ()):
            node["percent"] = _number(sheet, f"r-{here}-percent", line.percent, 100)
        yield node


def _gate(sheet: Sheet, index: int, gate: Gate, zone: ZoneInfo) -> dict[str, dict[str, Any]]:
    opens = _moment(sheet, f"g-{index}-opens", gate.opens, zone)
    if not _id(gate.lesson):
        if gate.after or gate.opens:
            sheet.mistakes[f"g-{index}-lesson"] = _("请选择是哪一节的开放条件")
        return {}
    return {gate.lesson: {"after": _id(gate.after), "opens_at": opens}}


def _test_out(sheet: Sheet) -> dict[str, Any]:
    percent = _number(sheet, "test_out_percent", sheet.test_out.get("percent", ""), 100, needed=False)
    attempts = _number(sheet, "test_out_attempts", sheet.test_out.get("attempts", ""), MOST_ATTEMPTS, needed=False)
    return {"quiz_id": _id(sheet.test_out.get("quiz", "")), "percent": percent, "attempts": attempts or 1}


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 and int(text) else None


def _number(sheet: Sheet, name: str, text: str, most: int, needed: bool = True) -> int | None:
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("%")
    if plain.isascii() and plain.isdecimal() and len(plain) < 5 and 1 <= int(plain) <= most:
        return int(plain)
    if plain:
        sheet.mistakes[name] = _("“%(text)s”不行，请填 1 到 %(most)s 的整数", text=text, most=most)
    elif needed:
        sheet.mistakes[name] = _("请填 1 到 %(most)s 的整数", most=most)
    return None


def _moment(sheet: Sheet, name: str, text: str, zone: ZoneInfo) -> str:
    if not text:
        return ""
    try:
        moment = datetime.strptime(text[:16].replace(" ", "T"), LOCAL).replace(tzinfo=zone)
    except ValueError:
        sheet.mistakes[name] = _("“%(text)s”不是日期和时间，请照这样写：2026-09-01T09:00", text=text)
        return ""
    if moment_of(moment.isoformat()) is None:
        sheet.mistakes[name] = _("年份应在 2000 到 2200 之间")
    return moment.isoformat()
