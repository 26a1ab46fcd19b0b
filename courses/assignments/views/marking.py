"""The instructor's queue, and the page where a submission is marked."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from academy.accounts.session import current_person
from academy.db import db
from academy.errors import UserError
from academy.i18n import _, current_locale
from academy.permissions import requires
from academy.web.pagination import paginate
from courses.assignments import rules
from courses.assignments.forms import MarkForm, mark_form
from courses.assignments.services import marking
from courses.assignments.services.marking import Case, Judgement
from courses.assignments.services.reading import Version, versions_of
from courses.assignments.views.blueprint import blueprint
from courses.lesson_types.assignment import STATES, brief, rubric


@blueprint.get("/studio/assignments")
@requires("assignments.mark")
def queue() -> str:
    """List what waits to be marked, of all assignments or of one; or what was marked."""
    marked = request.args.get("state") == "marked"
    text = request.args.get("lesson", "")
    lesson_id = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
    page = paginate(marking.queue(current_person, marked=marked, lesson_id=lesson_id), scalars=False)
    return render_template(
        "assignments/queue.html",
        page=page,
        cases=[Case(*row) for row in page.items],
        marked=marked,
        lesson_id=lesson_id,
        waiting=waiting() if lesson_id is None else None,
        assignments=_choices(),
        states=STATES,
        name_of=name_of,
    )


def _choices() -> list[tuple[int, str, int]]:
    english = current_locale() == "en"
    return [
        (lesson, title_en if english and title_en else title, waits)
        for lesson, title, title_en, waits in marking.assignments(current_person)
    ]


def waiting() -> int:
    """Return how many submissions wait for this person."""
    return marking.count_waiting(current_person)


def waiting_beside_the_entry() -> int | Select[int]:
    """Return what counts the work that waits for an instructor; administrators may mark, but need not."""
    return marking.waiting_for(current_person) if "instructor" in current_person.role_names else 0


def name_of(case: Case) -> str:
    """Return whose work it is, as far as whoever marks it may know."""
    return _("学员 %(n)s", n=case.submission.id) if case.nameless else case.person.name


def _case_or_refuse(submission_id: int) -> Case:
    case = marking.find_case(submission_id)
    if case is None:
        abort(404)
    if not marking.may_mark(case, current_person):
        abort(403)
    return case


@blueprint.get("/studio/assignments/<int:submission_id>")
@requires("assignments.mark")
def show(submission_id: int) -> str:
    """Show a submission beside the rubric."""
    case = _case_or_refuse(submission_id)
    return _page(case, None)


@blueprint.post("/studio/assignments/<int:submission_id>")
@requires("assignments.mark")
def save(submission_id: int) -> ResponseReturnValue:
    """Mark it, or send it back; then go on to the next one."""
    case = _case_or_refuse(submission_id)
    phrases = marking.phrases_of(current_person)
    form = mark_form(case.lesson.content.get("criteria", []), phrases)
    try:
        if not form.validate():
            raise UserError(_("有几处需要修改"), 422)
        made = marking.mark(case, current_person, _judgement(case, form))
    except UserError as error:
        db.session.rollback()
        if error.field or error.status != 422 or not form.errors:
            form.blame(error)
        return _page(_case_or_refuse(submission_id), form), error.status
    flash(_("已经退回，学员可以看到意见并重交") if made.decision == "returned" else _("批好了，学员可以看到"), "ok")
    following = marking.next_waiting(case, current_person)
    if following is not None:
        flash(_("下面是同一份作业的下一份"), "info")
        return redirect(url_for("assignments.show", submission_id=following), 303)
    return redirect(url_for("assignments.queue"), 303)


def _judgement(case: Case, form: MarkForm) -> Judgement:
    criteria = case.lesson.content.get("criteria", [])
    return Judgement(
        chosen=rules.chosen_levels([level.data or "" for level, _remark in form.rows], criteria),
        remarks=[remark.data or "" for _level, remark in form.rows],
        comment=form.whole_comment,
        returned=request.form.get("action") == "return",
        seen=form.seen.data or 0,
    )


def _filled(case: Case, version: Version, phrases: list[str]) -> MarkForm:
    values: dict[str, Any] = {"seen": len(version.marks)}
    if version.mark:
        values["comment"] = version.mark.comment
        for place, number in enumerate(version.mark.chosen):
            values[f"level{place}"] = None if number is None else str(number)
        for place, remark in enumerate(version.mark.remarks):
            values[f"remark{place}"] = remark
    return mark_form(case.lesson.content.get("criteria", []), phrases, formdata=None, **values)


def _page(case: Case, form: MarkForm | None) -> str:
    versions = [each for each in versions_of(case.progress.id) if each.submission.state != "draft"]
    version = next(each for each in versions if each.submission.id == case.submission.id)
    content = case.lesson.content
    phrases = marking.phrases_of(current_person)
    if form is None:
        form = _filled(case, version, phrases)
    elif form.seen.data != len(version.marks):
        form.seen.data = len(version.marks)
    percent = marking.pass_percent(case.enrolment, case)
    most = rubric.most(content.get("criteria", []))
    return render_template(
        "assignments/mark.html",
        case=case,
        name=name_of(case),
        about=brief(content),
        version=version,
        others=[each for each in versions if each.submission.number < case.submission.number],
        newer=any(each.submission.number > case.submission.number for each in versions),
        form=form,
        may_return=rules.may_return(case.submission.number, content.get("resubmissions", 0)),
        least=None if percent is None else rubric.pass_points(most, percent),
        states=STATES,
        sum_up=rubric.add_up(content.get("criteria", []), _levels(case, form)),
        following=marking.next_waiting(case, current_person),
    )


def _levels(case: Case, form: MarkForm) -> list[int | None]:
    values = [level.data or "" for level, _remark in form.rows]
    return rules.chosen_levels(values, case.lesson.content.get("criteria", []))
