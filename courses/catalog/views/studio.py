"""The list of one's courses, and a new one."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.errors import UserError
from academy.i18n import _, localized
from academy.permissions import requires
from academy.web.pagination import Page, paginate
from courses.catalog import services
from courses.catalog.forms import FactsForm
from courses.catalog.views.blueprint import blueprint
from courses.vocabulary import SUBJECTS

PER_PAGE = 20


@blueprint.get("/studio")
@requires("catalog.edit")
def studio() -> str:
    """Show the courses that the person may edit."""
    words = request.args.get("q", "").strip()[:60]
    page: Page[Any] = paginate(services.listed(current_person, words), PER_PAGE)
    return render_template(
        "catalog/studio.html",
        page=page,
        rows=services.rows(page.items),
        words=words,
        states=services.STATES,
        state_of=services.state_of,
        subjects=SUBJECTS,
    )


@blueprint.get("/studio/courses/new")
@requires("catalog.edit")
def new_course() -> str:
    """Show the form for a new course."""
    return _page(FactsForm(formdata=None))


@blueprint.post("/studio/courses/new")
@requires("catalog.edit")
def create_course() -> ResponseReturnValue:
    """Make a course; the same form sent twice makes one."""
    form = FactsForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        course = services.create_course(current_person, form.token.data, **form.facts)
    except UserError as error:
        form.blame(error)
        form.token.data = _fresh_token()
        return _page(form), error.status
    flash(_("“%(title)s”建好了。接着添加章和节", title=localized(course, "title")), "ok")
    return redirect(url_for("catalog.outline", course_id=course.id), 303)


def _fresh_token() -> str:
    return str(FactsForm(formdata=None).token.data)


def _page(form: FactsForm) -> str:
    return render_template("catalog/new_course.html", form=form, subjects=SUBJECTS)
