"""What can be done to many questions at once: one class for each act.

Tags and difficulty belong to versions, so a change of them writes new versions; what is published keeps the old ones.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import insert, select, update

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.i18n import _
from courses.questions import rules
from courses.questions.models import Question, QuestionVersion
from courses.questions.rules import MOST_TAGS

PIECE = 500
"""How many questions one statement is about."""


@dataclass(frozen=True)
class Row:
    """What an act has to know of a question."""

    id: int
    owner_id: int | None
    category_id: int | None
    retired: bool
    number: int
    type: str
    difficulty: str
    tags: tuple[str, ...]


class Act(ABC):
    """One thing that is done to many questions. `key` is its name in forms, `audit` that of its entry in the log."""

    key: ClassVar[str]
    audit: ClassVar[str]

    @abstractmethod
    def done(self, row: Row) -> bool:
        """Whether the question is so already."""

    def refusal(self, row: Row) -> str:
        """Say why the question cannot be changed; empty when it can."""
        return ""

    @abstractmethod
    def apply(self, rows: Sequence[Row], by: Person) -> None:
        """Do it to these questions."""

    def before(self, row: Row) -> str:
        """Return what undoing has to restore."""
        return ""

    def told(self) -> dict[str, Any]:
        """Return what the log tells besides the number."""
        return {}


def _set(rows: Sequence[Row], **values: Any) -> None:
    for start in range(0, len(rows), PIECE):
        ids = [row.id for row in rows[start : start + PIECE]]
        db.session.execute(update(Question).where(Question.id.in_(ids)).values(**values))


@dataclass(frozen=True)
class Move(Act):
    """Put questions on a shelf, or on none."""

    category_id: int | None
    path: str = ""
    key = "move"
    audit = "questions.moved"

    def done(self, row: Row) -> bool:
        """Whether the question lies there."""
        return row.category_id == self.category_id

    def apply(self, rows: Sequence[Row], by: Person) -> None:
        """Move the questions."""
        _set(rows, category_id=self.category_id)

    def before(self, row: Row) -> str:
        """Return the shelf it lay on."""
        return str(row.category_id or "")

    def told(self) -> dict[str, Any]:
        """Return where to."""
        return {"to": self.path or _("没有分类"), "category_id": self.category_id}


@dataclass(frozen=True)
class Retire(Act):
    """Take questions out of use."""

    key = "retire"
    audit = "questions.retired"

    def done(self, row: Row) -> bool:
        """Whether it is out of use."""
        return row.retired

    def apply(self, rows: Sequence[Row], by: Person) -> None:
        """Retire the questions."""
        _set(rows, retired_at=now())


@dataclass(frozen=True)
class Restore(Act):
    """Offer questions again."""

    key = "restore"
    audit = "questions.restored"

    def done(self, row: Row) -> bool:
        """Whether it is in use."""
        return not row.retired

    def apply(self, rows: Sequence[Row], by: Person) -> None:
        """Restore the questions."""
        _set(rows, retired_at=None)


@dataclass(frozen=True)
class GiveTo(Act):
    """Make somebody else the keeper of questions."""

    owner_id: int
    name: str = ""
    key = "owner"
    audit = "questions.given"

    def done(self, row: Row) -> bool:
        """Whether they are theirs."""
        return row.owner_id == self.owner_id

    def apply(self, rows: Sequence[Row], by: Person) -> None:
        """Change the keeper."""
        _set(rows, owner_id=self.owner_id)

    def before(self, row: Row) -> str:
        """Return whose it was."""
        return str(row.owner_id or "")

    def told(self) -> dict[str, Any]:
        """Return to whom."""
        return {"to": self.name, "owner_id": self.owner_id}


class _Rewriting(Act):
    """An act on what a version says about its question: it writes a new version."""

    def tags(self, row: Row) -> tuple[str, ...]:
        """Return the tags afterwards."""
        return row.tags

    def difficulty(self, row: Row) -> str:
        """Return the difficulty afterwards."""
        return row.difficulty

    def done(self, row: Row) -> bool:
        """Whether nothing would change."""
        return (self.tags(row), self.difficulty(row)) == (row.tags, row.difficulty)

    def apply(self, rows: Sequence[Row], by: Person) -> None:
        """Write a new version of each question, and make it the current one."""
        for start in range(0, len(rows), PIECE):
            self._write(rows[start : start + PIECE], by)

    def _write(self, rows: Sequence[Row], by: Person) -> None:
        texts = select(Question.id, QuestionVersion.content).join(Question.current)
        found = db.session.execute(texts.where(Question.id.in_([row.id for row in rows]))).all()
        contents = {row.id: row.content for row in found}
        values = [
            {
                "question_id": row.id,
                "number": row.number + 1,
                "type": row.type,
                "content": contents[row.id],
                "search_text": rules.search_text(contents[row.id], self.tags(row)),
                "difficulty": self.difficulty(row),
                "tags": list(self.tags(row)),
                "created_by_id": by.id,
            }
            for row in rows
        ]
        db.session.execute(insert(QuestionVersion), values)
        newest = (
            select(QuestionVersion.id)
            .where(QuestionVersion.question_id == Question.id)
            .order_by(QuestionVersion.number.desc())
            .limit(1)
            .scalar_subquery()
        )
        _set(rows, current_version_id=newest)


@dataclass(frozen=True)
class AddTags(_Rewriting):
    """Put tags on questions."""

    added: tuple[str, ...]
    key = "tag"
    audit = "questions.tagged"

    def tags(self, row: Row) -> tuple[str, ...]:
        """Return the tags with the new ones at the end."""
        return tuple(dict.fromkeys((*row.tags, *self.added)))

    def refusal(self, row: Row) -> str:
        """A question bears so many tags, not more."""
        if len(self.tags(row)) > MOST_TAGS:
            return _("标签会超过 %(most)s 个", most=MOST_TAGS)
        return ""

    def told(self) -> dict[str, Any]:
        """Return the tags."""
        return {"tags": _("、").join(self.added)}


@dataclass(frozen=True)
class TakeTags(_Rewriting):
    """Take tags off questions."""

    taken: tuple[str, ...]
    key = "untag"
    audit = "questions.untagged"

    def tags(self, row: Row) -> tuple[str, ...]:
        """Return the tags that stay."""
        return tuple(tag for tag in row.tags if tag not in self.taken)

    def told(self) -> dict[str, Any]:
        """Return the tags."""
        return {"tags": _("、").join(self.taken)}


@dataclass(frozen=True)
class SetDifficulty(_Rewriting):
    """Say how difficult questions are."""

    level: str
    key = "difficulty"
    audit = "questions.difficulty_set"

    def difficulty(self, row: Row) -> str:
        """Return the new difficulty."""
        return self.level

    def told(self) -> dict[str, Any]:
        """Return the difficulty."""
        return {"difficulty": str(rules.DIFFICULTIES[self.level])}
