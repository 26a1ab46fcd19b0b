"""The list of the bank."""

from flask import render_template, request

from academy.permissions import requires
from academy.web.pagination import paginate
from courses.question_types import installed
from courses.questions import services
from courses.questions.rules import DIFFICULTIES
from courses.questions.views.blueprint import blueprint


@blueprint.get("/studio/questions")
@requires("questions.edit")
def bank() -> str:
    """List the questions that fit what is looked for."""
    q, type_key = request.args.get("q", "").strip(), request.args.get("type", "")
    category_id = request.args.get("category", type=int)
    retired = request.args.get("state") == "retired"
    query = services.search(q, category_id, type_key, retired=retired)
    return render_template(
        "questions/bank.html",
        page=paginate(query),
        q=q,
        type_key=type_key,
        category_id=category_id,
        retired=retired,
        types=installed.all_types(),
        type_of=installed.get,
        categories=services.tree(),
        difficulties=DIFFICULTIES,
    )
