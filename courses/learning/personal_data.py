"""Which data of people this room keeps."""

from typing import Any

from sqlalchemy import Select, select

from academy.i18n import lazy as _l
from academy.personal_data import decline, export
from courses.catalog.models import CourseVersion, LessonVersion
from courses.learning.models import Dispute, Enrolment, Evidence, LessonProgress, LessonWork, PlaySession


def _enrolments(person_id: int) -> Select[int]:
    return select(Enrolment.id).where(Enrolment.person_id == person_id)


def _progress(person_id: int) -> Select[int]:
    return select(LessonProgress.id).where(LessonProgress.enrolment_id.in_(_enrolments(person_id)))


def _lesson_title(column: Any) -> Any:
    return select(LessonVersion.title).where(LessonVersion.id == column).scalar_subquery()


export(
    "enrolments",
    _l("参加的课程"),
    Enrolment,
    lambda person_id: Enrolment.person_id == person_id,
    by=("person_id",),
    also={
        "course_title": select(CourseVersion.title).where(CourseVersion.id == Enrolment.version_id).scalar_subquery()
    },
)
export(
    "progress",
    _l("每一节的进度"),
    LessonProgress,
    lambda person_id: LessonProgress.enrolment_id.in_(_enrolments(person_id)),
    also={"lesson_title": _lesson_title(LessonProgress.lesson_version_id)},
)
export(
    "evidence",
    _l("学习证据"),
    Evidence,
    lambda person_id: Evidence.progress_id.in_(_progress(person_id)),
    also={"lesson_title": _lesson_title(Evidence.lesson_version_id)},
)
export(
    "work",
    _l("练习的进展"),
    LessonWork,
    lambda person_id: LessonWork.progress_id.in_(_progress(person_id)),
)
export(
    "openings",
    _l("打开课时的时间"),
    PlaySession,
    lambda person_id: PlaySession.person_id == person_id,
    by=("person_id",),
)
export(
    "disputes",
    _l("对学习记录的疑问"),
    Dispute,
    lambda person_id: Dispute.progress_id.in_(_progress(person_id)),
    left_out={"answered_by_id": "somebody else"},
)
decline("dispute.answered_by_id", "the dispute is the trainee's; the column says which instructor answered")
