"""The trainee's pages: home, courses, lessons, training record."""

from academy.i18n import lazy as _l
from academy.navigation import NavItem
from courses.learning.views import courses, home, lessons, reports, work
from courses.learning.views.blueprint import blueprint
from courses.learning.wording import Courses

__all__ = ["NAVIGATION", "PERMISSIONS", "blueprints", "courses", "home", "lessons", "reports", "work"]

blueprints = [blueprint]
PERMISSIONS: dict[str, set[str]] = {}
NAVIGATION = [
    NavItem("trainee", "home", _l("首页"), "learning.home", "home", order=10, signed_in=False),
    NavItem(
        "trainee",
        "courses",
        Courses(),
        "learning.browse",
        "play",
        order=20,
        signed_in=False,
        covers=("learning.course", "learning.lesson"),
    ),
    NavItem("trainee", "record", _l("学习档案"), "learning.record", "award", order=40),
]
