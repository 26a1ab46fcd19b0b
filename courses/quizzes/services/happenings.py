"""The log of what happened during attempts: facts, appended; shown to the author of the quiz, judged by nobody here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, literal, select

from academy.accounts.models import Person
from academy.clock import now
from academy.db import UtcDateTime, db, insert_into
from courses.quizzes.models import Attempt, Quiz, QuizEvent
from courses.quizzes.rules import happenings
from courses.quizzes.rules.happenings import Happening, Kind, Summary
from courses.quizzes.services.sittings import Sitting


def note(place: Sitting, told: str, address: str) -> None:
    """Append what the browser tells, and that this request comes from another network than the attempt was started from.

    Nothing is asked of the database where there is nothing to note. The same fact told again stays one.
    """
    network = happenings.network_of(address)
    moved = bool(network and place.network) and network != place.network
    if not told and not moved:
        return
    moment = now()
    facts = happenings.read(told, place.started_at, moment) if told else []
    if facts:
        _append(place.attempt_id, facts, QuizEvent.at == bindparam("moment"))
    if moved:
        # once for each network, however often somebody goes there
        _append(place.attempt_id, [Happening(Kind.NETWORK, moment, network)], QuizEvent.detail == bindparam("said"))


def _append(attempt_id: int, facts: Sequence[Happening], same: ColumnElement[bool]) -> None:
    """Insert facts that are not there yet, as long as there is room. Two requests may tell the same one at the same moment."""
    of_attempt = QuizEvent.attempt_id == bindparam("attempt")
    there = select(QuizEvent.id).where(of_attempt, QuizEvent.kind == bindparam("what"), same).exists()
    count = select(func.count()).select_from(QuizEvent).where(of_attempt).scalar_subquery()
    row: Select[Any] = select(
        literal(attempt_id),
        bindparam("what", type_=QuizEvent.kind.type),
        bindparam("moment", type_=UtcDateTime()),
        bindparam("said", type_=QuizEvent.detail.type),
    ).where(~there, count < happenings.MOST_PER_ATTEMPT)
    statement = insert_into(QuizEvent).from_select(["attempt_id", "kind", "at", "detail"], row, include_defaults=False)
    unique = {(each.kind, each.at): each for each in facts}.values()
    db.session.connection().execute(
        statement.on_conflict_do_nothing(index_elements=["attempt_id", "kind", "at"]),
        [{"attempt": attempt_id, "what": each.kind, "moment": each.at, "said": each.detail} for each in unique],
    )


# -- for the author ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sat:
    """One attempt in the author's list."""

    attempt: Attempt
    person: Person
    summary: Summary


def attempts_query(quiz: Quiz) -> Any:
    """Return the query for a quiz's attempts with who sat them, the newest first."""
    return (
        select(Attempt, Person)
        .join(Person, Person.id == Attempt.person_id)
        .where(Attempt.quiz_id == quiz.id)
        .order_by(Attempt.started_at.desc(), Attempt.id.desc())
    )


def summaries(rows: Sequence[tuple[Attempt, Person]]) -> list[Sat]:
    """Return attempts with what happened during them. One query."""
    found: dict[int, list[Happening]] = {attempt.id: [] for attempt, _person in rows}
    for attempt_id, each in _happenings(list(found)):
        found[attempt_id].append(each)
    return [
        Sat(attempt, person, happenings.summary(found[attempt.id], attempt.submitted_at)) for attempt, person in rows
    ]


def timeline(attempt: Attempt) -> list[Happening]:
    """Return what happened during one attempt, in order. One query."""
    return [each for _id, each in _happenings([attempt.id])]


def _happenings(attempt_ids: Sequence[int]) -> list[tuple[int, Happening]]:
    query = (
        select(QuizEvent.attempt_id, QuizEvent.kind, QuizEvent.at, QuizEvent.detail)
        .where(QuizEvent.attempt_id.in_(attempt_ids))
        .order_by(QuizEvent.at, QuizEvent.id)
    )
    return [(row.attempt_id, Happening(row.kind, row.at, row.detail)) for row in db.session.execute(query)]
