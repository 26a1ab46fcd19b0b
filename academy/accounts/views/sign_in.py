"""Signing in and out, and what happens when a session has ended in the middle of something."""

from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, session, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from academy.accounts.demo import DemoPerson
from academy.accounts.forms import SignInForm
from academy.accounts.models import Person
from academy.accounts.rules import safe_path
from academy.accounts.services import sign_in as services
from academy.accounts.services.profile import keep_preferences
from academy.accounts.session import current_person
from academy.accounts.views.blueprint import blueprint
from academy.accounts.views.held import Held, carried, from_this_site, here, take
from academy.audit.services import record
from academy.clock import now
from academy.errors import error_page, wants_json
from academy.i18n import _, ngettext
from academy.navigation import navigation
from academy.permissions import TICKET, access_of, public, signed_in
from academy.web.filters import show_time
from academy.web.transactions import SAFE, keep_changes

FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data", "")
WITHOUT_NEW_PASSWORD = frozenset(
    (
        "static",
        "accounts.password",
        "accounts.change_password",
        "accounts.sign_in",
        "accounts.sign_out",
        "accounts.preferences",
        "accounts.set_language",
        "help.index",
        "help.page",
        "help.accessibility",
        "admin.healthz",
    )
)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Show the sign-in form and check what is typed; go on if somebody has signed in already."""
    if request.method == "POST":
        return _enter()
    if current_user.is_authenticated:
        return redirect(safe_path(request.args.get("next")) or landing())
    return _page(SignInForm(formdata=None))


def _enter() -> ResponseReturnValue:
    form, held = SignInForm(), carried(request.form)
    if not form.validate_on_submit():
        return _page(form, held), 422
    outcome = services.check(form.login.data or "", form.password.data or "")
    keep_changes()
    if outcome.person is not None:
        if outcome.first_time:  # language and text size chosen on the way in hold from now on
            keep_preferences(outcome.person, g.prefs)
        return _welcome(outcome.person, held)
    if outcome.locked_until is not None:
        return _locked(form, held, outcome.locked_until)
    if outcome.deactivated:
        form.form_errors.append(_("这个账号已经停用。如有疑问，请联系本单位的管理员"))
        return _page(form, held), 422
    form.password.errors = [
        ngettext("密码不对，还可以再试 %(n)s 次。", "密码不对，还可以再试 %(n)s 次。", outcome.tries_left)
    ]
    return _page(form, held, forgotten=True), 422


def _locked(form: SignInForm, held: Held | None, until: Any) -> ResponseReturnValue:
    form.form_errors.append(
        _("密码连续几次不对，为了账号安全，这个登录名暂时不能登录。请在 %(time)s 以后再试", time=show_time(until))
    )
    seconds = max(1, int((until - now()).total_seconds()) + 1)
    return _page(form, held, forgotten=True), 429, {"Retry-After": str(seconds)}


def _page(form: SignInForm, held: Held | None = None, **context: Any) -> str:
    return render_template(
        "accounts/sign_in.html",
        form=form,
        held=held,
        next=safe_path(request.values.get("next")),
        demo=_demo_people(),
        **context,
    )


def _demo_people() -> list[DemoPerson]:
    """Return the sign-ins to show on the page of an academy that is only being tried out."""
    environment = current_app.config["SETTINGS"].environment
    return services.demo_people() if environment in {"demo", "development"} else []


def _welcome(person: Person, held: Held | None) -> ResponseReturnValue:
    start_session(person)
    if person.role_names - {"trainee"}:
        record("person.signed_in", person)
    if held is not None and not person.must_change_password:
        return render_template("accounts/send_again.html", held=held, earlier=False)
    return redirect(safe_path(request.form.get("next")) or landing(), 303)


def start_session(person: Person) -> None:
    """Sign `person` in with a new session in this browser."""
    session.clear()
    g.pop("csrf_token", None)  # made for the session that has just ended
    session.permanent = True
    login_user(person)


def landing() -> str:
    """Return where the person of this request begins: home for trainees, else the first page of their console."""
    if "trainee" not in current_person.role_names:
        for area in ("admin", "studio"):
            for _heading, entries in navigation(area):
                return str(entries[0]["url"])
    return f"{request.script_root}/"


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> ResponseReturnValue:
    """End the person's sessions, here and everywhere else."""
    services.end_sessions(current_person)
    logout_user()
    session.clear()
    flash(_("已经退出登录，其他设备上的登录也一起退出了。"), "ok")
    return redirect(url_for("accounts.sign_in"), 303)


@blueprint.before_app_request
def demand_new_password() -> ResponseReturnValue | None:
    """Let nobody go on with a password that somebody else has seen."""
    if request.endpoint is None or request.endpoint in WITHOUT_NEW_PASSWORD:
        return None
    if access_of(current_app, request.endpoint) == TICKET:
        return None  # there is no ticket from before a password was given by somebody else
    if not current_user.is_authenticated or not current_user.must_change_password:
        return None
    if wants_json():
        return {"error": _("请先设置自己的新密码")}, 403
    return redirect(url_for("accounts.password", next=here() if request.method == "GET" else None), 303)


def session_expired() -> ResponseReturnValue:
    """Answer a request that needs somebody signed in, or whose form carries a token that no longer holds."""
    if _speaks_json():
        return {"error": _("登录已过期，请重新登录"), "sign_in": url_for("accounts.sign_in")}, 401
    if request.method in SAFE:
        return redirect(url_for("accounts.sign_in", next=None if here() == "/" else here()))
    if request.endpoint == "accounts.sign_in":
        return _stale_sign_in()
    if current_user.is_authenticated or access_of(current_app, request.endpoint or "") == "public":
        return _confirm(take())
    if request.endpoint == "accounts.sign_out":
        return redirect(url_for("accounts.sign_in"), 303)
    held = take()
    return _page(SignInForm(formdata=None), held, expired=True, lost=held is None), 401


def _speaks_json() -> bool:
    return wants_json() or (request.method not in SAFE and request.mimetype not in FORM_TYPES)


def _stale_sign_in() -> ResponseReturnValue:
    """The sign-in page itself was open for too long, or the browser keeps no cookies."""
    form = SignInForm(formdata=request.form if from_this_site() else None)
    form.form_errors.append(
        _("这一页打开得太久了，请再填一次密码。如果总是看到这句话，请在浏览器设置里允许保存 Cookie")
    )
    return _page(form, carried(request.form) if from_this_site() else None), 401


def _confirm(held: Held | None) -> ResponseReturnValue:
    """Somebody is signed in, but the form is from an earlier session: ask before sending it."""
    if held is None:
        return error_page(400, _("这一页打开得太久了，没有保存。请回到上一页，刷新后再试一次。"))
    return render_template("accounts/send_again.html", held=held, earlier=True), 400


@blueprint.record_once
def _answer_for_expired_sessions(state: BlueprintSetupState) -> None:
    state.app.login_manager.unauthorized_handler(session_expired)  # type: ignore[attr-defined]
