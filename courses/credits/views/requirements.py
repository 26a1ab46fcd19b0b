"""What is asked in a year, by unit and post; carrying surplus hours over; closing the note about a deadline."""

from itertools import islice

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from academy.accounts.models import POSTS
from academy.accounts.session import current_person
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from academy.i18n import lazy as _l
from academy.navigation import NavItem
from academy.organizations import services as organizations
from academy.organizations.models import Unit
from academy.organizations.services import EVERYTHING
from academy.permissions import requires, signed_in
from academy.web.filters import local_date, show_hundredths
from academy.web.lookups import get_or_404
from courses.credits.models import AnnualRequirement, CarryOverRun
from courses.credits.rules import requirements as rules
from courses.credits.services import carry_over, requirement_words
from courses.credits.services import requirements as services
from courses.credits.services.requirement_people import counts_by_requirement
from courses.credits.services.requirements import RequirementValues
from courses.credits.views.blueprint import blueprint
from courses.credits.views.requirement_forms import RequirementForm, UndoForm

PERMISSIONS = {"requirements.manage": {"admin"}}
NAVIGATION = [
    NavItem(
        "admin",
        "requirements",
        _l("年度任务"),
        "credits.requirements",
        "calendar",
        order=260,
        group="training",
        permission="requirements.manage",
        covers=(
            "credits.add_requirement",
            "credits.create_requirement",
            "credits.edit_requirement",
            "credits.save_requirement",
            "credits.carry_over_page",
            "credits.do_carry_over",
            "credits.undo_carry_over",
        ),
    )
]
PREVIEWED = 50


@blueprint.get("/admin/requirements")
@requires("requirements.manage")
def requirements() -> str:
    """List what is asked this year, what will be asked from a later one, and what was asked before."""
    year = local_date(now()).year
    known = services.known()
    current = sorted(rules.in_force(known, year), key=_order)
    chosen = {each.id for each in current}
    later = [each for each in known if each.from_year > year and each in _latest(known)]
    return render_template(
        "credits/requirements.html",
        year=year,
        current=current,
        counts=counts_by_requirement(current),
        later=sorted(later, key=lambda each: (each.from_year, *_order(each))),
        earlier=[each for each in reversed(known) if each.id not in chosen and each not in later],
        posts=POSTS,
        words=requirement_words,
        goal_of=services.goal_of,
        period_of=services.period_of,
    )


def _order(each: AnnualRequirement) -> tuple[str, str, int]:
    return (each.unit_path if each.unit else "", each.post, each.span_years)


def _latest(known: list[AnnualRequirement]) -> list[AnnualRequirement]:
    last = {(each.unit_id, each.post, each.span_years, each.from_year): each for each in known}
    return [each for each in last.values() if not each.is_withdrawn]


@blueprint.get("/admin/requirements/new")
@requires("requirements.manage")
def add_requirement() -> str:
    """Show the form for a new requirement."""
    form = RequirementForm(
        formdata=None, units=_units(None), from_year=local_date(now()).year, due_month="12", due_day=31, span_years="1"
    )
    return _form_page(form, None)


@blueprint.post("/admin/requirements/new")
@requires("requirements.manage")
def create_requirement() -> ResponseReturnValue:
    """Set a new requirement."""
    return _save(RequirementForm(units=_units(None)), None)


@blueprint.get("/admin/requirements/<int:requirement_id>")
@requires("requirements.manage")
def edit_requirement(requirement_id: int) -> str:
    """Show the form of a requirement; what is changed holds from the period that runs now."""
    found = get_or_404(AnnualRequirement, requirement_id)
    goal = services.goal_of(found)
    form = RequirementForm(
        formdata=None,
        units=_units(found.unit_id),
        unit_id=str(found.unit_id or ""),
        post=found.post,
        span_years=str(found.span_years),
        from_year=max(found.from_year, services.period_of(found, local_date(now()).year).first_year),
        required=show_hundredths(goal.required),
        elective=show_hundredths(goal.elective),
        total=show_hundredths(goal.total),
        due_month=str(found.due_month),
        due_day=found.due_day,
        note=found.note,
        seen=str(found.id),
    )
    return _form_page(form, found)


@blueprint.post("/admin/requirements/<int:requirement_id>")
@requires("requirements.manage")
def save_requirement(requirement_id: int) -> ResponseReturnValue:
    """Change a requirement: a new revision, or a new one from a later year on."""
    found = get_or_404(AnnualRequirement, requirement_id)
    return _save(RequirementForm(units=_units(found.unit_id)), found)


@blueprint.post("/admin/requirements/<int:requirement_id>/withdraw")
@requires("requirements.manage")
def withdraw_requirement(requirement_id: int) -> ResponseReturnValue:
    """Ask for it no longer; years that are over keep what they were asked for."""
    found = get_or_404(AnnualRequirement, requirement_id)
    services.withdraw(found, current_person)
    flash(_("已撤销“%(name)s”，过去年度的结果不变", name=services.describe(found)), "ok")
    return redirect(url_for("credits.requirements"), 303)


def _save(form: RequirementForm, found: AnnualRequirement | None) -> ResponseReturnValue:
    if not form.validate_on_submit():
        return _form_page(form, found), 422
    try:
        row = services.set_requirement(_values(form), form.seen_id, current_person)
    except UserError as error:
        form.blame(error)
        return _form_page(form, found), 409 if error.status == 409 else 422
    if row is None:
        flash(_("没有改动，不需要保存"), "ok")
    else:
        flash(_("已保存“%(name)s”", name=services.describe(row)), "ok")
    return redirect(url_for("credits.requirements"), 303)


def _values(form: RequirementForm) -> RequirementValues:
    unit = db.session.get_one(Unit, int(form.unit_id.data)) if form.unit_id.data else None
    return RequirementValues(
        unit,
        form.post.data,
        int(form.span_years.data),
        form.from_year.data,
        form.goal,
        (int(form.due_month.data), form.due_day.data),
        form.note.data or "",
    )


def _units(keep: int | None) -> list[SelectChoice]:
    return [SelectChoice(value=str(one.id), label=one.label) for one in organizations.options([EVERYTHING], keep=keep)]


def _form_page(form: RequirementForm, found: AnnualRequirement | None) -> str:
    return render_template(
        "credits/requirement.html", form=form, requirement=found, name=services.describe(found) if found else ""
    )


# -- carrying over ---------------------------------------------------------------------------------------------------


@blueprint.get("/admin/requirements/carry-over")
@requires("requirements.manage")
def carry_over_page() -> str:
    """Show who would carry over how much from a year, and what has been carried over."""
    offered = carry_over.years_offered()
    asked = request.args.get("year", 0, type=int)
    return _carry_over_page(asked if asked in offered else offered[0])


@blueprint.post("/admin/requirements/carry-over")
@requires("requirements.manage")
def do_carry_over() -> ResponseReturnValue:
    """Carry over the surplus of a year."""
    asked = request.form.get("year", 0, type=int)
    if asked not in carry_over.years_offered():
        abort(404)
    try:
        run = carry_over.carry_over(asked, current_person)
    except UserError as error:
        return _carry_over_page(asked, mistake=error.message), error.status
    flash(
        _(
            "已为 %(people)s 人结转 %(hours)s 学时",
            people=run.people,
            hours=show_hundredths(run.amount_hundredths),
        ),
        "ok",
    )
    return redirect(url_for("credits.carry_over_page", year=run.year), 303)


@blueprint.post("/admin/requirements/carry-over/<int:run_id>/undo")
@requires("requirements.manage")
def undo_carry_over(run_id: int) -> ResponseReturnValue:
    """Take a carrying over back, with a reason."""
    run, form = get_or_404(CarryOverRun, run_id), UndoForm()
    if not form.validate_on_submit():
        return _carry_over_page(run.year, form=form), 422
    carry_over.undo(run, current_person, form.reason.data or "")
    flash(_("已撤销 %(year)s 年的结转，学时都还原了", year=run.year), "ok")
    return redirect(url_for("credits.carry_over_page", year=run.year), 303)


def _carry_over_page(year: int, *, mistake: str = "", form: UndoForm | None = None) -> str:
    done = carry_over.standing_run(year)
    found = [] if done else list(carry_over.preview(year))
    return render_template(
        "credits/requirements_carry_over.html",
        year=year,
        offered=carry_over.years_offered(),
        done=done,
        people=list(islice(found, PREVIEWED)),
        count=len(found),
        hours=sum(each.amount for each in found),
        runs=carry_over.runs(),
        mistake=mistake,
        form=form or UndoForm(formdata=None),
        posts=POSTS,
    )


# -- the trainee's note ------------------------------------------------------------------------------------------------


@blueprint.post("/me/requirement-note")
@signed_in
def close_requirement_note() -> ResponseReturnValue:
    """Close the note about a deadline for good."""
    services.close_note(current_person, request.form.get("key", "")[:20])
    return redirect(url_for("learning.home"), 303)
