"""Questions, quizzes and attempts."""

from __future__ import annotations

from itertools import count

from academy.accounts.models import Person
from courses.question_types.installed import all_types
from courses.questions import services as questions
from courses.questions.models import Category, Question
from courses.questions.rules import Draft
from courses.quizzes import services as quizzes
from courses.quizzes.models import Attempt, Quiz, QuizSection, QuizVersion
from tests.factories.people import make_person

_numbers = count(1)
FOUR_TYPES = ("single_choice", "multiple_choice", "true_false", "fill_in")


def make_question(
    type_key: str = "single_choice",
    owner: Person | None = None,
    category: str = "",
    tags: tuple[str, ...] = (),
    **content,
) -> Question:
    """Put a question into the bank: the type's first example, with `content` laid over it."""
    example = all_types()[type_key].examples[0].content
    shelf = questions.category_named(category) if category else None
    draft = Draft(type_key, {**example, "stem": f"{example['stem']}（{next(_numbers)}）", **content}, tags=tags)
    return questions.create(draft, owner, shelf)


def make_quiz(
    *type_keys: str, owner: Person | None = None, title: str = "单元测验", marks: int = 100, **settings
) -> Quiz:
    """Make a draft with one question of each of these types (default: FOUR_TYPES), each worth `marks` hundredths."""
    quiz = quizzes.create_quiz(owner, title, **settings)
    for key in type_keys or FOUR_TYPES:
        quizzes.add_question(quiz, make_question(key, owner), marks)
    return quiz


def make_quiz_version(*type_keys: str, **values) -> QuizVersion:
    """Make a quiz and freeze it; arguments as for `make_quiz`."""
    return quizzes.freeze(make_quiz(*type_keys, **values))


def make_attempt(person: Person | None = None, quiz_version: QuizVersion | None = None, **values) -> Attempt:
    """Start an attempt; further arguments as for `start_attempt`."""
    return quizzes.start_attempt(person or make_person(), quiz_version or make_quiz_version(), **values)


def fill_shelf(name: str = "接待", count: int = 12, tags: tuple[str, ...] = ("接待要点",)) -> Category:
    """Put questions onto a shelf, as many of each difficulty; return the shelf."""
    shelf = questions.category_named(name)
    for number in range(count):
        content = {"stem": f"{name}题 {number + 1}", "correct": True, "explanation": ""}
        draft = Draft("true_false", content, ("easy", "medium", "hard")[number % 3], tags)
        questions.create(draft, None, shelf)
    return shelf


def make_drawn(count: int = 4, shelf: Category | None = None, **settings) -> Quiz:
    """Make a quiz of a fixed question and a draw of `count`."""
    shelf = shelf or fill_shelf()
    quiz = make_quiz("single_choice", **settings)
    quizzes.set_draw(quiz, None, count, {"category_id": shelf.id}, 200)
    return quiz


def make_section(quiz: Quiz, title: str, **values) -> QuizSection:
    """Append a heading to a draft."""
    return quizzes.set_section(
        quiz,
        None,
        **{"title": title, "instructions": "", "shuffle_questions": None, "time_limit_seconds": None, **values},
    )
