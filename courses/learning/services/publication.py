"""What happens to those under way when a course is published again."""

from collections.abc import Iterable

from sqlalchemy import func, select, update

from academy.db import db
from courses.catalog.models import CourseVersion, LessonVersion
from courses.learning.models import Enrolment, LessonProgress
from courses.learning.rules.completion import counting_lessons
from courses.learning.services.progress import rebase, refresh_course
from courses.learning.services.standing import lessons_of, verdicts_of

BATCH = 500


def move_to(version: CourseVersion) -> None:
    """Let everybody who has not completed the course go on with `version`.

    Lessons that did not change keep their progress; of those that did, what was done before is held against the new one.
    What is done stays done, and completed courses stay with the version that completion was earned on.
    """
    counting = counting_lessons((lesson, required) for lesson, required, _key in lessons_of(version.id))
    rule = version.rules.get("rule")
    done = (
        select(func.count())
        .select_from(LessonProgress)
        .where(
            LessonProgress.enrolment_id == Enrolment.id,
            LessonProgress.completed_at.is_not(None),
            LessonProgress.lesson_id.in_(sorted(counting)),
        )
        .scalar_subquery()
    )
    db.session.flush()
    db.session.execute(
        update(Enrolment)
        .where(Enrolment.course_id == version.course_id, Enrolment.state != "completed")
        .values(version_id=version.id, required_count=len(counting), done_count=done)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()
    for enrolment, progress, lesson in _changed(version):
        rebase(enrolment, progress, lesson)
    for enrolment in _judged(version) if rule else _ready(version):
        refresh_course(enrolment)


def _judged(version: CourseVersion) -> list[Enrolment]:
    """Count for everybody under way what the rule of `version` asks for; return those who have done all of it."""
    query = select(Enrolment).where(Enrolment.version_id == version.id, Enrolment.state != "completed")
    under_way = {enrolment.id: enrolment for enrolment in db.session.scalars(query.order_by(Enrolment.id))}
    identities, ready = list(under_way), []
    for start in range(0, len(identities), BATCH):
        for identity, verdict in verdicts_of(version.id, identities[start : start + BATCH]).items():
            enrolment = under_way[identity]
            enrolment.done_count, enrolment.required_count = verdict.met, verdict.needed
            ready += [enrolment] if verdict.done else []
    db.session.flush()
    return ready


def _changed(version: CourseVersion) -> Iterable[tuple[Enrolment, LessonProgress, LessonVersion]]:
    query = (
        select(Enrolment, LessonProgress, LessonVersion)
        .join(LessonProgress, LessonProgress.enrolment_id == Enrolment.id)
        .join(LessonVersion, LessonVersion.lesson_id == LessonProgress.lesson_id)
        .where(
            Enrolment.version_id == version.id,
            Enrolment.state != "completed",
            LessonVersion.version_id == version.id,
            LessonProgress.completed_at.is_(None),
            LessonProgress.digest != LessonVersion.digest,
        )
    )
    return [(enrolment, progress, lesson) for enrolment, progress, lesson in db.session.execute(query)]


def _ready(version: CourseVersion) -> list[Enrolment]:
    query = select(Enrolment).where(
        Enrolment.version_id == version.id,
        Enrolment.state != "completed",
        Enrolment.required_count > 0,
        Enrolment.done_count == Enrolment.required_count,
    )
    return list(db.session.scalars(query))
