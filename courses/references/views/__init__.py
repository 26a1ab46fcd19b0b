"""Pages about regulations."""

from academy.i18n import lazy as _l
from academy.navigation import NavItem
from courses.references.views import regulations
from courses.references.views.blueprint import blueprint

__all__ = ["NAVIGATION", "PERMISSIONS", "blueprints", "regulations"]

blueprints = [blueprint]
PERMISSIONS: dict[str, set[str]] = {"regulations.edit": {"instructor", "admin"}}
NAVIGATION = [
    NavItem(
        "studio",
        "regulations",
        _l("法规文件"),
        "references.regulations",
        "doc",
        32,
        group="teaching",
        permission="regulations.edit",
        covers=(
            "references.add_regulation",
            "references.create_regulation",
            "references.regulation",
            "references.edit_regulation",
            "references.save_regulation",
            "references.announce",
        ),
        waiting=regulations.waiting,
    )
]
