"""Drafts, and handing them in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from academy.accounts.models import Person
from academy.audit.services import record
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.files.models import StoredFile
from academy.files.recognition import kinds_named
from academy.i18n import _
from courses.assignments import rules
from courses.assignments.models import Submission, SubmissionFile
from courses.assignments.services.reading import Version, versions_of
from courses.catalog.models import LessonVersion
from courses.clocks.services import lock_clock
from courses.learning.models import Enrolment, LessonProgress
from courses.learning.services.enrolments import read_again
from courses.learning.services.gates import check_open
from courses.learning.services.outcome import Outcome
from courses.learning.services.progress import begin_progress, find_progress
from courses.learning.services.work import take_work
from courses.lesson_types.assignment import HandedIn

LESSON_TYPE = "assignment"


@dataclass
class Work:
    """How somebody stands in an assignment: what was handed in, the draft, and whether another version may come."""

    progress: LessonProgress | None
    handed_in: list[Version]
    draft: Version | None
    may_hand_in: bool

    @property
    def last(self) -> Version | None:
        """The version that was handed in last."""
        return self.handed_in[-1] if self.handed_in else None

    @property
    def revision(self) -> int:
        """The revision of the draft, 0 while there is none."""
        return self.draft.submission.revision if self.draft else 0


@dataclass(frozen=True)
class Written:
    """What a page sends: the text, the ids of the files, and the revision of the draft that it showed.

    unsure: the text that it sent last, where the network took the answer away; what came of it is then no other page's.
    """

    text: str
    files: Sequence[int]
    revision: int
    unsure: str | None = None


def work_of(enrolment: Enrolment, lesson: LessonVersion) -> Work:
    """Return how somebody stands in an assignment. Four queries at most."""
    progress = find_progress(enrolment.id, lesson.lesson_id)
    versions = versions_of(progress.id if progress else None)
    handed_in = [each for each in versions if each.submission.state != "draft"]
    draft = next((each for each in versions if each.submission.state == "draft"), None)
    last = handed_in[-1] if handed_in else None
    state = last.submission.state if last else ""
    passed = last.mark.passed if last and last.mark else None
    may = rules.may_hand_in(len(handed_in), state, passed, lesson.content.get("resubmissions", 0))
    return Work(progress, handed_in, draft, may)


def save_draft(person: Person, enrolment: Enrolment, lesson: LessonVersion, written: Written) -> Submission:
    """Keep what was written so far.

    Raises UserError: 409 when another page has saved meanwhile or nothing may be handed in now, 422 for a file that cannot
    be used or a text beyond all bounds, and as the gates of the course do.
    """
    lock_clock(person.id)
    read_again(enrolment)
    check_open(enrolment, lesson.lesson_id)
    work = work_of(enrolment, lesson)
    if not work.may_hand_in:
        raise UserError(_("这份作业现在不能再交，刚才写的没有保存"), 409)
    text = rules.normal(written.text)
    if written.revision != work.revision and not _is_own_echo(work.draft, written, text):
        raise UserError(_("这份草稿在另一个页面里改过。下面是您在这一页写的，再保存一次就以它为准"), 409)
    if len(text) > rules.DRAFT_LIMIT:
        limit, length = rules.DRAFT_LIMIT, len(text)
        raise UserError(_("最多 %(n)s 个字，现在有 %(now)s 个", n=limit, now=length), 422, "text")
    files = checked_files(person, lesson.content, written.files)
    draft = work.draft.submission if work.draft else _begin(enrolment, lesson, len(work.handed_in) + 1)
    draft.text, draft.lesson_version_id = text, lesson.id
    draft.revision, draft.updated_at = draft.revision + 1, now()
    _keep_files(draft, files)
    return draft


def _is_own_echo(draft: Version | None, written: Written, text: str) -> bool:
    """Whether the draft is what this very page has sent before, without hearing that it arrived."""
    if draft is None:
        return False
    stored, files = draft.submission.text, [file.id for file in draft.files]
    if written.unsure is not None and stored == rules.normal(written.unsure):
        return True
    return stored == text and files == list(dict.fromkeys(written.files))


def _begin(enrolment: Enrolment, lesson: LessonVersion, number: int) -> Submission:
    progress = begin_progress(enrolment, lesson)
    draft = Submission(
        progress_id=progress.id,
        course_id=enrolment.course_id,
        lesson_id=lesson.lesson_id,
        lesson_version_id=lesson.id,
        number=number,
        state="draft",
        revision=0,
    )
    db.session.add(draft)
    db.session.flush()
    return draft


def _keep_files(draft: Submission, files: Sequence[StoredFile]) -> None:
    db.session.execute(delete(SubmissionFile).where(SubmissionFile.submission_id == draft.id))
    for position, file in enumerate(files):
        db.session.add(SubmissionFile(submission_id=draft.id, file_id=file.id, position=position))
    db.session.flush()


def checked_files(person: Person, content: dict[str, Any], wanted: Sequence[int]) -> list[StoredFile]:
    """Return the files that somebody names, if all are their own and of the kinds asked for. Raises UserError (422)."""
    named = list(dict.fromkeys(wanted))
    if not named or not rules.wants_files(content):
        return []
    most = content.get("most_files", 1)
    if len(named) > most:
        raise UserError(_("最多交 %(n)s 个文件，现在有 %(now)s 个", n=most, now=len(named)), 422, "files")
    query = select(StoredFile).where(StoredFile.id.in_(named), StoredFile.owner_id == person.id)
    found = {file.id: file for file in db.session.scalars(query)}
    return [_checked(found.get(identity), content) for identity in named]


def _checked(file: StoredFile | None, content: dict[str, Any]) -> StoredFile:
    if file is None:
        raise UserError(_("找不到这个文件，请重新上传"), 422, "files")
    kinds = content.get("kinds", [])
    if file.kind not in kinds:
        raise UserError(
            _("“%(name)s”不能交。这份作业可以交：%(kinds)s", name=file.name, kinds=kinds_named(kinds)), 422, "files"
        )
    if file.size > rules.MOST_BYTES:
        limit = rules.MOST_BYTES // rules.MEBIBYTE
        raise UserError(_("“%(name)s”超过 %(limit)s MB。请压缩后再上传", name=file.name, limit=limit), 422, "files")
    return file


def check_whole(content: dict[str, Any], text: str, files: int) -> None:
    """Hold a draft against what its author asks for. Raises UserError (422) with the field to mend."""
    hand_in, length = content.get("hand_in"), rules.length_of(text) if rules.wants_text(content) else 0
    if hand_in == "either" and not length and not files:
        raise UserError(_("作业还是空的。写一段文字，或者上传文件，再交"), 422, "text")
    if hand_in in ("files", "both") and not files:
        raise UserError(_("还没有上传文件。上传好再交"), 422, "files")
    if length or hand_in in ("text", "both"):
        _check_length(length, content.get("least", 1), content.get("most", rules.DRAFT_LIMIT))


def _check_length(length: int, least: int, most: int) -> None:
    if not length:
        raise UserError(_("文字还是空的。写好再交"), 422, "text")
    if length < least:
        raise UserError(
            _("写了 %(length)s 字，至少要 %(least)s 字，还差 %(n)s 字", length=length, least=least, n=least - length),
            422,
            "text",
        )
    if length > most:
        raise UserError(
            _("写了 %(length)s 字，最多 %(most)s 字，请删去 %(n)s 字", length=length, most=most, n=length - most),
            422,
            "text",
        )


def hand_in(person: Person, enrolment: Enrolment, lesson: LessonVersion, draft: Submission) -> Outcome:
    """Hand in the draft that has just been saved; from then on it stays as it is. Raises UserError like `check_whole`."""
    files = db.session.scalars(select(SubmissionFile.id).where(SubmissionFile.submission_id == draft.id)).all()
    text = draft.text if rules.wants_text(lesson.content) else ""
    check_whole(lesson.content, text, len(files))
    step = HandedIn(draft.number, rules.length_of(text), len(files))
    outcome = take_work(person.id, enrolment, lesson, step)
    draft.text, draft.state, draft.handed_in_at = text, "waiting", now()
    db.session.flush()
    record("assignment.handed_in", draft, label=lesson.title, number=draft.number)
    return outcome
