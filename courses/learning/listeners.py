"""News from the rooms below, and what it means for progress. Runs inside the sender's transaction."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from academy.accounts.models import Person
from academy.audit import labels
from academy.i18n import lazy as _l
from academy.organizations.models import Unit
from academy.signals import attempt_regraded, attempt_submitted, chapter_read, course_published, unit_moved
from courses.catalog import learners
from courses.catalog.models import CourseVersion
from courses.learning.lesson_links import LessonLink
from courses.learning.services.counting import learners_of_courses, learners_of_lessons
from courses.learning.services.crediting import credit_attempt
from courses.learning.services.elsewhere import note_attempt, note_chapter_read
from courses.learning.services.publication import move_to
from courses.learning.services.testing_out import note_test_out
from courses.learning.services.units import follow
from courses.quizzes.models import Attempt
from courses.references import kinds

kinds.register(LessonLink())
labels.register(
    {
        "learning.report_refused": _l("学习记录被拒收：%(subject)s"),
        "dispute.opened": _l("对“%(subject)s”的学习记录提出疑问"),
        "dispute.settled": _l("补记了%(name)s在“%(subject)s”的学习记录：%(reason)s"),
        "dispute.declined": _l("没有补记%(name)s在“%(subject)s”的学习记录：%(reason)s"),
    }
)


@attempt_submitted.connect
def count_attempt(sender: Any, attempt: Attempt, **extra: Any) -> None:
    """Count a quiz in the lesson from which it was started, or in the course that it may complete."""
    note_attempt(attempt)
    note_test_out(attempt)
    credit_attempt(attempt)


@attempt_regraded.connect
def count_attempt_again(sender: Any, attempt: Attempt, **extra: Any) -> None:
    """Count what changed marks bring; what they take away is taken from nobody who has completed something by it."""
    note_attempt(attempt, again=True)
    note_test_out(attempt)
    credit_attempt(attempt)


@chapter_read.connect
def count_chapter(
    sender: Any, person: Person, chapter_id: int, share: Fraction, study_seconds: int = 0, **extra: Any
) -> None:
    """Count a textbook's chapter in the lessons that consist of reading it."""
    note_chapter_read(person.id, chapter_id, share, study_seconds)


@course_published.connect
def go_on_with(sender: Any, version: CourseVersion, **extra: Any) -> None:
    """Let those under way go on with the new version."""
    move_to(version)


@unit_moved.connect
def follow_unit(sender: Any, unit: Unit, old_path: str, **extra: Any) -> None:
    """Let reports find those who enrolled in a unit that has been hung elsewhere."""
    follow(unit, old_path)


@learners.counts("courses")
def count_of_courses(ids: Sequence[int]) -> Mapping[int, int]:
    """Tell authors how many people study their courses."""
    return learners_of_courses(ids)


@learners.counts("lessons")
def count_of_lessons(ids: Sequence[int]) -> Mapping[int, int]:
    """Tell authors whose records stay when a lesson goes."""
    return learners_of_lessons(ids)
