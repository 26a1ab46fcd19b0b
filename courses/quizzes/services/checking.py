"""Which questions of drafts rest on a regulation that has changed since they were checked."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from academy.db import db
from courses.questions.models import Question
from courses.quizzes.models import QuizSlot
from courses.quizzes.services.drafts import Row, only_slots
from courses.quizzes.services.pools import Candidate
from courses.references.services import regulations


def to_check(rows: Sequence[Row], offers: Mapping[str, Sequence[Candidate]]) -> dict[str, int]:
    """Return how many questions must be checked, by the key of the row that has or may draw them. One query."""
    asked = {slot.key: [each.question_id for each in offers.get(slot.key, ())] for slot in only_slots(rows)}
    for slot in only_slots(rows):
        if slot.question_id is not None:
            asked[slot.key] = [slot.question_id]
    flagged = regulations.flagged_among(identity for ids in asked.values() for identity in ids)
    counts = {key: len(flagged.intersection(ids)) for key, ids in asked.items()}
    return {key: count for key, count in counts.items() if count}


def to_check_of_all(quiz_ids: Sequence[int]) -> dict[int, int]:
    """Return how many fixed questions of each of these drafts must be checked; quizzes without any are left out. One query."""
    if not quiz_ids:
        return {}
    query = (
        select(QuizSlot.quiz_id, func.count(Question.id.distinct()).label("flagged"))
        .join(Question, Question.id == QuizSlot.question_id)
        .where(QuizSlot.quiz_id.in_(quiz_ids), regulations.must_be_checked())
        .group_by(QuizSlot.quiz_id)
    )
    return {row.quiz_id: row.flagged for row in db.session.execute(query)}
