"""A quiz on paper."""

from urllib.parse import quote

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from academy.i18n import _, current_locale, locales, localized
from academy.permissions import requires
from academy.printing import PrintingError
from courses.quizzes import services
from courses.quizzes.models import Quiz
from courses.quizzes.rules import LETTERS
from courses.quizzes.services.printing import Sheet, print_quiz
from courses.quizzes.views.blueprint import blueprint
from courses.quizzes.views.own import own_quiz


def _letters(quiz: Quiz) -> str:
    return LETTERS[: quiz.paper_count]


@blueprint.get("/studio/quizzes/<int:quiz_id>/paper")
@requires("quizzes.edit")
def paper(quiz_id: int) -> str:
    """Offer paper, answer sheet and key, for each letter."""
    quiz = own_quiz(quiz_id)
    rows = services.rows(quiz)
    return render_template(
        "quizzes/paper.html",
        quiz=quiz,
        letters=_letters(quiz),
        sheets=Sheet,
        problems=services.problems_of(rows, services.offers(rows), quiz.id),
        draws=any(slot.is_draw for slot in services.only_slots(rows)),
    )


@blueprint.get("/studio/quizzes/<int:quiz_id>/paper/<letter>/<kind>.pdf")
@requires("quizzes.edit")
def paper_pdf(quiz_id: int, letter: str, kind: str) -> ResponseReturnValue:
    """Return one of the three documents of a paper."""
    quiz = own_quiz(quiz_id)
    if kind not in list(Sheet) or len(letter) != 1 or letter not in _letters(quiz) or not quiz.slots:
        abort(404)
    asked = request.args.get("lang", "")
    try:
        content = print_quiz(quiz, Sheet(kind), letter, asked if asked in locales() else current_locale())
    except PrintingError:
        abort(500)
    mark = _("%(letter)s 卷", letter=letter) if quiz.paper_count > 1 else ""
    name = quote("-".join(filter(None, [localized(quiz, "title"), mark, kind])) + ".pdf")
    response = Response(content, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f"inline; filename={kind}-{letter}.pdf; filename*=UTF-8''{name}"
    return response
