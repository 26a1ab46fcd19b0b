"""What is done elsewhere and counts in lessons: quizzes sat, chapters of textbooks read.

Lessons whose type measures "attempt" name their quiz as `quiz_id` in their content, those that measure "reading" their
chapter as `chapter_id`.
"""

from fractions import Fraction
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select

from academy.accounts.models import Person
from academy.db import db
from courses.catalog.models import LessonVersion
from courses.clocks.services import lock_clock
from courses.learning.models import Enrolment, LessonProgress
from courses.learning.rules.completion import best_score, share_of_attempts
from courses.learning.services.enrolments import read_again, touch
from courses.learning.services.gates import lock_of
from courses.learning.services.pages import lesson_in
from courses.learning.services.progress import add_evidence, advance, begin_progress, evidence_of
from courses.lesson_types.registry import lesson_type, lesson_types
from courses.quizzes.models import Attempt
from courses.quizzes.services import has_passed_with, score_of
from courses.textbooks.services.reading import chapter_share


def take_over(enrolment: Enrolment, progress: LessonProgress, lesson: LessonVersion) -> None:
    """Count in a lesson what the person has done of it elsewhere before."""
    kind = lesson_type(lesson.type)
    measure = kind.measure if kind else ""
    if measure == "attempt" and lesson.content.get("quiz_id"):
        values = {"person": enrolment.person_id, "quiz": lesson.content["quiz_id"]}
        for attempt in db.session.scalars(_submitted(), values):
            _count_attempt(enrolment, progress, lesson, attempt)
    elif measure == "reading" and lesson.content.get("chapter_id"):
        person = db.session.get_one(Person, enrolment.person_id)
        share = chapter_share(person, lesson.content["chapter_id"], lesson.content.get("edition_chapter_id"))
        _count_share(enrolment, progress, lesson, "read", share, source="reader")


@cache
def _submitted() -> Select[Attempt]:
    mine = Attempt.person_id == bindparam("person"), Attempt.quiz_id == bindparam("quiz")
    return select(Attempt).where(*mine, Attempt.state == "submitted").order_by(Attempt.submitted_at)


def _count_share(
    enrolment: Enrolment,
    progress: LessonProgress,
    lesson: LessonVersion,
    kind: str,
    share: Fraction,
    *,
    always: bool = False,
    study_seconds: int = 0,
    **source: Any,
) -> bool:
    """Append a share reported from elsewhere, if it says anything new, or `always`; return whether it was appended."""
    share, before = min(Fraction(1), share), Fraction(progress.share_num, progress.share_den)
    if share <= before and not always:
        return False
    credited = {"share": [share.numerator, share.denominator], **source}
    evidence = add_evidence(progress, lesson, kind, credited=credited, study_seconds=study_seconds)
    advance(enrolment, progress, lesson, evidence, share=max(share, before))
    return True


def _count_attempt(
    enrolment: Enrolment,
    progress: LessonProgress,
    lesson: LessonVersion,
    attempt: Attempt,
    again: bool = False,
    **seen: Any,
) -> None:
    kind = lesson_type(lesson.type)
    if kind is not None:
        rule = kind.checked_completion(lesson.completion)["rule"]
        passed = has_passed_with(attempt)
        share = share_of_attempts(rule, attempt.state == "submitted", passed)
        seen.update(attempt_id=attempt.id, passed=passed)
        if attempt.awaiting:
            seen.update(awaiting=attempt.awaiting)
        elif attempt.marks_hundredths:
            score = min(Fraction(1), score_of(attempt).share)
            seen.update(quiz_score=[score.numerator, score.denominator])
            if _keep_score(progress, attempt.id, score, again):
                seen.update(always=True)
        _count_share(enrolment, progress, lesson, "attempt", share, **seen)


def _keep_score(progress: LessonProgress, attempt_id: int, score: Fraction, again: bool) -> bool:
    """Keep the best score of a lesson, and return whether it is another one.

    Of an attempt that was marked again its last score counts, even a lower one.
    """
    before = None if progress.score_num is None else Fraction(progress.score_num, progress.score_den)
    best: Fraction | None = score if before is None else max(before, score)
    if again:
        credited = [entry.credited for entry in evidence_of(progress) if entry.kind == "attempt"]
        best = best_score([*credited, {"attempt_id": attempt_id, "quiz_score": score.as_integer_ratio()}])
    if best is not None:
        progress.score_num, progress.score_den = best.as_integer_ratio()
    return best != before


def note_attempt(attempt: Attempt, *, again: bool = False) -> None:
    """Count a quiz that has been handed in, in the lesson from which it was started.

    again: its marks have changed since. What is new is evidence of its own; what the lesson was completed by stays, and
    so does the time, which has been counted.
    """
    lesson_id, enrolment_id = attempt.origin.get("lesson_id"), attempt.origin.get("enrolment_id")
    if not isinstance(lesson_id, int) or not isinstance(enrolment_id, int):
        return
    lock_clock(attempt.person_id)
    enrolment = db.session.get(Enrolment, enrolment_id)
    if enrolment is None or enrolment.person_id != attempt.person_id:
        return
    lesson = current_lesson(enrolment, lesson_id) or db.session.get(
        LessonVersion, attempt.origin.get("lesson_version_id", 0)
    )
    if lesson is None:
        return
    if lock_of(enrolment, lesson_id) is not None:
        return  # the attempt is graded; in the course nothing counts that is not open, or no longer
    progress = begin_progress(enrolment, lesson)
    if not again:
        touch(enrolment, lesson_id)
    seconds = 0 if again else _seconds_spent(attempt)
    _count_attempt(enrolment, progress, lesson, attempt, again, always=True, study_seconds=seconds)


def _seconds_spent(attempt: Attempt) -> int:
    if attempt.submitted_at is None:
        return 0
    ended = min(attempt.submitted_at, attempt.deadline_at or attempt.submitted_at)
    return max(0, round((ended - attempt.started_at).total_seconds()))


def current_lesson(enrolment: Enrolment, lesson_id: int) -> LessonVersion | None:
    """Return a lesson as the version under study has it, or None when that version is without it."""
    return lesson_in(enrolment.version_id, lesson_id)


def note_chapter_read(person_id: int, chapter_id: int, share: Fraction, study_seconds: int = 0) -> None:
    """Count a chapter that somebody reads, in every lesson under way that consists of reading it.

    The time it took counts once: in the one of these lessons that was studied last.
    """
    types = [key for key, kind in lesson_types().items() if kind.measure == "reading"]
    query = (
        select(Enrolment, LessonVersion)
        .join(LessonVersion, LessonVersion.version_id == Enrolment.version_id)
        .where(Enrolment.person_id == person_id, LessonVersion.type.in_(types))
    )
    found = [
        (enrolment, lesson)
        for enrolment, lesson in db.session.execute(query)
        if lesson.content.get("chapter_id") == chapter_id
    ]
    if not found:
        return
    lock_clock(person_id)
    for enrolment, lesson in sorted(found, key=_studied_last, reverse=True):
        read_again(enrolment)
        if lock_of(enrolment, lesson.lesson_id) is not None:
            continue
        progress = begin_progress(enrolment, lesson)
        if progress.completed_at is not None and not study_seconds:
            continue
        timed = study_seconds > 0
        if _count_share(enrolment, progress, lesson, "read", share, always=timed, study_seconds=study_seconds):
            touch(enrolment, lesson.lesson_id)
        study_seconds = 0


def _studied_last(pair: tuple[Enrolment, LessonVersion]) -> tuple[bool, float, int]:
    """Return by what lessons are ordered in time: the one that is open, else the course studied last."""
    enrolment, lesson = pair
    moment = enrolment.last_studied_at
    return enrolment.last_lesson_id == lesson.lesson_id, moment.timestamp() if moment else 0.0, enrolment.id
