"""Asking for work to be done in the background, and looking how far it is."""

import secrets
from typing import Any

from sqlalchemy import select

from academy.accounts.models import Person
from academy.db import db
from academy.jobs.models import Job


def enqueue(kind: str, owner: Person | None = None, **arguments: Any) -> Job:
    """Note a job and hand it to the worker when this transaction is committed. `arguments` must be JSON-able."""
    row = Job(token=secrets.token_urlsafe(12), kind=kind, owner_id=owner.id if owner else None, arguments=arguments)
    db.session.add(row)
    db.session.flush()
    db.session.info.setdefault("new_jobs", []).append(row.id)
    return row


def find(owner: Person, token: str) -> Job | None:
    """Return the person's own job, or None."""
    return db.session.scalar(select(Job).where(Job.token == token, Job.owner_id == owner.id))
