"""Regulations: keeping them, announcing what changed, and which questions must be checked because of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import contains_eager, joinedload

from academy.accounts.models import Person
from academy.audit.services import record
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _, ngettext
from courses.question_types.base import plain_stem
from courses.questions.models import Question
from courses.references import rules
from courses.references.models import QuestionRegulation, Regulation, RegulationChange

# -- the list ------------------------------------------------------------------------------------------------------


def listed(words: str = "") -> Select[Any]:
    """Return the query for (regulation, questions in use that rest on it, how many of them must be checked), by title."""
    in_use = QuestionRegulation.question_id.in_(select(Question.id).where(Question.retired_at.is_(None)))
    here = (QuestionRegulation.regulation_id == Regulation.id, in_use)
    count = select(func.count()).select_from(QuestionRegulation).where(*here)
    resting = count.correlate(Regulation).scalar_subquery()
    flagged = count.where(QuestionRegulation.checked_number < Regulation.change_count).correlate(Regulation)
    query = select(Regulation, resting.label("resting"), flagged.scalar_subquery().label("flagged"))
    for word in words.split()[:6]:
        said = [
            each.icontains(word, autoescape=True) for each in (Regulation.title, Regulation.title_en, Regulation.number)
        ]
        query = query.where(said[0] | said[1] | said[2])
    return query.order_by(Regulation.title, Regulation.id)


def choices() -> list[Regulation]:
    """Return all regulations by title, for choosing one. One query."""
    return list(db.session.scalars(select(Regulation).order_by(Regulation.title, Regulation.id)))


def changes_of(regulation: Regulation) -> list[RegulationChange]:
    """Return what was announced, the newest first. One query."""
    query = select(RegulationChange).where(RegulationChange.regulation_id == regulation.id)
    query = query.options(joinedload(RegulationChange.announced_by)).order_by(RegulationChange.number.desc())
    return list(db.session.scalars(query))


def questions_on(regulation: Regulation) -> Any:
    """Return the query for (question in use, how it rests on the regulation), those that must be checked first."""
    flagged = QuestionRegulation.checked_number < regulation.change_count
    return (
        select(Question, QuestionRegulation)
        .join(QuestionRegulation, QuestionRegulation.question_id == Question.id)
        .join(Question.current)
        .options(contains_eager(Question.current), joinedload(QuestionRegulation.checked_by))
        .where(QuestionRegulation.regulation_id == regulation.id, Question.retired_at.is_(None))
        .order_by(flagged.desc(), Question.id)
    )


# -- keeping them --------------------------------------------------------------------------------------------------


def add(person: Person | None, values: Mapping[str, Any]) -> Regulation:
    """Put a regulation into the list. Raises UserError (409) when it is there already."""
    _must_be_new(values)
    regulation = Regulation(**values)
    try:
        with db.session.begin_nested():
            db.session.add(regulation)
    except IntegrityError:
        _must_be_new(values)  # another request was a moment earlier
        raise
    record("regulation.added", regulation)
    return regulation


def edit(regulation: Regulation, seen_version: int, values: Mapping[str, Any]) -> None:
    """Change what is known of a regulation; questions are not flagged by it.

    Raises UserError (409) when somebody else did since `seen_version` was opened, or when there is one of that name.
    """
    _hold(regulation)
    if regulation.lock_version != seen_version:
        raise UserError(_("您打开这一页以后，有人改过这份法规的资料，所以这次没有保存"), status=409)
    _must_be_new(values, regulation.id)
    for name, value in values.items():
        setattr(regulation, name, value)
    regulation.lock_version += 1
    db.session.flush()
    record("regulation.edited", regulation)


def _must_be_new(values: Mapping[str, Any], own_id: int = 0) -> None:
    same = (Regulation.title == values["title"], Regulation.number == values.get("number", ""))
    if db.session.scalar(select(Regulation.id).where(*same, Regulation.id != own_id)) is not None:
        raise UserError(_("清单里已经有这份法规了：名称和文号都一样"), status=409, field="title")


def _hold(regulation: Regulation) -> None:
    """Hold the row until the end of the transaction, as it is now."""
    query = select(Regulation).where(Regulation.id == regulation.id).with_for_update()
    db.session.scalars(query, execution_options={"populate_existing": True}).one()


def announce(regulation: Regulation, seen: int, changed_on: date, what: str, person: Person | None) -> int:
    """Announce a change, so that every question that rests on the regulation must be checked; return how many do.

    `seen` is how many changes the announcer knew of. The same change sent twice is announced once; raises UserError (409) when
    somebody else has announced another one meanwhile.
    """
    _hold(regulation)
    if regulation.change_count != seen:
        if _is_last(regulation, changed_on, what):
            return count_flagged(regulation)
        raise UserError(
            _("您打开这一页以后，有人登记了另一次修订，先看一看是不是同一件事。要再登记一次，就再按一次"), 409
        )
    regulation.change_count += 1
    db.session.add(
        RegulationChange(
            regulation_id=regulation.id,
            number=regulation.change_count,
            changed_on=changed_on,
            what=what,
            announced_by_id=person.id if person else None,
        )
    )
    db.session.flush()
    record("regulation.changed", regulation, what=what[:160], on=changed_on.isoformat())
    return count_flagged(regulation)


def _is_last(regulation: Regulation, changed_on: date, what: str) -> bool:
    query = select(RegulationChange).where(
        RegulationChange.regulation_id == regulation.id, RegulationChange.number == regulation.change_count
    )
    last = db.session.scalar(query)
    return last is not None and (last.changed_on, last.what) == (changed_on, what)


def count_flagged(regulation: Regulation) -> int:
    """Return how many questions in use must be checked because of this regulation. One query."""
    query = (
        select(func.count())
        .select_from(QuestionRegulation)
        .join(Question, Question.id == QuestionRegulation.question_id)
        .where(
            QuestionRegulation.regulation_id == regulation.id,
            QuestionRegulation.checked_number < regulation.change_count,
            Question.retired_at.is_(None),
        )
    )
    return db.session.scalar(query) or 0


# -- questions -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rest:
    """How a question rests on one regulation. `changes`: those announced since it was checked, the newest first."""

    regulation: Regulation
    row: QuestionRegulation
    changes: Sequence[RegulationChange]

    @property
    def flagged(self) -> bool:
        """Whether the question must be checked."""
        return rules.is_flagged(self.row.checked_number, self.regulation.change_count)


def of_question(question_id: int) -> list[Rest]:
    """Return what a question rests on, by title. One query, one more where something has changed."""
    query = (
        select(QuestionRegulation)
        .join(QuestionRegulation.regulation)
        .options(contains_eager(QuestionRegulation.regulation), joinedload(QuestionRegulation.checked_by))
        .where(QuestionRegulation.question_id == question_id)
        .order_by(Regulation.title, Regulation.id)
    )
    rows = list(db.session.scalars(query))
    news = _changes_since({row.regulation_id: row.checked_number for row in rows if _flagged(row)})
    return [Rest(row.regulation, row, news.get(row.regulation_id, [])) for row in rows]


def _flagged(row: QuestionRegulation) -> bool:
    return rules.is_flagged(row.checked_number, row.regulation.change_count)


def _changes_since(checked: Mapping[int, int]) -> dict[int, list[RegulationChange]]:
    found: dict[int, list[RegulationChange]] = {}
    if not checked:
        return found
    query = select(RegulationChange).where(RegulationChange.regulation_id.in_(checked))
    for change in db.session.scalars(query.order_by(RegulationChange.number.desc())):
        if change.number > checked[change.regulation_id]:
            found.setdefault(change.regulation_id, []).append(change)
    return found


def choose(question_id: int, before: Sequence[int], after: Sequence[int], person: Person | None) -> None:
    """Store what somebody made of the regulations that they had seen; a new one counts as checked against as it stands now.

    Raises UserError (422) when there are too many. Ids that name no regulation are left out.
    """
    query = select(QuestionRegulation.regulation_id).where(QuestionRegulation.question_id == question_id)
    stored = list(db.session.scalars(query.order_by(QuestionRegulation.regulation_id)))
    wanted = rules.merged(stored, before, list(dict.fromkeys(after)))
    check_count(wanted)
    gone, new = [each for each in stored if each not in wanted], [each for each in wanted if each not in stored]
    if gone:
        mine = (QuestionRegulation.question_id == question_id, QuestionRegulation.regulation_id.in_(gone))
        db.session.execute(delete(QuestionRegulation).where(*mine))
    there = select(Regulation.id, Regulation.change_count).where(Regulation.id.in_(new))
    who = person.id if person else None
    rows = [
        {
            "question_id": question_id,
            "regulation_id": identity,
            "checked_number": number,
            "checked_at": now(),
            "checked_by_id": who,
        }
        for identity, number in (db.session.execute(there) if new else ())
    ]
    if rows:
        db.session.execute(insert(QuestionRegulation), rows)


def check_count(ids: Sequence[int]) -> None:
    """Raise UserError (422) for more regulations than a question may rest on."""
    most = rules.MOST_REGULATIONS
    if len(ids) > most:
        text = ngettext("一道题最多依据 %(n)s 份法规，先去掉一份", "一道题最多依据 %(n)s 份法规，先去掉一份", most)
        raise UserError(text, status=422, field="regulations")


def mark_checked(question: Question, seen: Mapping[int, int], person: Person) -> int:
    """Note that somebody has checked a question against regulations, up to the change of each that they had seen.

    Return how many were flagged until now. A change that was announced since stays to be checked.
    """
    done = 0
    for rest in of_question(question.id):
        until = min(seen.get(rest.regulation.id, 0), rest.regulation.change_count)
        if until <= rest.row.checked_number:
            continue
        db.session.execute(
            update(QuestionRegulation)
            .where(
                QuestionRegulation.question_id == question.id,
                QuestionRegulation.regulation_id == rest.regulation.id,
                QuestionRegulation.checked_number < until,
            )
            .values(checked_number=until, checked_at=now(), checked_by_id=person.id)
        )
        stem = plain_stem(question.current.content) if question.current else ""
        record("question.checked", question, stem, regulation=rest.regulation.title, change=until)
        done += 1
    return done


# -- which questions must be checked -------------------------------------------------------------------------------


def must_be_checked() -> ColumnElement[bool]:
    """Return what is true of questions that rest on a regulation which has changed since; for queries of Question."""
    rests = (
        select(QuestionRegulation.question_id)
        .join(Regulation, Regulation.id == QuestionRegulation.regulation_id)
        .where(QuestionRegulation.checked_number < Regulation.change_count)
    )
    return Question.id.in_(rests)


def flagged_among(question_ids: Iterable[int]) -> set[int]:
    """Return those of these questions that must be checked. One query, none without any."""
    ids = sorted(set(question_ids))
    return set(db.session.scalars(select(Question.id).where(Question.id.in_(ids), must_be_checked()))) if ids else set()


def waiting_for(person: Person) -> Select[int]:
    """Return the query that counts the questions in use which this person may change and must check."""
    query = select(func.count()).select_from(Question).where(Question.retired_at.is_(None), must_be_checked())
    return query if "admin" in person.role_names else query.where(Question.owner_id == person.id)
