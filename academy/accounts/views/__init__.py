"""Pages about people: signing in, one's own account, and the list of people that admins keep."""

from academy.accounts.views import people, profile, sign_in
from academy.accounts.views.blueprint import blueprint
from academy.i18n import lazy as _l
from academy.navigation import NavItem

__all__ = ["people", "profile", "sign_in"]

blueprints = [blueprint]

PERMISSIONS = {"people.manage": {"admin", "unit_admin"}}
NAVIGATION = [
    NavItem("me", "profile", _l("我的资料"), "accounts.profile", "user", 10, covers=("accounts.save_profile",)),
    NavItem("me", "password", _l("修改密码"), "accounts.password", "key", 90),
    NavItem(
        "admin",
        "people",
        _l("人员"),
        "accounts.people",
        "users",
        10,
        group="people",
        permission="people.manage",
        covers=tuple(
            f"accounts.{name}"
            for name in ("add_person", "create_person", "edit_person", "save_person", "new_password", "reset_password")
        ),
    ),
]
