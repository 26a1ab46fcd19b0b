"""What authors see of those who work in a package of theirs."""

from typing import Any

from flask import abort, render_template
from sqlalchemy import Select

from academy.accounts.session import current_person
from academy.permissions import requires
from academy.web.filters import show_percent
from academy.web.lookups import MAX_ID, get_or_404
from academy.web.pagination import paginate
from courses.catalog.models import Course, Lesson
from courses.catalog.services import may_edit
from courses.lesson_types.scorm import cmi, result_of, standing, state_of
from courses.packages import services
from courses.packages.views.blueprint import blueprint

PER_PAGE = 30
RESULTS = "/studio/courses/<int:course_id>/packages/<int:lesson_id>"


def _lesson_or_404(course_id: int, lesson_id: int) -> tuple[Course, Lesson]:
    if max(course_id, lesson_id) > MAX_ID:
        abort(404)
    course, lesson = get_or_404(Course, course_id), get_or_404(Lesson, lesson_id)
    if not may_edit(course, current_person):
        abort(403)
    if lesson.course_id != course.id or lesson.type != "scorm":
        abort(404)
    return course, lesson


@blueprint.get(RESULTS)
@requires("catalog.edit")
def results(course_id: int, lesson_id: int) -> str:
    """List everybody who has opened the package, with status, score and time as it claims them."""
    course, lesson = _lesson_or_404(course_id, lesson_id)
    query: Select[Any] = services.workers(course.id, lesson.id)  # type: ignore[assignment]
    page = paginate(query, PER_PAGE, scalars=False)
    rows = [_row(*line) for line in page.items]
    return render_template("packages/results.html", course=course, lesson=lesson, rows=rows, page=page)


def _row(person: Any, state: Any, updated_at: Any, completed_at: Any, content: Any) -> dict[str, Any]:
    return {
        "person": person,
        "result": result_of(content, state),
        "updated_at": updated_at,
        "completed_at": completed_at,
    }


@blueprint.get(f"{RESULTS}/<int:person_id>")
@requires("catalog.edit")
def result(course_id: int, lesson_id: int, person_id: int) -> str:
    """Show what the package claims of one person: part by part, with the answers given."""
    course, lesson = _lesson_or_404(course_id, lesson_id)
    line = services.worker(course.id, lesson.id, person_id) if person_id <= MAX_ID else None
    if line is None:
        abort(404)
    person, state, updated_at, completed_at, content = line
    known = state.get("scos", {})
    parts = [_part(sco, content["version"], known.get(sco["id"], {})) for sco in content.get("scos", [])]
    return render_template(
        "packages/result.html",
        course=course,
        lesson=lesson,
        parts_of=parts,
        **_row(person, state, updated_at, completed_at, content),
    )


def _part(sco: Any, version: str, kept: Any) -> dict[str, Any]:
    values = kept.get("values", {})
    claimed = cmi.standing(values, version)
    return {
        "title": sco["title"],
        "state": state_of(kept),
        "seconds": (kept.get("earlier", 0) + kept.get("session", 0)) // 100,
        "last_score": show_percent(claimed.score) if claimed.score is not None else "",
        "location": values.get("cmi.core.lesson_location") or values.get("cmi.location", ""),
        "interactions": cmi.interactions(values),
        "parts": standing.SCORE_PARTS,
    }
