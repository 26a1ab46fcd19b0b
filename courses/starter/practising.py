"""Opens categories for practice, and lets a demo person practise, so that the pages of practice have something to show."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from academy.accounts.models import Person
from academy.clock import FrozenClock, freeze, now
from academy.db import db
from courses.practice.models import NotebookEntry, PracticeSession
from courses.practice.services import drawing, mock, notebook, sessions
from courses.question_types import installed
from courses.questions.models import Category, QuestionVersion
from courses.quizzes import services as quizzes
from courses.quizzes.models import Response
from courses.starter.reading import HOME, read_yaml

FILE = HOME / "demo" / "practice.yaml"


class _Answer:
    """An answer as the form of a choice would send it."""

    def __init__(self, values: Iterable[str]) -> None:
        self.values = list(values)

    def getlist(self, key: str, /) -> list[str]:
        """Return the values, whatever the field."""
        return self.values


def wrong_answer(version: QuestionVersion) -> Any:
    """Return an answer to a question with options that is not right; None for other questions."""
    type_ = installed.get(version.type)
    right = type_.correct_answer(version.content)
    if isinstance(right, bool):
        return not right
    options = type_.public(version.content, None).get("options", [])
    others = [each["id"] for each in options if each["id"] not in (right if isinstance(right, list) else [right])]
    if not others:
        return None
    return [others[0]] if isinstance(right, list) else others[0]


def load_practice() -> int:
    """Open the categories of the file, and let its person practise who has not yet; return how many categories came."""
    facts = read_yaml(FILE)
    query = select(Category).where(Category.name.in_(facts["open"]), ~Category.open_for_practice)
    opened = list(db.session.scalars(query))
    for category in opened:
        category.open_for_practice = True
    db.session.flush()
    person = db.session.scalars(select(Person).where(Person.username == facts["username"])).one()
    if not db.session.scalar(select(PracticeSession.id).where(PracticeSession.person_id == person.id).limit(1)):
        _practise(person, facts)
    return len(opened)


def _practise(person: Person, facts: dict[str, Any]) -> None:
    query = select(Category.id).where(Category.open_for_practice).order_by(Category.position)
    categories = list(db.session.scalars(query))
    with freeze(now() - timedelta(days=facts["days_ago"])) as clock:
        _sit_mock(person, categories, facts["mock_parts"], clock)
        clock.move(days=1)
        wanted = drawing.Wanted(categories[:1], ["single_choice", "true_false"])
        session = sessions.start_chapter(person, wanted, facts["chapter_questions"])
        for each in sessions.questions(session):
            clock.move(seconds=40)
            _answer(session, each)
    entry = db.session.scalars(
        select(NotebookEntry).where(NotebookEntry.person_id == person.id).order_by(NotebookEntry.id).limit(1)
    ).first()
    if entry is not None:
        notebook.save_note(entry, facts["note"], entry.note_revision)


def _sit_mock(person: Person, categories: list[int], parts: int, clock: FrozenClock) -> None:
    """Sit a small mock exam, with every third question wrong."""
    attempt = mock.start(person, categories, parts)
    paper = select(Response).where(Response.attempt_id == attempt.id).options(joinedload(Response.question_version))
    clock.move(minutes=11)
    for response in db.session.scalars(paper):
        version = response.question_version
        right = installed.get(version.type).correct_answer(version.content)
        response.answer = wrong_answer(version) if response.position % 3 == 0 else right
        response.sequence, response.saved_at = 1, now()
    db.session.flush()
    quizzes.submit(attempt)


def _answer(session: PracticeSession, each: sessions.Practised) -> None:
    """Answer one question of a session, every other one wrong."""
    place = each.question.position
    right = each.question.type.correct_answer(each.version.content)
    given = wrong_answer(each.version) if place % 2 == 0 else right
    text = str(given).lower() if isinstance(given, bool) else str(given)
    sessions.answer(session, place, _Answer([text]), gave_up=False)
