"""The page of the audit log."""

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request

from academy.audit import labels, listing
from academy.audit.models import AuditEntry
from academy.i18n import _
from academy.i18n import lazy as _l
from academy.navigation import NavItem
from academy.permissions import requires
from academy.web.pagination import paginate

PER_PAGE = 50

blueprint = Blueprint("audit", "academy.audit")
blueprints = [blueprint]

PERMISSIONS = {"audit.view": {"admin"}}
NAVIGATION = [NavItem("admin", "audit", _l("操作日志"), "audit.log", "history", 90, "system", "audit.view")]


@blueprint.get("/admin/audit")
@requires("audit.view")
def log() -> str:
    """Show who did what, newest first, by name, act and days."""
    problems: dict[str, str] = {}
    wanted = listing.Wanted(
        words=request.args.get("q", "").strip()[:60],
        action=request.args.get("action", "")[:60],
        since=_day("since", problems),
        until=_day("until", problems),
    )
    page = paginate(listing.entries(wanted), PER_PAGE)
    return render_template(
        "audit/log.html",
        page=page,
        rows=[(entry, _sentence(entry), _changes(entry)) for entry in page.items],
        wanted=wanted,
        problems=problems,
        actions=sorted(
            ((action, labels.name(action)) for action in {*labels.SENTENCES, wanted.action} - {""}),
            key=lambda pair: pair[1],
        ),
    )


def _day(name: str, problems: dict[str, str]) -> date | None:
    text = request.args.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        problems[name] = _("日期应写成 2026-07-09 这样，现在是“%(text)s”", text=text[:20])
        return None


def _sentence(entry: AuditEntry) -> str:
    return labels.sentence(entry.action, entry.subject_label, entry.detail)


def _changes(entry: AuditEntry) -> list[tuple[str, str, str]]:
    """Return (field, before, after) of an entry that keeps them."""
    changes: dict[str, Any] = entry.detail.get("changes") or {}
    return [(str(labels.FIELDS.get(key, key)), str(old), str(new)) for key, (old, new) in changes.items()]
