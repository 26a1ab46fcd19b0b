"""Steps in lessons that one works through: a drill, a reflection, a package."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from courses.catalog.models import LessonVersion
from courses.learning.models import Enrolment, LessonWork
from courses.learning.services.clocks import lock_clock
from courses.learning.services.enrolments import read_again, touch
from courses.learning.services.gates import check_open
from courses.learning.services.outcome import Outcome, ReportRefused
from courses.learning.services.progress import add_evidence, advance, begin_progress
from courses.lesson_types.registry import lesson_type


def find_work(progress_id: int) -> LessonWork | None:
    """Return where somebody stands in a lesson that one works through, or None when no step was taken."""
    return db.session.get(LessonWork, progress_id)


def take_work(
    person_id: int, enrolment: Enrolment, lesson: LessonVersion, values: Mapping[str, Any], revision: int | None = None
) -> Outcome:
    """Take a step in a lesson; what it is worth, the lesson's type decides.

    `revision` is the one that the page showed; a step from a page that has been overtaken is refused with 409, nothing
    being changed. Raises UserError as the type does, ReportRefused when the lesson takes no steps.
    """
    kind = lesson_type(lesson.type)
    if kind is None or kind.measure != "work":
        raise ReportRefused(_("这一节不这样计算进度"), "a step in a lesson that takes none", 409)
    lock_clock(person_id)
    read_again(enrolment)
    check_open(enrolment, lesson.lesson_id)
    progress = begin_progress(enrolment, lesson)
    work = find_work(progress.id)
    if work is None:
        work = LessonWork(progress_id=progress.id, state={}, revision=0)
        db.session.add(work)
    if revision is not None and revision != work.revision:
        raise UserError(_("这一节在另一个页面里已经往下做了。请刷新后接着做，已经做的都在"), 409)
    before = progress.completed_at, enrolment.completed_at
    taken = kind.take(lesson.content, work.state, values)
    work.state, work.revision, work.updated_at = dict(taken.state), work.revision + 1, now()
    touch(enrolment, lesson.lesson_id)
    share = kind.share_taken(taken, lesson.completion)
    credited = {**taken.evidence, "share": [share.numerator, share.denominator]}
    note = add_evidence(progress, lesson, "work", credited=credited)
    advance(enrolment, progress, lesson, note, share=max(share, Fraction(progress.share_num, progress.share_den)))
    outcome = Outcome(enrolment, progress, lesson, message=taken.message)
    outcome.lesson_done_now = before[0] is None and progress.completed_at is not None
    outcome.course_done_now = before[1] is None and enrolment.completed_at is not None
    return outcome
