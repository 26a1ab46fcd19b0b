"""Who may mark which quizzes, and how they are marked."""

from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, true

from academy.accounts.models import Person, PersonRole
from academy.audit.services import record
from academy.db import added, db
from academy.errors import UserError
from academy.i18n import _
from courses.marking.models import MarkingPlan, QuizMarker
from courses.marking.rules import Plan
from courses.quizzes.models import Quiz

MARKING_ROLES = ("instructor", "admin")
MOST_MARKERS = 30


def decides(quiz: Quiz, person: Person) -> bool:
    """Whether the person settles what markers differ about, regrades, answers appeals: the owner, or an administrator."""
    return quiz.owner_id == person.id or "admin" in person.role_names


def may_mark(quiz: Quiz, person: Person) -> bool:
    """Whether the person may mark answers of a quiz. At most one query."""
    return decides(quiz, person) or db.session.get(QuizMarker, (quiz.id, person.id)) is not None


def quizzes_of(person: Person, *, deciding: bool = False) -> ColumnElement[bool]:
    """Return what is true of the quizzes that a person marks; `deciding`: only of those that they decide about."""
    if "admin" in person.role_names:
        return true()
    if deciding:
        return Quiz.owner_id == person.id
    named = select(QuizMarker.quiz_id).where(QuizMarker.person_id == person.id)
    return or_(Quiz.owner_id == person.id, Quiz.id.in_(named))


def settings_of(quiz_id: int) -> MarkingPlan:
    """Return how a quiz is marked; what nobody has set is as the columns say."""
    found = db.session.get(MarkingPlan, quiz_id)
    return found or MarkingPlan(quiz_id=quiz_id, anonymous=False, two_markers=False, limit_percent=20)


def plan_of(settings: MarkingPlan) -> Plan:
    """Return the rules that the settings stand for."""
    return Plan(settings.two_markers, Fraction(settings.limit_percent, 100))


def markers(quiz_id: int) -> list[Person]:
    """Return who may mark a quiz besides its owner."""
    query = select(Person).join(QuizMarker, QuizMarker.person_id == Person.id).where(QuizMarker.quiz_id == quiz_id)
    return list(db.session.scalars(query.order_by(Person.name, Person.id)))


def _candidate(username: str) -> Person | None:
    fits = Person.roles.any(PersonRole.role.in_(MARKING_ROLES))
    query = select(Person).where(Person.username == username, Person.is_active, fits)
    return db.session.scalar(query)


def change_settings(quiz: Quiz, values: dict[str, Any]) -> None:
    """Set how a quiz is marked from now on. Raises UserError (422) for a limit that is none."""
    limit = str(values.get("limit_percent", "")).strip() or "20"
    if not limit.isdecimal() or len(limit) > 3 or int(limit) > 100:
        raise UserError(_("相差的限度写成 0 到 100 之间的整数"), 422, "limit_percent")
    row = db.session.get(MarkingPlan, quiz.id)
    if row is None:
        first = MarkingPlan(quiz_id=quiz.id)
        row = first if added(first) else db.session.get_one(MarkingPlan, quiz.id)
    row.anonymous, row.two_markers = bool(values.get("anonymous")), bool(values.get("two_markers"))
    row.limit_percent = int(limit)
    db.session.flush()
    record("marking.settings", quiz, anonymous=row.anonymous, two_markers=row.two_markers, limit=row.limit_percent)


def name_marker(quiz: Quiz, username: str) -> Person:
    """Let somebody mark a quiz. Raises UserError (422) when there is no such instructor."""
    person = _candidate(username.strip())
    if person is None:
        raise UserError(_("没有用户名为“%(name)s”的老师", name=username.strip()[:40]), 422, "username")
    if len(markers(quiz.id)) >= MOST_MARKERS:
        raise UserError(_("最多请 %(n)s 位老师", n=MOST_MARKERS), 422, "username")
    there = person.id == quiz.owner_id or db.session.get(QuizMarker, (quiz.id, person.id)) is not None
    if not there and added(QuizMarker(quiz_id=quiz.id, person_id=person.id)):
        record("marking.marker_named", quiz, person=person.name)
    return person


def dismiss_marker(quiz: Quiz, person: Person) -> None:
    """Let somebody mark a quiz no longer; their marks stay."""
    gone = delete(QuizMarker).where(QuizMarker.quiz_id == quiz.id, QuizMarker.person_id == person.id)
    db.session.execute(gone)
    record("marking.marker_dismissed", quiz, person=person.name)


def anonymous_among(quiz_ids: set[int]) -> set[int]:
    """Return those of the quizzes whose markers are not to see names. One query."""
    query = select(MarkingPlan.quiz_id).where(MarkingPlan.quiz_id.in_(quiz_ids), MarkingPlan.anonymous)
    return set(db.session.scalars(query)) if quiz_ids else set()
