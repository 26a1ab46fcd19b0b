"""The trainee's pages: home, courses, lessons."""

from academy.i18n import lazy as _l
from academy.navigation import NavItem
from courses.learning.views import asking, courses, disputes, handed_in, home, lessons, missing, reports, work
from courses.learning.views.blueprint import blueprint
from courses.learning.wording import Courses

__all__ = [
    "NAVIGATION",
    "PERMISSIONS",
    "asking",
    "blueprints",
    "courses",
    "disputes",
    "handed_in",
    "home",
    "lessons",
    "missing",
    "reports",
    "work",
]

blueprints = [blueprint]
PERMISSIONS: dict[str, set[str]] = {"learning.settle": {"instructor", "admin"}}
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
        covers=("learning.course", "learning.lesson", "learning.missing", "learning.dispute"),
    ),
    NavItem(
        "studio",
        "disputes",
        _l("记录疑问"),
        "learning.disputes_queue",
        "chat",
        20,
        group="insight",
        permission="learning.settle",
        covers=("learning.show_dispute", "learning.settle_dispute"),
        waiting=disputes.waiting,
    ),
]
