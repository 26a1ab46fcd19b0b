"""Pages of marking: the queue, one answer, regrading, appeals."""

from academy.i18n import lazy as _l
from academy.navigation import NavItem
from courses.marking.views import appeals, marking, regrading
from courses.marking.views.blueprint import blueprint

__all__ = ["NAVIGATION", "PERMISSIONS", "appeals", "blueprints", "marking", "regrading"]

blueprints = [blueprint]
PERMISSIONS: dict[str, set[str]] = {"marking.mark": {"instructor", "admin"}}
NAVIGATION = [
    NavItem(
        "studio",
        "marking",
        _l("主观题批阅"),
        "marking.overview",
        "edit",
        15,
        group="insight",
        permission="marking.mark",
        covers=(
            "marking.question",
            "marking.answer",
            "marking.mark",
            "marking.settings",
            "marking.change_settings",
            "marking.regrade",
            "marking.start_regrade",
            "marking.appeals_list",
            "marking.appeal",
            "marking.settle_appeal",
        ),
        waiting=marking.waiting,
    )
]
