"""Changing many questions at once: first what would become of each, then all of it in a few statements.

What is done twice is done once: a question that is as it should be already is left alone. Tags and difficulty belong to
versions, so a change of them writes new versions; what is published keeps the old ones.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from sqlalchemy import insert, select, update
from werkzeug.datastructures import MultiDict

from academy.accounts.models import Person
from academy.audit.models import AuditEntry
from academy.audit.services import record
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _, ngettext
from courses.questions import rules
from courses.questions.asking import address, ids_in, number, packed, wanted_in
from courses.questions.filters import ANY
from courses.questions.models import Category, Question, QuestionVersion
from courses.questions.rules import MOST_TAGS
from courses.questions.services.finding import Wanted

PIECE = 500


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


# -- planning and doing --------------------------------------------------------------------------------------------


@dataclass
class Plan:
    """What would become of the questions: changed, so already, or left out with the reason; the last by reason."""

    act: Act
    changed: list[Row] = field(default_factory=list)
    same: list[Row] = field(default_factory=list)
    skipped: dict[str, list[Row]] = field(default_factory=dict)

    @property
    def left_out(self) -> int:
        """How many are left out."""
        return sum(map(len, self.skipped.values()))


def plan(act: Act, ids: Collection[int], by: Person, *, for_update: bool = False) -> Plan:
    """Judge each of these questions. A query for every 500 of them."""
    found = Plan(act)
    for row in _rows(list(ids), for_update=for_update):
        if not rules.may_change(row.owner_id, by.id, by.role_names):
            found.skipped.setdefault(_("是别的老师的题，您不能修改"), []).append(row)
        elif act.done(row):
            found.same.append(row)
        elif why := act.refusal(row):
            found.skipped.setdefault(why, []).append(row)
        else:
            found.changed.append(row)
    return found


def _rows(ids: Sequence[int], *, for_update: bool) -> Iterable[Row]:
    for start in range(0, len(ids), PIECE):
        query = (
            select(
                Question.id,
                Question.owner_id,
                Question.category_id,
                Question.retired_at,
                QuestionVersion.number,
                QuestionVersion.type,
                QuestionVersion.difficulty,
                QuestionVersion.tags,
            )
            .join(Question.current)
            .where(Question.id.in_(ids[start : start + PIECE]))
            .order_by(Question.id)
        )
        if for_update:
            query = query.with_for_update(of=Question)
        for row in db.session.execute(query):
            yield Row(row[0], row[1], row[2], row[3] is not None, row[4], row[5], row[6], tuple(row[7]))


def carry_out(act: Act, ids: Collection[int], by: Person) -> tuple[Plan, AuditEntry | None]:
    """Do it to those questions that may be changed; return what became of them, and the entry in the log, if any.

    Raises UserError (403) when somebody who is no administrator gives questions away.
    """
    if isinstance(act, GiveTo) and "admin" not in by.role_names:
        raise UserError(_("只有管理员能更换题目的负责人"), 403)
    if isinstance(act, Move) and act.category_id is not None and db.session.get(Category, act.category_id) is None:
        raise UserError(_("这个分类已经不在了，请重新选"), 409)
    outcome = plan(act, ids, by, for_update=True)
    if not outcome.changed:
        return outcome, None
    act.apply(outcome.changed, by)
    before: dict[str, list[int]] = {}
    for row in outcome.changed:
        before.setdefault(act.before(row), []).append(row.id)
    entry = record(
        act.audit,
        label=ngettext("%(n)s 道题", "%(n)s 道题", len(outcome.changed), n=len(outcome.changed)),
        count=len(outcome.changed),
        ids=packed([row.id for row in outcome.changed]),
        before={key: packed(value) for key, value in before.items()},
        **act.told(),
    )
    db.session.flush()
    db.session.expire_all()
    return outcome, entry


# -- looking back, and undoing -------------------------------------------------------------------------------------

_UNDOABLE = {kind.audit for kind in (Move, Retire, Restore, GiveTo)}
AUDITS = {kind.audit for kind in (Move, Retire, Restore, GiveTo, AddTags, TakeTags, SetDifficulty)}


def change_of(entry_id: int, by: Person) -> AuditEntry | None:
    """Return the entry of one's own change of many questions (an administrator: of anybody's)."""
    entry = db.session.get(AuditEntry, entry_id)
    if entry is None or entry.action not in AUDITS:
        return None
    return entry if entry.actor_id == by.id or "admin" in by.role_names else None


def asked_for(values: "MultiDict[str, str]", by: Person) -> tuple[Wanted, dict[str, Any], AuditEntry | None]:
    """Return what an address asks for, the values of an address that asks for the same, and the change that it names.

    `change` is the number of a change whose questions are asked for, whatever their state; one that is not there (or is
    somebody else's) has no questions.
    """
    wanted = wanted_in(values, by.id)
    same = address(wanted, by.id)
    if not values.get("change"):
        return wanted, same, None
    entry_id = number(values["change"])
    entry = change_of(entry_id, by) if entry_id is not None else None
    ids = changed_by(entry) if entry is not None else ()
    state = wanted.state if "state" in values else ANY
    same.pop("id", None)
    same |= {"change": values["change"], **({"state": state} if state else {})}
    return replace(wanted, ids=ids, state=state), same, entry


def changed_by(entry: AuditEntry) -> tuple[int, ...]:
    """Return the questions that a change was about."""
    return ids_in([str(entry.detail.get("ids", ""))])


def may_undo(entry: AuditEntry) -> bool:
    """Whether a change can be taken back. Tags and difficulty cannot: versions are only added."""
    return entry.action in _UNDOABLE


def undo(entry: AuditEntry, by: Person) -> int:
    """Take a change back where nobody has changed the question since; return how many questions went back."""
    if not may_undo(entry):
        raise UserError(_("标签和难度的修改不能整批撤销，可以再改回去"), 409)
    done = _act_of(entry)
    count = 0
    for value, ids in entry.detail.get("before", {}).items():
        still = [row.id for row in _rows(ids_in([ids]), for_update=True) if done.done(row)]
        back = _back(entry.action, int(value) if value else None)
        count += len(carry_out(back, still, by)[0].changed) if back is not None else 0
    return count


def _act_of(entry: AuditEntry) -> Act:
    if entry.action == Move.audit:
        return Move(entry.detail.get("category_id"))
    if entry.action == GiveTo.audit:
        return GiveTo(entry.detail["owner_id"])
    return Retire() if entry.action == Retire.audit else Restore()


def _back(action: str, value: int | None) -> Act | None:
    """Return what takes one question back to what it was; None when the person or the shelf is gone."""
    if action == Retire.audit:
        return Restore()
    if action == Restore.audit:
        return Retire()
    if action == GiveTo.audit:
        person = db.session.get(Person, value) if value else None
        return GiveTo(person.id, person.name) if person else None
    category = db.session.get(Category, value) if value else None
    return Move(category.id if category else None, category.name if category else "") if category or not value else None
