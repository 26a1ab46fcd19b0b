"""What a draft changes of the version that trainees study."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from academy.db import db
from academy.i18n import _
from courses.catalog.models import Course, CourseFacts, CourseVersion, Lesson, LessonVersion, VersionChapter
from courses.catalog.services.completion import same_quiz, words_of
from courses.completion.language import without_pins
from courses.lesson_types.registry import lesson_type, lesson_types


@dataclass(frozen=True)
class LessonChange:
    """A lesson that differs. `content`: what is learned differs; `around`: title, minutes or whether it is required."""

    lesson: Lesson
    content: bool
    around: bool


@dataclass(frozen=True)
class Differences:
    """What publishing would change; `first`: nothing is published yet; `structure`: chapters or the order of lessons differ.

    `rules`: what the completion rules no longer say, and what they say now, in words; None when they are the same.
    """

    first: bool = False
    facts: list[str] = field(default_factory=list)
    rules: tuple[list[str], list[str]] | None = None
    structure: bool = False
    added: list[Lesson] = field(default_factory=list)
    changed: list[LessonChange] = field(default_factory=list)
    removed: list[LessonVersion] = field(default_factory=list)

    def __bool__(self) -> bool:
        return self.first or self.structure or any((self.facts, self.rules, self.added, self.changed, self.removed))


def facts_of(course: CourseFacts) -> dict[str, object]:
    """Return the facts of a draft or a version."""
    names = [name for name in CourseFacts.__annotations__ if not name.startswith("_")]
    return {name: getattr(course, name) for name in names}


def differences(course: Course) -> Differences:
    """Compare the draft with the current version; nothing is written. The course comes from `publication.load_draft`."""
    version = _load_version(course.current_version_id)
    if version is None:
        return Differences(first=True)
    before = facts_of(version)
    frozen = {lesson.lesson_id: lesson for chapter in version.chapters for lesson in chapter.lessons}
    lessons = [lesson for chapter in course.chapters for lesson in chapter.lessons]
    pairs = [(lesson, frozen[lesson.id]) for lesson in lessons if lesson.id in frozen]
    same = _same(pairs)
    changes = [LessonChange(lesson, not same.get(lesson.id, False), _around(lesson, old)) for lesson, old in pairs]
    kept = {lesson.id for lesson, _old in pairs}
    return Differences(
        facts=[name for name, value in facts_of(course).items() if value != before[name] and name != "rules"],
        rules=_rules(course, version),
        structure=_structure(course, kept) != _structure(version, kept),
        added=[lesson for lesson in lessons if lesson.id not in kept],
        changed=[change for change in changes if change.content or change.around],
        removed=[lesson for identity, lesson in frozen.items() if identity not in kept],
    )


def _rules(course: Course, version: CourseVersion) -> tuple[list[str], list[str]] | None:
    drafted = without_pins(course.rules or {})
    if drafted == without_pins(version.rules):
        return None if same_quiz(drafted, version.rules) else ([], [_("免修测验的题目或规则变了")])
    before, after = words_of(version), words_of(course)
    return [line.strip() for line in before if line not in after], [
        line.strip() for line in after if line not in before
    ]


def _structure(course: Course | CourseVersion, kept: set[int]) -> list[tuple[str, str, list[int]]]:
    """Return the chapters in order with those of their lessons that draft and version have in common."""
    result = []
    for chapter in course.chapters:
        identities = [
            lesson.lesson_id if isinstance(lesson, LessonVersion) else lesson.id for lesson in chapter.lessons
        ]
        result.append((chapter.title, chapter.title_en, [each for each in identities if each in kept]))
    return result


def _load_version(version_id: int | None) -> CourseVersion | None:
    if version_id is None:
        return None
    query = (
        select(CourseVersion)
        .where(CourseVersion.id == version_id)
        .options(selectinload(CourseVersion.chapters).selectinload(VersionChapter.lessons))
    )
    return db.session.scalar(query)


def _same(pairs: list[tuple[Lesson, LessonVersion]]) -> dict[int, bool]:
    """Return by lesson id whether publishing would leave what is learned, and the rule for it, as they are."""
    found: dict[int, bool] = {}
    for key, kind in lesson_types().items():
        of_type = [(lesson, old) for lesson, old in pairs if lesson.type == old.type == key]
        same = kind.same_of_all([(lesson.content, old.content) for lesson, old in of_type])
        for (lesson, old), equal in zip(of_type, same, strict=True):
            found[lesson.id] = equal and kind.checked_completion(lesson.completion) == dict(old.completion)
    return found


def _around(lesson: Lesson, frozen: LessonVersion) -> bool:
    kind = lesson_type(lesson.type)
    minutes = lesson.minutes or (kind.minutes(frozen.content) if kind else frozen.minutes)
    now = (lesson.title, lesson.title_en, lesson.required, minutes)
    return now != (frozen.title, frozen.title_en, frozen.required, frozen.minutes)
