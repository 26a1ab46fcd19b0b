"""What the lesson page's scripts report, and what they are told."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.audit.services import record
from academy.db import db
from academy.errors import error_page, wants_json
from academy.i18n import bind
from academy.permissions import signed_in, ticketed
from academy.web.tickets import signed_in_as
from academy.web.transactions import SAFE, keep_changes
from courses.learning import services
from courses.learning.rules.clock import MalformedReport, parse_choice, parse_reports
from courses.learning.rules.completion import missing_stretches
from courses.learning.rules.intervals import units_of
from courses.learning.rules.reading import parse_shown
from courses.learning.rules.watching import parse_heartbeat
from courses.learning.services.openings import Caller, read_ticket
from courses.learning.services.outcome import Outcome, ReportRefused
from courses.learning.services.players import playing_elsewhere
from courses.learning.views.blueprint import blueprint
from courses.learning.views.lessons import enrolled_lesson, reached
from courses.learning.wording import done_text, late_sentence, named, progress_sentence, share_of
from courses.lesson_types.registry import lesson_type

MAX_BYTES = 64 * 1024
Report = TypeVar("Report")


def _read(parse: Callable[[Any], Report]) -> list[Report]:
    """Return the reports in the request; ends it with 400 for a wrong shape, 413 for one that is too long."""
    if (request.content_length or 0) > MAX_BYTES:
        _note_refusals({"too long"})
        abort(413)
    try:
        return parse_reports(request.get_json(silent=True), parse)
    except (MalformedReport, RecursionError):
        _note_refusals({"malformed"})
        abort(400)


def _note_refusals(reasons: Collection[str]) -> None:
    """Keep in the audit log that something was not believed, although the answer is an error."""
    keep_changes()
    for reason in sorted(reasons):
        record("learning.report_refused", label=request.path, reason=reason)


@blueprint.errorhandler(ReportRefused)
def refused(refusal: ReportRefused) -> ResponseReturnValue:
    """Undo what the request has begun, keep in the log why it was refused, and say so."""
    db.session.rollback()
    if refusal.reason and request.method not in SAFE:
        _note_refusals({refusal.reason})
    return error_page(refusal.status, refusal.message, **({"code": refusal.code} if wants_json() else {}))


def _answer(lesson_id: int, reports: Sequence[Any], take: Callable[[Caller, int, Any], Outcome]) -> ResponseReturnValue:
    """Judge reports one after the other; answer with where the person stands after them.

    What is refused of a batch does not keep the rest from counting. The status is that of the last report.
    """
    opening = read_ticket(reports[0].session)
    if opening is not None:
        bind(opening.locale)
    caller = Caller(*signed_in_as())
    outcomes: list[Outcome] = []
    refusals: list[tuple[int, ReportRefused]] = []
    for report in reports:
        try:
            outcomes.append(take(caller, lesson_id, report))
        except ReportRefused as refusal:
            refusals.append((report.sequence, refusal))
    _note_refusals({refusal.reason for _sequence, refusal in refusals if refusal.reason})
    state = state_of(joined(outcomes)) if outcomes else {}
    if not refusals:
        return state
    last = refusals[-1]
    state["refused"] = [{"sequence": number, "code": each.code, "error": each.message} for number, each in refusals]
    if outcomes and last[0] != reports[-1].sequence:
        return state
    return {**state, "error": last[1].message, "code": last[1].code, **last[1].told}, last[1].status


def joined(outcomes: Sequence[Outcome]) -> Outcome:
    """Return what several reports have brought together, with the state after the last of them."""
    last = outcomes[-1]
    if len(outcomes) == 1:
        return last
    late = [each for each in outcomes if each.late and not each.repeated]
    return replace(
        last,
        credited_ms=sum(each.credited_ms for each in outcomes),
        credited_units=[unit for each in outcomes for unit in each.credited_units],
        lesson_done_now=any(each.lesson_done_now for each in outcomes),
        course_done_now=any(each.course_done_now for each in outcomes),
        claimed_ms=sum(each.claimed_ms for each in late),
        believed_ms=sum(each.believed_ms for each in late),
        late=bool(late),
    )


def state_of(outcome: Outcome) -> dict[str, Any]:
    """Return what the page shows of where somebody stands now."""
    progress, lesson, enrolment = outcome.progress, outcome.lesson, outcome.enrolment
    kind = lesson_type(lesson.type)
    if kind is None:
        return {"percent": 0, "done": False, "message": ""}
    share = share_of(progress)
    done = progress.completed_at is not None
    state: dict[str, Any] = {
        "percent": int(share * 100),
        "text": done_text(kind, share),
        "done": done,
        "message": progress_sentence(kind, lesson, progress),
        "credited": outcome.credited_ms,
        "reached": reached(outcome),
        "course": {
            "done": enrolment.done_count,
            "total": enrolment.required_count,
            "completed": enrolment.state == "completed",
        },
    }
    if enrolment.state == "completed":
        state["course"]["url"] = url_for("records.mine")
    if outcome.ticket:
        state["session"] = outcome.ticket
    if outcome.late:
        state["said"] = late_sentence(outcome)
    if kind.measure == "time":
        gaps = [] if done else missing_stretches(progress.covered, kind.size(lesson.content))
        state["covered"] = progress.covered
        state["missing"] = named(gaps)
    elif kind.measure == "units":
        state["shown"] = [str(unit) for unit in units_of(progress.covered)]
    return state


@blueprint.post("/learn/<slug>/<int:lesson_id>/open")
@signed_in
def opening(slug: str, lesson_id: int) -> ResponseReturnValue:
    """Note that a lesson is opened, and hand out the ticket that reports have to name.

    A page that opens its lesson again names its earlier ticket as `replaces`.
    """
    _opened, enrolment, lesson = enrolled_lesson(slug, lesson_id)
    payload = request.get_json(silent=True)
    replaces = payload.get("replaces") if isinstance(payload, dict) else ""
    person_id = current_person.id
    outcome = services.open_lesson(person_id, enrolment, lesson, replaces if isinstance(replaces, str) else "")
    state = state_of(outcome)
    state["person"] = person_id
    if outcome.session is not None and (other := playing_elsewhere(person_id, outcome.session.id)):
        state["other_player"] = other
    return state


@blueprint.post("/learn/<slug>/<int:lesson_id>/watched")
@ticketed
def heartbeat(slug: str, lesson_id: int) -> ResponseReturnValue:
    """Take what a player reports."""
    return _answer(lesson_id, _read(parse_heartbeat), services.take_heartbeat)


@blueprint.post("/learn/<slug>/<int:lesson_id>/shown")
@ticketed
def shown(slug: str, lesson_id: int) -> ResponseReturnValue:
    """Take which parts of a text or document a page reports as shown, and for how long it was looked at."""
    return _answer(lesson_id, _read(parse_shown), services.take_shown)


@blueprint.post("/learn/<slug>/<int:lesson_id>/take-over")
@ticketed
def take_over(slug: str, lesson_id: int) -> ResponseReturnValue:
    """Let this player be the one that counts; another one's next report is told so."""
    return _answer(
        lesson_id,
        _read(parse_choice),
        lambda caller, lesson, choice: services.take_player(caller, lesson, choice.session),
    )
