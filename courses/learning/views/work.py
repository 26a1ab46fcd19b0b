"""The steps that one takes on the page of a lesson, with a form or from a script."""

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.db import db
from academy.errors import UserError
from academy.permissions import signed_in
from courses.learning import services
from courses.learning.views.blueprint import blueprint, course_or_404
from courses.learning.views.lessons import enrolled_lesson, reached, show_lesson
from courses.learning.views.reports import MAX_BYTES, state_of

MAX_WORK_BYTES = 4 * MAX_BYTES


@blueprint.post("/learn/<slug>/<int:lesson_id>/work")
@signed_in
def work(slug: str, lesson_id: int) -> ResponseReturnValue:
    """Take a step: a form goes back to the page, which keeps what was typed when it is refused; a script gets JSON."""
    if (request.content_length or 0) > MAX_WORK_BYTES:
        abort(413)
    values, revision = _values()
    _opened, enrolment, lesson = enrolled_lesson(slug, lesson_id)
    try:
        outcome = services.take_work(current_person.id, enrolment, lesson, values, revision)
    except UserError as error:
        if request.is_json:
            raise
        db.session.rollback()
        page = show_lesson(course_or_404(slug), lesson_id, error.message, typed=request.form)
        return page, error.status  # type: ignore[return-value]
    if request.is_json:
        found = services.find_work(outcome.progress.id)
        return {**state_of(outcome), "said": outcome.message, "revision": found.revision if found else 0}
    for text in [outcome.message, *reached(outcome)]:
        if text:
            flash(text, "ok")
    return redirect(url_for("learning.lesson", slug=slug, lesson_id=lesson_id, _anchor="work"), 303)


def _values() -> tuple[Mapping[str, Any], int | None]:
    """Return what was sent and the revision that it names; ends the request with 400 for a wrong shape."""
    if not request.is_json:
        named = request.form.get("revision", "")
        return request.form, int(named) if named.isdecimal() and len(named) < 10 else None
    try:
        payload = request.get_json(silent=True)
    except RecursionError:
        abort(400)
    if not isinstance(payload, Mapping):
        abort(400)
    revision = payload.get("revision")
    return payload, revision if isinstance(revision, int) and not isinstance(revision, bool) else None
