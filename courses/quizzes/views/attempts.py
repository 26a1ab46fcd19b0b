"""For the author of a quiz: who sat it, what came out, and what happened meanwhile, as facts."""

from flask import abort, render_template

from academy.accounts.models import Person
from academy.accounts.session import current_person
from academy.clock import now
from academy.permissions import requires
from academy.web.lookups import get_or_404
from academy.web.pagination import paginate
from courses.quizzes import services
from courses.quizzes.models import Attempt, Quiz
from courses.quizzes.rules.happenings import summary
from courses.quizzes.services import happenings
from courses.quizzes.views.blueprint import blueprint

PER_PAGE = 50


def _own_quiz(quiz_id: int) -> Quiz:
    """Return a quiz that is the person's own, or any for an administrator."""
    quiz = get_or_404(Quiz, quiz_id)
    if not services.may_edit(quiz, current_person):
        abort(403)
    return quiz


@blueprint.get("/studio/quizzes/<int:quiz_id>/attempts")
@requires("quizzes.edit")
def attempts(quiz_id: int) -> str:
    """List the attempts at a quiz, the newest first."""
    quiz = _own_quiz(quiz_id)
    page = paginate(happenings.attempts_query(quiz), PER_PAGE, scalars=False)
    return render_template(
        "quizzes/attempts.html", quiz=quiz, page=page, sat=happenings.summaries(page.items), score_of=services.score_of
    )


@blueprint.get("/studio/quizzes/<int:quiz_id>/attempts/<int:attempt_id>")
@requires("quizzes.edit")
def one_attempt(quiz_id: int, attempt_id: int) -> str:
    """Show what happened during one attempt, in order."""
    quiz = _own_quiz(quiz_id)
    attempt = get_or_404(Attempt, attempt_id)
    if attempt.quiz_id != quiz.id:
        abort(404)
    facts = happenings.timeline(attempt)
    return render_template(
        "quizzes/one_attempt.html",
        quiz=quiz,
        attempt=attempt,
        person=get_or_404(Person, attempt.person_id),
        facts=facts,
        summary=summary(facts, attempt.submitted_at or min(now(), attempt.deadline_at or now())),
        score=services.score_of(attempt),
    )
