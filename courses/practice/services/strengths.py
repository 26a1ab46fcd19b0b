"""How one's own last answers went, by category."""

from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import select

from academy.accounts.models import Person
from academy.db import db
from courses.practice import rules
from courses.practice.models import PracticeRecord
from courses.questions.models import Question
from courses.questions.rules.tree import Shelf
from courses.questions.services import tree


@dataclass(frozen=True)
class Row:
    """One category with what the person's answers in it say; `category` None for questions without one."""

    category: Shelf | None
    strength: rules.Strength


def rows(person: Person) -> list[Row]:
    """Return the categories of the person's last answers, in the order of the bank. Two queries."""
    recent = (
        select(PracticeRecord.question_id, PracticeRecord.fraction_numerator, PracticeRecord.fraction_denominator)
        .where(PracticeRecord.person_id == person.id)
        .order_by(PracticeRecord.id.desc())
        .limit(rules.LAST_ANSWERS)
        .subquery()
    )
    query = select(Question.category_id, recent.c.fraction_numerator, recent.c.fraction_denominator).join(
        recent, recent.c.question_id == Question.id
    )
    answers = [(category_id, Fraction(num, den)) for category_id, num, den in db.session.execute(query)]
    found = rules.strengths(answers)
    result = [Row(shelf, found[shelf.id]) for shelf in tree() if shelf.id in found]
    return [*result, Row(None, found[None])] if None in found else result
