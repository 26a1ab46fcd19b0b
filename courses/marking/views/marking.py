"""The queue of answers that wait, and the page on which one is marked."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from academy.accounts.models import Person
from academy.accounts.session import current_person
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from academy.permissions import requires
from academy.web.lookups import get_or_404
from academy.web.pagination import paginate
from courses.marking.rules import share_of_marks
from courses.marking.services import access, answers, marks, queue
from courses.marking.services.answers import Answer
from courses.marking.views.access import answer_to_mark, own_quiz, quiz_to_mark
from courses.marking.views.blueprint import blueprint
from courses.question_types import installed
from courses.question_types.rubric import most_of


def waiting() -> int | Select[int]:
    """Return what counts the answers and appeals that wait for an instructor; administrators may answer, but need not."""
    return queue.waiting_for(current_person) if "instructor" in current_person.role_names else 0


@blueprint.get("/studio/marking")
@requires("marking.mark")
def overview() -> str:
    """List what waits, by quiz and question."""
    return render_template(
        "marking/queue.html",
        rows=queue.overview(current_person),
        type_of=installed.get,
        appeals=queue.count_appeals(current_person),
        phrases=marks.phrases(current_person),
        decides=lambda quiz: access.decides(quiz, current_person),
    )


@blueprint.get("/studio/marking/<int:quiz_id>/questions/<int:question_id>")
@requires("marking.mark")
def question(quiz_id: int, question_id: int) -> str:
    """List the answers to one question: those that wait, or those that are marked."""
    quiz = quiz_to_mark(quiz_id)
    done = request.args.get("state") == "done"
    page = paginate(queue.listed(quiz.id, question_id, done=done), scalars=False)
    rows = answers.load(page.items)
    return render_template(
        "marking/question.html",
        quiz=quiz,
        question_id=question_id,
        page=page,
        rows=rows,
        done=done,
        person=current_person,
        decides=access.decides(quiz, current_person),
    )


@blueprint.get("/studio/marking/<int:quiz_id>/questions/<int:question_id>/next")
@requires("marking.mark")
def next_one(quiz_id: int, question_id: int) -> ResponseReturnValue:
    """Go to the next answer to this question that waits for whoever is signed in."""
    return redirect(_next_address(quiz_to_mark(quiz_id), question_id, request.args.get("after", 0, type=int)))


def _next_address(quiz: Any, question_id: int, after: int) -> str:
    found = queue.next_answer(current_person, quiz, question_id, after)
    if found is None:
        return url_for("marking.question", quiz_id=quiz.id, question_id=question_id)
    return url_for("marking.answer", attempt_id=found.attempt.id, position=found.response.position)


@blueprint.get("/studio/marking/answers/<int:attempt_id>/<int:position>")
@requires("marking.mark")
def answer(attempt_id: int, position: int) -> str:
    """Show one answer with the form for its marks."""
    return _page(answer_to_mark(attempt_id, position))


@blueprint.post("/studio/marking/answers/<int:attempt_id>/<int:position>")
@requires("marking.mark")
def mark(attempt_id: int, position: int) -> ResponseReturnValue:
    """Give the marks, and go on to the next answer."""
    found = answer_to_mark(attempt_id, position)
    verdicts, problems = _read(found)
    if problems:
        return _page(found, problems), 422
    try:
        marked = marks.give(found, current_person, verdicts)
    except UserError as error:
        db.session.rollback()
        return _page(answer_to_mark(attempt_id, position), {"": str(error)}), error.status
    for said in sorted(request.form.get(f"comment-{part}", "") for part in request.form.getlist("keep")):
        marks.keep_phrase(current_person, said)  # in one order, so that two requests never wait for each other
    flash(_("已经保存，分数已定") if not marked.response.awaiting else _("已经保存，等另一位老师"), "ok")
    return redirect(_next_address(found.quiz, found.version.question_id, found.attempt.id), 303)


def _read(found: Answer) -> tuple[dict[str, marks.Verdict], dict[str, str]]:
    """Return what the form says of each piece that it shows, and what is wrong, by field."""
    verdicts, problems = {}, {}
    for piece in found.pieces:
        part = piece.hand.part
        if f"seen-{part}" not in request.form:
            continue
        share = share_of_marks(request.form.get(f"points-{part}", ""), full_marks(found, piece))
        verdict = marks.read_verdict(piece, request.form, share, _phrases_ticked(part))
        if verdict is not None:
            verdicts[part] = verdict
        elif piece.hand.rubric:
            problems[f"level-{part}"] = _("每个方面都选一档")
        else:
            most = full_marks(found, piece)
            problems[f"points-{part}"] = _("分数写成 0 到 %(most)s 之间的数，最多两位小数", most=most / 100)
    return verdicts, problems


def _phrases_ticked(part: str) -> list[str]:
    return request.form.getlist(f"phrase-{part}")


def full_marks(found: Answer, piece: Any) -> int:
    """Return the hundredths that a piece is marked out of: of its rubric, of the question, or of its part."""
    if piece.hand.rubric:
        return most_of(list(piece.hand.rubric))
    return piece.hand.weight or found.response.marks_hundredths


def _page(found: Answer, problems: dict[str, str] | None = None) -> str:
    decides = access.decides(found.quiz, current_person)
    open_ = {piece.hand.part: round_ for piece, round_ in found.open_pieces(current_person, decides)}
    return render_template(
        "marking/answer.html",
        answer=found,
        open_=open_,
        typed=request.form if request.method == "POST" else None,
        problems=problems or {},
        form_has_errors=bool(problems),
        phrases=marks.phrases(current_person),
        full_marks=full_marks,
        share_of=answers.share_of,
        person=current_person,
        sees_all=decides or not found.response.awaiting,
    )


# -- settings ------------------------------------------------------------------------------------------------------


@blueprint.get("/studio/marking/<int:quiz_id>/settings")
@requires("marking.mark")
def settings(quiz_id: int) -> str:
    """Show how a quiz is marked, and by whom."""
    return _settings_page(quiz_id)


def _settings_page(quiz_id: int, error: UserError | None = None) -> str:
    quiz = own_quiz(quiz_id)
    return render_template(
        "marking/settings.html",
        quiz=quiz,
        settings=access.settings_of(quiz.id),
        markers=access.markers(quiz.id),
        problem=error,
        typed=request.form if request.method == "POST" else {},
        form_has_errors=error is not None,
    )


@blueprint.post("/studio/marking/<int:quiz_id>/settings")
@requires("marking.mark")
def change_settings(quiz_id: int) -> ResponseReturnValue:
    """Change how a quiz is marked, or who marks it."""
    quiz = own_quiz(quiz_id)
    form = request.form
    try:
        if form.get("action") == "name":
            access.name_marker(quiz, form.get("username", ""))
        elif form.get("action") == "dismiss":
            access.dismiss_marker(quiz, get_or_404(Person, form.get("person_id", 0, type=int)))
        else:
            access.change_settings(quiz, form.to_dict())
    except UserError as error:
        return _settings_page(quiz_id, error), error.status
    flash(_("已经保存"), "ok")
    return redirect(url_for("marking.settings", quiz_id=quiz.id), 303)


@blueprint.post("/studio/marking/phrases/<int:phrase_id>/drop")
@requires("marking.mark")
def drop_phrase(phrase_id: int) -> ResponseReturnValue:
    """Forget a phrase of one's own."""
    marks.drop_phrase(current_person, phrase_id)
    return redirect(url_for("marking.overview"), 303)
