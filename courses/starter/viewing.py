"""How the demo people watch films: with the questions on the way, and with doubts about the record of what they watched."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from academy.accounts.models import Person
from academy.clock import FrozenClock, freeze, now
from academy.db import db
from courses.catalog.models import Course, LessonVersion, VersionChapter
from courses.catalog.rules import clock_ms
from courses.learning import services as learning
from courses.learning.models import Dispute, Enrolment
from courses.learning.rules.watching import Heartbeat
from courses.learning.services import asking, disputes
from courses.learning.services.missing import missing_of
from courses.learning.services.progress import find_progress
from courses.lesson_types.registry import lesson_type
from courses.question_types import installed
from courses.questions.models import QuestionVersion
from courses.starter.reading import HOME, CatalogueError, read_yaml

FILE = HOME / "demo" / "disputes.yaml"


def answer_up_to(person: Person, enrolment: Enrolment, lesson: LessonVersion, place: int) -> None:
    """Answer, rightly, every question that comes before `place` (milliseconds) in a film."""
    kind = lesson_type(lesson.type)
    if kind is None or not kind.gates(lesson.content):
        return
    progress = find_progress(enrolment.id, lesson.lesson_id)
    for stop in asking.stops_of(kind, lesson.content, enrolment.id, lesson.lesson_id, progress):
        if stop.at < place:
            gate = next(gate for gate in kind.gates(lesson.content) if gate.key == stop.key)
            version = db.session.get_one(QuestionVersion, gate.question_version_id)
            right = installed.get(version.type).correct_answer(version.content)
            asking.give_answer(person.id, enrolment, lesson, stop.key, right)


def load_disputes() -> int:
    """Let the people of the file doubt the record of a film, where they have not yet; return how many doubts came."""
    return sum(_dispute(entry) for entry in read_yaml(FILE))


def _dispute(entry: dict[str, Any]) -> bool:
    person = db.session.scalars(select(Person).where(Person.username == entry["username"])).one()
    course = db.session.scalars(select(Course).where(Course.slug == entry["course"])).one()
    enrolment = learning.find_enrolment(person.id, course.id)
    if enrolment is None:
        raise CatalogueError(f"{FILE}: {person.username} has not joined {course.slug}; see activity.yaml.")
    lesson = _film(enrolment)
    progress = find_progress(enrolment.id, lesson.lesson_id)
    earlier = select(Dispute.id).where(Dispute.progress_id == progress.id) if progress else None
    if earlier is not None and db.session.scalar(earlier) is not None:
        return False
    with freeze(now() - timedelta(days=entry["days_ago"])) as clock:
        _watch(person, enrolment, lesson, clock, entry)
        clock.move(minutes=5)
        progress = find_progress(enrolment.id, lesson.lesson_id)
        gaps = [(each.start, each.end) for each in missing_of(enrolment, lesson, progress).stretches]
        dispute = disputes.open_dispute(person.id, enrolment, lesson, gaps, entry["reason"])
        if entry.get("answer"):
            clock.move(hours=3)
            case = disputes.find_case(dispute.id)
            owner = db.session.get_one(Person, course.owner_id)
            if case is not None:
                disputes.settle(case, owner, gaps, entry["answer"])
    return True


def _film(enrolment: Enrolment) -> LessonVersion:
    query = (
        select(LessonVersion)
        .join(VersionChapter)
        .where(LessonVersion.version_id == enrolment.version_id)
        .order_by(VersionChapter.position, LessonVersion.position)
    )
    return next(
        lesson for lesson in db.session.scalars(query) if (kind := lesson_type(lesson.type)) and kind.measure == "time"
    )


def _watch(
    person: Person, enrolment: Enrolment, lesson: LessonVersion, clock: FrozenClock, entry: dict[str, Any]
) -> None:
    ticket = learning.open_lesson(person.id, enrolment, lesson).ticket
    caller = learning.Caller(person.id, person.session_key)
    answer_up_to(person, enrolment, lesson, clock_ms(entry.get("answered_to", "0:00")) or 0)
    for number, (begin, end, seconds) in enumerate(entry["watched"], 1):
        clock.move(seconds=seconds)
        start, stop = clock_ms(begin) or 0, clock_ms(end) or 0
        beat = Heartbeat(ticket, number, ((start, stop),), stop, stop - start, playing=False)
        learning.take_heartbeat(caller, lesson.lesson_id, beat)
