"""What a film of the catalogue asks of its viewers: questions on the way, the first viewing in order.

seek: in_order
questions: {file: 04-film.quiz.txt, at: [{from: "0:46"}, {from: "1:30", to: "1:36", right: true}]}
"""

from pathlib import Path
from typing import Any

from academy.accounts.models import Person
from courses.catalog.rules import clock_ms
from courses.lesson_types.questions import new_key
from courses.questions import rules
from courses.questions.models import Category
from courses.questions.services import create
from courses.starter.reading import CatalogueError, need, read_text


def film_rules(entry: dict[str, Any], folder: Path, owner: Person, shelf: Category | None) -> dict[str, Any]:
    """Return what an entry adds to the content of a film; the questions go into the bank, onto `shelf`.

    Raises CatalogueError with the file and what to mend.
    """
    content: dict[str, Any] = {"in_order": True} if entry.get("seek") == "in_order" else {}
    asked = entry.get("questions")
    if not asked:
        return content
    path = folder / need(asked, "file", folder)
    drafts, problems = rules.read_plain(read_text(path))
    places = need(asked, "at", folder)
    if problems:
        raise CatalogueError("\n".join(f"{path}:{problem.line}: {problem.message}" for problem in problems))
    if len(places) != len(drafts):
        raise CatalogueError(f"{path}: {len(drafts)} questions, but {len(places)} places in “at”.")
    content["questions"] = [
        {"question_id": create(draft, owner, shelf).id, **_place(place, folder)}
        for draft, place in zip(drafts, places, strict=True)
    ]
    return content


def _place(place: dict[str, Any], folder: Path) -> dict[str, Any]:
    start = clock_ms(str(need(place, "from", folder)))
    end = clock_ms(str(place["to"])) if place.get("to") else start
    if start is None or end is None or end < start:
        raise CatalogueError(f'{folder}: “{place}” is no place in a film; write from: "0:46", in quotation marks.')
    return {"key": new_key(), "from_ms": start, "to_ms": end, "right": bool(place.get("right"))}
