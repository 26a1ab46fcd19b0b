"""Pages of the question bank."""

from academy.i18n import lazy as _l
from academy.navigation import NavItem
from courses.questions.views import bank, bulk, categories, editor, history, retiring
from courses.questions.views.blueprint import blueprint

__all__ = ["NAVIGATION", "PERMISSIONS", "bank", "blueprints", "bulk", "categories", "editor", "history", "retiring"]

blueprints = [blueprint]
PERMISSIONS = {"questions.edit": {"instructor", "admin"}}

NAVIGATION = [
    NavItem(
        "studio",
        "questions",
        _l("题库"),
        "questions.bank",
        "list",
        30,
        group="teaching",
        permission="questions.edit",
        covers=(
            "exchange.start",
            "exchange.upload",
            "exchange.show",
            "exchange.enter",
            "exchange.export",
            "questions.add",
            "questions.create",
            "questions.edit",
            "questions.save",
            "questions.history",
            "questions.go_back",
            "questions.bulk_change",
            "questions.bulk_do",
            "questions.categories",
            "questions.category",
            "questions.merge_category",
        ),
    )
]
