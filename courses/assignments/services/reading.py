"""Versions of somebody's work with their files and marks."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select

from academy.db import db
from academy.files.models import StoredFile
from courses.assignments.models import AssignmentMark, Submission, SubmissionFile
from courses.catalog.models import LessonVersion


@dataclass
class Version:
    """A submission; its files in order; its marks, the one that counts last; the lesson that it was written for."""

    submission: Submission
    lesson: LessonVersion
    files: list[StoredFile] = field(default_factory=list)
    marks: list[AssignmentMark] = field(default_factory=list)

    @property
    def mark(self) -> AssignmentMark | None:
        """The mark that counts."""
        return self.marks[-1] if self.marks else None


def versions_of(progress_id: int | None) -> list[Version]:
    """Return everything that somebody wrote for one lesson, the draft last. Three queries at most."""
    if progress_id is None:
        return []
    query = (
        select(Submission, LessonVersion)
        .join(LessonVersion, LessonVersion.id == Submission.lesson_version_id)
        .where(Submission.progress_id == progress_id)
        .order_by(Submission.number)
    )
    versions = [Version(submission, lesson) for submission, lesson in db.session.execute(query)]
    return _filled(versions) if versions else []


def _filled(versions: list[Version]) -> list[Version]:
    by_id = {each.submission.id: each for each in versions}
    files = (
        select(SubmissionFile.submission_id, StoredFile)
        .join(StoredFile, StoredFile.id == SubmissionFile.file_id)
        .where(SubmissionFile.submission_id.in_(by_id))
        .order_by(SubmissionFile.submission_id, SubmissionFile.position)
    )
    for submission_id, file in db.session.execute(files):
        by_id[submission_id].files.append(file)
    for mark in _marks(by_id):
        by_id[mark.submission_id].marks.append(mark)
    return versions


def _marks(submissions: Iterable[int]) -> Iterable[AssignmentMark]:
    query = select(AssignmentMark).where(AssignmentMark.submission_id.in_(list(submissions)))
    return db.session.scalars(query.order_by(AssignmentMark.submission_id, AssignmentMark.number))


def file_of(submission_id: int, file_id: int) -> StoredFile | None:
    """Return a file of a submission, or None."""
    return db.session.scalar(
        select(StoredFile)
        .join(SubmissionFile, SubmissionFile.file_id == StoredFile.id)
        .where(SubmissionFile.submission_id == submission_id, SubmissionFile.file_id == file_id)
        .limit(1)
    )
