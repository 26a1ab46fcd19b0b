"""The instructor's queue, and marking."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, func, select

from academy.accounts.models import Person
from academy.audit.services import record
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from courses.assignments import rules
from courses.assignments.models import AssignmentMark, Submission
from courses.catalog.models import Course, LessonVersion
from courses.clocks.services import lock_clock
from courses.learning.models import Enrolment, LessonProgress
from courses.learning.services.elsewhere import current_lesson
from courses.learning.services.progress import add_evidence, advance, begin_progress
from courses.learning.services.work import find_work
from courses.lesson_types.assignment import PLUGIN, rubric

COMMENTS_READ = 80


@dataclass(frozen=True)
class Case:
    """A submission with everything that whoever marks it has to know."""

    submission: Submission
    progress: LessonProgress
    enrolment: Enrolment
    person: Person
    lesson: LessonVersion
    course: Course

    @property
    def nameless(self) -> bool:
        """Whether whoever marks it is not to know yet whose it is."""
        return bool(self.lesson.content.get("anonymous")) and self.submission.state == "waiting"


@dataclass(frozen=True)
class Judgement:
    """What somebody who marks sends: a level for each criterion, a remark to each, a comment; `returned`: for another try.

    seen: the number of marks that the page showed.
    """

    chosen: Sequence[int | None]
    remarks: Sequence[str]
    comment: str
    returned: bool
    seen: int


def _cases() -> Select[*tuple[Any, ...]]:
    return (
        select(Submission, LessonProgress, Enrolment, Person, LessonVersion, Course)
        .join(LessonProgress, LessonProgress.id == Submission.progress_id)
        .join(Enrolment, Enrolment.id == LessonProgress.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(LessonVersion, LessonVersion.id == Submission.lesson_version_id)
        .join(Course, Course.id == Submission.course_id)
    )


def _own(query: Select[*tuple[Any, ...]], person: Person) -> Select[*tuple[Any, ...]]:
    """Leave what this person may mark: of own courses, or of all for an administrator; never what is their own."""
    if "admin" in person.role_names:
        return query
    return query.where(Course.owner_id == person.id)


def queue(person: Person, *, marked: bool, lesson_id: int | None = None) -> Select[*tuple[Any, ...]]:
    """Return the query for the cases of a person: the longest waiting first, or those marked, the last handed in first."""
    query = _own(_cases(), person).where(Enrolment.person_id != person.id)
    if lesson_id is not None:
        query = query.where(Submission.lesson_id == lesson_id)
    if marked:
        query = query.where(Submission.state.in_(("marked", "returned")))
        return query.order_by(Submission.handed_in_at.desc(), Submission.id.desc())
    return query.where(Submission.state == "waiting").order_by(Submission.handed_in_at, Submission.id)


def waiting_for(person: Person) -> Select[int]:
    """Return the query that counts the submissions which wait for this person."""
    query = (
        select(func.count())
        .select_from(Submission)
        .join(Course, Course.id == Submission.course_id)
        .join(LessonProgress, LessonProgress.id == Submission.progress_id)
        .join(Enrolment, Enrolment.id == LessonProgress.enrolment_id)
        .where(Submission.state == "waiting", Enrolment.person_id != person.id)
    )
    return _own(query, person)


def count_waiting(person: Person) -> int:
    """Return how many submissions wait for this person."""
    return db.session.scalar(waiting_for(person)) or 0


def assignments(person: Person) -> list[tuple[int, str, str, int]]:
    """Return the assignments of a person that something was handed in for: (lesson, title, English title, waiting)."""
    latest = func.max(Submission.lesson_version_id)
    waiting = func.count().filter(Submission.state == "waiting")
    grouped = _own(
        select(Submission.lesson_id, latest.label("version_id"), waiting.label("waiting"))
        .join(Course, Course.id == Submission.course_id)
        .where(Submission.state != "draft")
        .group_by(Submission.lesson_id),
        person,
    ).subquery()
    query = (
        select(grouped.c.lesson_id, LessonVersion.title, LessonVersion.title_en, grouped.c.waiting)
        .join(LessonVersion, LessonVersion.id == grouped.c.version_id)
        .order_by(grouped.c.waiting.desc(), LessonVersion.title, grouped.c.lesson_id)
    )
    return [(lesson, title, title_en, waits) for lesson, title, title_en, waits in db.session.execute(query)]


def find_case(submission_id: int) -> Case | None:
    """Return a submission with its circumstances; a draft is nobody's business but its writer's."""
    row = db.session.execute(_cases().where(Submission.id == submission_id, Submission.state != "draft")).first()
    return Case(*row) if row else None


def may_mark(case: Case, person: Person) -> bool:
    """Whether this person may mark: the course is theirs, or they are an administrator. Nobody marks themselves."""
    mine = case.course.owner_id == person.id or "admin" in person.role_names
    return mine and case.enrolment.person_id != person.id


def phrases_of(person: Person) -> list[str]:
    """Return what this person has written most often in comments."""
    query = select(AssignmentMark.comment).where(AssignmentMark.marker_id == person.id, AssignmentMark.comment != "")
    return rules.phrases(db.session.scalars(query.order_by(AssignmentMark.id.desc()).limit(COMMENTS_READ)))


def next_waiting(case: Case, person: Person) -> int | None:
    """Return the submission that waits longest for the same assignment, or None."""
    query = queue(person, marked=False, lesson_id=case.submission.lesson_id).where(Submission.id != case.submission.id)
    return db.session.scalar(query.with_only_columns(Submission.id).limit(1))


def pass_percent(enrolment: Enrolment, case: Case) -> int | None:
    """Return the per cent that pass, by the version of the course under study."""
    lesson = current_lesson(enrolment, case.submission.lesson_id) or case.lesson
    return PLUGIN.pass_percent(lesson.completion)


def mark(case: Case, person: Person, judgement: Judgement) -> AssignmentMark:
    """Mark a submission, or send it back; a later mark stands beside the earlier ones, and counts.

    The credit is evidence like any other. Raises UserError: 409 when somebody else has marked meanwhile, or a newer version
    is there; 422 for what has to be mended.
    """
    lock_clock(case.enrolment.person_id)
    submission, enrolment = case.submission, case.enrolment
    db.session.refresh(submission, with_for_update=True)
    db.session.refresh(enrolment)
    before = db.session.scalar(
        select(func.count()).select_from(AssignmentMark).where(AssignmentMark.submission_id == submission.id)
    )
    _check_turn(submission, before or 0, judgement.seen)
    criteria = case.lesson.content.get("criteria", [])
    sum_up = rubric.add_up(criteria, judgement.chosen)
    _check(case, sum_up, judgement)
    percent = pass_percent(enrolment, case)
    made = AssignmentMark(
        submission_id=submission.id,
        number=(before or 0) + 1,
        decision="returned" if judgement.returned else "marked",
        chosen=list(judgement.chosen),
        remarks=[rules.normal(each) for each in judgement.remarks],
        points_hundredths=sum_up.points if sum_up.complete else None,
        of_hundredths=sum_up.of,
        passed=sum_up.reaches(percent) if percent is not None and not judgement.returned else None,
        comment=rules.normal(judgement.comment),
        marked_at=now(),
        marker_id=person.id,
    )
    db.session.add(made)
    submission.state = made.decision
    db.session.flush()
    _credit(case, made, sum_up)
    action = "mark_changed" if before else made.decision
    record(f"assignment.{action}", submission, label=case.lesson.title, name=case.person.name, points=_points(made))
    return made


def _points(made: AssignmentMark) -> str:
    return "—" if made.points_hundredths is None else rubric.show(made.points_hundredths)


def _check_turn(submission: Submission, marks: int, seen: int) -> None:
    if marks != seen:
        raise UserError(_("这份作业刚才已经有人批过了，您这次的还没有保存。对照上面的批阅，需要改再保存一次"), 409)
    newer = select(Submission.id).where(
        Submission.progress_id == submission.progress_id,
        Submission.number > submission.number,
        Submission.state != "draft",
    )
    if db.session.scalar(newer.limit(1)) is not None:
        raise UserError(_("学员又交了新的一版，请批新的那一版"), 409)


def _check(case: Case, sum_up: rubric.Marked, judgement: Judgement) -> None:
    comment = rules.normal(judgement.comment)
    if len(comment) > rules.COMMENT_LIMIT:
        raise UserError(
            _("最多 %(n)s 个字，现在有 %(now)s 个", n=rules.COMMENT_LIMIT, now=len(comment)), 422, "comment"
        )
    if any(len(rules.normal(each)) > rules.REMARK_LIMIT for each in judgement.remarks):
        raise UserError(_("每一项的批注最多 %(n)s 字", n=rules.REMARK_LIMIT), 422, "rubric")
    if not judgement.returned:
        if not sum_up.complete:
            raise UserError(_("还有评分项没有选等级，选好再保存"), 422, "rubric")
        return
    if not rules.may_return(case.submission.number, case.lesson.content.get("resubmissions", 0)):
        raise UserError(_("这份作业的重交次数已经用完，不能再退回。请直接评定"), 422, "comment")
    if not comment:
        raise UserError(_("退回时请写明要改什么，学员会看到"), 422, "comment")


def _credit(case: Case, made: AssignmentMark, sum_up: rubric.Marked) -> None:
    """Append what the mark is worth to the record, bring progress up to date, and let the lesson page show it."""
    enrolment = case.enrolment
    lesson = current_lesson(enrolment, case.submission.lesson_id) or case.lesson
    progress = begin_progress(enrolment, lesson)
    share = Fraction(0) if made.decision == "returned" else PLUGIN.share_marked(sum_up, lesson.completion)
    credited: dict[str, Any] = {"share": [share.numerator, share.denominator], "decision": made.decision}
    if made.points_hundredths is not None:
        credited["mark"] = [made.points_hundredths, made.of_hundredths]
    claimed = {"submission": case.submission.id, "mark": made.number}
    note = add_evidence(progress, lesson, "settled", claimed=claimed, credited=credited)
    advance(enrolment, progress, lesson, note, share=max(share, Fraction(progress.share_num, progress.share_den)))
    work = find_work(progress.id)
    if work is not None:
        work.state = {
            "state": made.decision,
            "number": case.submission.number,
            "points": made.points_hundredths,
            "of": made.of_hundredths,
            "passed": made.passed,
        }
        work.revision, work.updated_at = work.revision + 1, now()
    db.session.flush()
