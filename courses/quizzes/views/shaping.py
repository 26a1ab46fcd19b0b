"""The shape of a paper: its sections, and the questions that are drawn at random."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from academy.errors import UserError
from academy.i18n import _
from academy.permissions import requires
from courses.quizzes import services
from courses.quizzes.models import Quiz, QuizSection, QuizSlot
from courses.quizzes.paper_forms import DrawForm, SectionForm
from courses.quizzes.views.blueprint import blueprint
from courses.quizzes.views.own import own_quiz, questions_of


def _section(quiz: Quiz, section_id: int) -> QuizSection | None:
    """Return the heading to be changed; None for a new one, which is number 0."""
    found = services.section_of(quiz, section_id) if section_id else None
    if section_id and found is None:
        abort(404)
    return found


@blueprint.get("/studio/quizzes/<int:quiz_id>/sections/<int:section_id>")
@requires("quizzes.edit")
def section(quiz_id: int, section_id: int) -> str:
    """Show the form of a section's heading; 0 is a new one."""
    quiz = own_quiz(quiz_id)
    return _section_page(quiz, section_id, SectionForm.of(_section(quiz, section_id)))


def _section_page(quiz: Quiz, section_id: int, form: SectionForm) -> str:
    return render_template("quizzes/section.html", quiz=quiz, section_id=section_id, form=form)


@blueprint.post("/studio/quizzes/<int:quiz_id>/sections/<int:section_id>")
@requires("quizzes.edit")
def save_section(quiz_id: int, section_id: int) -> ResponseReturnValue:
    """Save a section's heading."""
    quiz = own_quiz(quiz_id)
    found, form = _section(quiz, section_id), SectionForm()
    if not form.validate_on_submit():
        return _section_page(quiz, section_id, form), 422
    services.set_section(quiz, found, **form.values())
    flash(_("这一部分已经保存。它后面的题都属于它，直到下一个部分") if found is None else _("这一部分已经保存"), "ok")
    return redirect(questions_of(quiz), 303)


def _draw(quiz: Quiz, slot_id: int) -> QuizSlot | None:
    """Return the draw to be changed; None for a new one, which is number 0."""
    found = services.slot_of(quiz, slot_id) if slot_id else None
    if slot_id and (found is None or not found.is_draw):
        abort(404)
    return found


@blueprint.get("/studio/quizzes/<int:quiz_id>/draws/<int:slot_id>")
@requires("quizzes.edit")
def draw(quiz_id: int, slot_id: int) -> str:
    """Show the form of a draw, and from how many questions it chooses; 0 is a new one."""
    quiz = own_quiz(quiz_id)
    found = _draw(quiz, slot_id)
    form = DrawForm.of(found)
    return _draw_page(quiz, slot_id, form, counted=found is not None)


def _draw_page(quiz: Quiz, slot_id: int, form: DrawForm, *, counted: bool) -> str:
    size = services.pool_size(quiz, form.rule()) if counted and form.rule() else None
    return render_template("quizzes/draw.html", quiz=quiz, slot_id=slot_id, form=form, size=size)


@blueprint.post("/studio/quizzes/<int:quiz_id>/draws/<int:slot_id>")
@requires("quizzes.edit")
def save_draw(quiz_id: int, slot_id: int) -> ResponseReturnValue:
    """Save a draw, or only say how many questions fit."""
    quiz = own_quiz(quiz_id)
    found, form = _draw(quiz, slot_id), DrawForm()
    if not form.validate_on_submit():
        return _draw_page(quiz, slot_id, form, counted="category_id" not in form.errors), 422
    if form.action.data == "count":
        return _draw_page(quiz, slot_id, form, counted=True)
    try:
        services.set_draw(quiz, found, form.count.data or 1, form.rule(), form.hundredths)
    except UserError as error:
        form.blame(error)
        return _draw_page(quiz, slot_id, form, counted=True), error.status
    flash(_("随机抽题已经保存。每次作答开始时抽，同一次作答里不变"), "ok")
    return redirect(url_for("quizzes.edit", quiz_id=quiz.id, _anchor="questions"), 303)
