"""Step 3: credit hours, what completes the course, when it is open, testing out."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from academy.errors import UserError
from academy.i18n import _
from academy.permissions import requires
from academy.web.filters import show_hundredths, zone
from courses.catalog import services
from courses.catalog.forms import CreditForm
from courses.catalog.models import Course
from courses.catalog.rule_sheet import Sheet, act, read, rules_from, sheet_of
from courses.catalog.rules import suggested_hundredths
from courses.catalog.services import completion as rules_service
from courses.catalog.views.blueprint import blueprint
from courses.catalog.views.common import course_or_refuse, course_page
from courses.catalog.views.comparing import Compared, compared
from courses.completion.language import normal
from courses.lesson_types.registry import lesson_type


@blueprint.get("/studio/courses/<int:course_id>/completion")
@requires("catalog.edit")
def completion(course_id: int) -> str:
    """Show the credit hours, and what completes the course."""
    course = course_or_refuse(course_id)
    rules = normal(course.rules)
    return _page(_filled(course), sheet_of(rules, zone()), course, rules)


@blueprint.post("/studio/courses/<int:course_id>/completion")
@requires("catalog.edit")
def save_completion(course_id: int) -> ResponseReturnValue:
    """Keep credit hours and rules. A button that adds or moves a line shows the page again and keeps nothing."""
    course = course_or_refuse(course_id, for_update=True)
    form, sheet, command = CreditForm(), read(request.form), request.form.get("act", "")
    if command not in ("", "save"):
        focus = act(sheet, command)
        rules = normal(rules_from(sheet, zone()))
        sheet.mistakes = {}
        return _page(form, sheet, course, rules, focus=focus)
    rules = normal(rules_from(sheet, zone()))
    if not form.validate_on_submit() or sheet.mistakes:
        return _page(form, sheet, course, rules), 422
    try:
        changed = services.change_facts(course, form.seen_version, credit_hundredths=form.hundredths, rules=rules)
    except UserError as error:
        theirs = [*compared(form, _filled(course)), *_compared(course, rules)]
        form.hold(course.lock_version)
        return _page(form, sheet, course, rules, conflict=error.message, theirs=theirs), error.status
    flash(_("已保存") if changed else _("没有改动，不需要保存"), "ok")
    return redirect(url_for("catalog.completion", course_id=course.id), 303)


def _compared(course: Course, rules: Mapping[str, Any]) -> list[Compared]:
    mine, theirs = (rules_service.words_of(course, each) for each in (rules, course.rules))
    if mine == theirs:
        return []
    return [Compared("rule", _("怎样算学完这门课"), "\n".join(mine), "\n".join(theirs), long=True)]


def _filled(course: Course) -> CreditForm:
    hours = show_hundredths(course.credit_hundredths) if course.credit_hundredths else ""
    return CreditForm(formdata=None, credit_hours=hours, version=str(course.lock_version))


def _page(form: CreditForm, sheet: Sheet, course: Course, rules: Mapping[str, Any], **context: Any) -> str:
    minutes = 0
    for chapter in course.chapters:
        for lesson in chapter.lessons:
            kind = lesson_type(lesson.type)
            minutes += lesson.minutes or (kind.minutes(lesson.content) if kind else 0)
    shape = rules_service.shape_of(course)
    return course_page(
        "catalog/completion.html",
        course,
        "completion",
        form=form,
        sheet=sheet,
        minutes=minutes,
        suggested=suggested_hundredths(minutes),
        lessons=[(str(lesson), title) for lesson, title, _required in shape.lessons],
        quiz_lessons=[(str(lesson), title) for lesson, title, _required in shape.lessons if lesson in shape.quizzes],
        courses=[(str(key), title) for key, title in rules_service.courses_to_choose(course)],
        quizzes=[(str(key), title) for key, title in rules_service.quizzes_to_choose(course)],
        words=rules_service.words_of(course, rules),
        faults=rules_service.faults_of(course, rules) if shape.lessons else [],
        kinds=lesson_type,
        **{"focus": "", **context},
    )
