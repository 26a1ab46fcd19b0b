"""Step 2: the outline, its chapters, and the order of everything."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from academy.errors import UserError
from academy.i18n import _, localized
from academy.permissions import requires
from courses.catalog import learners, services
from courses.catalog.forms import ChapterForm
from courses.catalog.models import Chapter, Course
from courses.catalog.rules import read_outline
from courses.catalog.views.blueprint import blueprint
from courses.catalog.views.common import chapter_or_404, course_or_refuse, lesson_or_404, outline_page
from courses.catalog.views.comparing import compared

STEPS = {"up": -1, "down": 1}


@blueprint.get("/studio/courses/<int:course_id>/outline")
@requires("catalog.edit")
def outline(course_id: int) -> str:
    """Show chapters and lessons."""
    return outline_page("catalog/outline.html", course_or_refuse(course_id))


@blueprint.post("/studio/courses/<int:course_id>/outline")
@requires("catalog.edit")
def reorder(course_id: int) -> ResponseReturnValue:
    """Put chapters and lessons into the order that a script sends after dragging; answer with the outline's new mark."""
    course = course_or_refuse(course_id, for_update=True)
    facts = request.get_json(silent=True)
    facts = facts if isinstance(facts, dict) else {}
    wanted = read_outline(facts.get("outline"))
    if wanted is None:
        raise UserError(_("没有收到新的顺序，刷新这一页再排一次"), 422)
    services.reorder(course, str(facts.get("mark")), wanted)
    return {"mark": services.mark_of(course), "message": _("新的顺序保存好了")}


@blueprint.get("/studio/courses/<int:course_id>/chapters/new")
@requires("catalog.edit")
def new_chapter(course_id: int) -> str:
    """Show the form for a new chapter."""
    return _chapter_page(ChapterForm(formdata=None), course_or_refuse(course_id), None)


@blueprint.post("/studio/courses/<int:course_id>/chapters/new")
@requires("catalog.edit")
def create_chapter(course_id: int) -> ResponseReturnValue:
    """Add a chapter at the end."""
    course = course_or_refuse(course_id, for_update=True)
    form = ChapterForm()
    if form.validate_on_submit():
        try:
            chapter = services.add_chapter(course, form.title.data, form.title_en.data or "")
        except UserError as error:
            form.blame(error)
        else:
            flash(_("已添加“%(title)s”。接着往里添加一节", title=localized(chapter, "title")), "ok")
            return redirect(url_for("catalog.new_lesson", course_id=course.id, chapter_id=chapter.id), 303)
    return _chapter_page(form, course, None), 422


@blueprint.get("/studio/courses/<int:course_id>/chapters/<int:chapter_id>")
@requires("catalog.edit")
def edit_chapter(course_id: int, chapter_id: int) -> str:
    """Show the titles of a chapter."""
    course = course_or_refuse(course_id)
    chapter = chapter_or_404(course, chapter_id)
    return _chapter_page(_filled(chapter), course, chapter)


@blueprint.post("/studio/courses/<int:course_id>/chapters/<int:chapter_id>")
@requires("catalog.edit")
def save_chapter(course_id: int, chapter_id: int) -> ResponseReturnValue:
    """Keep the titles of a chapter."""
    course = course_or_refuse(course_id, for_update=True)
    chapter = chapter_or_404(course, chapter_id)
    form = ChapterForm()
    if not form.validate_on_submit():
        return _chapter_page(form, course, chapter), 422
    seen = (form.seen_title.data or "", form.seen_title_en.data or "")
    try:
        changed = services.change_chapter(chapter, seen, form.title.data, form.title_en.data or "")
    except UserError as error:
        theirs = compared(form, _filled(chapter))
        form.seen_title.data, form.seen_title_en.data = chapter.title, chapter.title_en
        return _chapter_page(form, course, chapter, conflict=error.message, theirs=theirs), error.status
    flash(_("已保存") if changed else _("没有改动，不需要保存"), "ok")
    return redirect(url_for("catalog.edit_chapter", course_id=course.id, chapter_id=chapter.id), 303)


@blueprint.post("/studio/courses/<int:course_id>/chapters/<int:chapter_id>/move")
@requires("catalog.edit")
def move_chapter(course_id: int, chapter_id: int) -> ResponseReturnValue:
    """Move a chapter one place up or down."""
    course = course_or_refuse(course_id, for_update=True)
    chapter = chapter_or_404(course, chapter_id)
    services.move_chapter(course, chapter, STEPS.get(request.form.get("step", ""), 0))
    return redirect(url_for("catalog.edit_chapter", course_id=course.id, chapter_id=chapter.id), 303)


@blueprint.post("/studio/courses/<int:course_id>/lessons/<int:lesson_id>/move")
@requires("catalog.edit")
def move_lesson(course_id: int, lesson_id: int) -> ResponseReturnValue:
    """Move a lesson one place up or down, at the end of a chapter into the next one."""
    course = course_or_refuse(course_id, for_update=True)
    lesson = lesson_or_404(course, lesson_id)
    services.move_lesson(course, lesson.id, STEPS.get(request.form.get("step", ""), 0))
    return redirect(url_for("catalog.edit_lesson", course_id=course.id, lesson_id=lesson.id), 303)


@blueprint.get("/studio/courses/<int:course_id>/chapters/<int:chapter_id>/delete")
@requires("catalog.edit")
def ask_delete_chapter(course_id: int, chapter_id: int) -> str:
    """Ask whether a chapter is to go, with its lessons, and say what stays."""
    course = course_or_refuse(course_id)
    chapter = chapter_or_404(course, chapter_id)
    studied = learners.of_lessons([lesson.id for lesson in chapter.lessons])
    return outline_page(
        "catalog/delete_chapter.html", course, chapter=chapter, learners=max(studied.values(), default=0)
    )


@blueprint.post("/studio/courses/<int:course_id>/chapters/<int:chapter_id>/delete")
@requires("catalog.edit")
def delete_chapter(course_id: int, chapter_id: int) -> ResponseReturnValue:
    """Delete a chapter with its lessons."""
    course = course_or_refuse(course_id, for_update=True)
    chapter = chapter_or_404(course, chapter_id)
    title = localized(chapter, "title")
    services.remove_chapter(course, chapter)
    flash(_("已删除“%(title)s”", title=title), "ok")
    return redirect(url_for("catalog.outline", course_id=course.id), 303)


def _filled(chapter: Chapter) -> ChapterForm:
    return ChapterForm(
        formdata=None,
        title=chapter.title,
        title_en=chapter.title_en,
        seen_title=chapter.title,
        seen_title_en=chapter.title_en,
    )


def _chapter_page(form: ChapterForm, course: Course, chapter: Chapter | None, **context: Any) -> str:
    return outline_page("catalog/chapter.html", course, form=form, chapter=chapter, **context)
