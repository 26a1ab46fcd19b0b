"""Questions and their versions: reading one, writing, retiring."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from courses.questions import rules
from courses.questions.models import Category, Question, QuestionVersion
from courses.questions.rules import Draft

SENT_TWICE_WITHIN = timedelta(minutes=1)


def get(question_id: int) -> Question | None:
    """Return a question with its current version and shelf. One query."""
    query = (
        select(Question)
        .options(joinedload(Question.current), joinedload(Question.category))
        .where(Question.id == question_id)
    )
    return db.session.scalar(query)


def versions(question: Question) -> list[QuestionVersion]:
    """Return all versions of a question, the newest first."""
    query = (
        select(QuestionVersion)
        .where(QuestionVersion.question_id == question.id)
        .order_by(QuestionVersion.number.desc())
    )
    return list(db.session.scalars(query))


def may_edit(question: Question, person: Person) -> bool:
    """Whether the person may change the question: it is theirs, or they are an administrator."""
    return rules.may_change(question.owner_id, person.id, person.role_names)


def create(draft: Draft, owner: Person | None, category: Category | None = None) -> Question:
    """Put a question into the bank. The caller has made sure that its content has no problems."""
    question = Question(type=draft.type, owner_id=owner.id if owner else None, category=category)
    db.session.add(question)
    db.session.flush()
    _append(question, draft, 1, owner)
    return question


def create_all(drafts: Sequence[Draft], owner: Person | None, category: Category | None = None) -> list[Question]:
    """Put several questions into the bank. What the same person wrote a moment ago is not put there twice.

    So a form that is sent twice makes its questions once.
    """
    written = _just_written(owner) if owner else []
    return [_among(written, draft) or create(draft, owner, category) for draft in drafts]


def sent_again(draft: Draft, owner: Person) -> Question | None:
    """Return the question that the same form has made a moment ago, if it is sent twice. One query."""
    return _among(_just_written(owner), draft)


def _among(written: Sequence[Question], draft: Draft) -> Question | None:
    return next((each for each in written if each.current and _says(each.current, draft)), None)


def _just_written(owner: Person) -> list[Question]:
    query = (
        select(Question)
        .join(Question.current)
        .options(contains_eager(Question.current))
        .where(Question.owner_id == owner.id, Question.created_at > now() - SENT_TWICE_WITHIN)
    )
    return list(db.session.scalars(query))


def _says(version: QuestionVersion, draft: Draft) -> bool:
    theirs = (version.type, version.content, version.difficulty, version.tags)
    return theirs == (draft.type, draft.content, draft.difficulty, list(draft.tags))


def revise(question: Question, draft: Draft, based_on: int, author: Person) -> QuestionVersion:
    """Save a new version; the old ones stay, and quizzes that are published keep theirs.

    `based_on` is the number of the version that the author had opened: raises UserError (409) when somebody has saved
    another one since. Saving without a change makes no version.
    """
    lock = select(Question).where(Question.id == question.id).with_for_update()
    current = db.session.scalars(lock, execution_options={"populate_existing": True}).one().current
    if current is None or current.number != based_on:
        raise UserError(_("您打开这道题以后，有人保存了新的内容，所以这次没有保存"), status=409)
    return current if _says(current, draft) else _append(question, draft, current.number + 1, author)


def _append(question: Question, draft: Draft, number: int, author: Person | None) -> QuestionVersion:
    version = QuestionVersion(
        question_id=question.id,
        number=number,
        type=draft.type,
        content=draft.content,
        search_text=rules.search_text(draft.content, draft.tags),
        difficulty=draft.difficulty,
        tags=list(draft.tags),
        created_by_id=author.id if author else None,
    )
    db.session.add(version)
    db.session.flush()
    question.current = version
    db.session.flush()
    return version


def retire(question: Question) -> None:
    """Take a question out of use: it stays in published quizzes and in every record, but is not offered any more."""
    if question.retired_at is None:
        question.retired_at = now()
        db.session.flush()


def restore(question: Question) -> None:
    """Offer a retired question again."""
    question.retired_at = None
    db.session.flush()
