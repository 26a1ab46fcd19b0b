"""Loading what a page is about, for those who may see it."""

from flask import abort

from academy.accounts.session import current_person
from academy.web.lookups import get_or_404
from courses.marking.services import access, answers
from courses.marking.services.answers import Answer
from courses.quizzes.models import Quiz


def quiz_to_mark(quiz_id: int) -> Quiz:
    """Return a quiz that the person signed in may mark, else 404 or 403."""
    quiz = get_or_404(Quiz, quiz_id)
    if not access.may_mark(quiz, current_person):
        abort(403)
    return quiz


def own_quiz(quiz_id: int) -> Quiz:
    """Return a quiz that the person signed in decides about, else 404 or 403."""
    quiz = get_or_404(Quiz, quiz_id)
    if not access.decides(quiz, current_person):
        abort(403)
    return quiz


def answer_to_mark(attempt_id: int, position: int) -> Answer:
    """Return an answer that the person signed in may mark; nobody marks their own."""
    found = answers.find(attempt_id, position)
    if found is None:
        abort(404)
    if not access.may_mark(found.quiz, current_person) or found.attempt.person_id == current_person.id:
        abort(403)
    return found
