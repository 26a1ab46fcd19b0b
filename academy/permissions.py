"""Who may do what: every endpoint says it, and what says nothing is refused.

A room declares its permissions in `views.PERMISSIONS` as a mapping from name to the roles that hold it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request
from flask_login import current_user

from academy.i18n import lazy as _l
from academy.web import tickets

ROLES = {
    "trainee": _l("学员"),
    "instructor": _l("讲师"),
    "class_supervisor": _l("班主任"),
    "unit_admin": _l("单位管理员"),
    "admin": _l("管理员"),
}

View = TypeVar("View", bound=Callable[..., Any])
ACCESS = "access"
TICKET = "ticket"


def public(view: View) -> View:
    """Mark a view that anyone may open without signing in."""
    setattr(view, ACCESS, "public")
    return view


def signed_in(view: View) -> View:
    """Mark a view for any person who has signed in."""
    setattr(view, ACCESS, "signed_in")
    return view


def ticketed(view: View) -> View:
    """Mark a view for scripts that present a signed ticket (academy.web.tickets), which the view itself checks.

    The guard demands the session's cookie and a page of ours, and loads nobody: the view holds the ticket against the
    person in its own first query. For reports that come so often that each query counts.
    """
    setattr(view, ACCESS, TICKET)
    return view


def requires(permission: str) -> Callable[[View], View]:
    """Mark a view for people who hold `permission`."""

    def mark(view: View) -> View:
        setattr(view, ACCESS, permission)
        return view

    return mark


def can(permission: str) -> bool:
    """Return whether the person of this request holds `permission`."""
    if not current_user.is_authenticated:
        return False
    return holds(current_user.role_names, permission)


def holds(roles: Iterable[str], permission: str) -> bool:
    """Return whether one of `roles` carries `permission`. Raises KeyError for a permission that no room declares."""
    return not current_app.extensions["permissions"][permission].isdisjoint(roles)


def init_app(app: Flask, declared: Iterable[Mapping[str, Iterable[str]]]) -> None:
    """Install the guard in front of every request."""
    grants: dict[str, frozenset[str]] = {}
    for mapping in declared:
        for permission, roles in mapping.items():
            unknown = set(roles) - set(ROLES)
            if permission in grants or unknown:
                raise ValueError(f"permission {permission!r} is declared twice or for unknown roles {unknown}")
            grants[permission] = frozenset(roles)
    app.extensions["permissions"] = grants
    app.before_request(_guard)


def access_of(app: Flask, endpoint: str) -> str | None:
    """Return the access mark of an endpoint, or None when it carries none."""
    if endpoint == "static":
        return "public"
    return getattr(app.view_functions[endpoint], ACCESS, None)


def _guard() -> Any:
    if request.endpoint is None:
        return None
    access = access_of(current_app, request.endpoint)
    if access == "public":
        return None
    if access is None:
        abort(403)
    if access == TICKET:
        return _admit_ticket()
    if not current_user.is_authenticated:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    if access != "signed_in" and not holds(current_user.role_names, access):
        abort(403)
    return None


def _admit_ticket() -> Any:
    if not tickets.from_this_site():
        abort(403)
    if not tickets.signed_in_as()[0]:
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
    return None
