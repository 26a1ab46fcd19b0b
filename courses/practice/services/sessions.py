"""Practising: a session of questions, each answered once, with the explanation right after the answer."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from courses.practice import rules
from courses.practice.models import NotebookEntry, PracticeItem, PracticeSession
from courses.practice.services import drawing, notebook
from courses.practice.services.noting import Given, forget_old, note_answers, today
from courses.question_types import installed
from courses.question_types.base import FormValues, QuestionType, StepError
from courses.questions.models import Question, QuestionVersion
from courses.quizzes.rules import kept
from courses.quizzes.services import PaperQuestion, Reviewed, StepRefused

MARKS_HUNDREDTHS = 100
"""Practice counts no marks; what a question shows of them is left out on its pages."""


@dataclass(frozen=True)
class Practised:
    """One question of a session with what was answered. `being_sat`: it is in an attempt that the person has open."""

    item: PracticeItem
    question: PaperQuestion
    version: QuestionVersion
    being_sat: bool = False

    @property
    def answered(self) -> bool:
        """Whether it has been answered, or given up."""
        return self.item.answered_at is not None

    @property
    def right(self) -> bool:
        """Whether the answer was wholly right."""
        return self.item.fraction == 1

    def reviewed(self) -> Reviewed:
        """Return the question with its key. Raises ValueError before it is answered, UserError (409) while it is sat."""
        if not self.answered:
            raise ValueError("the key is not shown before the answer")
        if self.being_sat:
            raise UserError(_("这道题在您正在作答的试卷里，交卷以后再练"), status=409)
        return self.question.reviewed(self.item.fraction, show_key=True)


# -- beginning -----------------------------------------------------------------------------------------------------


def start_due(person: Person) -> PracticeSession:
    """Begin with what is due today, the longest due first. Raises UserError (409) when nothing is."""
    query = _versions_of(person).where(NotebookEntry.due_on <= today())
    query = query.order_by(NotebookEntry.due_on, NotebookEntry.box, NotebookEntry.id).limit(rules.AT_ONCE)
    return _start(person, "due", list(db.session.scalars(query)), {}, _("今天没有到期的题"))


def start_notebook(person: Person, filters: notebook.Filters) -> PracticeSession:
    """Begin with questions that are in the notebook, those first that were answered longest ago."""
    query = _versions_of(person).where(NotebookEntry.left_by == rules.Left.NOT)
    if filters.category_id is not None:
        query = query.where(Question.category_id == filters.category_id)
    if filters.quiz_id is not None:
        query = query.where(NotebookEntry.quiz_id == filters.quiz_id)
    if filters.type_key:
        query = query.where(Question.type == filters.type_key)
    query = query.order_by(NotebookEntry.last_at, NotebookEntry.id).limit(rules.AT_ONCE)
    chosen = {"category": filters.category_id, "quiz": filters.quiz_id, "type": filters.type_key}
    return _start(person, "notebook", list(db.session.scalars(query)), chosen, _("错题本里没有可以练的题"))


def start_entry(person: Person, entry: NotebookEntry) -> PracticeSession:
    """Begin with one question of the notebook."""
    query = _versions_of(person).where(NotebookEntry.id == entry.id)
    gone = _("这道题已经停用，不能再练，内容还可以看")
    return _start(person, "notebook", list(db.session.scalars(query)), {"entry": entry.id}, gone)


def start_chapter(person: Person, wanted: drawing.Wanted, count: int) -> PracticeSession:
    """Begin with `count` questions drawn from open categories; with fewer where there are no more."""
    versions = rules.draw(drawing.candidates(person.id, wanted), count, secrets.token_hex(8))
    chosen = {
        "categories": sorted(wanted.category_ids),
        "types": sorted(wanted.types),
        "difficulties": sorted(wanted.difficulties),
        "count": count,
    }
    return _start(person, "chapter", versions, chosen, _("没有合这些条件的题，少选几个条件再试"))


def _versions_of(person: Person) -> Any:
    """Return the query for the current versions of the questions in a notebook that can be practised."""
    return (
        select(Question.current_version_id)
        .join(NotebookEntry, NotebookEntry.question_id == Question.id)
        .where(
            NotebookEntry.person_id == person.id,
            Question.current_version_id.is_not(None),
            Question.retired_at.is_(None),
            Question.type.in_(drawing.practicable_types()),
            Question.id.not_in(notebook.being_sat(person.id)),
        )
    )


def _start(person: Person, kind: str, versions: Sequence[int], chosen: dict[str, Any], none: str) -> PracticeSession:
    if not versions:
        raise UserError(none, status=409)
    session = PracticeSession(person_id=person.id, kind=kind, chosen=chosen)
    db.session.add(session)
    db.session.flush()
    db.session.add_all(
        PracticeItem(session_id=session.id, position=place, question_version_id=version)
        for place, version in enumerate(versions, 1)
    )
    db.session.flush()
    forget_old(person.id)
    return session


# -- practising ----------------------------------------------------------------------------------------------------


def find(token: str, person: Person) -> PracticeSession | None:
    """Return the person's own session, or None."""
    return db.session.scalar(
        select(PracticeSession).where(PracticeSession.token == token, PracticeSession.person_id == person.id)
    )


def questions(session: PracticeSession) -> list[Practised]:
    """Return all questions of a session in order. One query."""
    sat = QuestionVersion.question_id.in_(notebook.being_sat(session.person_id))
    query = (
        select(PracticeItem, QuestionVersion, sat)
        .join(QuestionVersion, QuestionVersion.id == PracticeItem.question_version_id)
        .where(PracticeItem.session_id == session.id)
        .order_by(PracticeItem.position)
    )
    return [_practised(session, item, version, bool(sat)) for item, version, sat in db.session.execute(query)]


def _practised(session: PracticeSession, item: PracticeItem, version: QuestionVersion, being_sat: bool) -> Practised:
    question = PaperQuestion(
        number=item.position,
        position=item.position,
        marks_hundredths=MARKS_HUNDREDTHS,
        type=installed.get(version.type),
        _content=version.content,
        _seed=_seed(session, item.position),
        answer=item.answer,
    )
    return Practised(item, question, version, being_sat)


def _seed(session: PracticeSession, position: int) -> str:
    return f"{session.token}:{position}"


def as_seen(version: QuestionVersion, answer: Any) -> PaperQuestion:
    """Return a question outside of any session, with an answer to it and the options in the author's order."""
    return PaperQuestion(
        number=1,
        position=1,
        marks_hundredths=MARKS_HUNDREDTHS,
        type=installed.get(version.type),
        _content=version.content,
        _seed=None,
        answer=answer,
    )


def answer(session: PracticeSession, position: int, form: FormValues, *, gave_up: bool) -> bool:
    """Keep and grade the answer to one question; the first answer stands. Return False when nothing was answered.

    A step of an answer that grows is kept, and graded once it has come to its end. Raises UserError (409) while the question is
    in an attempt that the person has open, when its type is gone, and for a step that cannot be taken.
    """
    query = (
        select(PracticeItem, QuestionVersion)
        .join(QuestionVersion, QuestionVersion.id == PracticeItem.question_version_id)
        .where(PracticeItem.session_id == session.id, PracticeItem.position == position)
        .with_for_update(of=PracticeItem)
    )
    item, version = db.session.execute(query).one()
    if item.answered_at is not None:
        return True
    type_ = installed.get(version.type)
    if not type_.installed:
        raise UserError(_("这种题型没有安装，先跳过这一题"), status=409)
    if notebook.is_being_sat(session.person_id, version.question_id):
        raise UserError(_("这道题在您正在作答的试卷里，交卷以后再练"), status=409)
    given = item.answer if gave_up else type_.parse_answer(form)
    if type_.stepwise and not gave_up:
        given, before = _advanced(type_, version, item, given, _seed(session, position)), item.answer
        item.answer = given
        if not type_.is_answered(given):
            return bool(given != before)
    if not gave_up and not type_.is_answered(given):
        return False
    fraction = Fraction(0) if gave_up else type_.grade(version.content, given)
    _keep(session, item, version, given, fraction)
    return True


def _advanced(type_: QuestionType, version: QuestionVersion, item: PracticeItem, given: Any, seed: str) -> Any:
    try:
        return type_.advance(version.content, item.answer, given, seed)
    except StepError as error:
        raise StepRefused(str(error.message), status=409) from error


def _keep(
    session: PracticeSession, item: PracticeItem, version: QuestionVersion, given: Any, fraction: Fraction | None
) -> None:
    item.answer, item.answered_at = given, now()
    if fraction is not None:
        item.fraction_numerator, item.fraction_denominator = kept(fraction).as_integer_ratio()
        one = Given(version.question_id, version.id, given, fraction)
        note_answers(session.person_id, [one], item.answered_at)
    db.session.flush()


def open_sessions(person: Person) -> list[PracticeSession]:
    """Return the newest session in which something is still to be answered, if it is of today. One query."""
    unanswered = select(PracticeItem.session_id).where(PracticeItem.answered_at.is_(None))
    query = (
        select(PracticeSession)
        .where(PracticeSession.person_id == person.id, PracticeSession.id.in_(unanswered))
        .order_by(PracticeSession.id.desc())
        .limit(1)
    )
    return list(db.session.scalars(query))


def entry_of(session: PracticeSession, version: QuestionVersion) -> NotebookEntry | None:
    """Return the notebook entry of a question that was practised, if there is one."""
    return db.session.scalar(
        select(NotebookEntry).where(
            NotebookEntry.person_id == session.person_id, NotebookEntry.question_id == version.question_id
        )
    )
