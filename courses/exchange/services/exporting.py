"""Questions out of the bank as a file, and what the file cannot carry."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from academy.db import db
from academy.files import storage
from academy.files.models import StoredFile
from courses.formats.questions import Picture, QuestionFormat, Writing
from courses.formats.questions import Question as FileQuestion
from courses.questions import services
from courses.questions.models import Question
from courses.questions.rules.tree import Tree
from courses.questions.services import Wanted

MOST = 20_000
SHOWN = 5
_ADDRESS = re.compile(r"^/pictures/([0-9a-f]{32})/([^/]+)$")


@dataclass
class Lost:
    """One thing that cannot be carried: of how many questions, and the first of them."""

    message: Any
    whole: bool
    count: int = 0
    questions: list[Question] = field(default_factory=list)


def chosen(wanted: Wanted) -> list[Question]:
    """Return the questions that fit what is looked for, in the order they were written."""
    query = services.find(wanted).order_by(None).order_by(Question.id).limit(MOST)
    return list(db.session.scalars(query))


def write(format_: QuestionFormat, questions: Sequence[Question]) -> Writing:
    """Write questions as a file of a format."""
    shelves = services.tree()
    return format_.write([_plain(question, shelves) for question in questions], _picture)


def lost(writing: Writing, questions: Sequence[Question]) -> list[Lost]:
    """Return what a file cannot carry, each thing once: whole questions first."""
    found: dict[tuple[str, bool], Lost] = {}
    for loss in writing.losses:
        entry = found.setdefault((str(loss.message), loss.whole), Lost(loss.message, loss.whole))
        entry.count += 1
        if len(entry.questions) < SHOWN:
            entry.questions.append(questions[loss.number])
    return sorted(found.values(), key=lambda entry: (not entry.whole, -entry.count))


def left_out(writing: Writing) -> int:
    """Return how many questions are not in the file at all."""
    return Counter(loss.whole for loss in writing.losses)[True]


def _plain(question: Question, shelves: Tree) -> FileQuestion:
    version = question.current
    assert version is not None
    shelf = shelves.path(question.category_id)
    return FileQuestion(version.type, version.content, version.difficulty, tuple(version.tags), shelf)


def _picture(address: str) -> Picture | None:
    match = _ADDRESS.match(address)
    if match is None:
        return None
    query = select(StoredFile).where(StoredFile.sha256.startswith(match[1]), StoredFile.kind == "picture").limit(1)
    file = db.session.scalar(query)
    path = storage.place(file.sha256) if file else None
    return Picture(file.name, path.read_bytes()) if file and path and path.exists() else None
