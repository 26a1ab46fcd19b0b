"""Authors say which categories trainees may practise."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from academy.audit.services import record
from academy.i18n import _
from academy.permissions import requires
from academy.web.lookups import get_or_404
from courses.practice.services import drawing
from courses.practice.views.blueprint import blueprint
from courses.questions.models import Category


@blueprint.get("/studio/practice")
@requires("practice.open")
def opened() -> str:
    """List the categories of the bank with their switches."""
    return render_template("practice/opened.html", shelves=drawing.kept())


@blueprint.post("/studio/practice/<int:category_id>")
@requires("practice.open")
def switch(category_id: int) -> ResponseReturnValue:
    """Open a category for practice, or close it. What is being practised is finished."""
    category = get_or_404(Category, category_id)
    category.open_for_practice = request.form.get("open") == "1"
    if category.open_for_practice:
        record("practice.opened", category)
        flash(_("“%(name)s”已开放练习", name=category.name), "ok")
    else:
        record("practice.closed", category)
        flash(_("“%(name)s”已停止开放，正在练的可以练完", name=category.name), "ok")
    return redirect(url_for("practice.opened"), 303)
