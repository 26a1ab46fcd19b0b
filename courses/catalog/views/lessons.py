"""Step 2: one lesson."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.db import db, only_reading
from academy.errors import UserError
from academy.i18n import _, localized
from academy.permissions import requires
from academy.web.lookups import get_or_404
from academy.web.transactions import keep_changes
from courses.catalog import learners, services
from courses.catalog.forms import NewLessonForm, lesson_form
from courses.catalog.models import Course, Lesson
from courses.catalog.views.blueprint import blueprint
from courses.catalog.views.common import chapter_or_404, course_or_refuse, lesson_or_404, outline_page
from courses.catalog.views.comparing import compared
from courses.lesson_types.base import LessonType
from courses.lesson_types.files import load_file, shown_files, take_files
from courses.lesson_types.registry import lesson_type, lesson_types


@blueprint.get("/studio/courses/<int:course_id>/chapters/<int:chapter_id>/lessons/new")
@requires("catalog.edit")
def new_lesson(course_id: int, chapter_id: int) -> str:
    """Show the types of lessons, one of which may be chosen by the address."""
    course = course_or_refuse(course_id)
    chapter = chapter_or_404(course, chapter_id)
    asked = request.args.get("type", "")
    form = NewLessonForm(formdata=None, kinds=lesson_types().values(), type=asked if asked in lesson_types() else None)
    return outline_page("catalog/new_lesson.html", course, chapter=chapter, form=form)


@blueprint.post("/studio/courses/<int:course_id>/chapters/<int:chapter_id>/lessons/new")
@requires("catalog.edit")
def create_lesson(course_id: int, chapter_id: int) -> ResponseReturnValue:
    """Add a lesson at the end of a chapter, and go on to its editor."""
    course = course_or_refuse(course_id, for_update=True)
    chapter = chapter_or_404(course, chapter_id)
    form = NewLessonForm(kinds=lesson_types().values())
    if form.validate_on_submit():
        kind = lesson_types()[form.type.data]
        try:
            lesson = services.add_lesson(course, chapter, kind, form.title.data, form.title_en.data or "")
        except UserError as error:
            form.blame(error)
        else:
            return redirect(_address(course, lesson), 303)
    return outline_page("catalog/new_lesson.html", course, chapter=chapter, form=form), 422


@blueprint.get("/studio/courses/<int:course_id>/lessons/<int:lesson_id>")
@requires("catalog.edit")
def edit_lesson(course_id: int, lesson_id: int) -> str:
    """Show the editor of a lesson."""
    course = course_or_refuse(course_id)
    lesson = lesson_or_404(course, lesson_id)
    kind = lesson_type(lesson.type)
    return _page(course, lesson, kind, _filled(lesson, kind) if kind else None)


@blueprint.post("/studio/courses/<int:course_id>/lessons/<int:lesson_id>")
@requires("catalog.edit")
def save_lesson(course_id: int, lesson_id: int) -> ResponseReturnValue:
    """Keep a lesson. Files that came with the form are kept in any case, whatever else has to be mended."""
    course = course_or_refuse(course_id, for_update=True)
    lesson = get_or_404(Lesson, lesson_id)
    kind = lesson_type(lesson.type)
    if lesson.course_id != course.id or kind is None:
        abort(404)
    form = lesson_form(kind)
    valid = form.validate()
    refused = take_files(form)
    if not valid or refused:
        keep_changes()
        return _page(course, lesson, kind, form), max([422, *(error.status for error in refused)])
    try:
        with only_reading():
            kind.prepare(form, lesson.content)
        course = course_or_refuse(course_id, for_update=True)
        lesson = get_or_404(Lesson, lesson_id, populate_existing=True)
        changed = _save(course, lesson, kind, form)
    except UserError as error:
        return _not_saved(course, lesson, kind, form, error)
    flash(_("已保存“%(title)s”", title=localized(lesson, "title")) if changed else _("没有改动，不需要保存"), "ok")
    return redirect(_address(course, lesson), 303)


def _save(course: Course, lesson: Lesson, kind: LessonType, form: Any) -> bool:
    with db.session.begin_nested():
        return services.change_lesson(
            course,
            lesson,
            form.seen_version,
            title=form.title.data,
            title_en=form.title_en.data or "",
            minutes=form.minutes.data or 0,
            required=form.required.data,
            completion=kind.checked_completion(form.completion),
            content=kind.from_form(form, lesson.content),
        )


def _not_saved(course: Course, lesson: Lesson, kind: LessonType, form: Any, error: UserError) -> ResponseReturnValue:
    keep_changes()
    if error.status != 409:
        form.blame(error)
        return _page(course, lesson, kind, form), 422
    theirs = compared(form, _filled(lesson, kind), _file_name)
    form.hold(lesson.lock_version)
    return _page(course, lesson, kind, form, conflict=error.message, theirs=theirs), 409


def _file_name(identity: Any) -> str:
    file = load_file(identity)
    return file.name if file else "—"


def _filled(lesson: Lesson, kind: LessonType) -> Any:
    completion = kind.checked_completion(lesson.completion)
    return lesson_form(
        kind,
        formdata=None,
        title=lesson.title,
        title_en=lesson.title_en,
        minutes=lesson.minutes or None,
        required=lesson.required,
        rule=completion["rule"],
        percent=completion.get("percent") or next((rule.percent for rule in kind.rules if rule.percent), None),
        version=str(lesson.lock_version),
        **kind.to_form(lesson.content),
    )


def _page(course: Course, lesson: Lesson, kind: LessonType | None, form: Any, **context: Any) -> str:
    if kind is None:
        return outline_page("catalog/missing_type.html", course, lesson=lesson, chapter=lesson.chapter)
    return outline_page(
        "catalog/lesson.html",
        course,
        lesson=lesson,
        chapter=lesson.chapter,
        kind=kind,
        form=form,
        files=shown_files(form, kind.files(lesson.content)),
        estimate=kind.minutes(lesson.content),
        **kind.editor(lesson.content, current_person.id),
        **context,
    )


def _address(course: Course, lesson: Lesson) -> str:
    return url_for("catalog.edit_lesson", course_id=course.id, lesson_id=lesson.id)


@blueprint.get("/studio/courses/<int:course_id>/lessons/<int:lesson_id>/delete")
@requires("catalog.edit")
def ask_delete_lesson(course_id: int, lesson_id: int) -> str:
    """Ask whether a lesson is to go, and say what stays."""
    course = course_or_refuse(course_id)
    lesson = lesson_or_404(course, lesson_id)
    studied = learners.of_lessons([lesson.id])
    return outline_page(
        "catalog/delete_lesson.html",
        course,
        lesson=lesson,
        chapter=lesson.chapter,
        learners=studied.get(lesson.id, 0),
    )


@blueprint.post("/studio/courses/<int:course_id>/lessons/<int:lesson_id>/delete")
@requires("catalog.edit")
def delete_lesson(course_id: int, lesson_id: int) -> ResponseReturnValue:
    """Take a lesson out of the draft."""
    course = course_or_refuse(course_id, for_update=True)
    lesson = lesson_or_404(course, lesson_id)
    services.remove_lesson(course, lesson)
    flash(_("已删除“%(title)s”", title=localized(lesson, "title")), "ok")
    return redirect(url_for("catalog.outline", course_id=course.id), 303)
