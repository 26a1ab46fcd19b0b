"""The trainee's page: writing, handing in, and reading what was said to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.files.models import StoredFile
from academy.files.services import describe
from academy.i18n import _, localized
from academy.permissions import signed_in
from academy.web import markdown
from academy.web.filters import show_time
from academy.web.lookups import MAX_ID
from academy.web.transactions import accepts_files, keep_changes
from courses.assignments import rules
from courses.assignments.forms import WritingForm, accepted, writing_form
from courses.assignments.services import writing
from courses.assignments.services.writing import Work, Written, work_of
from courses.assignments.views.blueprint import blueprint
from courses.catalog.models import LessonVersion
from courses.completion.evaluate import Lock
from courses.completion.wording import locked
from courses.learning.models import Enrolment
from courses.learning.services.gates import lock_of, names_for
from courses.learning.services.outcome import Outcome
from courses.learning.services.pages import OpenCourse, lesson_in, open_course
from courses.lesson_types.assignment import PLUGIN, STATES, brief
from courses.lesson_types.assignment.form import MOST_FILES
from courses.lesson_types.files import load_file, take_files

FORM_BYTES = 5 * rules.MOST_BYTES + rules.MEBIBYTE
PAGE = "/learn/<slug>/<int:lesson_id>/assignment"


@dataclass
class _Place:
    opened: OpenCourse
    enrolment: Enrolment
    lesson: LessonVersion
    lock: Lock | None


def _load(slug: str, lesson_id: int) -> _Place | None:
    """Return the assignment for somebody who studies it; None when they may not see it now; 404 when there is none."""
    opened = open_course(slug, current_person.id)
    lesson = lesson_in(opened.version.id, lesson_id) if opened else None
    if opened is None or lesson is None or lesson.type != writing.LESSON_TYPE:
        abort(404)
    lock = lock_of(opened.enrolment, lesson_id) if opened.enrolment else None
    if opened.enrolment is None or (lock is not None and lock.sealed):
        return None
    return _Place(opened, opened.enrolment, lesson, lock)


def _elsewhere(slug: str, lesson_id: int) -> ResponseReturnValue:
    """Lead to the lesson, which says why it is not open."""
    return redirect(url_for("learning.lesson", slug=slug, lesson_id=lesson_id), 303)


@blueprint.get(PAGE)
@signed_in
def mine(slug: str, lesson_id: int) -> ResponseReturnValue:
    """Show one's own work, and the form while another version may be handed in."""
    place = _load(slug, lesson_id)
    if place is None:
        return _elsewhere(slug, lesson_id)
    work = work_of(place.enrolment, place.lesson)
    return _page(place, work, _filled(place.lesson, work))


def _filled(lesson: LessonVersion, work: Work) -> WritingForm:
    """Return the form with the draft, or with what went back."""
    source = work.draft or work.last
    values: dict[str, Any] = {"revision": work.revision, "text": source.submission.text if source else ""}
    for number, file in enumerate(source.files if source else []):
        values[f"file{number}_id"] = file.id
    return writing_form(lesson.content, formdata=None, **values)


@blueprint.post(PAGE)
@signed_in
@accepts_files(FORM_BYTES)
def write(slug: str, lesson_id: int) -> ResponseReturnValue:
    """Keep the draft, or hand it in. Whatever has to be mended, what was written and uploaded is kept."""
    place = _load(slug, lesson_id)
    if place is None:
        return _elsewhere(slug, lesson_id)
    form = writing_form(place.lesson.content)
    form.validate()
    refused = take_files(form)
    kept = False
    try:
        draft = writing.save_draft(current_person, place.enrolment, place.lesson, _written(form))
        kept = True
        if refused or form.errors:
            return _again(place, form, draft.revision, max([422, *(each.status for each in refused)]))
        outcome = _hand_in(place, draft) if request.form.get("action") == "hand_in" else None
    except UserError as error:
        return _refused(place, form, error, kept)
    _say(outcome)
    return redirect(url_for("assignments.mine", slug=slug, lesson_id=lesson_id), 303)


def _written(form: WritingForm) -> Written:
    return Written(form.text.data or "", form.chosen, form.revision.data or 0)


def _hand_in(place: _Place, draft: Any) -> Outcome:
    return writing.hand_in(current_person, place.enrolment, place.lesson, draft)


def _say(outcome: Outcome | None) -> None:
    if outcome is None:
        flash(_("草稿存好了，还没有交"), "ok")
        return
    flash(outcome.message, "ok")
    if outcome.lesson_done_now:
        flash(_("“%(title)s”学完了", title=localized(outcome.lesson, "title")), "ok")
    if outcome.course_done_now:
        flash(_("《%(title)s》全部学完", title=localized(outcome.enrolment.version, "title")), "ok")


def _again(place: _Place, form: WritingForm, revision: int, status: int) -> ResponseReturnValue:
    """Show the page again with what was typed; the draft is stored."""
    keep_changes()
    db.session.flush()
    form.revision.data = revision
    return _page(place, work_of(place.enrolment, place.lesson), form), status


def _refused(place: _Place, form: WritingForm, error: UserError, kept: bool) -> ResponseReturnValue:
    form.blame(error)
    if kept:
        work = work_of(place.enrolment, place.lesson)
        return _again(place, form, work.revision, error.status)
    keep_changes()  # of the files that came with the form; nothing else has changed
    work = work_of(place.enrolment, place.lesson)
    conflict = error.status == 409 and work.may_hand_in and work.draft is not None
    form.revision.data = work.revision
    page = _page(place, work, form, theirs=work.draft.submission if conflict and work.draft else None)
    return page, error.status


@blueprint.post(f"{PAGE}/draft")
@signed_in
def keep(slug: str, lesson_id: int) -> ResponseReturnValue:
    """Keep the draft that a script sends while somebody types."""
    place = _load(slug, lesson_id)
    written = _sent(request.get_json(silent=True))
    if place is None or written is None:
        abort(400)
    draft = writing.save_draft(current_person, place.enrolment, place.lesson, written)
    return {"revision": draft.revision, "said": _("草稿 %(time)s 存好了", time=show_time(now()))}


def _sent(payload: Any) -> Written | None:
    """Return what a script sends, or None where it has another shape."""
    if not isinstance(payload, Mapping):
        return None
    text, files, revision = (payload.get(name) for name in ("text", "files", "revision"))
    if not isinstance(text, str) or not isinstance(files, list) or not isinstance(revision, int):
        return None
    if len(files) > MOST_FILES or not all(isinstance(each, int) and 0 < each <= MAX_ID for each in files):
        return None
    unsure = payload.get("unsure")
    return Written(text, files, revision, unsure if isinstance(unsure, str) else None)


def _page(place: _Place, work: Work, form: WritingForm, theirs: Any = None) -> str:
    lesson, content = place.lesson, place.lesson.content
    last = work.last
    marked = last is not None and last.submission.state == "marked"
    return render_template(
        "assignments/mine.html",
        course=place.opened.course,
        version=place.opened.version,
        lesson=lesson,
        work=work,
        form=form,
        theirs=theirs,
        content=content,
        about=brief(content),
        requirement=PLUGIN.requirement(lesson.completion, content),
        done=work.progress is not None and work.progress.completed_at is not None,
        wants_text=rules.wants_text(content),
        states=STATES,
        accept=accepted(content),
        shown=_shown(work, form),
        sample=markdown.render(content.get("sample", "")) if marked and content.get("sample") else "",
        lock_text=_lock_text(place),
        left=max(0, content.get("resubmissions", 0) + 1 - len(work.handed_in)),
    )


def _lock_text(place: _Place) -> str:
    return locked(place.lock, names_for(place.lock, place.enrolment.version_id)) if place.lock else ""


def _shown(work: Work, form: WritingForm) -> dict[int, Mapping[str, object]]:
    """Return what the page shows of each file that the form names."""
    known = {file.id: file for version in [*work.handed_in, work.draft] if version for file in version.files}
    return {file.id: describe(file) for file in _files(form.chosen, known) if file.owner_id == current_person.id}


def _files(identities: Iterable[int], known: Mapping[int, StoredFile]) -> Iterable[StoredFile]:
    for identity in identities:
        file = known.get(identity) or load_file(identity)
        if file is not None:
            yield file
