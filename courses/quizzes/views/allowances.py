"""Extra time, extra attempts or a certain paper for single people."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from academy.accounts.models import Person
from academy.accounts.session import current_person
from academy.db import db
from academy.i18n import _
from academy.permissions import requires
from academy.web.lookups import get_or_404
from courses.quizzes import services
from courses.quizzes.models import Quiz, QuizAllowance
from courses.quizzes.paper_forms import AllowanceForm
from courses.quizzes.rules import LETTERS
from courses.quizzes.views.blueprint import blueprint
from courses.quizzes.views.own import own_quiz

MOST_FOUND = 20
LEAST_LETTERS = 2


def _letters(quiz: Quiz) -> str:
    return LETTERS[: quiz.paper_count] if quiz.paper_count > 1 else ""


def _find(words: str) -> list[Person]:
    """Return people by a part of their name or by their whole user name."""
    if len(words) < LEAST_LETTERS:
        return []
    query = (
        select(Person)
        .where(Person.is_active, or_(Person.name.icontains(words, autoescape=True), Person.username == words))
        .options(joinedload(Person.unit))
        .order_by(Person.name, Person.id)
        .limit(MOST_FOUND)
    )
    return list(db.session.scalars(query))


@blueprint.get("/studio/quizzes/<int:quiz_id>/allowances")
@requires("quizzes.edit")
def allowances(quiz_id: int) -> str:
    """List what people are granted, and find somebody by name."""
    quiz = own_quiz(quiz_id)
    chosen = request.args.get("person", type=int)
    person = get_or_404(Person, chosen) if chosen else None
    return _page(quiz, person, AllowanceForm(formdata=None, letters=_letters(quiz)))


def _page(quiz: Quiz, person: Person | None, form: AllowanceForm) -> str:
    words = request.args.get("q", "").strip()[:60]
    return render_template(
        "quizzes/allowances.html",
        quiz=quiz,
        granted=services.allowances_of(quiz),
        q=words,
        too_short=bool(words) and len(words) < LEAST_LETTERS,
        found=_find(words),
        person=person,
        form=form,
    )


@blueprint.post("/studio/quizzes/<int:quiz_id>/allowances")
@requires("quizzes.edit")
def grant_allowance(quiz_id: int) -> ResponseReturnValue:
    """Grant something to a person, in place of what they were granted before."""
    quiz = own_quiz(quiz_id)
    person = get_or_404(Person, request.form.get("person", 0, type=int))
    form = AllowanceForm(letters=_letters(quiz))
    if not form.validate_on_submit():
        return _page(quiz, person, form), 422
    services.grant(quiz, person, form.granted(), current_person)
    flash(_("已经给%(name)s安排好。正在作答的，时间马上延长", name=person.name), "ok")
    return redirect(url_for("quizzes.allowances", quiz_id=quiz.id), 303)


@blueprint.post("/studio/quizzes/<int:quiz_id>/allowances/<int:allowance_id>/withdraw")
@requires("quizzes.edit")
def withdraw_allowance(quiz_id: int, allowance_id: int) -> ResponseReturnValue:
    """Take an allowance back; an attempt that is open keeps its time."""
    quiz = own_quiz(quiz_id)
    allowance = get_or_404(QuizAllowance, allowance_id)
    if allowance.quiz_id != quiz.id:
        abort(404)
    services.withdraw(quiz, allowance)
    flash(_("安排已经取消。正在作答的，已经给的时间不收回"), "ok")
    return redirect(url_for("quizzes.allowances", quiz_id=quiz.id), 303)
