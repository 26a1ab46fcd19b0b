"""Mock exams: a paper in the form of the examination, sat like any quiz, so that saving and the clock are the same."""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from academy.accounts.models import Person
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from courses.practice import rules
from courses.practice.models import MockExam
from courses.practice.services import drawing
from courses.questions.models import Question, QuestionVersion
from courses.questions.services import tree
from courses.quizzes import services as quizzes
from courses.quizzes.models import Attempt, Quiz, QuizVersion, QuizVersionSlot, Response
from courses.quizzes.rules import State

SINGLE, MULTIPLE = "single_choice", "multiple_choice"
"""The examination itself is made of these two types."""
SCORING = "social_work"
TITLE, TITLE_EN = "模拟考试", "Mock exam"


@dataclass(frozen=True)
class Supply:
    """How many questions of each kind the chosen categories hold, and what exam they make."""

    singles: int
    multiples: int

    @property
    def form(self) -> rules.MockForm:
        """The largest exam; with `parts` 0 where there is none."""
        return rules.possible_form(self.singles, self.multiples)


def supply(stock: drawing.Stock, category_ids: Collection[int]) -> Supply:
    """Add up what these categories hold."""
    chosen = stock.of(category_ids)
    return Supply(chosen[SINGLE], chosen[MULTIPLE])


def open_exam(person: Person) -> Attempt | None:
    """Return the mock exam that the person is sitting. One query."""
    query = (
        select(Attempt)
        .join(MockExam, MockExam.attempt_id == Attempt.id)
        .where(MockExam.person_id == person.id, Attempt.state == State.OPEN)
        .limit(1)
    )
    return db.session.scalar(query)


def history(person: Person, limit: int = 20) -> Sequence[MockExam]:
    """Return the exams that were handed in, the newest first. One query."""
    query = (
        select(MockExam)
        .join(MockExam.attempt)
        .options(joinedload(MockExam.attempt))
        .where(MockExam.person_id == person.id, Attempt.state == State.SUBMITTED)
        .order_by(MockExam.attempt_id.desc())
        .limit(limit)
    )
    return db.session.scalars(query).all()


def start(person: Person, category_ids: Collection[int], parts: int) -> Attempt:
    """Begin an exam of so many parts, or return the one that is open. Raises UserError (409) when there are too few questions."""
    # The button, pressed twice: the second request waits here, and then finds the exam of the first.
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    running = open_exam(person)
    if running is not None:
        return running
    form = rules.MockForm(parts)
    seed = secrets.token_hex(8)
    singles = _drawn(person, category_ids, SINGLE, form.singles, seed)
    multiples = _drawn(person, category_ids, MULTIPLE, form.multiples, seed)
    if len(singles) < form.singles or len(multiples) < form.multiples:
        raise UserError(_("题不够组成这么大的卷子，选小一点的再开始"), status=409)
    marked = [(each, rules.SINGLE_HUNDREDTHS) for each in singles]
    marked += [(each, rules.MULTIPLE_HUNDREDTHS) for each in multiples]
    version = _paper(_quiz_of(person), form, marked, seed)
    attempt = quizzes.start_attempt(person, version, origin={"practice": "mock"})
    attempt.return_path = f"/practice/mock/{attempt.token}"
    kept = [shelf.path for shelf in tree() if shelf.id in category_ids]
    db.session.add(MockExam(attempt_id=attempt.id, person_id=person.id, parts=parts, categories=kept))
    db.session.flush()
    return attempt


def _drawn(person: Person, category_ids: Collection[int], type_key: str, count: int, seed: str) -> list[int]:
    return rules.draw(drawing.candidates(person.id, drawing.Wanted(category_ids, [type_key])), count, seed)


def _quiz_of(person: Person) -> Quiz:
    """Return the quiz behind this person's mock exams; whoever holds the person's lock numbers its versions one by one."""
    query = (
        select(Quiz)
        .join(Attempt, Attempt.quiz_id == Quiz.id)
        .join(MockExam, MockExam.attempt_id == Attempt.id)
        .where(MockExam.person_id == person.id)
        .limit(1)
    )
    quiz = db.session.scalar(query)
    if quiz is None:
        quiz = Quiz(title=TITLE, title_en=TITLE_EN, generated=True, attempts_allowed=0)
        db.session.add(quiz)
        db.session.flush()
    return quiz


def _paper(quiz: Quiz, form: rules.MockForm, marked: Sequence[tuple[int, int]], seed: str) -> QuizVersion:
    last = db.session.scalar(select(func.max(QuizVersion.number)).where(QuizVersion.quiz_id == quiz.id)) or 0
    version = QuizVersion(
        quiz_id=quiz.id,
        number=last + 1,
        digest=hashlib.sha256(seed.encode()).hexdigest(),
        question_count=form.questions,
        marks_hundredths=form.marks_hundredths,
        plan={"scoring": SCORING, "draws": [], "sections": _sections(form)},
        title=TITLE,
        title_en=TITLE_EN,
        time_limit_seconds=form.seconds,
        pass_percent=rules.MOCK_PASS_PERCENT,
        attempts_allowed=0,
        shuffle_options=True,
    )
    version.slots = [
        QuizVersionSlot(position=place, question_version_id=version_id, marks_hundredths=marks)
        for place, (version_id, marks) in enumerate(marked, 1)
    ]
    db.session.add(version)
    db.session.flush()
    return version


def _sections(form: rules.MockForm) -> list[dict[str, Any]]:
    """Return the two headings of the paper, in the language of the person who sits it; see QuizVersion.plan."""
    rule = _("有选错的不得分；少选的，每选对一项得 0.5 分。")
    headings = ((_("单项选择题"), "", 1, form.singles), (_("多项选择题"), rule, form.singles + 1, form.multiples))
    return [
        {"title": title, "instructions": said, "shuffle": False, "seconds": None, "first": first, "count": count}
        for title, said, first, count in headings
    ]


# -- the result ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """What one kind or category of questions brought: earned and possible in hundredths, and how many were right."""

    name: str
    questions: int
    right: int
    earned: Fraction
    possible: int

    @property
    def share(self) -> Fraction:
        """The share of the marks, 0 to 1."""
        return self.earned / self.possible if self.possible else Fraction(0)


def find(token: str, person: Person) -> MockExam | None:
    """Return the person's own mock exam, or None. One query."""
    query = (
        select(MockExam)
        .join(MockExam.attempt)
        .options(joinedload(MockExam.attempt).joinedload(Attempt.quiz_version))
        .where(Attempt.token == token, MockExam.person_id == person.id)
    )
    return db.session.scalar(query)


def lines(exam: MockExam) -> tuple[list[Line], list[Line]]:
    """Return what the kinds of questions and what the categories brought. Two queries."""
    query = (
        select(Response, QuestionVersion.type, Question.category_id)
        .join(QuestionVersion, QuestionVersion.id == Response.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(Response.attempt_id == exam.attempt_id)
        .order_by(Response.position)
    )
    kinds: dict[str, list[Response]] = {}
    categories: dict[str, list[Response]] = {}
    shelves = tree()
    for response, type_key, category_id in db.session.execute(query):
        kinds.setdefault(type_key, []).append(response)
        categories.setdefault(shelves.path(category_id), []).append(response)
    return _lines(kinds), sorted(_lines(categories), key=lambda line: line.name)


def _lines(grouped: dict[str, list[Response]]) -> list[Line]:
    found = []
    for name, responses in grouped.items():
        fractions = [Fraction(each.fraction_numerator or 0, each.fraction_denominator) for each in responses]
        earned = sum(
            (fraction * each.marks_hundredths for fraction, each in zip(fractions, responses, strict=True)), Fraction(0)
        )
        possible = sum(each.marks_hundredths for each in responses)
        found.append(Line(name, len(responses), sum(fraction == 1 for fraction in fractions), earned, possible))
    return found
