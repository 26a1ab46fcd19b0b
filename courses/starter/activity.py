"""Lets the demo people study: through the services that browsers use, with the clock turned back to the day they did it."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from academy.accounts.models import Person
from academy.clock import FrozenClock, freeze, now
from academy.db import db
from courses.catalog.models import Course, LessonVersion, VersionChapter
from courses.learning import services as learning
from courses.learning.models import Enrolment
from courses.learning.rules.watching import Heartbeat
from courses.lesson_types.registry import lesson_types
from courses.question_types import installed
from courses.quizzes import services as quizzes
from courses.quizzes.models import QuizVersion, Response
from courses.starter.practising import wrong_answer
from courses.starter.reading import HOME, read_yaml
from courses.starter.viewing import answer_up_to
from courses.starter.working import steps_of
from courses.textbooks import services as textbooks
from courses.textbooks.models import EditionChapter

FILE = HOME / "demo" / "activity.yaml"
BEAT_MS = 30_000
READING_MINUTES = 12
PAUSE_MINUTES = 4


def load_activity() -> int:
    """Let everybody of the file study who has not begun yet; return how many enrolments came."""
    return sum(_study_course(entry) for entry in read_yaml(FILE))


def _study_course(entry: dict[str, Any]) -> bool:
    person = db.session.scalars(select(Person).where(Person.username == entry["username"])).one()
    course = db.session.scalars(select(Course).where(Course.slug == entry["course"])).one()
    if learning.find_enrolment(person.id, course.id):
        return False
    with freeze(now() - timedelta(days=entry["days_ago"])) as clock:
        enrolment = learning.enrol(person, course)
        for lesson in _lessons(enrolment)[: entry.get("lessons")]:
            clock.move(minutes=PAUSE_MINUTES)
            _STUDY[lesson_types()[lesson.type].measure](person, enrolment, lesson, clock)
    return True


def _lessons(enrolment: Enrolment) -> list[LessonVersion]:
    query = (
        select(LessonVersion)
        .join(VersionChapter)
        .where(LessonVersion.version_id == enrolment.version_id)
        .order_by(VersionChapter.position, LessonVersion.position)
    )
    return list(db.session.scalars(query))


def _watch(person: Person, enrolment: Enrolment, lesson: LessonVersion, clock: FrozenClock) -> None:
    ticket = learning.open_lesson(person.id, enrolment, lesson).ticket
    caller = learning.Caller(person.id, person.session_key)
    length = lesson.content["duration_ms"]
    for number, begin in enumerate(range(0, length, BEAT_MS), 1):
        end = min(begin + BEAT_MS, length)
        clock.move(milliseconds=end - begin)
        answer_up_to(person, enrolment, lesson, end)
        beat = Heartbeat(ticket, number, ((begin, end),), end, end - begin, playing=end < length)
        learning.take_heartbeat(caller, lesson.lesson_id, beat)


def _read(person: Person, enrolment: Enrolment, lesson: LessonVersion, clock: FrozenClock) -> None:
    opened = now()
    learning.open_lesson(person.id, enrolment, lesson)
    clock.move(minutes=max(lesson.minutes, PAUSE_MINUTES))
    learning.mark_read(person.id, enrolment, lesson, opened)


def _read_chapter(person: Person, enrolment: Enrolment, lesson: LessonVersion, clock: FrozenClock) -> None:
    opened = now()
    learning.open_lesson(person.id, enrolment, lesson)
    clock.move(minutes=READING_MINUTES)
    textbooks.mark_read(person, db.session.get_one(EditionChapter, lesson.content["edition_chapter_id"]), opened)


def _sit(person: Person, enrolment: Enrolment, lesson: LessonVersion, clock: FrozenClock) -> None:
    learning.open_lesson(person.id, enrolment, lesson)
    version = db.session.get_one(QuizVersion, lesson.content["quiz_version_id"])
    origin = {"enrolment_id": enrolment.id, "lesson_id": lesson.lesson_id, "lesson_version_id": lesson.id}
    attempt = quizzes.start_attempt(person, version, origin=origin)
    clock.move(minutes=PAUSE_MINUTES)
    paper = select(Response).where(Response.attempt_id == attempt.id).options(joinedload(Response.question_version))
    for response in db.session.scalars(paper):
        question = response.question_version
        wrong = (person.id + response.position) % 5 == 0
        right = installed.get(question.type).correct_answer(question.content)
        response.answer = wrong_answer(question) if wrong else right
        response.sequence, response.saved_at = 1, now()
    db.session.flush()
    quizzes.submit(attempt)


def _work(person: Person, enrolment: Enrolment, lesson: LessonVersion, clock: FrozenClock) -> None:
    learning.open_lesson(person.id, enrolment, lesson)
    for values in steps_of(person, lesson):
        clock.move(minutes=1)
        learning.take_work(person.id, enrolment, lesson, values)


_STUDY = {"time": _watch, "units": _read, "reading": _read_chapter, "attempt": _sit, "work": _work}
