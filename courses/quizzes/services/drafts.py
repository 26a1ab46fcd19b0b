"""Writing a quiz: its settings, and the rows of its paper."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from courses.questions import rules as question_rules
from courses.questions import services as questions
from courses.questions.models import Category, Question
from courses.questions.rules import Draft
from courses.quizzes.models import Quiz, QuizSection, QuizSettings, QuizSlot

MOST_QUESTIONS = 300
SETTINGS = (
    "title",
    "title_en",
    "time_limit_seconds",
    "pass_percent",
    "attempts_allowed",
    "retry_wait_seconds",
    "shuffle_questions",
    "shuffle_options",
    "review_policy",
    "grade_method",
    "opens_at",
    "closes_at",
    "access_code",
    "unit_id",
    "feedback",
    "tries_allowed",
    "penalty_hundredths",
    "paper_count",
)


def settings_of(quiz: QuizSettings) -> dict[str, Any]:
    """Return the settings of a draft or a version."""
    return {name: getattr(quiz, name) for name in SETTINGS}


def may_edit(quiz: Quiz, person: Person) -> bool:
    """Whether the person may change the quiz: it is theirs, or they are an administrator. Nobody changes a generated one."""
    return not quiz.generated and question_rules.may_change(quiz.owner_id, person.id, person.role_names)


def create_quiz(owner: Person | None, title: str, **settings: Any) -> Quiz:
    """Make an empty draft; `settings` are the columns of QuizSettings."""
    quiz = Quiz(owner_id=owner.id if owner else None, title=title, **settings)
    db.session.add(quiz)
    db.session.flush()
    return quiz


def update_settings(quiz: Quiz, seen_version: int, **settings: Any) -> None:
    """Change settings. Raises UserError (409) when the draft has been changed since `seen_version` was opened."""
    lock(quiz, seen_version)
    for name, value in settings.items():
        setattr(quiz, name, value)
    _touch(quiz)


def lock(quiz: Quiz, seen_version: int | None = None) -> None:
    """Hold the draft until the end of the transaction. Raises UserError (409) when it is no longer `seen_version`."""
    query = select(Quiz).where(Quiz.id == quiz.id).with_for_update()
    db.session.scalars(query, execution_options={"populate_existing": True}).one()
    if seen_version is not None and quiz.lock_version != seen_version:
        raise UserError(_("您打开这一页以后，有人改过这份测验，所以这次没有保存"), status=409)


def _touch(quiz: Quiz) -> None:
    quiz.lock_version += 1
    quiz.updated_at = now()
    db.session.flush()


# -- rows: questions, draws and headings -------------------------------------------------------------------------------

Row = QuizSlot | QuizSection


def slots(quiz: Quiz) -> list[QuizSlot]:
    """Return the questions and draws of a draft in order, with their current versions. One query."""
    return slots_of([quiz.id])[quiz.id]


def slots_of(quiz_ids: Sequence[int]) -> dict[int, list[QuizSlot]]:
    """Return the questions and draws of several drafts, each in order, with their current versions. One query."""
    query = (
        select(QuizSlot)
        .where(QuizSlot.quiz_id.in_(quiz_ids))
        .options(joinedload(QuizSlot.question).joinedload(Question.current))
        .order_by(QuizSlot.position, QuizSlot.id)
    )
    found: dict[int, list[QuizSlot]] = {quiz_id: [] for quiz_id in quiz_ids}
    for slot in db.session.scalars(query):
        found[slot.quiz_id].append(slot)
    return found


def rows(quiz: Quiz) -> list[Row]:
    """Return questions, draws and headings of a draft in order. Two queries."""
    return rows_of([quiz.id])[quiz.id]


def rows_of(quiz_ids: Sequence[int]) -> dict[int, list[Row]]:
    """Return the rows of several drafts, each in order. Two queries."""
    found: dict[int, list[Row]] = {quiz_id: [*slots] for quiz_id, slots in slots_of(quiz_ids).items()}
    for section in db.session.scalars(select(QuizSection).where(QuizSection.quiz_id.in_(quiz_ids))):
        found[section.quiz_id].append(section)
    for listed in found.values():
        listed.sort(key=lambda row: (row.position, row.key))
    return found


def only_slots(listed: Iterable[Row]) -> list[QuizSlot]:
    """Return the questions and draws among rows."""
    return [row for row in listed if isinstance(row, QuizSlot)]


def slot_of(quiz: Quiz, slot_id: int) -> QuizSlot | None:
    """Return one slot of this quiz, or None."""
    return db.session.scalar(select(QuizSlot).where(QuizSlot.quiz_id == quiz.id, QuizSlot.id == slot_id))


def section_of(quiz: Quiz, section_id: int) -> QuizSection | None:
    """Return one heading of this quiz, or None."""
    return db.session.scalar(select(QuizSection).where(QuizSection.quiz_id == quiz.id, QuizSection.id == section_id))


def row_of(quiz: Quiz, key: str) -> Row | None:
    """Return the row that a button of the page names, or None."""
    kind, _dash, number = key.rpartition("-")
    if not number.isdecimal() or len(number) > 9 or kind not in ("", "section"):
        return None
    return section_of(quiz, int(number)) if kind else slot_of(quiz, int(number))


def add_questions(quiz: Quiz, chosen: Iterable[tuple[Question, int]]) -> int:
    """Append (question, marks in hundredths); those that are in the quiz already are passed over. Return how many came."""
    lock(quiz)
    there = rows(quiz)
    known = {slot.question_id for slot in only_slots(there)}
    new = [(question, marks) for question, marks in dict(chosen).items() if question.id not in known]
    _check_room(there, len(new))
    for place, (question, marks) in enumerate(new, len(there) + 1):
        db.session.add(QuizSlot(quiz_id=quiz.id, question_id=question.id, position=place, marks_hundredths=marks))
    _renumber(there)
    _touch(quiz)
    db.session.expire(quiz, ["slots"])
    return len(new)


def _check_room(there: Iterable[Row], new: int) -> None:
    if sum(slot.count for slot in only_slots(there)) + new > MOST_QUESTIONS:
        raise UserError(_("一份测验最多 %(most)s 题", most=MOST_QUESTIONS), status=422)


def add_question(quiz: Quiz, question: Question, marks_hundredths: int = question_rules.DEFAULT_HUNDREDTHS) -> bool:
    """Append one question; return False when it was there already."""
    return bool(add_questions(quiz, [(question, marks_hundredths)]))


def add_drafts(quiz: Quiz, drafts: Sequence[Draft], owner: Person | None, category: Category | None = None) -> int:
    """Put new questions into the bank and append them with the marks they name."""
    created = questions.create_all(drafts, owner, category)
    return add_questions(quiz, [(each, draft.marks_hundredths) for each, draft in zip(created, drafts, strict=True)])


def add_draft(quiz: Quiz, draft: Draft, owner: Person, category: Category | None = None) -> Question:
    """Put one new question into the bank, append it with the marks it names, and return it."""
    created = questions.create_all([draft], owner, category)[0]
    add_questions(quiz, [(created, draft.marks_hundredths)])
    return created


def set_draw(quiz: Quiz, slot: QuizSlot | None, count: int, rule: dict[str, Any], marks_hundredths: int) -> QuizSlot:
    """Append a draw of `count` questions by `rule`, each worth so much, or change the draw `slot`."""
    lock(quiz)
    there = rows(quiz)
    _check_room((row for row in there if row is not slot), count)
    if slot is None:
        _renumber(there)
        slot = QuizSlot(quiz_id=quiz.id, position=len(there) + 1)
        db.session.add(slot)
    slot.draw_count, slot.draw_from, slot.marks_hundredths = count, rule, marks_hundredths
    _touch(quiz)
    db.session.expire(quiz, ["slots"])
    return slot


def set_section(quiz: Quiz, section: QuizSection | None, **values: Any) -> QuizSection:
    """Append a heading with these columns, or change the heading `section`. What follows it belongs to it."""
    lock(quiz)
    if section is None:
        there = rows(quiz)
        _renumber(there)
        section = QuizSection(quiz_id=quiz.id, position=len(there) + 1, **values)
        db.session.add(section)
    for name, value in values.items():
        setattr(section, name, value)
    _touch(quiz)
    db.session.expire(quiz, ["sections"])
    return section


def remove_slot(quiz: Quiz, slot: Row) -> None:
    """Take a question, a draw or a heading out of the draft; questions stay in the bank."""
    lock(quiz)
    db.session.delete(slot)
    db.session.flush()
    _renumber(rows(quiz))
    _touch(quiz)
    db.session.expire(quiz, ["slots", "sections"])


def move_slot(quiz: Quiz, slot: Row, step: int) -> None:
    """Move a row one place: `step` -1 is up, 1 is down; at the end nothing happens."""
    lock(quiz)
    order = rows(quiz)
    here = order.index(slot)
    there = min(max(here + step, 0), len(order) - 1)
    order.insert(there, order.pop(here))
    _renumber(order)
    _touch(quiz)


def reorder(quiz: Quiz, keys: Sequence[int | str]) -> None:
    """Put the rows into this order. Raises UserError (409) when the keys are not exactly those of the draft."""
    lock(quiz)
    by_key = {row.key: row for row in rows(quiz)}
    wanted = [str(key) for key in keys]
    if sorted(by_key) != sorted(wanted):
        raise UserError(_("题目已经变化，刷新这一页再排一次"), status=409)
    _renumber([by_key[key] for key in wanted])
    _touch(quiz)


def set_marks(quiz: Quiz, marks: dict[int, int]) -> None:
    """Set marks in hundredths by slot id; slots of other quizzes are passed over."""
    lock(quiz)
    for slot in slots(quiz):
        slot.marks_hundredths = marks.get(slot.id, slot.marks_hundredths)
    _touch(quiz)


def _renumber(order: Sequence[Row]) -> None:
    for position, row in enumerate(order, 1):
        row.position = position
    db.session.flush()


def question_count(listed: Iterable[Row]) -> int:
    """Return how many questions a paper of these rows has."""
    return sum(slot.count for slot in only_slots(listed))


def total_marks(listed: Iterable[Row]) -> int:
    """Return the full marks of these rows in hundredths."""
    return sum(slot.marks_hundredths * slot.count for slot in only_slots(listed))
