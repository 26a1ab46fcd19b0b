"""Practising question by question: what is due, what is in the notebook, what is drawn from open categories."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.errors import UserError
from academy.permissions import signed_in
from academy.web.lookups import MAX_ID
from courses.practice.forms import ChapterForm
from courses.practice.models import PracticeSession
from courses.practice.services import drawing, notebook, sessions, strengths
from courses.practice.services.sessions import Practised
from courses.practice.views.blueprint import blueprint
from courses.practice.views.notebook import filters, number
from courses.practice.wording import KINDS, STRENGTHS
from courses.question_types import installed
from courses.quizzes.services import StepRefused
from courses.references.services import links

MAX_POSITION = 1000


def _go(session: PracticeSession) -> ResponseReturnValue:
    return redirect(url_for("practice.session", token=session.token), 303)


# -- beginning -----------------------------------------------------------------------------------------------------


@blueprint.post("/practice/due")
@signed_in
def start_due() -> ResponseReturnValue:
    """Begin with what is due today."""
    try:
        return _go(sessions.start_due(current_person))
    except UserError as error:
        flash(error.message, "info")
        return redirect(url_for("practice.index"), 303)


@blueprint.post("/practice/notebook")
@signed_in
def start_notebook() -> ResponseReturnValue:
    """Begin with questions of the notebook: those of a filter, or one."""
    try:
        return _go(_begin_notebook())
    except UserError as error:
        flash(error.message, "info")
        return redirect(url_for("practice.show_notebook"), 303)


def _begin_notebook() -> PracticeSession:
    entry_id = number("entry")
    if entry_id is None:
        return sessions.start_notebook(current_person, filters())
    found = notebook.find_entry(current_person, entry_id) if entry_id <= MAX_ID else None
    if found is None:
        abort(404)
    return sessions.start_entry(current_person, found)


@blueprint.get("/practice/chapters")
@signed_in
def chapters() -> str:
    """Show what can be chosen for chapter practice; `category` in the address is chosen already."""
    form = ChapterForm(formdata=None, data={"category": [number("category")], "count": 10})
    return _chapters_page(form)


def _chapters_page(form: ChapterForm) -> str:
    stock = drawing.stock(current_person.id)
    form.offer(stock)
    return render_template("practice/chapters.html", form=form, any=bool(stock.own))


@blueprint.post("/practice/chapters")
@signed_in
def start_chapter() -> ResponseReturnValue:
    """Begin with questions drawn from open categories."""
    form = ChapterForm()
    form.offer(drawing.stock(current_person.id))
    if not form.validate_on_submit():
        return _chapters_page(form), 422
    wanted = drawing.Wanted(form.category.data, form.type.data, form.difficulty.data)
    try:
        return _go(sessions.start_chapter(current_person, wanted, form.count.data))
    except UserError as error:
        form.blame(error)
        return _chapters_page(form), 422


# -- practising ----------------------------------------------------------------------------------------------------


def _own_session(token: str) -> PracticeSession:
    """Return the person's own session; anybody else's is not there."""
    found = sessions.find(token, current_person)
    if found is None:
        abort(404)
    return found


def _place(listed: list[Practised], wanted: int | None) -> int:
    """Return the question to show: the wanted one, else the first that is not answered."""
    if wanted is not None and 1 <= wanted <= len(listed):
        return wanted
    return next((each.question.number for each in listed if not each.answered), 0)


@blueprint.get("/practice/sessions/<token>")
@signed_in
def session(token: str) -> ResponseReturnValue:
    """Show one question: to be answered, or with what was right; when all are answered, what came out."""
    found = _own_session(token)
    listed = sessions.questions(found)
    place = _place(listed, request.args.get("n", type=int))
    if not place:
        return redirect(url_for("practice.review", token=token))
    return _question_page(found, listed, place)


def _question_page(found: PracticeSession, listed: list[Practised], place: int, **more: Any) -> str:
    at = listed[place - 1]
    entry = sessions.entry_of(found, at.version) if at.answered else None
    return render_template(
        "practice/session.html",
        **{
            "session": found,
            "kinds": KINDS,
            "listed": listed,
            "number": place,
            "question": at.question,
            "answered": at.answered,
            "each": at.reviewed() if at.answered else None,
            "entry": entry,
            "links": links.of_versions([at.version.id], current_person.id).get(at.version.id) if at.answered else None,
            "done": sum(each.answered for each in listed),
            "next": _place(listed, place + 1) if place < len(listed) else _place(listed, None),
            "empty": False,
            **more,
        },
    )


@blueprint.post("/practice/sessions/<token>/<int:position>")
@signed_in
def answer(token: str, position: int) -> ResponseReturnValue:
    """Take one answer, and show what was right."""
    found = _own_session(token)
    listed = sessions.questions(found)
    if not 1 <= position <= min(len(listed), MAX_POSITION):
        abort(404)
    gave_up = request.form.get("go") == "show"
    try:
        if not sessions.answer(found, position, request.form, gave_up=gave_up):
            return _question_page(found, listed, position, empty=True), 422
    except StepRefused as error:
        flash(error.message, "warn")
    return redirect(url_for("practice.session", token=token, n=position), 303)


@blueprint.get("/practice/sessions/<token>/review")
@signed_in
def review(token: str) -> str:
    """Look over what was answered, the wrong ones first: one line a question, which opens. What is being sat is left out."""
    found = _own_session(token)
    listed = [each for each in sessions.questions(found) if each.answered and not each.being_sat]
    return render_template(
        "practice/review.html",
        session=found,
        kinds=KINDS,
        listed=sorted(listed, key=lambda each: (each.right, each.question.number)),
        links=links.of_versions([each.version.id for each in listed], current_person.id),
        right=sum(each.right for each in listed),
        total=len(sessions.questions(found)),
        due=notebook.overview(current_person).due if found.kind == "due" else 0,
        type_of=installed.get,
    )


@blueprint.get("/practice/strengths")
@signed_in
def show_strengths() -> str:
    """Show how one's own last answers went, by category."""
    return render_template(
        "practice/strengths.html",
        rows=strengths.rows(current_person),
        words=STRENGTHS,
        practicable={shelf.id for shelf in drawing.stock(current_person.id).offered()},
    )
