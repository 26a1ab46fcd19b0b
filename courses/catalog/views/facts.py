"""Step 1, what the course says of itself, and step 3, credit hours and completion."""

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from academy.errors import UserError
from academy.i18n import _
from academy.permissions import requires
from academy.web.filters import show_hundredths
from courses.catalog import services
from courses.catalog.forms import CreditForm, FactsForm
from courses.catalog.models import Course
from courses.catalog.rules import suggested_hundredths
from courses.catalog.views.blueprint import blueprint
from courses.catalog.views.common import course_or_refuse, course_page
from courses.catalog.views.comparing import compared
from courses.lesson_types.registry import lesson_type
from courses.vocabulary import SUBJECTS

NO_TOKEN = "0" * 10


@blueprint.get("/studio/courses/<int:course_id>")
@requires("catalog.edit")
def edit_course(course_id: int) -> str:
    """Show the facts of a course."""
    course = course_or_refuse(course_id)
    return _facts_page(_filled(course), course)


@blueprint.post("/studio/courses/<int:course_id>")
@requires("catalog.edit")
def save_course(course_id: int) -> ResponseReturnValue:
    """Keep the facts; if somebody else has changed them meanwhile, show both texts and ask again."""
    course = course_or_refuse(course_id, for_update=True)
    form = FactsForm()
    if not form.validate_on_submit():
        return _facts_page(form, course), 422
    try:
        changed = services.change_facts(course, form.seen_version, **form.facts)
    except UserError as error:
        theirs = compared(form, _filled(course))
        form.version.data = str(course.lock_version)
        return _facts_page(form, course, conflict=error.message, theirs=theirs), error.status
    flash(_("已保存") if changed else _("没有改动，不需要保存"), "ok")
    return redirect(url_for("catalog.edit_course", course_id=course.id), 303)


def _filled(course: Course) -> FactsForm:
    names = ("title", "title_en", "summary", "summary_en", "subject", "obligation", "cover_text", "cover_hue")
    values = {name: getattr(course, name) for name in names}
    return FactsForm(
        formdata=None,
        **values,
        goals="\n".join(course.goals),
        version=str(course.lock_version),
        token=NO_TOKEN,
    )


def _facts_page(form: FactsForm, course: Course, **context: Any) -> str:
    return course_page("catalog/facts.html", course, "facts", form=form, subjects=SUBJECTS, **context)


@blueprint.get("/studio/courses/<int:course_id>/completion")
@requires("catalog.edit")
def completion(course_id: int) -> str:
    """Show the credit hours, and what completes the course."""
    course = course_or_refuse(course_id)
    return _credit_page(_credit_filled(course), course)


@blueprint.post("/studio/courses/<int:course_id>/completion")
@requires("catalog.edit")
def save_completion(course_id: int) -> ResponseReturnValue:
    """Keep the credit hours."""
    course = course_or_refuse(course_id, for_update=True)
    form = CreditForm()
    if not form.validate_on_submit():
        return _credit_page(form, course), 422
    try:
        changed = services.change_facts(course, form.seen_version, credit_hundredths=form.hundredths)
    except UserError as error:
        theirs = compared(form, _credit_filled(course))
        form.version.data = str(course.lock_version)
        return _credit_page(form, course, conflict=error.message, theirs=theirs), error.status
    flash(_("已保存") if changed else _("没有改动，不需要保存"), "ok")
    return redirect(url_for("catalog.completion", course_id=course.id), 303)


def _credit_filled(course: Course) -> CreditForm:
    hours = show_hundredths(course.credit_hundredths) if course.credit_hundredths else ""
    return CreditForm(formdata=None, credit_hours=hours, version=str(course.lock_version))


def _credit_page(form: CreditForm, course: Course, **context: Any) -> str:
    minutes = 0
    for chapter in course.chapters:
        for lesson in chapter.lessons:
            kind = lesson_type(lesson.type)
            minutes += lesson.minutes or (kind.minutes(lesson.content) if kind else 0)
    required = sum(lesson.required for chapter in course.chapters for lesson in chapter.lessons)
    return course_page(
        "catalog/completion.html",
        course,
        "completion",
        form=form,
        minutes=minutes,
        suggested=suggested_hundredths(minutes),
        required_count=required,
        kinds=lesson_type,
        **context,
    )
