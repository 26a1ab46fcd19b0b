"""Pages about people: signing in, one's own account, and the list of people that admins keep."""

from academy.accounts.views import profile, sign_in
from academy.accounts.views.blueprint import blueprint
from academy.i18n import lazy as _l
from academy.navigation import NavItem

__all__ = ["profile", "sign_in"]

blueprints = [blueprint]

NAVIGATION = [
    NavItem("me", "profile", _l("我的资料"), "accounts.profile", "user", 10, covers=("accounts.save_profile",)),
    NavItem("me", "password", _l("修改密码"), "accounts.password", "key", 90),
]
