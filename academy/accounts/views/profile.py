"""One's own account: profile, password, and how one reads."""

from typing import cast

from flask import Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user
from werkzeug.exceptions import HTTPException

from academy.accounts.forms import PasswordForm, ProfileForm
from academy.accounts.models import POSTS, Person
from academy.accounts.rules import safe_path
from academy.accounts.services import passwords
from academy.accounts.services import profile as services
from academy.accounts.session import current_person
from academy.accounts.views.blueprint import blueprint
from academy.accounts.views.sign_in import landing
from academy.audit.services import record
from academy.errors import UserError
from academy.i18n import _, bind
from academy.permissions import ROLES, public, signed_in
from academy.web.preferences import checked


@blueprint.get("/me")
@signed_in
def profile() -> str:
    """Show one's own account."""
    return _profile_page(ProfileForm(formdata=None, phone=current_person.phone))


@blueprint.post("/me")
@signed_in
def save_profile() -> ResponseReturnValue:
    """Keep another phone number."""
    form = ProfileForm()
    if form.validate_on_submit():
        try:
            changed = services.change_phone(_me(), form.phone.data)
        except UserError as error:
            form.blame(error)
        else:
            flash(_("已保存") if changed else _("没有改动，不需要保存"), "ok")
            return redirect(url_for("accounts.profile"), 303)
    return _profile_page(form), 422


def _profile_page(form: ProfileForm) -> str:
    return render_template("accounts/profile.html", form=form, posts=POSTS, roles=ROLES)


def _me() -> Person:
    return cast(Person, current_user._get_current_object())


@blueprint.get("/me/password")
@signed_in
def password() -> str:
    """Show the form for a new password."""
    return _password_page(PasswordForm(formdata=None))


@blueprint.post("/me/password")
@signed_in
def change_password() -> ResponseReturnValue:
    """Change the password; every other session of this person ends."""
    me = _me()
    form = PasswordForm(own_names=(me.username, me.phone))
    if form.validate_on_submit():
        try:
            passwords.change_password(me, form.current.data or "", form.new.data or "")
        except UserError as error:
            form.blame(error)
        else:
            record("person.password_changed", me)
            login_user(me)
            flash(_("密码已修改。其他设备上的登录已经退出，下次请用新密码登录。"), "ok")
            return redirect(safe_path(request.form.get("next")) or landing(), 303)
    return _password_page(form), 422


def _password_page(form: PasswordForm) -> str:
    return render_template("accounts/password.html", form=form, next=safe_path(request.values.get("next")))


@blueprint.post("/preferences")
@public
def preferences() -> ResponseReturnValue:
    """Keep text size, theme and language, in the browser and for those signed in also in their profile."""
    chosen = checked(request.form.get("locale"), request.form.get("theme"), request.form.get("text"), default=g.prefs)
    if current_user.is_authenticated:
        services.keep_preferences(_me(), chosen)
    bind(chosen.locale)
    response = cast(Response, redirect(_page_before(), 303))
    chosen.store(response)
    return response


@blueprint.post("/language")
@public
def set_language() -> ResponseReturnValue:
    """Switch the language; the same as `preferences`, under the address that the language button uses."""
    return preferences()


def _page_before() -> str:
    """Return the page on which the choice was made, if it can be opened again; else home."""
    target = safe_path(request.form.get("next"))
    home = f"{request.script_root}/"
    if target is None:
        return home
    adapter = current_app.create_url_adapter(request)
    try:
        adapter.match(target.partition("?")[0], method="GET")  # type: ignore[union-attr]
    except HTTPException:
        return home
    return target
