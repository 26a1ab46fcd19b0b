"""Writing, handing in, marking."""

from academy.i18n import lazy as _l
from academy.navigation import NavItem
from courses.assignments.views import files, marking, writing
from courses.assignments.views.blueprint import blueprint

__all__ = ["NAVIGATION", "PERMISSIONS", "blueprints", "files", "marking", "writing"]

blueprints = [blueprint]
PERMISSIONS: dict[str, set[str]] = {"assignments.mark": {"instructor", "admin"}}
NAVIGATION = [
    NavItem(
        "studio",
        "assignments",
        _l("批阅作业"),
        "assignments.queue",
        "doc",
        14,
        group="insight",
        permission="assignments.mark",
        covers=("assignments.show", "assignments.save"),
        waiting=marking.waiting_beside_the_entry,
    ),
]
