"""What the demo people have handed in, and how it was marked."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from academy.accounts.models import Person
from academy.clock import freeze, now
from academy.db import db
from courses.assignments.services import marking, writing
from courses.assignments.services.marking import Judgement
from courses.assignments.services.writing import Written
from courses.catalog.models import Course, LessonVersion
from courses.learning import services as learning
from courses.starter.reading import HOME, CatalogueError, read_yaml

FILE = HOME / "demo" / "assignments.yaml"


def load_assignments() -> int:
    """Let the people of the file hand in their work, where they have not yet; return how many did."""
    return sum(_hand_in(entry) for entry in read_yaml(FILE))


def _hand_in(entry: dict[str, Any]) -> bool:
    person = db.session.scalars(select(Person).where(Person.username == entry["username"])).one()
    course = db.session.scalars(select(Course).where(Course.slug == entry["course"])).one()
    moment = now() - timedelta(days=entry["days_ago"])
    with freeze(moment) as clock:
        enrolment = learning.enrol(person, course)
        lesson = db.session.scalar(
            select(LessonVersion).where(
                LessonVersion.version_id == enrolment.version_id, LessonVersion.title == entry["lesson"]
            )
        )
        if lesson is None:
            raise CatalogueError(f"{FILE}: {course.slug} has no lesson “{entry['lesson']}”.")
        if writing.work_of(enrolment, lesson).handed_in:
            return False
        draft = writing.save_draft(person, enrolment, lesson, Written(entry["text"], [], 0))
        clock.move(minutes=20)
        writing.hand_in(person, enrolment, lesson, draft)
        if entry.get("mark"):
            clock.move(hours=5)
            _mark(draft.id, db.session.get_one(Person, course.owner_id), entry["mark"])
    return True


def _mark(submission_id: int, owner: Person, given: dict[str, Any]) -> None:
    case = marking.find_case(submission_id)
    if case is not None:
        judgement = Judgement(given["chosen"], given["remarks"], given["comment"], bool(given.get("returned")), 0)
        marking.mark(case, owner, judgement)
