"""The lesson page, its files, and what one does on it with forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.audit.services import record
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.files.delivery import send, send_path
from academy.files.documents import page_picture
from academy.files.models import StoredFile
from academy.i18n import _, localized
from academy.permissions import signed_in
from academy.web import reading_token
from academy.web.filters import show_hundredths
from academy.web.lookups import get_or_404
from academy.web.transactions import begin_writing, keep_changes, reads_first
from courses.catalog.models import LessonVersion
from courses.completion.evaluate import restricts
from courses.learning import services
from courses.learning.models import Enrolment, LessonProgress
from courses.learning.rules.completion import missing_stretches
from courses.learning.services.gates import check_open, lock_of
from courses.learning.services.outcome import Outcome
from courses.learning.services.outline import Line, Outline, length_labels, outlines
from courses.learning.services.pages import OpenCourse, lesson_in, lesson_with_progress
from courses.learning.services.rulebook import Rulebook, counts, rulebook
from courses.learning.views.blueprint import blueprint, course_or_404
from courses.learning.views.timed import timed as recording
from courses.learning.views.tree import chapters, numbered
from courses.learning.wording import done_text, named, progress_sentence, share_of
from courses.lesson_types.base import LessonType, PlayerContext
from courses.lesson_types.registry import lesson_type
from courses.quizzes.models import QuizVersion
from courses.quizzes.rules.happenings import network_of
from courses.quizzes.services import start_attempt

DAY_SECONDS = 24 * 3600


@dataclass
class _Page:
    """What the lesson page is made of."""

    opened: OpenCourse
    enrolment: Enrolment
    outline: Outline
    line: Line
    lesson: LessonVersion
    progress: LessonProgress | None
    kind: LessonType | None
    rules: Rulebook


def _load(opened: OpenCourse, lesson_id: int) -> _Page:
    """Return the lesson for somebody who is enrolled; ends the request with 404 when the course is without it."""
    enrolment = opened.enrolment
    outline = outlines([(opened.version.id, enrolment.id if enrolment else None)])[opened.version.id]
    rules = rulebook(opened.version, enrolment, outline, current_person.id)
    line = outline.find(lesson_id)
    if line is None or enrolment is None:
        abort(404)
    lesson, progress = lesson_with_progress(opened.version.id, lesson_id, enrolment.id)
    if lesson is None:
        abort(404)
    return _Page(opened, enrolment, outline, line, lesson, progress, lesson_type(lesson.type), rules)


def enrolled_lesson(slug: str, lesson_id: int) -> tuple[OpenCourse, Enrolment, LessonVersion]:
    """Return course, enrolment and lesson; 404 for an unknown lesson, UserError (403) for somebody not enrolled."""
    opened = course_or_404(slug)
    lesson = lesson_in(opened.version.id, lesson_id)
    if lesson is None:
        abort(404)
    if opened.enrolment is None:
        raise UserError(_("您还没有加入《%(title)s》，先加入才能学", title=localized(opened.version, "title")), 403)
    return opened, opened.enrolment, lesson


@blueprint.get("/learn/<slug>")
@signed_in
def resume(slug: str) -> ResponseReturnValue:
    """Go on where the person stopped."""
    opened = course_or_404(slug)
    enrolment = opened.enrolment
    if enrolment is None:
        return redirect(url_for("learning.course", slug=slug))
    outline = outlines([(opened.version.id, enrolment.id)])[opened.version.id]
    rulebook(opened.version, enrolment, outline, current_person.id)
    here = outline.next(enrolment.last_lesson_id)
    if here is None:
        return redirect(url_for("learning.course", slug=slug))
    return redirect(url_for("learning.lesson", slug=slug, lesson_id=here.lesson_id))


@blueprint.get("/learn/<slug>/<int:lesson_id>")
@signed_in
def lesson(slug: str, lesson_id: int) -> ResponseReturnValue:
    """Show a lesson."""
    opened = course_or_404(slug)
    if opened.enrolment is None:
        return _not_enrolled(opened, lesson_id)
    page = _load(opened, lesson_id)
    sealed = page.line.lock is not None and page.line.lock.sealed
    return _show(page, ""), 403 if sealed else 200  # type: ignore[return-value]


def _not_enrolled(opened: OpenCourse, lesson_id: int) -> ResponseReturnValue:
    line = outlines([(opened.version.id, None)])[opened.version.id].find(lesson_id)
    if line is None:
        abort(404)
    page = render_template(
        "learning/not_enrolled.html", course=opened.course, version=opened.version, line=line, numbered=numbered
    )
    return page, 403


def show_lesson(
    opened: OpenCourse, lesson_id: int, refusal: str, typed: Mapping[str, Any] | None = None
) -> ResponseReturnValue:
    """Return the page of a lesson that says why a step was refused, and still holds what was typed."""
    return _show(_load(opened, lesson_id), refusal, typed=typed)


def _show(page: _Page, refusal: str, opening: str = "", typed: Mapping[str, Any] | None = None) -> ResponseReturnValue:
    lesson, kind, progress = page.lesson, page.kind, page.progress
    before, after = page.outline.beside(lesson.lesson_id)
    slug = page.opened.course.slug
    labels = length_labels(page.outline.lines)
    context: dict[str, Any] = {
        "course": page.opened.course,
        "version": page.opened.version,
        "enrolment": page.enrolment,
        "line": page.line,
        "lesson": lesson,
        "kind": kind,
        "position": progress.position if progress else "",
        "before": before,
        "after": after,
        "numbered": numbered,
        "refusal": refusal,
        "typed": typed or {},
        "chapters": chapters(page.outline, labels, slug, current=lesson.lesson_id, brief=True),
    }
    if page.line.lock is not None and page.line.lock.sealed:
        return render_template("learning/locked.html", rules=page.rules, **context)
    if kind is None:
        return render_template("learning/missing_type.html", **context)
    share, done = share_of(progress), progress is not None and progress.completed_at is not None
    covered = progress.covered if progress else []
    timed = kind.measure == "time"
    goal = kind.goal(lesson.completion)
    return render_template(
        "learning/lesson.html",
        **{**_player(page, kind), **context},
        **recording(page.enrolment, lesson, progress, kind, slug),
        requirement=kind.requirement(lesson.completion, lesson.content),
        counts=counts(page.opened.version, page.line),
        asked=page.rules.of_lesson(lesson.lesson_id) if done or kind.measure == "attempt" else [],
        share=share,
        goal=goal,
        done=done,
        done_text=done_text(kind, share),
        sentence=progress_sentence(kind, lesson, progress),
        measured=kind.measure in ("time", "units", "reading", "work") and goal > 0,
        covered=covered,
        duration=kind.size(lesson.content) if timed else 0,
        missing=named(missing_stretches(covered, kind.size(lesson.content))) if timed and goal and not done else [],
        by_word=not done and (kind.measure == "units" or goal == 0),
        opening=opening or reading_token.issue(current_person.id, _subject(lesson)),
    )


def _subject(lesson: LessonVersion) -> str:
    return f"lesson-{lesson.id}"


def _player(page: _Page, kind: LessonType) -> dict[str, Any]:
    slug, lesson_id = page.opened.course.slug, page.lesson.lesson_id

    def media_url(file_id: int, name: str) -> str:
        return url_for("learning.media", slug=slug, lesson_id=lesson_id, file_id=file_id, name=name)

    def page_url(file_id: int, number: int) -> str:
        return url_for("learning.page", slug=slug, lesson_id=lesson_id, file_id=file_id, number=number)

    def lesson_url(title: str) -> str:
        found = next((line for line in page.outline.lines if title and title in (line.title, line.title_en)), None)
        return url_for("learning.lesson", slug=slug, lesson_id=found.lesson_id) if found else ""

    work = services.find_work(page.progress.id) if page.progress and kind.measure == "work" else None
    context = PlayerContext(
        person_id=current_person.id,
        media_url=media_url,
        page_url=page_url,
        start_quiz_url=url_for("learning.start_quiz", slug=slug, lesson_id=lesson_id),
        covered=page.progress.covered if page.progress else [],
        position=page.progress.position if page.progress else "",
        state=work.state if work else {},
        work_url=url_for("learning.work", slug=slug, lesson_id=lesson_id),
        revision=work.revision if work else 0,
        lesson_url=lesson_url,
    )
    return kind.player(page.lesson.content, context)


@blueprint.post("/learn/<slug>/<int:lesson_id>/done")
@signed_in
def mark_read(slug: str, lesson_id: int) -> ResponseReturnValue:
    """Take somebody's word for having read a lesson, as far as the clock allows; the way without scripts."""
    _opened, enrolment, lesson = enrolled_lesson(slug, lesson_id)
    opening = request.form.get("opening", "")
    opened_at = reading_token.opened_at(opening, current_person.id, _subject(lesson))
    try:
        outcome = services.mark_read(current_person.id, enrolment, lesson, opened_at or now())
    except UserError as error:
        db.session.rollback()
        record("learning.report_refused", label=request.path, reason="told done before its time")
        keep_changes()
        page = _show(_load(course_or_404(slug), lesson_id), error.message, opening if opened_at else "")
        return page, error.status  # type: ignore[return-value]
    for text in reached(outcome):
        flash(text, "ok")
    outline = outlines([(enrolment.version_id, enrolment.id)])[enrolment.version_id]
    here = outline.next(lesson_id)
    if here is None or outcome.course_done_now or here.lesson_id == lesson_id:
        return redirect(url_for("learning.course", slug=slug), 303)
    return redirect(url_for("learning.lesson", slug=slug, lesson_id=here.lesson_id), 303)


def reached(outcome: Outcome) -> list[str]:
    """Return what has just been reached, as sentences."""
    said = []
    if outcome.lesson_done_now:
        said.append(_("“%(title)s”学完了", title=localized(outcome.lesson, "title")))
    if outcome.course_done_now:
        version = outcome.enrolment.version
        title, amount = localized(version, "title"), version.credit_hundredths
        if amount:
            said.append(_("《%(title)s》全部学完，计入 %(hours)s 学时", title=title, hours=show_hundredths(amount)))
        else:
            said.append(_("《%(title)s》全部学完", title=title))
    return said


@blueprint.post("/learn/<slug>/<int:lesson_id>/quiz")
@signed_in
@reads_first
def start_quiz(slug: str, lesson_id: int) -> ResponseReturnValue:
    """Start the quiz of a lesson, or go on with the attempt that is open."""
    opened, enrolment, lesson = enrolled_lesson(slug, lesson_id)
    version = get_or_404(QuizVersion, lesson.content.get("quiz_version_id") or 0)
    check_open(enrolment, lesson_id)
    origin = {"enrolment_id": enrolment.id, "lesson_id": lesson_id, "lesson_version_id": lesson.id}
    back = url_for("learning.lesson", slug=slug, lesson_id=lesson_id)
    code, network = request.form.get("code", ""), network_of(request.remote_addr or "")
    begin_writing()
    try:
        attempt = start_attempt(current_person, version, origin, back, code, network)
    except UserError as error:
        if error.field != "code":
            raise
        keep_changes()  # the guess is counted
        return show_lesson(opened, lesson_id, error.message, {"code": ""}), error.status  # type: ignore[return-value]
    services.open_lesson(current_person.id, enrolment, lesson)
    return redirect(url_for("quizzes.attempt", token=attempt.token), 303)


def _file_or_404(slug: str, lesson_id: int, file_id: int) -> StoredFile:
    """Return a file of the lesson for somebody enrolled, or for the author of the course."""
    opened = course_or_404(slug)
    lesson = lesson_in(opened.version.id, lesson_id)
    kind = lesson_type(lesson.type) if lesson else None
    if lesson is None or kind is None or file_id not in kind.files(lesson.content):
        abort(404)
    if opened.enrolment is None and opened.course.owner_id != current_person.id:
        abort(403)
    lock = lock_of(opened.enrolment, lesson_id) if opened.enrolment and restricts(opened.version.rules) else None
    if lock is not None and lock.sealed:
        abort(403)
    return get_or_404(StoredFile, file_id)


@blueprint.get("/learn/<slug>/<int:lesson_id>/files/<int:file_id>/<name>")
@signed_in
def media(slug: str, lesson_id: int, file_id: int, name: str) -> ResponseReturnValue:
    """Send a file of a lesson, by range where one is asked for."""
    return send(_file_or_404(slug, lesson_id, file_id), download="download" in request.args)


@blueprint.get("/learn/<slug>/<int:lesson_id>/pages/<int:file_id>/<int:number>")
@signed_in
def page(slug: str, lesson_id: int, file_id: int, number: int) -> ResponseReturnValue:
    """Send the picture of one page of a document."""
    file = _file_or_404(slug, lesson_id, file_id)
    return send_path(page_picture(file, number), "image/webp", etag=f"{file.sha256}-{number}")
