"""Mock exams: choosing, starting, and what came out. The sitting itself is the one of quizzes."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from academy.accounts.session import current_person
from academy.errors import UserError
from academy.i18n import _
from academy.permissions import signed_in
from courses.practice import rules
from courses.practice.forms import MockForm
from courses.practice.services import drawing, mock
from courses.practice.views.blueprint import blueprint
from courses.practice.wording import category_words, form_words
from courses.question_types import installed
from courses.quizzes import services as quizzes
from courses.quizzes.rules import State


def _offered(form: MockForm) -> mock.Supply:
    """Offer the open categories, and the sizes that the chosen ones allow; return how much they hold."""
    stock = drawing.stock(current_person.id)
    usable = stock.offered()
    held = {each.id: mock.supply(stock, [each.id]) for each in usable}
    form.category.choices = [
        SelectChoice(each.id, category_words(each.path, held[each.id].singles, held[each.id].multiples))
        for each in usable
    ]
    if form.category.data is None:
        form.category.data = [each.id for each in usable]
    supply = mock.supply(stock, [key for key in form.category.data if key in held])
    sizes = sorted({size for size in (rules.MOST_PARTS, 10, 5, supply.form.parts) if 0 < size <= supply.form.parts})
    form.parts.choices = [SelectChoice(size, form_words(rules.MockForm(size))) for size in reversed(sizes)]
    return supply


@blueprint.get("/practice/mock")
@signed_in
def show_mock() -> str:
    """Show the form of the exam, and what can be drawn."""
    chosen = [int(text) for text in request.args.getlist("category") if text.isdecimal() and len(text) < 10]
    return _mock_page(MockForm(formdata=None, data={"category": chosen or None}))


def _mock_page(form: MockForm) -> str:
    supply = _offered(form)
    return render_template(
        "practice/mock.html",
        form=form,
        supply=supply,
        full=rules.MockForm(rules.MOST_PARTS),
        exam=mock.open_exam(current_person),
        exams=mock.history(current_person),
        score_of=quizzes.score_of,
    )


@blueprint.post("/practice/mock")
@signed_in
def start_mock() -> ResponseReturnValue:
    """Begin an exam, or go on with the one that is open."""
    running = mock.open_exam(current_person)
    if running is not None:
        return redirect(url_for("quizzes.attempt", token=running.token), 303)
    form = MockForm()
    _offered(form)
    if not form.validate_on_submit():
        if form.parts.errors:
            form.parts.errors = []
            form.form_errors.append(_("选中的分类里题不够组成这么大的卷子，重新选一次"))
        return _mock_page(form), 422
    try:
        attempt = mock.start(current_person, form.category.data, form.parts.data)
    except UserError as error:
        form.blame(error)
        return _mock_page(form), 422
    return redirect(url_for("quizzes.attempt", token=attempt.token), 303)


@blueprint.get("/practice/mock/<token>")
@signed_in
def mock_result(token: str) -> ResponseReturnValue:
    """Show score and time of one's own exam, by kind of question and by category."""
    exam = mock.find(token, current_person)
    if exam is None:
        abort(404)
    attempt = exam.attempt
    if attempt.state == State.OPEN:
        return redirect(url_for("quizzes.attempt", token=token))
    kinds, categories = mock.lines(exam)
    seconds = int((attempt.submitted_at - attempt.started_at).total_seconds()) if attempt.submitted_at else 0
    return render_template(
        "practice/mock_result.html",
        exam=exam,
        attempt=attempt,
        form=rules.MockForm(exam.parts),
        score=quizzes.score_of(attempt),
        kinds=kinds,
        categories=categories,
        seconds=seconds,
        type_of=installed.get,
    )
