"""What the lesson page's scripts report, and what they are told."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.audit.services import record
from academy.permissions import signed_in
from academy.web.transactions import keep_changes
from courses.learning import services
from courses.learning.rules.clock import MalformedReport
from courses.learning.rules.completion import missing_stretches
from courses.learning.rules.intervals import units_of
from courses.learning.rules.reading import parse_shown
from courses.learning.rules.watching import parse_heartbeat
from courses.learning.services.outcome import Outcome, ReportRefused
from courses.learning.views.blueprint import blueprint
from courses.learning.views.lessons import enrolled_lesson, reached
from courses.learning.wording import done_text, named, progress_sentence, share_of
from courses.lesson_types.registry import lesson_type

MAX_BYTES = 64 * 1024
Report = TypeVar("Report")


def _read(parse: Callable[[Any], Report]) -> Report:
    """Return the report in the request; ends it with 400 for a wrong shape, 413 for one that is too long."""
    if (request.content_length or 0) > MAX_BYTES:
        abort(413)
    try:
        return parse(request.get_json(silent=True))
    except (MalformedReport, RecursionError):
        abort(400)


def _judged(take: Callable[[], Outcome]) -> ResponseReturnValue:
    try:
        return state_of(take())
    except ReportRefused as refusal:
        keep_changes()
        record("learning.report_refused", label=request.path, reason=refusal.reason)
        raise


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
            "url": url_for("learning.record"),
        },
    }
    if outcome.session is not None:
        state["session"] = outcome.session.token
        state["sequence"] = outcome.session.last_sequence
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
    """Note that a lesson is opened, and hand out the token that reports have to name."""
    _opened, enrolment, lesson = enrolled_lesson(slug, lesson_id)
    return state_of(services.open_lesson(current_person.id, enrolment, lesson))


@blueprint.post("/learn/<slug>/<int:lesson_id>/watched")
@signed_in
def heartbeat(slug: str, lesson_id: int) -> ResponseReturnValue:
    """Take what a player reports."""
    beat = _read(parse_heartbeat)
    return _judged(lambda: services.take_heartbeat(current_person.id, lesson_id, beat))


@blueprint.post("/learn/<slug>/<int:lesson_id>/shown")
@signed_in
def shown(slug: str, lesson_id: int) -> ResponseReturnValue:
    """Take which parts of a text or document a page reports as shown."""
    report = _read(parse_shown)
    return _judged(lambda: services.take_shown(current_person.id, lesson_id, report))
