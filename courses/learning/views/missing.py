"""Which minutes of a recording are missing and why, and doubts about it."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from academy.permissions import signed_in
from academy.web.filters import show_duration
from courses.catalog.models import LessonVersion
from courses.learning.forms import DisputeForm
from courses.learning.models import Enrolment
from courses.learning.rules.viewing import Stretch
from courses.learning.services import disputes
from courses.learning.services.missing import AT_THE_WALL_MS, Missing, missing_of
from courses.learning.services.pages import OpenCourse
from courses.learning.services.progress import find_progress
from courses.learning.views.blueprint import blueprint
from courses.learning.views.lessons import enrolled_lesson
from courses.learning.wording import DISPUTES, REASONS, progress_sentence, stretch
from courses.lesson_types.registry import lesson_type

BEFORE_A_QUESTION_MS = 5000


@blueprint.get("/learn/<slug>/<int:lesson_id>/missing")
@signed_in
def missing(slug: str, lesson_id: int) -> str:
    """Show which stretches of a recording are missing, each with its reason, and the way to doubt it."""
    return _page(*enrolled_lesson(slug, lesson_id), None)


@blueprint.post("/learn/<slug>/<int:lesson_id>/dispute")
@signed_in
def dispute(slug: str, lesson_id: int) -> ResponseReturnValue:
    """Take a doubt about the record."""
    opened, enrolment, lesson = enrolled_lesson(slug, lesson_id)
    form = DisputeForm()
    try:
        disputes.open_dispute(current_person.id, enrolment, lesson, form.stretch.pairs, form.reason.data or "")
    except UserError as error:
        db.session.rollback()
        form.blame(error)
        opened, enrolment, lesson = enrolled_lesson(slug, lesson_id)
        return _page(opened, enrolment, lesson, form), error.status
    flash(_("已经交给老师，答复会写在这一页和课时页上"), "ok")
    return redirect(url_for("learning.missing", slug=slug, lesson_id=lesson_id, _anchor="disputes"), 303)


def _page(opened: OpenCourse, enrolment: Enrolment, lesson: LessonVersion, form: DisputeForm | None) -> str:
    kind = lesson_type(lesson.type)
    if kind is None or kind.measure != "time":
        abort(404)
    progress = find_progress(enrolment.id, lesson.lesson_id)
    found = missing_of(enrolment, lesson, progress)
    done = progress is not None and progress.completed_at is not None
    earlier = disputes.disputes_of(progress.id) if progress else []
    form = form or DisputeForm(formdata=None)
    form.stretch.offer((each.start, each.end, option(each)) for each in found.stretches)
    waiting = any(each.state == "open" for each in earlier)
    return render_template(
        "learning/missing.html",
        course=opened.course,
        version=opened.version,
        lesson=lesson,
        sentence=progress_sentence(kind, lesson, progress),
        missing=found,
        done=done,
        rows=[(each, resume_at(each, found)) for each in found.stretches],
        reasons=REASONS,
        stretch=stretch,
        disputes=earlier,
        states=DISPUTES,
        form=form,
        may_dispute=bool(
            progress and found.stretches and not done and not waiting and len(earlier) < disputes.MOST_PER_LESSON
        ),
    )


def option(each: Stretch) -> str:
    """Write a stretch as a choice of a form."""
    reason = str(REASONS.get(each.reason, REASONS["unplayed"])[0])
    return _(
        "%(stretch)s（%(length)s，%(reason)s）",
        stretch=stretch((each.start, each.end)),
        length=show_duration(-(-each.length // 1000)),
        reason=reason,
    )


def resume_at(each: Stretch, found: Missing) -> int:
    """Return where the player should go on for a stretch: at its start, or just before the question that stands there."""
    if each.reason != "question":
        return each.start
    waiting = [at for at, answered in found.points if not answered and at <= each.start + AT_THE_WALL_MS]
    return max(0, min([each.start, *waiting]) - BEFORE_A_QUESTION_MS)
