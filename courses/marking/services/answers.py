"""Answers and the marks that they have: what marking, appeals and the result page show."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from sqlalchemy import select

from academy.accounts.models import Person
from academy.db import db
from courses.marking.models import Mark, MarkingPlan
from courses.marking.rules import Given, Plan, final_share, needs, turn
from courses.marking.services.access import plan_of
from courses.question_types import installed
from courses.question_types.base import Content, HandPart, QuestionType
from courses.questions.models import QuestionVersion
from courses.quizzes import rules as quiz_rules
from courses.quizzes.models import Attempt, Quiz, QuizVersion, Response
from courses.quizzes.services.scoring import fraction_of


@dataclass(frozen=True)
class Marked:
    """The marks of one piece of an answer. `last` is the number of its newest mark, 0 without any."""

    hand: HandPart
    rounds: dict[int, Mark]
    last: int

    @property
    def given(self) -> dict[int, Given]:
        """The marks as the rules see them."""
        return {each: Given(mark.marker_id, share_of(mark)) for each, mark in self.rounds.items()}


def share_of(mark: Mark) -> Fraction:
    """Return the share that a mark gives."""
    return Fraction(mark.numerator, mark.denominator)


@dataclass(frozen=True)
class Answer:
    """One answer with everything that whoever judges it has to know."""

    response: Response
    attempt: Attempt
    person: Person
    version: QuestionVersion
    quiz: Quiz
    quiz_version: QuizVersion
    settings: MarkingPlan
    marks: Sequence[Mark]

    @property
    def type(self) -> QuestionType:
        """The type of the question."""
        return installed.get(self.version.type)

    @property
    def content(self) -> Content:
        """The question as it was asked."""
        return self.version.content

    @property
    def plan(self) -> Plan:
        """How it is marked."""
        return plan_of(self.settings)

    @cached_property
    def pieces(self) -> list[Marked]:
        """The pieces that a person judges, with their marks."""
        found = []
        for hand in self.type.hand_parts(self.content, self.response.answer):
            own = [mark for mark in self.marks if mark.part == hand.part]
            rounds = {mark.round: mark for mark in own if not mark.whole}
            found.append(Marked(hand, rounds, max((mark.number for mark in own), default=0)))
        return found

    @property
    def decision(self) -> Mark | None:
        """The mark for the answer as a whole that an appeal brought, if any."""
        return next((mark for mark in reversed(self.marks) if mark.whole), None)

    def share(self) -> Fraction | None:
        """Return what the answer earns by its marks, None while one is missing."""
        if self.decision is not None:
            return share_of(self.decision)
        return self.share_by(self.content)

    def share_by(self, content: Content) -> Fraction | None:
        """Return what the marks and the key of this content, perhaps a corrected one, come to."""
        shares = {each.hand.part: final_share(each.given, self.plan) for each in self.pieces}
        known = {part: share for part, share in shares.items() if share is not None}
        return self.type.grade_with(content, self.response.answer, known)

    def open_pieces(self, person: Person, decides: bool) -> list[tuple[Marked, int]]:
        """Return the pieces that a person may mark now, each with the round.

        While the answer waits, what is settled in it is left alone; of an answer that is marked everything may change.
        """
        if self.decision is not None or self.attempt.person_id == person.id:
            return []
        found = []
        for piece in self.pieces:
            settled = final_share(piece.given, self.plan) is not None
            round_ = turn(piece.given, self.plan, person.id, decides=decides)
            if round_ is not None and not (settled and self.response.awaiting):
                found.append((piece, round_))
        return found

    def needs(self, person: Person, decides: bool) -> bool:
        """Whether the answer waits for this person."""
        if not self.response.awaiting or self.attempt.person_id == person.id:
            return False
        return any(needs(each.given, self.plan, person.id, decides=decides) for each in self.pieces)

    @property
    def name(self) -> str:
        """Whose answer it is; a code where the author wants marking without names."""
        return code_of(self.attempt) if self.settings.anonymous else self.person.name

    @property
    def shown(self) -> Content:
        """What the review template of the question's type shows."""
        return self.type.review(self.content, self.response.answer, self.seed)

    @property
    def seed(self) -> str | None:
        """The seed by which the options of this attempt were shuffled."""
        shuffled = self.quiz_version.shuffle_options
        return quiz_rules.option_seed(self.attempt.seed, self.response.position, shuffled)

    @property
    def fraction(self) -> Fraction | None:
        """The share that counts now."""
        return fraction_of(self.response)


def code_of(attempt: Attempt) -> str:
    """Return the same few characters for an attempt always, which tell nobody whose it is."""
    return hashlib.sha256(attempt.token.encode()).hexdigest()[:6].upper()


def query() -> Any:
    """Return the query for answers with their circumstances; `load` makes answers of its rows."""
    return (
        select(Response, Attempt, Person, QuestionVersion, Quiz, QuizVersion, MarkingPlan)
        .join(Attempt, Attempt.id == Response.attempt_id)
        .join(Person, Person.id == Attempt.person_id)
        .join(QuestionVersion, QuestionVersion.id == Response.question_version_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .outerjoin(MarkingPlan, MarkingPlan.quiz_id == Quiz.id)
        .where(Attempt.state == quiz_rules.State.SUBMITTED)
    )


def load(rows: Sequence[Any]) -> list[Answer]:
    """Return the answers of rows of `query`, with their marks. One query for all of them."""
    attempts = {row[1].id for row in rows}
    marks: dict[tuple[int, int], list[Mark]] = defaultdict(list)
    if attempts:
        found = select(Mark).where(Mark.attempt_id.in_(attempts)).order_by(Mark.id)
        for mark in db.session.scalars(found, execution_options={"populate_existing": True}):
            marks[mark.attempt_id, mark.position].append(mark)
    answers = []
    for response, attempt, person, version, quiz, quiz_version, settings in rows:
        how = settings or MarkingPlan(quiz_id=quiz.id, anonymous=False, two_markers=False, limit_percent=20)
        own = marks[attempt.id, response.position]
        answers.append(Answer(response, attempt, person, version, quiz, quiz_version, how, own))
    return answers


def find(attempt_id: int, position: int) -> Answer | None:
    """Return one answer that was handed in, or None. Two queries."""
    wanted = query().where(Response.attempt_id == attempt_id, Response.position == position)
    found = load(db.session.execute(wanted).all())
    return found[0] if found else None


def of_attempt(attempt: Attempt) -> list[Answer]:
    """Return all answers of an attempt. Two queries."""
    wanted = query().where(Response.attempt_id == attempt.id).order_by(Response.position)
    return load(db.session.execute(wanted).all())


def names_of(attempts: Sequence[Attempt]) -> dict[int, str]:
    """Return the names of the people who sat attempts, by attempt. One query."""
    query = select(Attempt.id, Person.name).join(Person, Person.id == Attempt.person_id)
    rows = db.session.execute(query.where(Attempt.id.in_([attempt.id for attempt in attempts])))
    return {row[0]: row[1] for row in rows}
