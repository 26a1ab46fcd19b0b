"""Pages of practice."""

from academy.i18n import lazy as _l
from academy.navigation import NavItem
from courses.practice.views import mock, notebook, sessions, studio
from courses.practice.views.blueprint import blueprint

__all__ = ["NAVIGATION", "PERMISSIONS", "blueprints", "mock", "notebook", "sessions", "studio"]

blueprints = [blueprint]
PERMISSIONS: dict[str, set[str]] = {"practice.open": {"instructor", "admin"}}
_PAGES = (
    "practice.show_notebook",
    "practice.entry",
    "practice.session",
    "practice.review",
    "practice.chapters",
    "practice.show_mock",
    "practice.mock_result",
    "practice.show_strengths",
)
NAVIGATION = [
    NavItem("trainee", "practice", _l("练习"), "practice.index", "quiz", order=50, covers=_PAGES),
    NavItem("me", "practice", _l("练习和错题本"), "practice.index", "quiz", 40),
    NavItem(
        "studio",
        "practice",
        _l("开放练习"),
        "practice.opened",
        "todo",
        35,
        group="teaching",
        permission="practice.open",
        covers=("practice.switch",),
    ),
]
