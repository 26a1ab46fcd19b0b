"""Writing a quiz: its settings, its questions, what is missing, and the frozen version that trainees sit."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from courses.question_types import installed
from courses.questions import rules as question_rules
from courses.questions import services as questions
from courses.questions.models import Category, Question
from courses.questions.rules import Draft
from courses.quizzes.models import Quiz, QuizSettings, QuizSlot, QuizVersion, QuizVersionSlot

MOST_QUESTIONS = 300
SETTINGS = (
    "title",
    "title_en",
    "time_limit_seconds",
    "pass_percent",
    "attempts_allowed",
    "retry_wait_seconds",
    "shuffle_questions",
    "shuffle_options",
    "review_policy",
    "grade_method",
    "opens_at",
    "closes_at",
    "access_code",
    "unit_id",
    "feedback",
    "tries_allowed",
    "penalty_hundredths",
    "paper_count",
)


def settings_of(quiz: QuizSettings) -> dict[str, Any]:
    """Return the settings of a draft or a version."""
    return {name: getattr(quiz, name) for name in SETTINGS}


def may_edit(quiz: Quiz, person: Person) -> bool:
    """Whether the person may change the quiz: it is theirs, or they are an administrator."""
    return question_rules.may_change(quiz.owner_id, person.id, person.role_names)


def create_quiz(owner: Person | None, title: str, **settings: Any) -> Quiz:
    """Make an empty draft; `settings` are the columns of QuizSettings."""
    quiz = Quiz(owner_id=owner.id if owner else None, title=title, **settings)
    db.session.add(quiz)
    db.session.flush()
    return quiz


def update_settings(quiz: Quiz, seen_version: int, **settings: Any) -> None:
    """Change settings. Raises UserError (409) when the draft has been changed since `seen_version` was opened."""
    _lock(quiz, seen_version)
    for name, value in settings.items():
        setattr(quiz, name, value)
    _touch(quiz)


def _lock(quiz: Quiz, seen_version: int | None = None) -> None:
    lock = select(Quiz).where(Quiz.id == quiz.id).with_for_update()
    db.session.scalars(lock, execution_options={"populate_existing": True}).one()
    if seen_version is not None and quiz.lock_version != seen_version:
        raise UserError(_("您打开这一页以后，有人改过这份测验，所以这次没有保存"), status=409)


def _touch(quiz: Quiz) -> None:
    quiz.lock_version += 1
    quiz.updated_at = now()
    db.session.flush()


# -- questions -----------------------------------------------------------------------------------------------------


def slots(quiz: Quiz) -> list[QuizSlot]:
    """Return the questions of a draft in order, with their current versions. One query."""
    return slots_of([quiz.id])[quiz.id]


def slots_of(quiz_ids: Sequence[int]) -> dict[int, list[QuizSlot]]:
    """Return the questions of several drafts, each in order, with their current versions. One query."""
    query = (
        select(QuizSlot)
        .where(QuizSlot.quiz_id.in_(quiz_ids))
        .options(joinedload(QuizSlot.question).joinedload(Question.current))
        .order_by(QuizSlot.position, QuizSlot.id)
    )
    found: dict[int, list[QuizSlot]] = {quiz_id: [] for quiz_id in quiz_ids}
    for slot in db.session.scalars(query):
        found[slot.quiz_id].append(slot)
    return found


def slot_of(quiz: Quiz, slot_id: int) -> QuizSlot | None:
    """Return one slot of this quiz, or None."""
    return db.session.scalar(select(QuizSlot).where(QuizSlot.quiz_id == quiz.id, QuizSlot.id == slot_id))


def add_questions(quiz: Quiz, chosen: Iterable[tuple[Question, int]]) -> int:
    """Append (question, marks in hundredths); those that are in the quiz already are passed over. Return how many came."""
    _lock(quiz)
    there = slots(quiz)
    known = {slot.question_id for slot in there}
    new = [(question, marks) for question, marks in dict(chosen).items() if question.id not in known]
    if len(there) + len(new) > MOST_QUESTIONS:
        raise UserError(_("一份测验最多 %(most)s 题", most=MOST_QUESTIONS), status=422)
    for place, (question, marks) in enumerate(new, len(there) + 1):
        db.session.add(QuizSlot(quiz_id=quiz.id, question_id=question.id, position=place, marks_hundredths=marks))
    _renumber(there)
    _touch(quiz)
    db.session.expire(quiz, ["slots"])
    return len(new)


def add_question(quiz: Quiz, question: Question, marks_hundredths: int = question_rules.DEFAULT_HUNDREDTHS) -> bool:
    """Append one question; return False when it was there already."""
    return bool(add_questions(quiz, [(question, marks_hundredths)]))


def add_drafts(quiz: Quiz, drafts: Sequence[Draft], owner: Person | None, category: Category | None = None) -> int:
    """Put new questions into the bank and append them with the marks they name."""
    created = questions.create_all(drafts, owner, category)
    return add_questions(quiz, [(each, draft.marks_hundredths) for each, draft in zip(created, drafts, strict=True)])


def remove_slot(quiz: Quiz, slot: QuizSlot) -> None:
    """Take a question out of the draft; it stays in the bank."""
    _lock(quiz)
    db.session.delete(slot)
    db.session.flush()
    _renumber(slots(quiz))
    _touch(quiz)
    db.session.expire(quiz, ["slots"])


def move_slot(quiz: Quiz, slot: QuizSlot, step: int) -> None:
    """Move a question one place: `step` -1 is up, 1 is down; at the end nothing happens."""
    _lock(quiz)
    order = slots(quiz)
    here = order.index(slot)
    there = min(max(here + step, 0), len(order) - 1)
    order.insert(there, order.pop(here))
    _renumber(order)
    _touch(quiz)


def reorder(quiz: Quiz, slot_ids: Sequence[int]) -> None:
    """Put the questions into this order. Raises UserError (409) when the ids are not exactly those of the draft."""
    _lock(quiz)
    by_id = {slot.id: slot for slot in slots(quiz)}
    if sorted(by_id) != sorted(slot_ids):
        raise UserError(_("题目已经变化，刷新这一页再排一次"), status=409)
    _renumber([by_id[slot_id] for slot_id in slot_ids])
    _touch(quiz)


def set_marks(quiz: Quiz, marks: dict[int, int]) -> None:
    """Set marks in hundredths by slot id; slots of other quizzes are passed over."""
    _lock(quiz)
    for slot in slots(quiz):
        slot.marks_hundredths = marks.get(slot.id, slot.marks_hundredths)
    _touch(quiz)


def _renumber(order: Sequence[QuizSlot]) -> None:
    for position, slot in enumerate(order, 1):
        slot.position = position
    db.session.flush()


# -- ready? --------------------------------------------------------------------------------------------------------


def problems(quiz: Quiz) -> list[str]:
    """Return what must be mended before trainees can sit the quiz, as sentences."""
    return problems_of(slots(quiz))


def problems_of(listed: Sequence[QuizSlot]) -> list[str]:
    """Return what must be mended in these questions of a draft, as sentences."""
    if not listed:
        return [_("还没有题目，至少要有一题")]
    found = []
    for number, slot in enumerate(listed, 1):
        version = slot.question.current
        if slot.question.retired_at is not None:
            found.append(_("第 %(number)s 题已经停用，换一题或者移走", number=number))
        if version is None:
            found.append(_("第 %(number)s 题没有内容", number=number))
            continue
        for problem in installed.get(version.type).problems(version.content):
            found.append(_("第 %(number)s 题：%(problem)s", number=number, problem=str(problem.message)))
    return found


def total_marks(listed: Iterable[QuizSlot]) -> int:
    """Return the full marks of these questions in hundredths."""
    return sum(slot.marks_hundredths for slot in listed)


def freeze(quiz: Quiz) -> QuizVersion:
    """Return the frozen version of the draft as it is now: the newest one if nothing has changed since, else a new one.

    Raises UserError (422) when the draft has no question to ask.
    """
    _lock(quiz)
    listed = [slot for slot in slots(quiz) if slot.question.current_version_id is not None]
    if not listed:
        raise UserError(_("测验“%(title)s”还没有题目", title=quiz.title), status=422)
    digest = _digest(quiz, listed)
    latest = _latest(quiz)
    if latest is not None and latest.digest == digest:
        return latest
    version = QuizVersion(
        quiz_id=quiz.id,
        number=latest.number + 1 if latest else 1,
        digest=digest,
        question_count=len(listed),
        marks_hundredths=total_marks(listed),
        **settings_of(quiz),
    )
    version.slots = [
        QuizVersionSlot(
            position=position,
            question_version_id=slot.question.current_version_id,
            marks_hundredths=slot.marks_hundredths,
        )
        for position, slot in enumerate(listed, 1)
    ]
    db.session.add(version)
    db.session.flush()
    return version


def _latest(quiz: Quiz) -> QuizVersion | None:
    query = select(QuizVersion).where(QuizVersion.quiz_id == quiz.id).order_by(QuizVersion.number.desc()).limit(1)
    return db.session.scalar(query)


def _digest(quiz: Quiz, listed: Sequence[QuizSlot]) -> str:
    what = [settings_of(quiz), [(slot.question.current_version_id, slot.marks_hundredths) for slot in listed]]
    return hashlib.sha256(json.dumps(what, sort_keys=True, default=_plain).encode()).hexdigest()


def _plain(value: Any) -> str:
    """Write a moment the same way whatever time zone it came in."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
