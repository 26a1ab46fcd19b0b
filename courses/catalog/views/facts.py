"""Step 1, what the course says of itself."""

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from academy.errors import UserError
from academy.i18n import _
from academy.permissions import requires
from courses.catalog import services
from courses.catalog.forms import FactsForm
from courses.catalog.models import Course
from courses.catalog.views.blueprint import blueprint
from courses.catalog.views.common import course_or_refuse, course_page
from courses.catalog.views.comparing import compared
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
        form.hold(course.lock_version)
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
