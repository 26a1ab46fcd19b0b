"""What trainees have handed in in a lesson, for the author of the course."""

from urllib.parse import quote

from flask import Response, abort, render_template, stream_with_context
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.clock import now
from academy.i18n import localized
from academy.permissions import requires
from academy.web.filters import local_date
from academy.web.lookups import get_or_404
from academy.web.pagination import paginate
from courses.catalog.models import Course, Lesson
from courses.catalog.services import may_edit
from courses.formats.tables import table_formats
from courses.learning.services import handed_in as work
from courses.learning.views.blueprint import blueprint
from courses.lesson_types.base import LessonType
from courses.lesson_types.registry import lesson_type

PER_PAGE = 30


def _load(course_id: int, lesson_id: int) -> tuple[Course, Lesson, LessonType]:
    """Return a lesson that one works through, for somebody who may edit its course."""
    course, lesson = get_or_404(Course, course_id), get_or_404(Lesson, lesson_id)
    kind = lesson_type(lesson.type)
    if lesson.course_id != course.id or kind is None or kind.measure != "work":
        abort(404)
    if not may_edit(course, current_person):
        abort(403)
    return course, lesson, kind


@blueprint.get("/studio/courses/<int:course_id>/lessons/<int:lesson_id>/work")
@requires("catalog.edit")
def handed_in(course_id: int, lesson_id: int) -> str:
    """List what was handed in, the newest first."""
    course, lesson, kind = _load(course_id, lesson_id)
    page = paginate(work.query_of(lesson), PER_PAGE, scalars=False)  # type: ignore[arg-type]
    return render_template(
        "learning/handed_in.html",
        course=course,
        lesson=lesson,
        kind=kind,
        page=page,
        works=work.read(kind, lesson, page.items),
    )


@blueprint.get("/studio/courses/<int:course_id>/lessons/<int:lesson_id>/work.csv")
@requires("catalog.edit")
def handed_in_table(course_id: int, lesson_id: int) -> ResponseReturnValue:
    """Send all of it as CSV."""
    _course, lesson, kind = _load(course_id, lesson_id)
    writer = table_formats()["csv"]
    pieces = writer.write([work.as_table(kind, lesson)])
    stamp = local_date(now()).isoformat()
    name = quote(f"{localized(lesson, 'title')}-{stamp}.csv")
    response = Response(stream_with_context(pieces), mimetype=writer.media_type)
    response.headers["Content-Disposition"] = f"attachment; filename=work-{stamp}.csv; filename*=UTF-8''{name}"
    return response
