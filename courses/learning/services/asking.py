"""Questions inside recordings: where they stop somebody, showing one, taking its answer."""

from collections.abc import Collection
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import func, select

from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from courses.catalog.models import LessonVersion
from courses.clocks.services import lock_clock
from courses.learning.models import Enrolment, Evidence, LessonProgress
from courses.learning.rules.viewing import FREE, Limits, gate_point, wall_of
from courses.learning.services.enrolments import read_again, touch
from courses.learning.services.gates import check_open
from courses.learning.services.outcome import Outcome, ReportRefused
from courses.learning.services.progress import add_evidence, begin_progress
from courses.lesson_types.base import Gate, LessonType
from courses.lesson_types.registry import lesson_type
from courses.question_types import installed
from courses.question_types.base import FormValues
from courses.questions.models import QuestionVersion
from courses.quizzes.services import PaperQuestion, Reviewed

HELP_AFTER = 3
"""Where only the right answer lets one go on: after so many wrong ones the explanation is shown, so that nobody is stuck."""
MOST_TRIES = 50
"""How many answers to one question are kept as evidence; further wrong ones are judged and not kept."""


@dataclass(frozen=True)
class Stop:
    """Where a question stops one person: its key, and the place in milliseconds."""

    key: str
    at: int


@dataclass(frozen=True)
class Answered:
    """What became of an answer: whether one may go on, the review (with the key only where it may be shown), progress."""

    passed: bool
    review: Reviewed
    outcome: Outcome
    repeated: bool = False


def points_of(kind: LessonType, content: Any, enrolment_id: int, lesson_id: int) -> dict[str, int]:
    """Return where the questions of a recording come for one person, by key: the same places at every visit."""
    return {
        gate.key: gate_point(f"{enrolment_id}:{lesson_id}:{gate.key}", gate.from_ms, gate.to_ms)
        for gate in kind.gates(content)
    }


def limits_of(
    kind: LessonType, content: Any, enrolment_id: int, lesson_id: int, answered: Collection[str], done: bool
) -> Limits:
    """Return what limits a viewing; nothing does once the lesson is done."""
    if done:
        return FREE
    return Limits(wall_of(points_of(kind, content, enrolment_id, lesson_id), answered), kind.in_order(content))


def stops_of(
    kind: LessonType, content: Any, enrolment_id: int, lesson_id: int, progress: LessonProgress | None
) -> list[Stop]:
    """Return the questions at which the player has to stop, in their order: those not yet answered."""
    if progress is not None and progress.completed_at is not None:
        return []
    answered = progress.answered if progress else []
    points = points_of(kind, content, enrolment_id, lesson_id)
    return [Stop(key, at) for key, at in sorted(points.items(), key=lambda item: item[1]) if key not in answered]


def _gate(lesson: LessonVersion, key: str) -> Gate:
    kind = lesson_type(lesson.type)
    found = next((gate for gate in (kind.gates(lesson.content) if kind else ()) if gate.key == key), None)
    if found is None:
        raise ReportRefused(_("这一节里没有这道题，请刷新这一页"), "a question that this lesson does not ask", 404)
    return found


def ask(enrolment: Enrolment, lesson: LessonVersion, key: str) -> tuple[PaperQuestion, bool]:
    """Return a question as it may be shown before it is answered, and whether only the right answer lets one go on.

    Raises ReportRefused (404) when the lesson does not ask it.
    """
    gate = _gate(lesson, key)
    return _asked(enrolment, gate, None), gate.right


def _asked(enrolment: Enrolment, gate: Gate, answer: Any) -> PaperQuestion:
    version = db.session.get(QuestionVersion, gate.question_version_id)
    return PaperQuestion(
        number=1,
        position=0,
        marks_hundredths=100,
        type=installed.get(version.type if version else ""),
        _content=version.content if version else {},
        _seed=f"{enrolment.id}:{gate.key}",
        answer=answer,
    )


def take_answer(person_id: int, enrolment: Enrolment, lesson: LessonVersion, key: str, form: FormValues) -> Answered:
    """Judge the answer in a form; see `give_answer`."""
    asked = _asked(enrolment, _gate(lesson, key), None)
    return give_answer(person_id, enrolment, lesson, key, asked.type.parse_answer(form))


def give_answer(person_id: int, enrolment: Enrolment, lesson: LessonVersion, key: str, answer: Any) -> Answered:
    """Judge an answer, keep it as evidence, and open the gate where it may be opened.

    A question that was answered before stays so; answering again earns nothing and is not kept. Raises UserError (422)
    for an empty answer, ReportRefused (404) when the lesson does not ask this.
    """
    gate = _gate(lesson, key)
    lock_clock(person_id)
    read_again(enrolment)
    check_open(enrolment, lesson.lesson_id)
    progress = begin_progress(enrolment, lesson)
    question = _asked(enrolment, gate, answer)
    outcome = Outcome(enrolment, progress, lesson)
    fraction = question.graded()
    if key in progress.answered:
        return Answered(True, question.reviewed(fraction, show_key=True), outcome, repeated=True)
    if question.type.installed and not question.answered:
        raise UserError(_("先作答，再提交"), 422)
    passed = not gate.right or fraction in (None, 1)
    tries = _tries(progress, key) + 1
    if passed or tries <= MOST_TRIES:
        _keep(progress, lesson, gate, question, fraction, passed)
    touch(enrolment, lesson.lesson_id)
    return Answered(passed, question.reviewed(fraction, show_key=passed or tries >= HELP_AFTER), outcome)


def _tries(progress: LessonProgress, key: str) -> int:
    query = select(func.count()).where(
        Evidence.progress_id == progress.id,
        Evidence.kind == "answered",
        Evidence.claimed["question"].as_string() == key,
    )
    return db.session.scalar(query) or 0


def _keep(
    progress: LessonProgress,
    lesson: LessonVersion,
    gate: Gate,
    question: PaperQuestion,
    fraction: Fraction | None,
    passed: bool,
) -> None:
    claimed = {"question": gate.key, "question_version_id": gate.question_version_id, "answer": question.answer}
    credited: dict[str, Any] = {}
    if passed:
        earned = [] if fraction is None else [fraction.numerator, fraction.denominator]
        credited = {"question": gate.key, "earned": earned}
        progress.answered = sorted({*progress.answered, gate.key})
        progress.updated_at = now()
    add_evidence(progress, lesson, "answered", claimed=claimed, credited=credited)


def answered_by(evidence: list[Evidence]) -> list[str]:
    """Return the questions that have been answered, from the evidence."""
    return sorted({entry.credited["question"] for entry in evidence if "question" in entry.credited})
