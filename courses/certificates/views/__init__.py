"""Pages: one's own certificates, the public check, and what administrators do."""

from academy.i18n import lazy as _l
from academy.navigation import NavItem
from courses.certificates.views import issuing, keeping, public, templates, trainee, wellknown
from courses.certificates.views.blueprint import blueprint

__all__ = [
    "NAVIGATION",
    "PERMISSIONS",
    "blueprints",
    "issuing",
    "keeping",
    "public",
    "templates",
    "trainee",
    "wellknown",
]

blueprints = [blueprint]
PERMISSIONS = {"certificates.view": {"unit_admin", "admin"}, "certificates.manage": {"admin"}}
NAVIGATION = [
    NavItem("trainee", "certificates", _l("我的证书"), "certificates.mine", "certificate", order=60),
    NavItem(
        "admin",
        "certificates",
        _l("证书"),
        "certificates.index",
        "certificate",
        order=220,
        group="training",
        permission="certificates.view",
        covers=(
            "certificates.show",
            "certificates.templates",
            "certificates.new_template",
            "certificates.edit_template",
            "certificates.courses",
            "certificates.issue",
            "certificates.issue_form",
            "certificates.batch",
        ),
    ),
]
