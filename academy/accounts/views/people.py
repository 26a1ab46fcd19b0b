"""The list of people, as far as the keeper of it may see and change them."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from academy.accounts.forms import PersonForm
from academy.accounts.models import POSTS, Person
from academy.accounts.services import keeping
from academy.accounts.services import people as finding
from academy.accounts.services import sign_in as locks
from academy.accounts.services.keeping import Keeper, PersonValues
from academy.accounts.session import current_person
from academy.accounts.views.blueprint import blueprint
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from academy.organizations import services as organizations
from academy.organizations.models import Unit
from academy.permissions import ROLES, requires
from academy.web.pagination import paginate

PER_PAGE = 20
FRESH = "fresh_password"


@blueprint.get("/admin/people")
@requires("people.manage")
def people() -> str:
    """List people by name, sign-in name or phone number, unit with everything below it, role, state and post."""
    keeper = Keeper.of(current_person)
    chosen_id = _number(request.args.get("unit", ""))
    units = organizations.options(keeper.paths, keep=chosen_id)
    chosen = next((unit for unit in units if unit.id == chosen_id), None)
    wanted = finding.Wanted(
        words=request.args.get("q", "").strip()[:60],
        unit_path=chosen.path if chosen else "",
        role=_known(request.args.get("role"), ROLES),
        state=_known(request.args.get("state"), finding.STATES) or "active",
        post=_known(request.args.get("post"), POSTS),
    )
    page = paginate(finding.find(keeper, wanted), PER_PAGE)
    return render_template(
        "accounts/people.html",
        page=page,
        locked=finding.locked_names(page.items),
        wanted=wanted,
        chosen=chosen,
        units=[unit for unit in units if unit.level != "community" or unit.id == chosen_id],
        roles=ROLES,
        posts=POSTS,
        states=finding.STATES,
        role_order=finding.ROLE_ORDER,
        keeper=keeper,
    )


@blueprint.get("/admin/people/new")
@requires("people.manage")
def add_person() -> str:
    """Show the form for a new person; `unit` in the address chooses where."""
    keeper = Keeper.of(current_person)
    form = _form(
        keeper, None, formdata=None, unit_id=str(_number(request.args.get("unit", "")) or ""), roles=["trainee"]
    )
    return render_template("accounts/person.html", form=form, person=None)


@blueprint.post("/admin/people/new")
@requires("people.manage")
def create_person() -> ResponseReturnValue:
    """Add somebody, and go on to the page with their first password."""
    keeper = Keeper.of(current_person)
    form = _form(keeper, None)
    if form.validate_on_submit():
        try:
            person, password = keeping.add_person(keeper, _values(form))
        except UserError as error:
            form.blame(error)
        else:
            return _show_once(person, password)
    return render_template("accounts/person.html", form=form, person=None), 422


@blueprint.get("/admin/people/<int:person_id>")
@requires("people.manage")
def edit_person(person_id: int) -> str:
    """Show somebody's form, or only what is kept of them when the keeper may not change it."""
    keeper, person = _visible(person_id)
    return _person_page(keeper, person, _filled(keeper, person))


@blueprint.post("/admin/people/<int:person_id>")
@requires("people.manage")
def save_person(person_id: int) -> ResponseReturnValue:
    """Change somebody; if somebody else has done so meanwhile, show both texts and ask again."""
    keeper, person = _visible(person_id)
    form = _form(keeper, person)
    if not form.validate_on_submit():
        return _person_page(keeper, person, form), 422
    try:
        changed = keeping.change_person(keeper, person, form.seen_version, _values(form))
    except UserError as error:
        if error.status == 409 and person.version != form.seen_version:
            form.hold(person.version)
            return _person_page(keeper, person, form, theirs=_compared(form, person)), 409
        form.blame(error)
        return _person_page(keeper, person, form), error.status
    flash(_("已保存“%(name)s”的资料", name=person.name) if changed else _("没有改动，不需要保存"), "ok")
    return redirect(url_for("accounts.edit_person", person_id=person.id), 303)


@blueprint.post("/admin/people/<int:person_id>/deactivate")
@requires("people.manage")
def deactivate_person(person_id: int) -> ResponseReturnValue:
    """Close somebody's account."""
    done = _("已停用“%(name)s”的账号，学习记录都保留。需要时可以恢复。")
    return _act(person_id, keeping.deactivate, done)


@blueprint.post("/admin/people/<int:person_id>/reactivate")
@requires("people.manage")
def reactivate_person(person_id: int) -> ResponseReturnValue:
    """Open somebody's account again."""
    return _act(person_id, keeping.reactivate, _("已恢复“%(name)s”的账号。"))


@blueprint.post("/admin/people/<int:person_id>/unlock")
@requires("people.manage")
def unlock_person(person_id: int) -> ResponseReturnValue:
    """Let somebody try again who typed a wrong password too often."""
    return _act(person_id, keeping.unlock, _("已解除锁定，“%(name)s”现在可以登录了。"))


@blueprint.post("/admin/people/<int:person_id>/password")
@requires("people.manage")
def reset_password(person_id: int) -> ResponseReturnValue:
    """Give somebody a temporary password, and go on to the page that shows it."""
    keeper, person = _visible(person_id)
    try:
        password = keeping.reset_password(keeper, person)
    except UserError as error:
        return _refused(keeper, person, error)
    return _show_once(person, password)


@blueprint.get("/admin/people/<int:person_id>/password")
@requires("people.manage")
def new_password(person_id: int) -> ResponseReturnValue:
    """Show a temporary password, once."""
    _keeper, person = _visible(person_id)
    fresh = session.get(FRESH) or {}
    if fresh.get("id") != person_id:
        flash(_("临时密码只显示一次。没有记下来的话，可以再重置一次。"), "info")
        return redirect(url_for("accounts.edit_person", person_id=person_id))
    del session[FRESH]
    return render_template("accounts/new_password.html", person=person, password=fresh["password"])


def _show_once(person: Person, password: str) -> ResponseReturnValue:
    session[FRESH] = {"id": person.id, "password": password}
    return redirect(url_for("accounts.new_password", person_id=person.id), 303)


def _act(person_id: int, act: Callable[[Keeper, Person], None], done: str) -> ResponseReturnValue:
    keeper, person = _visible(person_id)
    try:
        act(keeper, person)
    except UserError as error:
        return _refused(keeper, person, error)
    flash(done % {"name": person.name}, "ok")
    return redirect(url_for("accounts.edit_person", person_id=person.id), 303)


def _refused(keeper: Keeper, person: Person, error: UserError) -> ResponseReturnValue:
    form = _filled(keeper, person)
    form.form_errors.append(error.message)
    return _person_page(keeper, person, form), error.status


def _visible(person_id: int) -> tuple[Keeper, Person]:
    keeper = Keeper.of(current_person)
    person = finding.get_visible(keeper, person_id) if person_id < 2**31 else None
    if person is None:
        abort(404)
    return keeper, person


def _form(keeper: Keeper, person: Person | None, **values: Any) -> PersonForm:
    units = organizations.options(keeper.paths, keep=person.unit_id if person else None)
    offered = [SelectChoice(value=str(unit.id), label=unit.label) for unit in units]
    return PersonForm(units=offered, gives_roles=keeper.is_admin, **values)


def _filled(keeper: Keeper, person: Person) -> PersonForm:
    return _form(
        keeper,
        person,
        formdata=None,
        name=person.name,
        username=person.username,
        phone=person.phone or "",
        unit_id=str(person.unit_id or ""),
        post=person.post,
        roles=sorted(person.role_names),
        role_unit_id=next((str(entry.unit_id) for entry in person.roles if entry.unit_id), ""),
        version=str(person.version),
    )


def _values(form: PersonForm) -> PersonValues:
    roles: dict[str, Unit | None] | None = None
    if "roles" in form:
        unit = _unit(form.role_unit_id.data)
        roles = {role: unit if role == "unit_admin" else None for role in form.roles.data}
    return PersonValues(
        name=form.name.data,
        username=form.username.data,
        phone=form.phone.data or None,
        unit=_unit(form.unit_id.data),
        post=form.post.data,
        roles=roles,
    )


def _unit(value: str | None) -> Unit | None:
    return db.session.get_one(Unit, int(value)) if value else None


def _compared(form: PersonForm, person: Person) -> list[tuple[Any, str, str]]:
    """Return (label, what is stored now, what was typed) for each field where the two differ."""
    units = {choice.value: str(choice.label).strip() for choice in form.unit_id.choices}
    rows = [
        (form.name.label.text, person.name, form.name.data),
        (form.username.label.text, person.username, form.username.data),
        (form.phone.label.text, person.phone or "", form.phone.data or ""),
        (form.unit_id.label.text, units.get(str(person.unit_id or ""), ""), units[form.unit_id.data]),
        (form.post.label.text, str(POSTS.get(person.post, person.post)), str(POSTS[form.post.data])),
    ]
    if "roles" in form:
        rows.append((form.roles.label.text, _names(person.role_names), _names(form.roles.data)))
    return [row for row in rows if row[1] != row[2]]


def _names(roles: Any) -> str:
    return "、".join(str(ROLES[role]) for role in finding.ROLE_ORDER if role in roles)


def _person_page(keeper: Keeper, person: Person, form: PersonForm, **context: Any) -> str:
    return render_template(
        "accounts/person.html",
        form=form,
        person=person,
        may_change=keeper.may_change(person),
        locked_until=locks.locked_until(person),
        memberships=finding.memberships(person),
        posts=POSTS,
        roles=ROLES,
        **context,
    )


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _known(value: str | None, names: Any) -> str:
    return value if value in names else ""  # type: ignore[return-value]
