"""What is printed, and written to the file."""

from __future__ import annotations

import json
import platform
import unicodedata
from pathlib import Path

from benchmarks.measuring import Figures

HEAD = ("request", "CPU ms", "queries", "bytes", "bare ms", "ratio", "of rounds", "aim", "")
LEFT = {0, 7, 8}
HALF_OF_TWO_CORES = 1
SECONDS_BETWEEN_BEATS = 30


def table(figures: list[Figures]) -> str:
    """Return the figures in columns."""
    rows = [HEAD, *(_row(each) for each in figures)]
    widths = [max(_width(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = ["  ".join(_fit(cell, widths[at], at in LEFT) for at, cell in enumerate(row)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * max(map(len, lines)), *lines[1:]])


def _row(each: Figures) -> tuple[str, ...]:
    wanted = each.scenario
    aims = [f"≤ {wanted.ratio:g}"] if wanted.ratio is not None else []
    aims += [f"≤ {wanted.queries} queries"] if wanted.queries is not None else []
    return (
        wanted.name,
        f"{each.cpu_ms:.2f}",
        str(each.queries),
        f"{each.bytes:,}",
        f"{each.bare_ms:.2f}",
        f"{each.ratio:.2f}",
        f"{min(each.ratios):.2f}–{max(each.ratios):.2f}",
        ", ".join(aims),
        ("NOT MET" if each.misses() else "met") if aims else "",
    )


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _fit(text: str, width: int, left: bool) -> str:
    blank = " " * (width - _width(text))
    return text + blank if left else blank + text


def verdict(figures: list[Figures]) -> str:
    """Return in words which aims are met."""
    aimed = [each for each in figures if each.scenario.ratio is not None or each.scenario.queries is not None]
    missed = [f"  {each.scenario.name}: {what}" for each in aimed for what in each.misses()]
    if missed:
        return "Aims not met:\n" + "\n".join(missed)
    return f"All aims are met ({len(aimed)} requests)."


def learners(figures: list[Figures]) -> str:
    """Return how many learners may watch at once, by the CPU of a heartbeat; "" where none was measured."""
    found = [each for each in figures if each.scenario.key == "heartbeat"]
    if not found:
        return ""
    number = int(HALF_OF_TWO_CORES * 1000 / found[0].cpu_ms * SECONDS_BETWEEN_BEATS)
    return (
        f"Half of two cores like this one, as busy as it is now, serve {number:,} learners "
        f"who report every {SECONDS_BETWEEN_BEATS} seconds."
    )


def write(path: Path, results: dict[str, list[Figures]], rounds: int) -> None:
    """Write the figures of all databases."""
    content = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "rounds": rounds,
        "databases": {kind: {each.scenario.key: each.as_json() for each in found} for kind, found in results.items()},
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
