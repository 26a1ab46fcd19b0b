"""Reading the audit log."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, or_, select

from academy.audit.models import AuditEntry
from academy.web.filters import zone


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for: part of a name (of the actor or of what was acted on), an act, days (both included)."""

    words: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None


def entries(wanted: Wanted) -> Select[AuditEntry]:
    """Return the query for the entries that fit, newest first."""
    query = select(AuditEntry).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    if wanted.words:
        columns = (AuditEntry.actor_name, AuditEntry.subject_label)
        query = query.where(or_(*(column.icontains(wanted.words, autoescape=True) for column in columns)))
    if wanted.action:
        query = query.where(AuditEntry.action == wanted.action)
    if wanted.since:
        query = query.where(AuditEntry.at >= _midnight(wanted.since))
    if wanted.until:
        query = query.where(AuditEntry.at < _midnight(wanted.until + timedelta(days=1)))
    return query


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), zone())
