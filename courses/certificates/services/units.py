"""Certificates follow the unit they were issued in when it is hung elsewhere."""

from sqlalchemy import func, literal, update

from academy.db import db
from academy.organizations.models import Unit
from courses.certificates.models import Certificate


def follow(unit: Unit, old_path: str) -> None:
    """Rewrite the kept paths that began with `old_path`."""
    rewritten = literal(unit.path).concat(func.substr(Certificate.unit_path, len(old_path) + 1))
    moved = update(Certificate).where(Certificate.unit_path.startswith(old_path, autoescape=True))
    db.session.execute(moved.values(unit_path=rewritten).execution_options(synchronize_session=False))
