"""The contents of a course in the shape that templates/components/lesson_tree.html shows."""

from typing import Any

from flask import url_for

from academy.i18n import _, localized
from academy.web.filters import show_clock, show_percent
from courses.learning.services.outline import Line, Outline, Part
from courses.lesson_types.registry import lesson_type


def chapters(
    outline: Outline, labels: dict[int, str], slug: str, current: int | None, brief: bool = False
) -> list[dict[str, Any]]:
    """Return the chapters with their lessons; the one with the lesson `current` is open, else the first."""
    at = next(
        (place for place, part in enumerate(outline.parts) if any(line.lesson_id == current for line in part.lines)), 0
    )
    return [
        {
            "title": localized(part, "title"),
            "state": _state(part, place == at and current is not None),
            "done": part.done,
            "total": len(part.lines),
            "open": place == at or (not brief and len(outline.lines) <= 12),
            "lessons": [_lesson(line, labels, slug, current) for line in part.lines],
        }
        for place, part in enumerate(outline.parts)
    ]


def _state(part: Part, here: bool) -> str:
    if part.lines and part.done == len(part.lines):
        return "done"
    return "now" if here else "todo"


def _lesson(line: Line, labels: dict[int, str], slug: str, current: int | None) -> dict[str, Any]:
    kind = lesson_type(line.type)
    sealed = line.lock is not None and line.lock.sealed
    return {
        "title": numbered(line),
        "url": url_for("learning.lesson", slug=slug, lesson_id=line.lesson_id),
        "state": "done" if line.done else ("lock" if sealed else ("half" if line.opened else "todo")),
        "icon": kind.icon if kind else "warning",
        "kind": labels.get(line.id, "") if kind else _("暂时打不开"),
        "extra": _extra(line),
        "note": _("已完成") if line.done else (_("学习中") if line.opened else ""),
        "current": line.lesson_id == current,
    }


def _extra(line: Line) -> str:
    kind = lesson_type(line.type)
    if line.lock is not None and line.lock.sealed:
        # what holds for the whole course is said once, above the contents
        return line.lock_text if line.lock.reason in ("after", "lesson_opens") else ""
    if not line.done and kind and kind.measure == "time" and line.position.isdecimal() and int(line.position):
        return _("看到 %(clock)s", clock=show_clock(int(line.position) / 1000))
    if not line.done and line.share:
        return _("已学 %(percent)s", percent=show_percent(line.share))
    return "" if line.required or line.named else _("选学")


def numbered(line: Line) -> str:
    """Write a lesson's title with its number: 3.2 怎样做调查走访."""
    return f"{line.number} {localized(line, 'title')}"
