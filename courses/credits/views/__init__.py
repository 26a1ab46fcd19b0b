"""The pages of credit hours: the ledger, spreadsheets, rule sets, what is asked in a year."""

from academy.i18n import lazy as _l
from academy.navigation import NavItem
from courses.credits.views import backfill, ledger, requirements, rule_sets
from courses.credits.views.blueprint import blueprint

__all__ = ["NAVIGATION", "PERMISSIONS", "backfill", "blueprints", "ledger", "requirements", "rule_sets"]

blueprints = [blueprint]
PERMISSIONS: dict[str, set[str]] = {
    "credits.view": {"unit_admin", "admin"},
    "credits.enter": {"admin"},
    "credits.rules": {"admin"},
    **requirements.PERMISSIONS,
}
NAVIGATION = [
    *requirements.NAVIGATION,
    NavItem(
        "admin",
        "ledger",
        _l("学时台账"),
        "credits.ledger_page",
        "list",
        order=270,
        group="training",
        permission="credits.view",
        covers=(
            "credits.entry",
            "credits.reverse_page",
            "credits.reverse",
            "credits.recognise_page",
            "credits.recognise",
            "credits.backfill_page",
            "credits.upload_backfill",
            "credits.batch",
            "credits.enter_batch",
            "credits.roll_back_batch",
            "credits.rule_sets",
            "credits.choose_rules",
            "credits.rule_set",
        ),
    ),
]
