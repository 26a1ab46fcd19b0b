"""Pages of quizzes: sitting one, and writing one."""

from academy.i18n import lazy as _l
from academy.navigation import NavItem
from courses.quizzes.views import allowances, attempts, drafts, printing, shaping, sittings
from courses.quizzes.views.blueprint import blueprint

__all__ = ["allowances", "attempts", "drafts", "printing", "shaping", "sittings"]

blueprints = [blueprint]

PERMISSIONS = {"quizzes.edit": {"instructor", "admin"}}

NAVIGATION = [
    NavItem(
        "studio",
        "quizzes",
        _l("我的测验"),
        "quizzes.index",
        "quiz",
        25,
        group="teaching",
        permission="quizzes.edit",
        covers=(
            "quizzes.create",
            "quizzes.edit",
            "quizzes.save_settings",
            "quizzes.arrange",
            "quizzes.write",
            "quizzes.add_written",
            "quizzes.pick",
            "quizzes.paste",
            "quizzes.add_pasted",
            "quizzes.preview",
            "quizzes.attempts",
            "quizzes.one_attempt",
            "quizzes.paper",
            "quizzes.section",
            "quizzes.save_section",
            "quizzes.draw",
            "quizzes.save_draw",
            "quizzes.allowances",
            "quizzes.grant_allowance",
        ),
    )
]
