"""A draft as a trainee will see it; nothing that is done there counts."""

from collections.abc import Mapping
from typing import Any

from flask import abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeSerializer

from academy.accounts.session import current_person
from academy.db import db
from academy.errors import UserError
from academy.files.delivery import send, send_path
from academy.files.documents import page_picture
from academy.files.models import StoredFile
from academy.permissions import requires
from academy.web.lookups import get_or_404
from courses.catalog.models import Chapter, Course, Lesson
from courses.catalog.views.blueprint import blueprint
from courses.catalog.views.common import course_or_refuse, lesson_or_404
from courses.lesson_types.base import PlayerContext
from courses.lesson_types.registry import lesson_type

ROOT = "/studio/courses/<int:course_id>/preview"


@blueprint.get(ROOT)
@requires("catalog.edit")
def preview_course(course_id: int) -> ResponseReturnValue:
    """Go to the first lesson, or back to the outline where there is none."""
    course = course_or_refuse(course_id)
    first = next((lesson for chapter in course.chapters for lesson in chapter.lessons), None)
    if first is None:
        return redirect(url_for("catalog.outline", course_id=course.id))
    return redirect(url_for("catalog.preview", course_id=course.id, lesson_id=first.id))


@blueprint.get(f"{ROOT}/<int:lesson_id>")
@requires("catalog.edit")
def preview(course_id: int, lesson_id: int) -> str:
    """Show a lesson of the draft."""
    course = course_or_refuse(course_id)
    return _page(course, lesson_or_404(course, lesson_id), {})


@blueprint.post(f"{ROOT}/<int:lesson_id>/work")
@requires("catalog.edit")
def try_work(course_id: int, lesson_id: int) -> ResponseReturnValue:
    """Take a step in a lesson of the draft that one works through.

    Nothing is stored: where the author stands travels with the page, signed, so the answer is the next page itself.
    """
    course = course_or_refuse(course_id)
    lesson = lesson_or_404(course, lesson_id)
    kind = lesson_type(lesson.type)
    if kind is None or kind.measure != "work":
        abort(404)
    state = _Signed(lesson).opened(request.form.get("token", ""))
    try:
        with db.session.no_autoflush:
            taken = kind.take(kind.preview(lesson.content), state, request.form)
    except UserError as error:
        db.session.rollback()
        return _page(course, lesson, state, refusal=error.message, typed=request.form), error.status
    return _page(course, lesson, taken.state, said=taken.message)


def _page(course: Course, lesson: Lesson, state: Mapping[str, Any], said: str = "", **further: Any) -> str:
    kind = lesson_type(lesson.type)
    content = kind.preview(lesson.content) if kind else {}
    lessons = [each for chapter in course.chapters for each in chapter.lessons]
    place = lessons.index(lesson)
    return render_template(
        "catalog/preview.html",
        course=course,
        lesson=lesson,
        kind=kind,
        chapters=[_chapter(course, chapter, lesson) for chapter in course.chapters],
        requirement=kind.requirement(lesson.completion, content) if kind else "",
        before=lessons[place - 1] if place else None,
        after=lessons[place + 1] if place + 1 < len(lessons) else None,
        number=place + 1,
        count=len(lessons),
        said=said,
        **{"refusal": "", "typed": {}, **further},
        **(kind.player(content, _context(course, lesson, state)) if kind else {}),
    )


class _Signed:
    """Where an author stands in a draft, as it travels with the page: of one lesson and one person."""

    def __init__(self, lesson: Lesson) -> None:
        salt = f"academy.preview-{lesson.id}-{current_person.id}"
        self._serializer = URLSafeSerializer(str(current_app.secret_key), salt=salt)

    def token(self, state: Mapping[str, Any]) -> str:
        """Return the state, signed."""
        return str(self._serializer.dumps(dict(state)))

    def opened(self, token: str) -> dict[str, Any]:
        """Return the state that a page sent back; a page that sends none, or a false one, begins anew."""
        try:
            state = self._serializer.loads(token)
        except BadData:
            return {}
        return state if isinstance(state, dict) else {}


def _context(course: Course, lesson: Lesson, state: Mapping[str, Any]) -> PlayerContext:
    own: dict[str, Any] = {"course_id": course.id, "lesson_id": lesson.id}

    def lesson_url(title: str) -> str:
        lessons = [each for chapter in course.chapters for each in chapter.lessons]
        found = next((each for each in lessons if title and title in (each.title, each.title_en)), None)
        return url_for("catalog.preview", course_id=course.id, lesson_id=found.id) if found else ""

    return PlayerContext(
        person_id=current_person.id,
        media_url=lambda file_id, name: url_for("catalog.media", **own, file_id=file_id, name=name),
        page_url=lambda file_id, number: url_for("catalog.page", **own, file_id=file_id, number=number),
        preview=True,
        state=state,
        work_url=url_for("catalog.try_work", **own),
        token=_Signed(lesson).token(state),
        lesson_url=lesson_url,
    )


def _chapter(course: Course, chapter: Chapter, current: Lesson) -> dict[str, Any]:
    """Return a chapter as the lesson tree shows it."""
    return {
        "title": chapter.title,
        "state": "now" if current in chapter.lessons else "todo",
        "done": 0,
        "total": len(chapter.lessons),
        "open": current in chapter.lessons,
        "lessons": [_row(course, lesson, current) for lesson in chapter.lessons],
    }


def _row(course: Course, lesson: Lesson, current: Lesson) -> dict[str, Any]:
    kind = lesson_type(lesson.type)
    return {
        "title": lesson.title,
        "url": url_for("catalog.preview", course_id=course.id, lesson_id=lesson.id),
        "state": "todo",
        "icon": kind.icon if kind else "warning",
        "kind": kind.length_label(lesson.content, lesson.minutes) if kind else lesson.type,
        "current": lesson is current,
    }


def _file(course_id: int, lesson_id: int, file_id: int) -> StoredFile:
    course = course_or_refuse(course_id)
    lesson = lesson_or_404(course, lesson_id)
    kind = lesson_type(lesson.type)
    if kind is None or file_id not in kind.files(lesson.content):
        abort(404)
    return get_or_404(StoredFile, file_id)


@blueprint.get(f"{ROOT}/<int:lesson_id>/files/<int:file_id>/<name>")
@requires("catalog.edit")
def media(course_id: int, lesson_id: int, file_id: int, name: str) -> ResponseReturnValue:
    """Send a file of the draft."""
    return send(_file(course_id, lesson_id, file_id), download="download" in request.args)


@blueprint.get(f"{ROOT}/<int:lesson_id>/files/<int:file_id>/pages/<int:number>")
@requires("catalog.edit")
def page(course_id: int, lesson_id: int, file_id: int, number: int) -> ResponseReturnValue:
    """Send the picture of one page of a document of the draft."""
    file = _file(course_id, lesson_id, file_id)
    return send_path(page_picture(file, number), "image/webp", etag=f"{file.sha256}-{number}")
