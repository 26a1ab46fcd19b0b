"""Step 2: the questions inside the recording of a lesson."""

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from academy.db import db
from academy.errors import UserError
from academy.i18n import _, ngettext
from academy.permissions import requires
from academy.web.filters import show_clock
from academy.web.lookups import identity
from academy.web.pagination import paginate
from courses.catalog.models import Course, Lesson
from courses.catalog.rules import clock_ms
from courses.catalog.services.questions import Placed, add_to_lesson, keep_questions, questions_of
from courses.catalog.views.blueprint import blueprint
from courses.catalog.views.common import course_or_refuse, lesson_or_404, outline_page
from courses.lesson_types.questions import EARLIEST_MS
from courses.lesson_types.registry import lesson_type
from courses.question_types import installed
from courses.questions import services as bank

ADDRESS = "/studio/courses/<int:course_id>/lessons/<int:lesson_id>/questions"
PER_PAGE = 10
MOST_PICKED = 50


@dataclass
class Row:
    """A question with what was typed about it."""

    placed: Placed
    start: str
    end: str
    right: bool


def _lesson(course_id: int, lesson_id: int, for_update: bool = False) -> tuple[Course, Lesson]:
    course = course_or_refuse(course_id, for_update)
    lesson = lesson_or_404(course, lesson_id)
    kind = lesson_type(lesson.type)
    if kind is None or not kind.asks:
        abort(404)
    return course, lesson


@blueprint.get(ADDRESS)
@requires("catalog.edit")
def lesson_questions(course_id: int, lesson_id: int) -> str:
    """Show which questions come when, and find others in the bank."""
    course, lesson = _lesson(course_id, lesson_id)
    return _page(course, lesson, [_shown(each) for each in questions_of(lesson)], {})


def _shown(each: Placed) -> Row:
    end = show_clock(each.to_ms / 1000) if each.to_ms > each.from_ms else ""
    return Row(each, show_clock(each.from_ms / 1000), end, each.right)


@blueprint.post(ADDRESS)
@requires("catalog.edit")
def save_lesson_questions(course_id: int, lesson_id: int) -> ResponseReturnValue:
    """Keep when the questions come; those marked to be removed go."""
    course, lesson = _lesson(course_id, lesson_id, for_update=True)
    rows = [_typed(each) for each in questions_of(lesson) if f"remove-{each.key}" not in request.form]
    length = lesson.content.get("duration_ms", 0)
    problems: dict[str, str] = {}
    entries = [entry for row in rows if (entry := _entry(row, length, problems))]
    version = request.form.get("version", "")
    if problems:
        return _page(course, lesson, rows, problems), 422
    try:
        keep_questions(course, lesson, int(version) if version.isdecimal() and len(version) < 10 else 0, entries)
    except UserError as error:
        db.session.rollback()
        course, lesson = _lesson(course_id, lesson_id)
        return _page(course, lesson, rows, {"editor": error.message}), error.status
    flash(_("片中的题已保存"), "ok")
    return redirect(_address(course, lesson), 303)


def _typed(each: Placed) -> Row:
    form = request.form
    return Row(
        each,
        form.get(f"from-{each.key}", "").strip()[:12],
        form.get(f"to-{each.key}", "").strip()[:12],
        f"right-{each.key}" in form,
    )


def _entry(row: Row, length: int, problems: dict[str, str]) -> dict[str, Any] | None:
    """Return what a row says, or note in `problems` what has to be mended, by the id of the field."""
    key, start = row.placed.key, clock_ms(row.start)
    end = clock_ms(row.end) if row.end else start
    last = length - EARLIEST_MS if length else None
    if start is None:
        problems[f"from-{key}"] = _("时间写成 分:秒，例如 1:05")
    elif end is None:
        problems[f"to-{key}"] = _("时间写成 分:秒，例如 1:05；固定在一处就留空")
    elif start < EARLIEST_MS:
        problems[f"from-{key}"] = _("题目最早在第 1 秒出现")
    elif end < start:
        problems[f"to-{key}"] = _("“最晚”不能早于“最早”")
    elif last is not None and end > last:
        problems[f"to-{key}" if row.end else f"from-{key}"] = _(
            "片子长 %(length)s，题目最晚放在 %(last)s", length=show_clock(length / 1000), last=show_clock(last / 1000)
        )
    else:
        return {
            "key": key,
            "question_id": row.placed.question_id,
            "from_ms": start,
            "to_ms": end,
            "right": row.right,
        }
    return None


@blueprint.post(f"{ADDRESS}/add")
@requires("catalog.edit")
def add_lesson_questions(course_id: int, lesson_id: int) -> ResponseReturnValue:
    """Put the chosen questions into the lesson."""
    course, lesson = _lesson(course_id, lesson_id, for_update=True)
    ids = {int(text) for text in request.form.getlist("question")[:MOST_PICKED] if text.isdecimal() and len(text) < 10}
    if not ids:
        flash(_("还没有选题目。勾选要加入的题，再按“放进片子”"), "warn")
        return redirect(_address(course, lesson), 303)
    try:
        number = add_to_lesson(course, lesson, ids)
    except UserError as error:
        flash(error.message, "warn")
        return redirect(_address(course, lesson), 303)
    flash(
        ngettext("放进了 %(n)s 道题，请看看出现的时间", "放进了 %(n)s 道题，请看看出现的时间", number, n=number), "ok"
    )
    return redirect(_address(course, lesson), 303)


def _address(course: Course, lesson: Lesson) -> str:
    return url_for("catalog.lesson_questions", course_id=course.id, lesson_id=lesson.id, _anchor="editor")


def _page(course: Course, lesson: Lesson, rows: list[Row], problems: dict[str, str]) -> str:
    args = request.args
    q, type_key, category_id = args.get("q", "").strip(), args.get("type", ""), args.get("category", type=identity)
    there = [row.placed.question_id for row in rows]
    return outline_page(
        "catalog/lesson_questions.html",
        course,
        lesson=lesson,
        chapter=lesson.chapter,
        rows=rows,
        problems=problems,
        form_has_errors=bool(problems),
        length=lesson.content.get("duration_ms", 0),
        page=paginate(bank.search(q, category_id, type_key, without=there), per_page=PER_PAGE),
        q=q,
        type_key=type_key,
        category_id=category_id,
        types=installed.all_types(),
        type_of=installed.get,
        categories=bank.tree(),
    )
