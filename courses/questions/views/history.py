"""The versions of a question."""

from flask import render_template

from academy.permissions import requires
from courses.question_types import installed
from courses.questions import services
from courses.questions.views.blueprint import blueprint
from courses.questions.views.lookups import question_or_404


@blueprint.get("/studio/questions/<int:question_id>/history")
@requires("questions.edit")
def history(question_id: int) -> str:
    """Show all versions of a question."""
    question = question_or_404(question_id)
    type_ = installed.get(question.type)
    shown = [
        (version, type_.review(version.content, type_.correct_answer(version.content), None))
        for version in services.versions(question)
    ]
    return render_template("questions/history.html", question=question, type=type_, versions=shown)
