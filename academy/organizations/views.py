"""Pages: the tree of units, adding and changing one. Unit admins see their subtree, only admins change it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from academy.accounts.session import current_person
from academy.db import db
from academy.errors import UserError
from academy.i18n import _, localized
from academy.i18n import lazy as _l
from academy.navigation import NavItem
from academy.organizations import services
from academy.organizations.forms import UnitForm
from academy.organizations.models import LEVELS, Unit
from academy.organizations.services import EVERYTHING, UnitValues
from academy.permissions import requires
from academy.web.lookups import get_or_404

MOST_AT_ONCE = 200
LEVELS_AT_ONCE = 2

blueprint = Blueprint("organizations", "academy.organizations")
blueprints = [blueprint]

PERMISSIONS = {"units.view": {"admin", "unit_admin"}, "units.manage": {"admin"}}
NAVIGATION = [
    NavItem(
        "admin",
        "units",
        _l("组织机构"),
        "organizations.units",
        "org",
        20,
        group="people",
        permission="units.view",
        covers=("organizations.add_unit", "organizations.edit_unit", "organizations.save_unit"),
    )
]


@blueprint.get("/admin/units")
@requires("units.view")
def units() -> str:
    """Show the tree; a large one only two levels deep below the unit that the address names, or what was searched."""
    words = request.args.get("q", "").strip()[:60]
    if words:
        found = services.search(words, current_person.scope_paths)
        return render_template(
            "organizations/units.html", words=words, found=found, full_names=services.full_names(found), levels=LEVELS
        )
    retired = "retired" in request.args
    tops = services.branches(current_person.scope_paths, active_only=not retired)
    focus = _focus(tops)
    rows, cut = _rows([focus] if focus else tops)
    above = services.ancestors(focus.unit) if focus else []
    return render_template(
        "organizations/units.html",
        words="",
        rows=rows,
        cut=cut,
        focus=focus,
        above=above,
        retired=retired,
        levels=LEVELS,
    )


def _focus(tops: list[services.Branch]) -> services.Branch | None:
    wanted = request.args.get("under", "")
    flat = (branch for top in tops for _depth, branch in top.flat())
    return next((branch for branch in flat if str(branch.unit.id) == wanted), None) if wanted else None


def _rows(tops: list[services.Branch]) -> tuple[list[tuple[int, services.Branch]], bool]:
    rows = [pair for top in tops for pair in top.flat()]
    if len(rows) <= MOST_AT_ONCE:
        return rows, False
    return [(depth, branch) for depth, branch in rows if depth < LEVELS_AT_ONCE], True


@blueprint.get("/admin/units/new")
@requires("units.manage")
def add_unit() -> str:
    """Show the form for a new unit; `under` in the address chooses the one above."""
    under = request.args.get("under", "")
    parent = db.session.get(Unit, int(under)) if under.isdecimal() and len(under) < 10 else None
    levels = [level for level in LEVELS if services.may_lie_below(level, parent.level if parent else None)]
    first = next((level for level in levels if level != "college"), "community")
    form = UnitForm(formdata=None, parents=_parents(None), parent_id=str(parent.id) if parent else "", level=first)
    return _form_page(form, None)


@blueprint.post("/admin/units/new")
@requires("units.manage")
def create_unit() -> ResponseReturnValue:
    """Add a unit."""
    form = UnitForm(parents=_parents(None))
    if form.validate_on_submit():
        try:
            unit = services.add_unit(_values(form))
        except UserError as error:
            form.blame(error)
        else:
            flash(_("已添加“%(name)s”", name=localized(unit, "name")), "ok")
            return redirect(url_for("organizations.units", _anchor=f"unit-{unit.id}"), 303)
    return _form_page(form, None), 422


@blueprint.get("/admin/units/<int:unit_id>")
@requires("units.manage")
def edit_unit(unit_id: int) -> str:
    """Show the form of a unit."""
    unit = get_or_404(Unit, unit_id)
    return _form_page(_filled(unit), unit)


@blueprint.post("/admin/units/<int:unit_id>")
@requires("units.manage")
def save_unit(unit_id: int) -> ResponseReturnValue:
    """Change a unit; if somebody else has done so meanwhile, show both texts and ask again."""
    unit = get_or_404(Unit, unit_id)
    form = UnitForm(parents=_parents(unit))
    if not form.validate_on_submit():
        return _form_page(form, unit), 422
    try:
        changed = services.change_unit(unit, form.seen_version, _values(form))
    except UserError as error:
        if error.status != 409:
            form.blame(error)
            return _form_page(form, unit), 422
        form.hold(unit.version)
        return _form_page(form, unit, theirs=_compared(form, unit)), 409
    flash(_("已保存“%(name)s”", name=localized(unit, "name")) if changed else _("没有改动，不需要保存"), "ok")
    return redirect(url_for("organizations.units", _anchor=f"unit-{unit.id}"), 303)


@blueprint.post("/admin/units/<int:unit_id>/deactivate")
@requires("units.manage")
def deactivate_unit(unit_id: int) -> ResponseReturnValue:
    """Take a unit out of use."""
    return _switch(unit_id, services.deactivate, _("已停用“%(name)s”"))


@blueprint.post("/admin/units/<int:unit_id>/reactivate")
@requires("units.manage")
def reactivate_unit(unit_id: int) -> ResponseReturnValue:
    """Take a unit into use again."""
    return _switch(unit_id, services.reactivate, _("已恢复“%(name)s”"))


def _switch(unit_id: int, act: Any, done: str) -> ResponseReturnValue:
    unit = get_or_404(Unit, unit_id)
    try:
        act(unit)
    except UserError as error:
        form = _filled(unit)
        form.form_errors.append(error.message)
        return _form_page(form, unit), error.status
    flash(done % {"name": localized(unit, "name")}, "ok")
    return redirect(url_for("organizations.edit_unit", unit_id=unit.id), 303)


def _filled(unit: Unit) -> UnitForm:
    return UnitForm(
        formdata=None,
        parents=_parents(unit),
        parent_id=str(unit.parent_id or ""),
        level=unit.level,
        name=unit.name,
        name_en=unit.name_en,
        code=unit.code or "",
        version=str(unit.version),
    )


def _parents(unit: Unit | None) -> list[SelectChoice]:
    """Return the units that `unit` may be put below: not itself, nothing below it, no college."""
    offered = services.options([EVERYTHING], keep=unit.parent_id if unit else None)
    fitting = [one for one in offered if one.level not in {"college", "community"}]
    if unit is not None:
        fitting = [one for one in fitting if not services.is_below(one.path, unit.path)]
    return [SelectChoice(value=str(one.id), label=one.label) for one in fitting]


def _values(form: UnitForm) -> UnitValues:
    parent = db.session.get_one(Unit, int(form.parent_id.data)) if form.parent_id.data else None
    return UnitValues(form.name.data, form.level.data, parent, form.name_en.data or "", form.code.data or "")


def _compared(form: UnitForm, unit: Unit) -> list[tuple[Any, str, str]]:
    """Return (label, what is stored now, what was typed) for each field where the two differ."""
    parents = {choice.value: str(choice.label).strip() for choice in form.parent_id.choices}
    rows = [
        (form.name.label.text, unit.name, form.name.data),
        (form.name_en.label.text, unit.name_en, form.name_en.data or ""),
        (form.level.label.text, str(LEVELS[unit.level]), str(LEVELS[form.level.data])),
        (form.code.label.text, unit.code or "", form.code.data or ""),
        (form.parent_id.label.text, parents.get(str(unit.parent_id or ""), ""), parents[form.parent_id.data]),
    ]
    return [row for row in rows if row[1] != row[2]]


def _form_page(form: UnitForm, unit: Unit | None, **context: Any) -> str:
    return render_template("organizations/unit.html", form=form, unit=unit, **context)
