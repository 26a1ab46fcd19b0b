"""Writing answers into the notebook and the record of practice."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, update

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


def standing_of(entry: Any) -> rules.Standing:
    """Return the part of an entry, or of a row of its columns, that the rules are about."""
    return rules.Standing(
        entry.wrong_count, entry.right_count, entry.right_in_a_row, entry.box, entry.due_on, entry.left_by
    )


def set_standing(entry: NotebookEntry, standing: rules.Standing) -> None:
    """Write the outcome of a rule into an entry."""
    entry.wrong_count, entry.right_count, entry.right_in_a_row = standing.wrong, standing.right, standing.in_a_row
    entry.box, entry.due_on, entry.left_by = standing.box, standing.due_on, str(standing.left)


# A paper that is handed in notes all its answers at once: past the ORM, as everybody waits for it at the end of an exam.
_records, _notebook = cast(Table, PracticeRecord.__table__), cast(Table, NotebookEntry.__table__)
_HELD = (
    select(_notebook)
    .where(
        _notebook.c.person_id == bindparam("person"),
        _notebook.c.question_id.in_(bindparam("questions", expanding=True)),
    )
    .order_by(_notebook.c.id)
    .with_for_update()
)
_CHANGE = update(_notebook).where(_notebook.c.id == bindparam("entry"))


def note_answers(person_id: int, given: Sequence[Given], answered_at: datetime) -> int:
    """Record graded answers, and bring them into the notebook; return how many questions are new in it or came back.

    A right answer to a question that was never wrong makes no entry. Five statements, however many answers.
    """
    if not given:
        return 0
    db.session.flush()
    connection = db.session.connection()
    connection.execute(insert(_records), [_record(person_id, each, answered_at) for each in given])
    known = _standings(person_id, [each.question_id for each in given])
    choice, day, came = choice_of(person_id), today(), 0
    changed: dict[int, dict[str, Any]] = {}
    for each in given:
        entry, before = known.get(each.question_id, (None, rules.Standing(left=rules.Left.ANSWERS)))
        if not each.counts or (each.question_id not in known and each.right):
            continue
        after = rules.after_answer(before, each.right, choice, day)
        known[each.question_id] = entry, after
        changed[each.question_id] = {**_columns(after), **_latest(each, answered_at)}
        came += before.left != rules.Left.NOT and after.left == rules.Left.NOT
    _write(connection, person_id, [(known[key][0], key, values) for key, values in changed.items()])
    return came


def _standings(person_id: int, question_ids: Iterable[int]) -> dict[int, tuple[int | None, rules.Standing]]:
    """Return id and standing of the entries for some questions, locked until the end of the transaction. One query."""
    values = {"person": person_id, "questions": list(question_ids)}
    return {row.question_id: (row.id, standing_of(row)) for row in db.session.connection().execute(_HELD, values)}


def _columns(standing: rules.Standing) -> dict[str, Any]:
    return {
        "wrong_count": standing.wrong,
        "right_count": standing.right,
        "right_in_a_row": standing.in_a_row,
        "box": standing.box,
        "due_on": standing.due_on,
        "left_by": str(standing.left),
    }


def _latest(given: Given, answered_at: datetime) -> dict[str, Any]:
    """Return what an entry keeps of the answer that came last; an answer of practice leaves the quiz as it was."""
    latest = {
        "question_version_id": given.version_id,
        "last_answer": given.answer,
        "last_right": given.right,
        "last_at": answered_at,
    }
    sat = {"quiz_id": given.quiz_id, "attempt_id": given.attempt_id} if given.quiz_id is not None else {}
    return {**latest, **sat}


def _write(connection: Connection, person_id: int, rows: Sequence[tuple[int | None, int, dict[str, Any]]]) -> None:
    """Change the entries that have an id and add the others; what the session holds of entries is read afresh."""
    if old := [{"entry": entry, **values} for entry, _question, values in rows if entry is not None]:
        connection.execute(_CHANGE, old)
    if new := [
        {"person_id": person_id, "question_id": question, **values} for entry, question, values in rows if entry is None
    ]:
        connection.execute(insert(_notebook), new)
    for held in [each for each in db.session if isinstance(each, NotebookEntry)]:
        db.session.expire(held)


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


def _entry(person_id: int, question_id: int) -> NotebookEntry | None:
    """Return the entry for a question, locked until the end of the transaction."""
    query = select(NotebookEntry).where(NotebookEntry.person_id == person_id, NotebookEntry.question_id == question_id)
    return db.session.scalar(query.with_for_update())


def correct_entry(record: PracticeRecord, *, right: bool) -> None:
    """Let an answer that was noted count the other way round: `right` says how it counts now."""
    entry = _entry(record.person_id, record.question_id)
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
