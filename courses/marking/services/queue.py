"""What waits for a marker: by quiz, by question, answer by answer."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from academy.accounts.models import Person
from academy.db import db
from courses.marking.models import Appeal, Mark
from courses.marking.services import answers
from courses.marking.services.access import decides, quizzes_of
from courses.marking.services.answers import Answer
from courses.question_types import installed
from courses.question_types.base import plain_stem
from courses.questions.models import QuestionVersion
from courses.quizzes.models import Attempt, Quiz, Response

LOOK_AHEAD = 200
"""How many waiting answers are looked through for the next one of a marker."""


@dataclass
class QuestionRow:
    """One question of a quiz with answers to be marked."""

    question_id: int
    type: str
    stem: str
    waiting: int
    done: int


@dataclass
class QuizRow:
    """One quiz with answers to be marked."""

    quiz: Quiz
    questions: list[QuestionRow]

    @property
    def waiting(self) -> int:
        """How many answers wait."""
        return sum(each.waiting for each in self.questions)


def _by_hand() -> Any:
    return QuestionVersion.type.in_([key for key, type_ in installed.all_types().items() if type_.marked_by_hand])


def _judged() -> Any:
    """What is true of responses that a marker has to do with: those that wait, and those that have marks."""
    has_marks = select(Mark.id).where(Mark.attempt_id == Response.attempt_id, Mark.position == Response.position)
    return or_(Response.awaiting, and_(_by_hand(), has_marks.exists()))


def overview(person: Person) -> list[QuizRow]:
    """Return the quizzes that a person marks, those with most waiting answers first. Two queries."""
    waiting = func.count().filter(Response.awaiting)
    query = (
        select(
            Attempt.quiz_id,
            QuestionVersion.question_id,
            func.max(QuestionVersion.id),
            waiting,
            func.count().filter(~Response.awaiting),
        )
        .select_from(Response)
        .join(Attempt, Attempt.id == Response.attempt_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(QuestionVersion, QuestionVersion.id == Response.question_version_id)
        .where(_judged(), Attempt.state == "submitted", quizzes_of(person), Attempt.person_id != person.id)
        .group_by(Attempt.quiz_id, QuestionVersion.question_id)
    )
    rows = db.session.execute(query).all()
    quizzes = {each.id: each for each in db.session.scalars(select(Quiz).where(Quiz.id.in_({row[0] for row in rows})))}
    wanted = select(QuestionVersion).where(QuestionVersion.id.in_({row[2] for row in rows}))
    versions = {each.id: each for each in db.session.scalars(wanted)}
    found: dict[int, QuizRow] = {}
    for quiz_id, question_id, version_id, open_, done in rows:
        version = versions[version_id]
        row = found.setdefault(quiz_id, QuizRow(quizzes[quiz_id], []))
        row.questions.append(QuestionRow(question_id, version.type, plain_stem(version.content), open_, done))
    for each in found.values():
        each.questions.sort(key=lambda row: (-row.waiting, row.question_id))
    return sorted(found.values(), key=lambda row: (-row.waiting, -row.quiz.id))


def listed(quiz_id: int, question_id: int, *, done: bool) -> Select[Any]:
    """Return the query for the answers to one question: those that wait, the oldest first, or those that are marked."""
    query = answers.query().where(Attempt.quiz_id == quiz_id, QuestionVersion.question_id == question_id, _judged())
    if done:
        found: Select[Any] = query.where(~Response.awaiting).order_by(Attempt.submitted_at.desc(), Attempt.id.desc())
        return found
    waiting: Select[Any] = query.where(Response.awaiting).order_by(Attempt.submitted_at, Attempt.id)
    return waiting


def next_answer(person: Person, quiz: Quiz, question_id: int, after: int = 0) -> Answer | None:
    """Return the next answer to a question that waits for this person, from attempt `after` on and then from the start."""
    query = listed(quiz.id, question_id, done=False).limit(LOOK_AHEAD)
    mine = Mark.marker_id == person.id
    marked = select(Mark.id).where(Mark.attempt_id == Response.attempt_id, Mark.position == Response.position, mine)
    owner = decides(quiz, person)
    if not owner:
        query = query.where(~marked.exists())
    found = [each for each in answers.load(db.session.execute(query).all()) if each.needs(person, owner)]
    return next((each for each in found if each.attempt.id > after), found[0] if found else None)


def waiting_for(person: Person) -> Select[int]:
    """Return the query that counts the answers and the appeals which wait for this person."""
    here = (Mark.attempt_id == Response.attempt_id, Mark.position == Response.position)
    mine = select(Mark.id).where(*here, Mark.marker_id == person.id)
    twice = select(Mark.id).where(*here, Mark.round == 2)
    to_mark = or_(~mine.exists(), and_(Quiz.owner_id == person.id, twice.exists()))
    query = (
        select(func.count())
        .select_from(Response)
        .join(Attempt, Attempt.id == Response.attempt_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(Response.awaiting, Attempt.state == "submitted", Attempt.person_id != person.id)
        .where(quizzes_of(person), to_mark)
    )
    return select(query.scalar_subquery() + _appeals_for(person).scalar_subquery())


def count_waiting(person: Person) -> int:
    """Return how many answers and appeals wait for this person."""
    return db.session.scalar(waiting_for(person)) or 0


def count_appeals(person: Person) -> int:
    """Return how many appeals wait for this person's answer."""
    return db.session.scalar(_appeals_for(person)) or 0


def _appeals_for(person: Person) -> Select[int]:
    return (
        select(func.count())
        .select_from(Appeal)
        .join(Attempt, Attempt.id == Appeal.attempt_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(Appeal.state == "open", quizzes_of(person, deciding=True), Attempt.person_id != person.id)
    )
