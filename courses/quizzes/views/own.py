"""What the pages of an author share."""

from flask import abort, url_for

from academy.accounts.session import current_person
from academy.web.lookups import get_or_404
from courses.quizzes import services
from courses.quizzes.models import Quiz


def own_quiz(quiz_id: int) -> Quiz:
    """Return a quiz that the person may change."""
    quiz = get_or_404(Quiz, quiz_id)
    if not services.may_edit(quiz, current_person):
        abort(403)
    return quiz


def questions_of(quiz: Quiz) -> str:
    """Return the address of the quiz's list of questions."""
    return url_for("quizzes.edit", quiz_id=quiz.id, _anchor="questions")
