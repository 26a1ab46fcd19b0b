"""Sitting a quiz: one question a page, everything saved by a form; static/js/quiz.js saves at once and works offline."""

import math
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.clock import now
from academy.db import db, declare_reading
from academy.errors import UserError
from academy.i18n import _
from academy.permissions import signed_in, ticketed
from academy.web.filters import show_time
from academy.web.transactions import begin_writing, keep_changes, reads_first
from courses.quizzes import beside, rules, services
from courses.quizzes.models import Attempt
from courses.quizzes.services import PaperQuestion, explaining, happenings, papers, tries
from courses.quizzes.views.blueprint import blueprint
from courses.references.services.links import Link

MAX_POSITION = 10_000
MAX_TOLD = 4_000
CHECK_THIS = "try"
"""The button that has the question at hand checked."""


# -- loading -------------------------------------------------------------------------------------------------------


def _own_attempt(token: str) -> Attempt:
    """Return the person's own attempt; anybody else's is not there."""
    attempt = services.find_attempt(token, current_person)
    if attempt is None:
        abort(404)
    return attempt


def _current_attempt(token: str) -> Attempt:
    """Return the person's own attempt, handed in if its time is over.

    Opening a page writes nothing, except here: what the background work would do within seconds must not be waited for.
    The transaction that only reads is given up for one that writes.
    """
    attempt = _own_attempt(token)
    if rules.is_overdue(attempt.state, attempt.deadline_at, now()):
        db.session.rollback()
        declare_reading(False)
        attempt = _own_attempt(token)
        services.close_if_overdue(attempt)
    return attempt


def _result(attempt: Attempt) -> ResponseReturnValue:
    return redirect(url_for("quizzes.result", token=attempt.token), 303)


# -- answering -----------------------------------------------------------------------------------------------------


@blueprint.get("/attempts/<token>")
@signed_in
def attempt(token: str) -> ResponseReturnValue:
    """Show one question of an open attempt.

    The page of no particular question brings the others along, for its script to turn pages without the network.
    """
    found = _current_attempt(token)
    if found.state == rules.State.SUBMITTED:
        return _result(found)
    paper = services.paper(found)
    number = min(max(1, request.args.get("n", 1, type=int)), len(paper))
    question = paper[number - 1]
    others = [] if "n" in request.args else [each for each in paper if each is not question]
    links = _links(found, [question, *others])
    context = _sheet_context(found, paper, number)
    return render_template("quizzes/attempt.html", question=question, others=others, links=links, **context)


def _links(attempt: Attempt, questions: list[PaperQuestion]) -> dict[int, list[Link]]:
    """Return where checked questions are explained, as far as their explanation is shown meanwhile."""
    show_key = attempt.quiz_version.review_policy != rules.ReviewPolicy.NEVER
    return explaining.links_of_checked(attempt, questions, show_key=show_key)


@blueprint.get("/attempts/<token>/cards")
@signed_in
def cards(token: str) -> ResponseReturnValue:
    """Return all questions as pieces of a page, so that scripts can turn pages without the network; or the one of `n`.

    That one is asked for where the next step of a question follows from the answer that was saved.
    """
    found = _own_attempt(token)
    if not rules.takes_answers(found.state, found.deadline_at, now()):
        raise UserError(_("这次作答已经结束"), status=409)
    paper = services.paper(found)
    number = request.args.get("n", 0, type=int)
    asked = [question for question in paper if number in (0, question.number)]
    links = _links(found, asked)
    return render_template("quizzes/cards.html", asked=asked, total=len(paper), quiz=found.quiz_version, links=links)


def _sheet_context(attempt: Attempt, paper: list[PaperQuestion], number: int = 0) -> dict[str, Any]:
    moment = now()
    return {
        "attempt": attempt,
        "quiz": attempt.quiz_version,
        "paper": paper,
        "number": number,
        "answered": sum(question.answered for question in paper),
        "flagged": sum(question.flagged for question in paper),
        "remaining": rules.remaining_seconds(attempt.deadline_at, moment),
        "server_ms": rules.milliseconds(moment),
        "ticket": services.ticket_of(attempt),
    }


@blueprint.post("/attempts/<token>/answers/<int:position>")
@signed_in
def save(token: str, position: int) -> ResponseReturnValue:
    """Keep the answer to one question of a form, and show the page that it asks for next."""
    place = services.sitting(token, current_person, position) if position <= MAX_POSITION else None
    if place is None:
        abort(404)
    if not place.takes_answers:
        return _too_late(token, place)
    form = request.form
    go, number = form.get("go", ""), form.get("n", 1, type=int)
    if place.section_is_over:
        flash(_section_over_message(), "warn")
    elif not place.locked:
        try:
            services.save_answer(place, form, flagged="flagged" in form, sequence=None)
        except services.StepRefused as error:
            flash(error.message, "warn")
            go = ""
        happenings.note(place, "", request.remote_addr or "")
    if go == CHECK_THIS:
        _check(place)
    return redirect(_next_page(token, go, number), 303)


def _check(place: services.Sitting) -> None:
    """Check the answer that was just saved; where that cannot be, say why."""
    try:
        tries.check(place)
    except UserError as error:
        flash(error.message, "warn")


@blueprint.post("/attempts/<token>/saves/<int:position>")
@ticketed
def save_by_script(token: str, position: int) -> ResponseReturnValue:
    """Keep the answer to one question for the page's script: the request that comes most often in an exam."""
    ticket = request.headers.get("X-Ticket", "")
    place = services.sitting_by_ticket(ticket, token, position) if position <= MAX_POSITION else None
    if place is None:
        abort(404)
    if not place.takes_answers:
        services.close(place.attempt_id)
        keep_changes()
        return _ended(token)
    form = request.form
    happenings.note(place, form.get("events", "")[:MAX_TOLD], request.remote_addr or "")
    if place.section_is_over:
        keep_changes()
        return {"error": _section_over_message(), "section": True}, 409
    try:
        saved = services.save_answer(place, form, flagged="flagged" in form, sequence=form.get("sequence", type=int))
    except services.TooLate:
        keep_changes()
        return _ended(token)
    except services.StepRefused as error:
        keep_changes()
        return {"error": error.message, "step": True}, 409
    return {
        "sequence": saved.sequence,
        "saved_at": show_time(saved.saved_at),
        "superseded": saved.superseded,
        "answered": saved.answered,
        "server_ms": rules.milliseconds(saved.saved_at),
        "remaining": rules.remaining_seconds(place.deadline_at, saved.saved_at),
    }


def _ended(token: str) -> ResponseReturnValue:
    return {"error": services.TooLate().message, "result": url_for("quizzes.result", token=token)}, 409


@blueprint.post("/attempts/<token>/events")
@ticketed
def note_events(token: str) -> ResponseReturnValue:
    """Note that the page was left: the one thing that a script tells without an answer, so that it is told at all."""
    place = services.sitting_by_ticket(request.headers.get("X-Ticket", ""), token, 1)
    if place is None:
        abort(404)
    if place.takes_answers:
        happenings.note(place, request.form.get("events", "")[:MAX_TOLD], request.remote_addr or "")
    return {}


def _next_page(token: str, go: str, number: int) -> str:
    """Return the page that a button of the form leads to."""
    if go == "check":
        return url_for("quizzes.review_submit", token=token)
    target = {"prev": number - 1, "next": number + 1, CHECK_THIS: number}.get(
        go, int(go) if go.isdecimal() and len(go) < 5 else number
    )
    return url_for("quizzes.attempt", token=token, n=min(max(1, target), MAX_POSITION))


def _too_late(token: str, place: services.Sitting) -> ResponseReturnValue:
    """End the attempt if nobody has yet, and say that this answer does not count; what was typed stays to be read.

    The transaction that holds the attempt together with others is given up for one that holds it alone.
    """
    db.session.rollback()
    found = _own_attempt(token)
    services.close_if_overdue(found)
    keep_changes()
    typed = place.type.parse_answer(request.form)
    question = next(each for each in services.paper(found) if each.position == place.position)
    return render_template(
        "quizzes/too_late.html",
        attempt=found,
        question=question,
        typed=question.text_of(typed),
        message=services.TooLate().message,
    ), 409


def _section_over_message() -> str:
    return _("这一部分的作答时间已经结束，这次的答案没有计入。其他部分可以接着答")


# -- handing in ----------------------------------------------------------------------------------------------------


@blueprint.get("/attempts/<token>/check")
@signed_in
def review_submit(token: str) -> ResponseReturnValue:
    """List what is not answered before handing in."""
    found = _current_attempt(token)
    if found.state == rules.State.SUBMITTED:
        return _result(found)
    return render_template("quizzes/check.html", **_sheet_context(found, services.paper(found)))


@blueprint.post("/attempts/<token>/submit")
@signed_in
@reads_first
def submit(token: str) -> ResponseReturnValue:
    """Hand in and grade; again does nothing."""
    found = _own_attempt(token)
    already = found.state == rules.State.SUBMITTED
    begin_writing()
    if not already and (told := request.form.get("events", "")[:MAX_TOLD]):
        services.hold(found)
        _note(token, told)
    services.submit(found)
    if not already:
        flash(_("交卷成功"), "ok")
    return _result(found)


def _note(token: str, told: str) -> None:
    """Note what the page has not told yet."""
    place = services.sitting(token, current_person, 1)
    if place is not None and place.takes_answers:
        happenings.note(place, told, request.remote_addr or "")


@blueprint.get("/attempts/<token>/result")
@signed_in
def result(token: str) -> ResponseReturnValue:
    """Show the score and, where the quiz allows it, right answers and explanations."""
    found = _current_attempt(token)
    if found.state == rules.State.OPEN:
        return redirect(url_for("quizzes.attempt", token=token))
    intro = services.intro(found.quiz_version, current_person)
    mode_shows = papers.mode_shows_key(found)
    show_key = mode_shows and rules.may_show_key(
        found.quiz_version.review_policy,
        found.state,
        ever_passed=intro.passed,
        attempts_left=intro.start.left,
        sitting_again=intro.open_attempt is not None,
    )
    questions = services.review(found, show_key=show_key)
    only_wrong = show_key and request.args.get("show") == "wrong"
    score = services.score_of(found)
    return render_template(
        "quizzes/result.html",
        attempt=found,
        quiz=found.quiz_version,
        intro=intro,
        score=score,
        earned=int(score.earned),
        missing=math.ceil(rules.marks_missing(score, found.quiz_version.pass_percent)),
        show_key=show_key,
        waits_for=not mode_shows,
        beside=beside.pieces(found),
        links=explaining.links_of(found) if show_key else {},
        only_wrong=only_wrong,
        wrong=sum(each.verdict in ("wrong", "part") for each in questions),
        questions=[each for each in questions if not only_wrong or each.verdict in ("wrong", "part")],
        seconds=int((found.submitted_at - found.started_at).total_seconds()) if found.submitted_at else 0,
    )
