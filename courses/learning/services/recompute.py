"""Deriving progress from the evidence again, to prove that it follows from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import Select, select

from academy.accounts.models import Person
from academy.db import db
from courses.catalog.models import CourseVersion, LessonVersion
from courses.completion.evaluate import tested_out
from courses.learning.models import Enrolment, Evidence, LessonProgress
from courses.learning.rules.completion import best_score, reached
from courses.learning.services.asking import answered_by
from courses.learning.services.crediting import credit_course, credit_expected
from courses.learning.services.progress import (
    covered_by,
    refresh_course,
    share_by,
)
from courses.learning.services.standing import verdict_of
from courses.lesson_types.registry import lesson_type
from courses.marking.services.regrading import was_changed
from courses.quizzes.models import Attempt
from courses.quizzes.services import score_of

BATCH = 200


@dataclass(frozen=True)
class Difference:
    """A stored value that does not follow from the evidence."""

    table: str
    row_id: int
    column: str
    stored: Any
    derived: Any

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}: {self.column} is {self.stored!r}, evidence gives {self.derived!r}"


def _batches(query: Select[int]) -> Iterator[list[int]]:
    identities = list(db.session.scalars(query))
    for start in range(0, len(identities), BATCH):
        yield identities[start : start + BATCH]


def recompute(mend: bool) -> Iterator[Difference]:
    """Derive all progress and all counts from the evidence; yield what differs, and store what is right if `mend`."""
    for identities in _batches(select(LessonProgress.id).order_by(LessonProgress.id)):
        yield from _recompute_progress(identities, mend)
        db.session.flush()
    for identities in _batches(select(Enrolment.id).order_by(Enrolment.id)):
        query = select(Enrolment).where(Enrolment.id.in_(identities)).order_by(Enrolment.id)
        for enrolment in db.session.scalars(query):
            yield from _recompute_enrolment(enrolment, mend)


def _recompute_progress(identities: list[int], mend: bool) -> Iterator[Difference]:
    query = (
        select(LessonProgress, LessonVersion)
        .join(LessonVersion, LessonVersion.id == LessonProgress.lesson_version_id)
        .where(LessonProgress.id.in_(identities))
    )
    rows = db.session.execute(query.order_by(LessonProgress.id)).all()
    evidence: dict[int, list[Evidence]] = {identity: [] for identity in identities}
    entries = select(Evidence).where(Evidence.progress_id.in_(identities))
    for entry in db.session.scalars(entries.order_by(Evidence.received_at, Evidence.id)):
        evidence[entry.progress_id].append(entry)
    for progress, lesson in rows:
        if lesson_type(lesson.type) is None:
            continue  # without its type nothing can be derived, and nothing is lost
        derived = _derive(lesson, evidence[progress.id])
        for column, value in derived.items():
            stored = getattr(progress, column)
            if stored != value:
                yield Difference("lesson_progress", progress.id, column, stored, value)
                if mend:
                    setattr(progress, column, value)


def _derive(lesson: LessonVersion, evidence: list[Evidence]) -> dict[str, Any]:
    kind = lesson_type(lesson.type)
    covered = covered_by(lesson, evidence)
    share = share_by(lesson, covered, evidence)
    noted = [entry.received_at for entry in evidence if entry.credited.get("completed")]
    done_at = noted[0] if noted else None
    if done_at is None and kind is not None and evidence and _is_done(share, kind.goal(lesson.completion)):
        done_at = evidence[-1].received_at
    best = best_score(entry.credited for entry in evidence)
    return {
        "score_num": best.numerator if best is not None else None,
        "score_den": best.denominator if best is not None else 1,
        "covered": covered,
        "answered": answered_by(evidence),
        "share_num": share.numerator,
        "share_den": share.denominator,
        "study_seconds": sum(entry.study_seconds for entry in evidence),
        "completed_at": done_at,
    }


def _is_done(share: Fraction, goal: Fraction) -> bool:
    return share > 0 and reached(share, goal)


def _recompute_enrolment(enrolment: Enrolment, mend: bool) -> Iterator[Difference]:
    if enrolment.state == "completed":
        yield from _recompute_testing_out(enrolment)
        yield from _recompute_credit(enrolment, mend)
        return
    verdict = verdict_of(enrolment)
    derived = {"required_count": verdict.needed, "done_count": verdict.met}
    found = [
        Difference("enrolment", enrolment.id, column, getattr(enrolment, column), value)
        for column, value in derived.items()
        if getattr(enrolment, column) != value
    ]
    if verdict.done:
        found.append(Difference("enrolment", enrolment.id, "state", enrolment.state, "completed"))
    if found and mend:
        refresh_course(enrolment)
    yield from found


def _recompute_testing_out(enrolment: Enrolment) -> Iterator[Difference]:
    """Hold a completion by test against the attempt that it names; what is wrong here only a person can mend.

    An attempt whose marks were changed later may have less by now: what was completed by it stays completed.
    """
    if enrolment.completed_by != "test_out":
        return
    attempt = db.session.get_one(Attempt, enrolment.test_out_attempt_id)
    promised = attempt.origin.get("test_out", {})
    own = attempt.person_id == enrolment.person_id and promised.get("course_id") == enrolment.course_id
    enough = tested_out(promised, score_of(attempt).share) or was_changed(attempt.id)
    if not own or attempt.state != "submitted" or not enough:
        yield Difference("enrolment", enrolment.id, "completed_by", "test_out", "")


def _recompute_credit(enrolment: Enrolment, mend: bool) -> Iterator[Difference]:
    version = db.session.get_one(CourseVersion, enrolment.completed_version_id or enrolment.version_id)
    person = db.session.get_one(Person, enrolment.person_id)
    expected = credit_expected(enrolment, version, person)
    if expected:
        yield Difference("enrolment", enrolment.id, "credit hours", 0, expected)
        if mend:
            credit_course(enrolment, version, person)
