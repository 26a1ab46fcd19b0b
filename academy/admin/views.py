"""Pages: the overview, the state of the installation, the probe, and in development the style guide."""

from datetime import timedelta

from flask import Blueprint, abort, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

import academy
from academy.accounts.services import people
from academy.accounts.services.keeping import Keeper
from academy.accounts.session import current_person
from academy.admin import health as checking
from academy.admin import samples
from academy.admin.tiles import Tile, collect, tiles
from academy.audit import labels, listing
from academy.clock import now
from academy.db import db
from academy.errors import wants_json
from academy.i18n import _
from academy.i18n import lazy as _l
from academy.navigation import NavItem
from academy.permissions import can, public, requires

RECENT = timedelta(days=30)
LAST_ENTRIES = 6

blueprint = Blueprint("admin", "academy.admin")
blueprints = [blueprint]

PERMISSIONS = {"admin.overview": {"admin", "unit_admin"}, "admin.health": {"admin"}}
NAVIGATION = [
    NavItem("admin", "overview", _l("工作台"), "admin.overview", "home", 1, "overview", "admin.overview"),
    NavItem("admin", "health", _l("系统状况"), "admin.health", "shield", 95, "system", "admin.health"),
]


@tiles(order=10)
def people_tiles(paths: tuple[str, ...]) -> list[Tile]:
    """Count the people in scope, and those who have been here lately."""
    total, recent = people.numbers(Keeper.of(current_person), now() - RECENT)
    everybody = url_for("accounts.people")
    return [
        Tile(_("在册人员"), total, unit=_("人"), url=everybody),
        Tile(_("近 30 天登录过"), recent, unit=_("人"), detail=_share(recent, total)),
    ]


def _share(part: int, whole: int) -> str:
    return _("占 %(percent)s%%", percent=part * 100 // whole) if whole else ""


@blueprint.get("/admin")
@requires("admin.overview")
def overview() -> str:
    """Show the figures that matter in one's own part of the tree, and the way to every page."""
    entries = []
    if can("audit.view"):
        newest = listing.entries(listing.Wanted()).limit(LAST_ENTRIES)
        entries = [
            (entry, labels.sentence(entry.action, entry.subject_label, entry.detail))
            for entry in db.session.scalars(newest)
        ]
    scope = [entry.unit for entry in current_person.roles if entry.role == "unit_admin" and entry.unit]
    return render_template(
        "admin/overview.html", tiles=collect(current_person.scope_paths), entries=entries, scope=scope
    )


@blueprint.get("/admin/health")
@requires("admin.health")
def health() -> ResponseReturnValue:
    """Show whether the installation is well, as a page or as JSON."""
    checks = checking.look()
    state = checking.worst(checks)
    if wants_json():
        found = {check.key: {"state": check.state, "text": check.text} for check in checks}
        return {"status": state, "version": academy.VERSION, "checks": found}
    return render_template("admin/health.html", checks=checks, state=state, version=academy.VERSION)


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """Tell a probe that the site and its database answer: status 200, or 503."""
    try:
        well = checking.database_answers()
    except SQLAlchemyError:
        current_app.logger.exception("the database does not answer")
        well = False
    return {"status": "ok" if well else "bad", "version": academy.VERSION}, 200 if well else 503


@blueprint.get("/styleguide")
@public
def styleguide() -> str:
    """Show every component; not in production."""
    if current_app.config["SETTINGS"].environment == "production":
        abort(404)
    return render_template(
        "admin/styleguide.html", form=samples.form(), page=samples.page(), chapters=samples.chapters()
    )
