"""The people and places that the requests are about: learners under way in the starter catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select

from academy.accounts.demo import DEMO
from academy.accounts.models import Person, PersonRole
from academy.clock import freeze, now
from academy.config import load_settings
from academy.db import db
from academy.organizations.models import Unit
from app import create_app
from benchmarks.site import Site
from benchmarks.visitor import Visitor, signed_in
from courses.catalog.models import Course, LessonVersion
from courses.learning.services import enrol, mark_read, open_lesson
from courses.quizzes.models import QuizVersion
from courses.textbooks.models import EditionChapter, Textbook

LEARNERS = 20
COURSES_UNDER_WAY = 4


@dataclass(frozen=True)
class World:
    """Where the requests go to, and who sends them.

    reader: a trainee in the middle of several courses, whose pages are measured; learners: many who do the same things;
    lessons: addresses of lessons of the measured course, by type.
    """

    reader: Visitor
    learners: list[Visitor]
    admin: Visitor
    slug: str
    lessons: dict[str, str]
    chapter: str
    password: str
    username: str


def build(site: Site) -> World:
    """Make the learners and let them study a little; return the addresses that the requests need."""
    app = create_app(load_settings(dict(site.environ)))
    with app.app_context():
        course = _course()
        lessons = {lesson.type: f"/learn/{course.slug}/{lesson.lesson_id}" for lesson in reversed(_lessons(course))}
        people = _people()
        others = (
            select(Course).where(Course.current_version_id.is_not(None), Course.id != course.id).order_by(Course.id)
        )
        for number, other in enumerate(db.session.scalars(others.limit(COURSES_UNDER_WAY - 1)), 2):
            _study(people[0], other, days_ago=COURSES_UNDER_WAY + 2 - number)
        for person in people:
            _study(person, course, days_ago=1)
        # The quiz is sat many times by the same people.
        for quiz in db.session.scalars(select(QuizVersion)):
            quiz.attempts_allowed, quiz.retry_wait_seconds = 0, 0
        db.session.commit()
        account = next(one for one in DEMO if one.role == "trainee")
        return World(
            reader=signed_in(app, people[0]),
            learners=[signed_in(app, person) for person in people[1:]],
            admin=signed_in(app, _admin()),
            slug=course.slug,
            lessons=lessons,
            chapter=_chapter(),
            username=account.username,
            password=account.password,
        )


def _course() -> Course:
    """Return the published course with the most types of lessons."""
    courses = db.session.scalars(select(Course).where(Course.current_version_id.is_not(None)).order_by(Course.id))
    return max(courses, key=lambda course: len({lesson.type for lesson in _lessons(course)}))


def _lessons(course: Course) -> list[LessonVersion]:
    query = select(LessonVersion).where(LessonVersion.version_id == course.current_version_id)
    return list(db.session.scalars(query.order_by(LessonVersion.id)))


def _people() -> list[Person]:
    unit = db.session.scalars(select(Unit).where(Unit.level == "community").order_by(Unit.id)).first()
    password = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash("never typed")
    people = [
        Person(username=f"bench{number}", name=f"学员{number}", unit=unit, password_hash=password, post="grid_worker")
        for number in range(LEARNERS + 1)
    ]
    for person in people:
        person.roles.append(PersonRole(role="trainee"))
    db.session.add_all(people)
    db.session.flush()
    return people


def _study(person: Person, course: Course, days_ago: int) -> None:
    """Enrol somebody, who opens the first lessons and reads the texts among them."""
    moment = now() - timedelta(days=days_ago)
    with freeze(moment) as clock:
        enrolment = enrol(person, course)
        for lesson in _lessons(course)[:4]:
            opened = clock.move(seconds=1)
            open_lesson(person.id, enrolment, lesson)
            clock.move(hours=1)
            if lesson.type == "text":
                mark_read(person.id, enrolment, lesson, opened)


def _chapter() -> str:
    query = (
        select(Textbook.slug, EditionChapter.chapter_id)
        .join(EditionChapter, EditionChapter.edition_id == Textbook.current_edition_id)
        .order_by(EditionChapter.characters.desc())
    )
    slug, chapter = db.session.execute(query).first() or ("", 0)
    return f"/textbooks/{slug}/{chapter}"


def _admin() -> Person:
    name = next(one.username for one in DEMO if one.role == "admin")
    return db.session.scalars(select(Person).where(Person.username == name)).one()


def application(site: Site) -> Flask:
    """Return the academy on the same data in this process."""
    return create_app(load_settings(dict(site.environ)))
