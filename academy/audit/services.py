"""Writing the audit log."""

from typing import Any

from flask import has_request_context, request
from flask_login import current_user

from academy.audit.models import AuditEntry
from academy.db import Base, db


def record(action: str, subject: Base | None = None, label: str = "", **detail: Any) -> AuditEntry:
    """Append that the person of this request did `action` ("person.deactivated") to `subject`.

    `detail` must be JSON-able and must never hold a password or an answer. Outside a request the actor is the system.
    """
    actor = current_user if has_request_context() and current_user.is_authenticated else None
    entry = AuditEntry(
        action=action,
        actor_id=actor.id if actor else None,
        actor_name=actor.name if actor else "",
        subject_type=subject.__tablename__ if subject is not None else "",
        subject_id=getattr(subject, "id", None),
        subject_label=(label or str(getattr(subject, "title", None) or getattr(subject, "name", "") or ""))[:160],
        detail=detail,
        address=(request.remote_addr or "")[:45] if has_request_context() else "",
    )
    db.session.add(entry)
    return entry
