"""Questions inside recordings, for the dialog of the player."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.audit.services import record
from academy.permissions import signed_in
from academy.web.transactions import keep_changes
from courses.learning.services import asking
from courses.learning.services.outcome import ReportRefused
from courses.learning.views.blueprint import blueprint
from courses.learning.views.lessons import enrolled_lesson
from courses.learning.views.reports import MAX_BYTES, state_of


@blueprint.get("/learn/<slug>/<int:lesson_id>/questions/<key>")
@signed_in
def question(slug: str, lesson_id: int, key: str) -> ResponseReturnValue:
    """Return a question without its key, as the inside of a dialog."""
    _opened, enrolment, lesson = enrolled_lesson(slug, lesson_id)
    asked, right = asking.ask(enrolment, lesson, key)
    action = url_for("learning.answer", slug=slug, lesson_id=lesson_id, key=key)
    return _uncached({"html": render_template("learning/_question.html", question=asked, action=action, right=right)})


@blueprint.post("/learn/<slug>/<int:lesson_id>/questions/<key>")
@signed_in
def answer(slug: str, lesson_id: int, key: str) -> ResponseReturnValue:
    """Take an answer; return whether one may go on, and what to show."""
    if (request.content_length or 0) > MAX_BYTES:
        abort(413)
    _opened, enrolment, lesson = enrolled_lesson(slug, lesson_id)
    try:
        answered = asking.take_answer(current_person.id, enrolment, lesson, key, request.form)
    except ReportRefused as refusal:
        keep_changes()
        record("learning.report_refused", label=request.path, reason=refusal.reason)
        raise
    html = render_template("learning/_answered.html", answered=answered)
    return _uncached({"passed": answered.passed, "html": html, "state": state_of(answered.outcome)})


def _uncached(value: dict[str, Any]) -> ResponseReturnValue:
    return value, 200, {"Cache-Control": "no-store"}
