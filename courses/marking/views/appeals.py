"""Appeals: the trainee's form, and the owner's list and answer."""

from fractions import Fraction

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from academy.i18n import lazy as _l
from academy.permissions import requires, signed_in
from academy.web.pagination import paginate
from courses.marking.rules import share_of_marks
from courses.marking.services import access, answers, appeals
from courses.marking.services.answers import Answer
from courses.marking.views.blueprint import blueprint
from courses.quizzes import services as quizzes

STATES = {"open": _l("等答复"), "kept": _l("分数不变"), "changed": _l("改了分数")}


def _own_answer(token: str, position: int) -> Answer:
    attempt = quizzes.find_attempt(token, current_person)
    found = answers.find(attempt.id, position) if attempt else None
    if found is None:
        abort(404)
    return found


@blueprint.get("/attempts/<token>/appeals/<int:position>")
@signed_in
def ask(token: str, position: int) -> str:
    """Show the form in which a trainee asks for another look at one answer."""
    return _ask_page(_own_answer(token, position))


@blueprint.post("/attempts/<token>/appeals/<int:position>")
@signed_in
def open_appeal(token: str, position: int) -> ResponseReturnValue:
    """Note the appeal."""
    found = _own_answer(token, position)
    try:
        appeals.open_appeal(found, request.form.get("reason", ""))
    except UserError as error:
        return _ask_page(found, error), error.status
    flash(_("已经提交，老师答复以后，在成绩页这道题下面可以看到"), "ok")
    return redirect(url_for("quizzes.result", token=token), 303)


def _ask_page(found: Answer, error: UserError | None = None) -> str:
    earlier = appeals.of_attempt(found.attempt.id).get(found.response.position, [])
    return render_template(
        "marking/ask.html",
        answer=found,
        refusal=appeals.refusal(found, earlier),
        problem=error,
        form_has_errors=error is not None,
        reason=request.form.get("reason", ""),
        number=next(each.number for each in quizzes.paper(found.attempt) if each.position == found.response.position),
        text=found.type.answer_text(found.content, found.response.answer, found.seed),
    )


@blueprint.get("/studio/marking/appeals")
@requires("marking.mark")
def appeals_list() -> str:
    """List the appeals about one's own quizzes."""
    answered = request.args.get("state") == "answered"
    page = paginate(appeals.listed(current_person, answered=answered), scalars=False)
    quiz_ids = {attempt.quiz_id for _appeal, attempt, _person, _quiz in page.items}
    return render_template(
        "marking/appeals.html",
        page=page,
        answered=answered,
        states=STATES,
        hidden=access.anonymous_among(quiz_ids),
        code_of=answers.code_of,
    )


def _case(appeal_id: int) -> appeals.Case:
    case = appeals.find(appeal_id)
    if case is None:
        abort(404)
    mine = case.answer.attempt.person_id == current_person.id
    if mine or not access.decides(case.answer.quiz, current_person):
        abort(403)
    return case


@blueprint.get("/studio/marking/appeals/<int:appeal_id>")
@requires("marking.mark")
def appeal(appeal_id: int) -> str:
    """Show one appeal beside the answer."""
    return _case_page(_case(appeal_id))


@blueprint.post("/studio/marking/appeals/<int:appeal_id>")
@requires("marking.mark")
def settle_appeal(appeal_id: int) -> ResponseReturnValue:
    """Answer an appeal, with or without another mark."""
    case = _case(appeal_id)
    try:
        share = _share(case.answer) if request.form.get("action") == "change" else None
        appeals.settle(case, current_person, share, request.form.get("answer", ""))
    except UserError as error:
        db.session.rollback()
        return _case_page(_case(appeal_id), error), error.status
    flash(_("已经答复，学员可以看到"), "ok")
    return redirect(url_for("marking.appeals_list"), 303)


def _share(found: Answer) -> Fraction:
    most = found.response.marks_hundredths
    share = share_of_marks(request.form.get("points", ""), most)
    if share is None:
        raise UserError(_("分数写成 0 到 %(most)s 之间的数，最多两位小数", most=most / 100), 422, "points")
    return share


def _case_page(case: appeals.Case, error: UserError | None = None) -> str:
    return render_template(
        "marking/appeal.html",
        case=case,
        appeal=case.appeal,
        answer=case.answer,
        states=STATES,
        share_of=answers.share_of,
        problem=error,
        form_has_errors=error is not None,
        typed=request.form if request.method == "POST" else {},
    )
