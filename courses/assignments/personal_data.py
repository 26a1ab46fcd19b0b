"""Which data of people this room keeps."""

from typing import Any

from sqlalchemy import Select, select

from academy.files.models import StoredFile
from academy.i18n import lazy as _l
from academy.personal_data import decline, export
from courses.assignments.models import AssignmentMark, Submission, SubmissionFile
from courses.catalog.models import LessonVersion
from courses.learning.models import Enrolment, LessonProgress


def _submissions(person_id: int) -> Select[Any]:
    return (
        select(Submission.id)
        .join(LessonProgress, LessonProgress.id == Submission.progress_id)
        .join(Enrolment, Enrolment.id == LessonProgress.enrolment_id)
        .where(Enrolment.person_id == person_id)
    )


export(
    "submissions",
    _l("交过的作业"),
    Submission,
    lambda person_id: Submission.id.in_(_submissions(person_id)),
    also={
        "lesson_title": select(LessonVersion.title)
        .where(LessonVersion.id == Submission.lesson_version_id)
        .scalar_subquery()
    },
)
export(
    "submission_files",
    _l("作业里的文件"),
    SubmissionFile,
    lambda person_id: SubmissionFile.submission_id.in_(_submissions(person_id)),
    also={"file_name": select(StoredFile.name).where(StoredFile.id == SubmissionFile.file_id).scalar_subquery()},
)
export(
    "assignment_marks",
    _l("作业的批阅"),
    AssignmentMark,
    lambda person_id: AssignmentMark.submission_id.in_(_submissions(person_id)),
    left_out={"marker_id": "somebody else"},
)
decline("assignment_mark.marker_id", "the mark is the trainee's; the column says which instructor gave it")
