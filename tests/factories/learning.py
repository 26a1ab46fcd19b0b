"""People who study."""

from __future__ import annotations

from typing import Any

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from courses.catalog.models import Course, LessonVersion
from courses.learning.models import Enrolment, LessonProgress
from courses.learning.services import enrol
from courses.learning.services.progress import add_evidence, advance, begin_progress
from courses.lesson_types.registry import lesson_type
from tests.factories.catalog import make_course
from tests.factories.people import make_person


def make_enrolment(person: Person | None = None, course: Course | None = None, **values: Any) -> Enrolment:
    """Enrol somebody in a course; further arguments are columns of the enrolment."""
    enrolment = enrol(person or make_person(), course or make_course())
    for name, value in values.items():
        setattr(enrolment, name, value)
    db.session.flush()
    return enrolment


def make_progress(enrolment: Enrolment, lesson: LessonVersion, done: bool = True, **values: Any) -> LessonProgress:
    """Let somebody do a lesson, with the evidence for it; completes the course with the last one."""
    progress = begin_progress(enrolment, lesson)
    if done:
        kind = lesson_type(lesson.type)
        measure = kind.measure if kind else ""
        size = kind.size(lesson.content) if kind else 1
        credited = {
            "time": {"segments": [[0, size]]},
            "units": {"units": list(range(size))},
        }.get(measure, {"share": [1, 1]})
        evidence = add_evidence(progress, lesson, "marked", credited=credited)
        if measure in ("time", "units"):
            advance(enrolment, progress, lesson, evidence, covered=[[0, size]])
        else:
            advance(enrolment, progress, lesson, evidence, share=1)
    for name, value in values.items():
        setattr(progress, name, value)
    enrolment.last_lesson_id, enrolment.last_studied_at = lesson.lesson_id, now()
    db.session.flush()
    return progress


def make_completion(person: Person | None = None, course: Course | None = None, **values: Any) -> Enrolment:
    """Let somebody complete a course, lesson by lesson; further arguments are columns of the enrolment."""
    enrolment = make_enrolment(person, course)
    for chapter in enrolment.version.chapters:
        for lesson in chapter.lessons:
            make_progress(enrolment, lesson)
    for name, value in values.items():
        setattr(enrolment, name, value)
    db.session.flush()
    return enrolment
