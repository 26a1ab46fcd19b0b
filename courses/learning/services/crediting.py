"""What the ledger of credit hours is told about courses and quizzes; what they are worth is for its rules to say."""

from fractions import Fraction
from typing import Any

from sqlalchemy import select

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.web.filters import local_date
from courses.catalog.models import CourseVersion, LessonVersion
from courses.credits import services as credits
from courses.credits.models import LedgerEntry
from courses.credits.rules import facts
from courses.credits.rules.facts import Facts
from courses.learning.models import Enrolment, LessonProgress
from courses.learning.rules.completion import counting_lessons
from courses.lesson_types.registry import lesson_type
from courses.quizzes.models import Attempt
from courses.quizzes.services import has_passed_with

MINUTE_MS = 60_000


def credit_course(enrolment: Enrolment, version: CourseVersion, person: Person) -> LedgerEntry | None:
    """Enter the credit hours of a completed course, once; None when it carries none or they stand there already."""
    rows = _lessons(enrolment, version)
    made = credits.earn(
        person, _facts(enrolment, version, rows), _source(version), evidence=_grounds(enrolment, version, rows)
    )
    return made[0] if made else None


def credit_expected(enrolment: Enrolment, version: CourseVersion, person: Person) -> int:
    """Return the hundredths that a completed course should have given and has not; 0 when all is well."""
    if credits.has_entry(person.id, "course", enrolment.course_id):
        return 0
    return credits.would_earn(person, _facts(enrolment, version, _lessons(enrolment, version)))


def credit_again(enrolment: Enrolment) -> None:
    """Ask the rules again after more of a completed course was studied: some give hours only for all of it."""
    if enrolment.state != "completed" or credits.has_entry(enrolment.person_id, "course", enrolment.course_id):
        return
    version = db.session.get_one(CourseVersion, enrolment.completed_version_id or enrolment.version_id)
    credit_course(enrolment, version, db.session.get_one(Person, enrolment.person_id))


def credit_attempt(attempt: Attempt) -> None:
    """Enter what the rules give for a quiz that was passed in a course; nothing for practice elsewhere."""
    origin = attempt.origin or {}
    if not origin.get("enrolment_id") or not has_passed_with(attempt):
        return
    enrolment = db.session.get(Enrolment, origin["enrolment_id"])
    if enrolment is None or enrolment.person_id != attempt.person_id:
        return
    version = db.session.get_one(CourseVersion, enrolment.version_id)
    credits.earn(
        db.session.get_one(Person, attempt.person_id),
        facts.quiz(obligation=version.obligation, earned_on=local_date(attempt.submitted_at or now())),
        credits.Source(
            "quiz", attempt.quiz_id, attempt.quiz_version.title, attempt.quiz_version.id, attempt.quiz_version.title_en
        ),
        evidence={
            "enrolment_id": enrolment.id,
            "attempt_id": attempt.id,
            "course": version.title,
            "course_en": version.title_en,
            "lesson_version_id": origin.get("lesson_version_id"),
        },
    )


def _source(version: CourseVersion) -> credits.Source:
    return credits.Source("course", version.course_id, version.title, version.id, version.title_en)


def _lessons(enrolment: Enrolment, version: CourseVersion) -> list[tuple[LessonVersion, LessonProgress | None]]:
    query = (
        select(LessonVersion, LessonProgress)
        .outerjoin(
            LessonProgress,
            (LessonProgress.lesson_id == LessonVersion.lesson_id) & (LessonProgress.enrolment_id == enrolment.id),
        )
        .where(LessonVersion.version_id == version.id)
        .order_by(LessonProgress.completed_at, LessonVersion.id)
    )
    return [(lesson, progress) for lesson, progress in db.session.execute(query)]


def _facts(
    enrolment: Enrolment, version: CourseVersion, rows: list[tuple[LessonVersion, LessonProgress | None]]
) -> Facts:
    """Return what the rules see of a completed course; its share is the smallest among the lessons that count.

    Who was let off by a test, or has met a rule of the course's own, counts as having done all of it.
    """
    counting = counting_lessons((lesson.lesson_id, lesson.required) for lesson, _progress in rows)
    shares = [_share(progress) for lesson, progress in rows if lesson.lesson_id in counting]
    return facts.course(
        minutes=version.minutes,
        videos=[Fraction(length, MINUTE_MS) for lesson, _progress in rows if (length := _recording_ms(lesson))],
        share=100
        if enrolment.test_out_attempt_id or version.rules.get("rule")
        else min(shares, default=Fraction(1)) * 100,
        stated=Fraction(version.credit_hundredths, 100),
        obligation=version.obligation,
        earned_on=local_date(enrolment.completed_at or now()),
    )


def _share(progress: LessonProgress | None) -> Fraction:
    return Fraction(progress.share_num, progress.share_den) if progress else Fraction(0)


def _recording_ms(lesson: LessonVersion) -> int:
    kind = lesson_type(lesson.type)
    return kind.size(lesson.content) if kind is not None and kind.measure == "time" else 0


def _grounds(
    enrolment: Enrolment, version: CourseVersion, rows: list[tuple[LessonVersion, LessonProgress | None]]
) -> dict[str, Any]:
    tested = {"test_out": {"attempt_id": enrolment.test_out_attempt_id}} if enrolment.test_out_attempt_id else {}
    return {
        **tested,
        "enrolment_id": enrolment.id,
        "version_number": version.number,
        "study_seconds": sum(progress.study_seconds for _lesson, progress in rows if progress),
        "lessons": [
            {"id": lesson.lesson_id, "title": lesson.title, "done_at": progress.completed_at.isoformat()}
            for lesson, progress in rows
            if progress and progress.completed_at is not None
        ],
    }
