"""From the words of course.yaml to completion rules: which lessons, how many, which courses before, which quiz tests out."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select

from academy.db import db
from courses.catalog.models import Course
from courses.completion.language import DATES, GROUPS, normal
from courses.starter.lessons import LessonMaker
from courses.starter.reading import CatalogueError, need


class RuleReader:
    """Reads the rules of one course. `lessons`: their ids by key."""

    def __init__(self, folder: Path, lessons: Mapping[str, int], maker: LessonMaker) -> None:
        self.folder = folder
        self.lessons = lessons
        self.maker = maker

    def rules(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Return the rules of a course in normal form. Raises CatalogueError with the file and what to mend."""
        after = {
            str(self._lesson(key)): {"after": self._lesson(first)} for key, first in facts.get("open_after", {}).items()
        }
        return normal(
            {
                "rule": self._node(facts["completion"]) if facts.get("completion") else None,
                **{name: str(facts.get(name, "")) for name in DATES},
                "courses": [self._course(slug) for slug in facts.get("prerequisites", [])],
                "in_order": facts.get("in_order", False),
                "lessons": after,
                "test_out": self._test_out(facts["test_out"]) if facts.get("test_out") else None,
            }
        )

    def _node(self, entry: Any) -> dict[str, Any]:
        if isinstance(entry, str):
            return {"is": "required"} if entry == "required" else {"is": "lesson", "lesson": self._lesson(entry)}
        kind = next(
            (name for name in (*GROUPS, "score", "share", "total") if isinstance(entry, dict) and name in entry), ""
        )
        if kind in GROUPS:
            return {"is": kind, "of": [self._node(each) for each in entry[kind]], "n": entry.get("at_least")}
        if kind == "total":
            return {"is": "total", "percent": entry["total"]}
        if not kind:
            raise CatalogueError(f"{self.folder}: “{entry}” is not a completion rule.")
        return {"is": kind, "lesson": self._lesson(entry[kind]), "percent": entry.get("percent")}

    def _lesson(self, key: str) -> int:
        if key not in self.lessons:
            raise CatalogueError(f"{self.folder}: there is no lesson “{key}”.")
        return self.lessons[key]

    def _course(self, slug: str) -> int:
        found = db.session.scalar(select(Course.id).where(Course.slug == slug))
        if found is None:
            raise CatalogueError(f"{self.folder}: there is no course “{slug}”, or it comes later in the alphabet.")
        return found

    def _test_out(self, entry: dict[str, Any]) -> dict[str, Any]:
        percent, attempts = need(entry, "percent", self.folder), entry.get("attempts", 1)
        quiz = self.maker.content({**entry, "type": "quiz", "pass_percent": percent, "attempts": attempts})
        return {"quiz_id": quiz["quiz_id"], "percent": percent, "attempts": attempts}
