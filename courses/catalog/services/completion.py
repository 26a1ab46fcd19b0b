"""Completion rules of a draft: what is wrong with them, what they say, and how they are frozen."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from academy.db import db
from academy.i18n import _, localized, ngettext
from courses.catalog.models import Course, CourseVersion, Lesson, LessonVersion
from courses.completion.checks import Fault, Shape, cycle, faults
from courses.completion.evaluate import Facts, Item, Standing, evaluate
from courses.completion.language import normal
from courses.completion.wording import Names, summary
from courses.lesson_types.base import LessonType
from courses.lesson_types.registry import lesson_type, lesson_types
from courses.quizzes.models import Quiz


def quiz_type() -> LessonType | None:
    """Return the type of lessons that have a quiz, or None when none is installed."""
    return next((kind for kind in lesson_types().values() if kind.measure == "attempt"), None)


def _is_quiz(lesson: Lesson | LessonVersion) -> bool:
    kind = lesson_type(lesson.type)
    return kind is not None and kind.measure == "attempt"


def numbered_lessons(course: Course | CourseVersion) -> list[tuple[int, str, Lesson | LessonVersion]]:
    """Return the lessons in order: (identity, "1.2 title", lesson)."""
    found: list[tuple[int, str, Lesson | LessonVersion]] = []
    chapters: Sequence[Any] = course.chapters
    for number, chapter in enumerate(chapters, 1):
        for place, lesson in enumerate(chapter.lessons, 1):
            identity = lesson.lesson_id if isinstance(lesson, LessonVersion) else lesson.id
            found.append((identity, f"{number}.{place} {localized(lesson, 'title')}", lesson))
    return found


def shape_of(course: Course | CourseVersion) -> Shape:
    """Return the lessons of a draft or a version as the checks want them."""
    lessons = numbered_lessons(course)
    quizzes = frozenset(identity for identity, _title, lesson in lessons if _is_quiz(lesson))
    return Shape([(identity, title, lesson.required) for identity, title, lesson in lessons], quizzes)


def verdict_of_nobody(rules: Mapping[str, Any], shape: Shape) -> Item:
    """Return what the rule asks of somebody who has done nothing yet."""
    required = frozenset(lesson for lesson, _title, required in shape.lessons if required)
    everything = {lesson: Standing() for lesson, _title, _required in shape.lessons}
    return evaluate(rules, Facts(everything, required or frozenset(everything), shape.quizzes))


def courses_to_choose(course: Course) -> list[tuple[int, str]]:
    """Return the published courses that may be asked for before this one: (id, title). One query."""
    query = (
        select(Course.id, CourseVersion.title, CourseVersion.title_en)
        .join(CourseVersion, CourseVersion.id == Course.current_version_id)
        .where(Course.id != course.id, Course.withdrawn_at.is_(None))
        .order_by(CourseVersion.title, Course.id)
    )
    return [(row.id, localized(row, "title")) for row in db.session.execute(query)]


def quizzes_to_choose(course: Course) -> list[tuple[int, str]]:
    """Return the quizzes of the course's owner that are no lesson of it: (id, title). One query."""
    used = _quizzes_in(course)
    query = select(Quiz.id, Quiz.title, Quiz.title_en).where(Quiz.owner_id == course.owner_id).order_by(Quiz.id.desc())
    return [(row.id, localized(row, "title")) for row in db.session.execute(query) if row.id not in used]


def _quizzes_in(course: Course) -> set[Any]:
    return {lesson.content.get("quiz_id") for chapter in course.chapters for lesson in chapter.lessons}


def words_of(course: Course | CourseVersion, rules: Mapping[str, Any] | None = None) -> list[str]:
    """Return what rules say, line by line, as trainees read it; by itself those of `course`. Two queries at most."""
    rules = normal(course.rules if rules is None else rules)
    shape = shape_of(course)
    quiz = db.session.get(Quiz, rules["test_out"]["quiz_id"]) if "test_out" in rules else None
    names = Names(shape.titles, _titles_of(rules.get("courses", ())))
    return summary(rules, verdict_of_nobody(rules, shape), names, localized(quiz, "title") if quiz else "")


def _titles_of(courses: Collection[int]) -> dict[int, str]:
    if not courses:
        return {}
    rows = db.session.scalars(select(Course).where(Course.id.in_(list(courses))))
    return {course.id: localized(course, "title") for course in rows}


def faults_of(course: Course, rules: Mapping[str, Any] | None = None) -> list[Fault]:
    """Return what is wrong with the rules of a draft, or with those given; no query where they are the ordinary ones."""
    rules = normal(course.rules if rules is None else rules)
    if not rules:
        return []
    return [*faults(rules, shape_of(course)), *_prerequisite_faults(course, rules), *_test_out_faults(course, rules)]


def _prerequisite_faults(course: Course, rules: Mapping[str, Any]) -> list[Fault]:
    wanted = rules.get("courses", [])
    if not wanted:
        return []
    query = select(Course.id, Course.title, Course.title_en, Course.withdrawn_at, CourseVersion.rules).join(
        CourseVersion, CourseVersion.id == Course.current_version_id
    )
    rows = {row.id: row for row in db.session.execute(query)}
    titles = {identity: localized(row, "title") for identity, row in rows.items()}
    edges = {identity: row.rules.get("courses", []) for identity, row in rows.items() if identity != course.id}
    found = []
    for each in wanted:
        if each == course.id:
            found.append(Fault(_("课程不能要求先学完它自己"), "prerequisites"))
        elif each not in rows:
            found.append(Fault(_("先修课程里有一门没有发布，学员学不到。换一门，或者去掉"), "prerequisites"))
        elif rows[each].withdrawn_at is not None:
            found.append(Fault(_("先修课程《%(title)s》已经下架，新学员学不到", title=titles[each]), "prerequisites"))
    circle = cycle({course.id: [each for each in wanted if each != course.id], **edges})
    if course.id in circle:
        titles[course.id] = localized(course, "title")
        named = " → ".join(_("《%(title)s》", title=titles.get(each, "?")) for each in circle)
        found.append(Fault(_("几门课互相要求先学完，谁也开始不了：%(courses)s", courses=named), "prerequisites"))
    return found


def _test_out_faults(course: Course, rules: Mapping[str, Any]) -> list[Fault]:
    rule, kind = rules.get("test_out"), quiz_type()
    if not rule:
        return []
    quiz = db.session.get(Quiz, rule["quiz_id"])
    if quiz is None or kind is None or quiz.owner_id != course.owner_id:
        return [Fault(_("免修用的测验找不到了，请重新选择"), "test_out_quiz")]
    found = [
        Fault(
            _("免修测验“%(title)s”：%(message)s", title=localized(quiz, "title"), message=each.message), "test_out_quiz"
        )
        for each in kind.problems({"quiz_id": quiz.id})
    ]
    if quiz.id in _quizzes_in(course):
        text = _("免修用的测验不能又是课程里的一节，不然考不过免修就用掉了那一节的机会。请另选一份")
        found.append(Fault(text, "test_out_quiz"))
    if "percent" in rule and quiz.pass_percent != rule["percent"]:
        text = _(
            "这份测验自己的及格线是 %(n)s 分，和免修要求的不一样，学员会看到两个说法。请改成一样", n=quiz.pass_percent
        )
        found.append(Fault(text, "test_out_percent"))
    if quiz.attempts_allowed != rule.get("attempts", 1):
        allowed = ngettext("%(n)s 次", "%(n)s 次", quiz.attempts_allowed, n=quiz.attempts_allowed)
        text = _(
            "这份测验自己的次数是“%(n)s”，和免修的不一样。请改成一样",
            n=allowed if quiz.attempts_allowed else _("不限次数"),
        )
        found.append(Fault(text, "test_out_attempts"))
    return found


def pinned(rules: Mapping[str, Any]) -> dict[str, Any]:
    """Return rules as they are published: in normal form, the quiz for testing out pinned to its frozen version."""
    frozen, kind = normal(rules), quiz_type()
    if "test_out" in frozen and kind is not None:
        frozen["test_out"] |= kind.freeze({"quiz_id": frozen["test_out"]["quiz_id"]})
        frozen = normal(frozen)
    return frozen


def same_quiz(rules: Mapping[str, Any], published: Mapping[str, Any]) -> bool:
    """Return whether the quiz for testing out is as it was published."""
    draft, kind = rules.get("test_out"), quiz_type()
    if not draft or kind is None:
        return True
    return kind.same({"quiz_id": draft["quiz_id"]}, published.get("test_out", {}))
