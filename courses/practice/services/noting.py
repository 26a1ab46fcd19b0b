"""Writing answers into the notebook and the record of practice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import delete, insert, select

from academy.clock import now
from academy.db import db
from academy.web.filters import local_date
from courses.practice import rules
from courses.practice.models import NotebookEntry, PracticeRecord, PracticeSession
from courses.practice.services.settings import choice_of
from courses.quizzes.rules import kept

KEEP_RECORDS = 2000
KEEP_SESSIONS = 100
"""So many answers and sessions are kept of a person; the oldest go."""


@dataclass(frozen=True)
class Given:
    """One graded answer. `quiz_id` and `attempt_id` are None for answers of practice; `counts` False: only recorded."""

    question_id: int
    version_id: int
    answer: Any
    fraction: Fraction
    quiz_id: int | None = None
    attempt_id: int | None = None
    counts: bool = True

    @property
    def right(self) -> bool:
        """Whether it is wholly right."""
        return self.fraction == 1


def today() -> date:
    """Return the college's calendar date."""
    return local_date(now())


def standing_of(entry: NotebookEntry) -> rules.Standing:
    """Return the part of an entry that the rules are about."""
    return rules.Standing(
        entry.wrong_count, entry.right_count, entry.right_in_a_row, entry.box, entry.due_on, entry.left_by
    )


def set_standing(entry: NotebookEntry, standing: rules.Standing) -> None:
    """Write the outcome of a rule into an entry."""
    entry.wrong_count, entry.right_count, entry.right_in_a_row = standing.wrong, standing.right, standing.in_a_row
    entry.box, entry.due_on, entry.left_by = standing.box, standing.due_on, str(standing.left)


def note_answers(person_id: int, given: Sequence[Given], answered_at: datetime) -> int:
    """Record graded answers, and bring them into the notebook; return how many questions are new in it or came back.

    A right answer to a question that was never wrong makes no entry. Three statements, and one for each entry that changes.
    """
    if not given:
        return 0
    db.session.execute(insert(PracticeRecord), [_record(person_id, each, answered_at) for each in given])
    known = _entries(person_id, [each.question_id for each in given])
    choice, day, came = choice_of(person_id), today(), 0
    for each in given:
        entry = known.get(each.question_id)
        if not each.counts or (entry is None and each.right):
            continue
        if entry is None:
            entry = NotebookEntry(person_id=person_id, question_id=each.question_id, last_at=answered_at)
            set_standing(entry, rules.Standing(left=rules.Left.ANSWERS))
            known[each.question_id] = entry
            db.session.add(entry)
        was_out = entry.left_by != rules.Left.NOT
        _apply(entry, each, answered_at, choice, day)
        came += was_out and entry.left_by == rules.Left.NOT
    db.session.flush()
    return came


def _apply(entry: NotebookEntry, given: Given, answered_at: datetime, choice: rules.Choice, day: date) -> None:
    set_standing(entry, rules.after_answer(standing_of(entry), given.right, choice, day))
    entry.question_version_id = given.version_id
    entry.last_answer, entry.last_right, entry.last_at = given.answer, given.right, answered_at
    if given.quiz_id is not None:
        entry.quiz_id, entry.attempt_id = given.quiz_id, given.attempt_id


def _record(person_id: int, given: Given, answered_at: datetime) -> dict[str, Any]:
    numerator, denominator = kept(given.fraction).as_integer_ratio()
    return {
        "person_id": person_id,
        "question_id": given.question_id,
        "question_version_id": given.version_id,
        "attempt_id": given.attempt_id,
        "answer": given.answer,
        "fraction_numerator": numerator,
        "fraction_denominator": denominator,
        "answered_at": answered_at,
    }


def _entries(person_id: int, question_ids: Iterable[int]) -> dict[int, NotebookEntry]:
    query = (
        select(NotebookEntry)
        .where(NotebookEntry.person_id == person_id, NotebookEntry.question_id.in_(list(question_ids)))
        .with_for_update()
    )
    return {entry.question_id: entry for entry in db.session.scalars(query)}


def correct_entry(record: PracticeRecord, *, right: bool) -> None:
    """Let an answer that was noted count the other way round: `right` says how it counts now."""
    entry = _entries(record.person_id, [record.question_id]).get(record.question_id)
    if right and entry is not None:
        set_standing(entry, rules.taken_back(standing_of(entry)))
        entry.last_right = entry.last_right or entry.attempt_id == record.attempt_id
        if not entry.wrong_count and not entry.note:
            db.session.delete(entry)
    elif not right:
        if entry is None:
            entry = NotebookEntry(
                person_id=record.person_id, question_id=record.question_id, last_at=record.answered_at
            )
            set_standing(entry, rules.Standing())
            entry.question_version_id, entry.attempt_id = record.question_version_id, record.attempt_id
            entry.last_answer = record.answer
            db.session.add(entry)
        choice = choice_of(record.person_id)
        set_standing(entry, rules.after_answer(standing_of(entry), False, choice, today()))
        entry.last_right = False


def forget_old(person_id: int) -> None:
    """Let go of the oldest records and sessions of a person beyond what is kept. Two statements."""
    for model, keep in ((PracticeRecord, KEEP_RECORDS), (PracticeSession, KEEP_SESSIONS)):
        edge = (
            select(model.id).where(model.person_id == person_id).order_by(model.id.desc()).offset(keep).limit(1)
        ).scalar_subquery()
        db.session.execute(
            delete(model).where(model.person_id == person_id, model.id <= edge),
            execution_options={"synchronize_session": False},
        )
