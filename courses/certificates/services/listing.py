"""Finding certificates."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.organizations.models import Unit
from academy.web.filters import local_date
from courses.certificates.models import Certificate
from courses.certificates.rules.codes import is_code, read_code

STATES = ("valid", "expired", "revoked")


@dataclass(frozen=True)
class Wanted:
    """What a list is to hold: part of a name or number or a code, a kind, a state, a year, a unit with all below it."""

    words: str = ""
    kind: str = ""
    state: str = ""
    year: int | None = None
    unit_path: str = ""


def find(scopes: tuple[str, ...], wanted: Wanted) -> Select[Certificate]:
    """Return the query for the certificates of units below `scopes` that fit, newest first."""
    query = select(Certificate).order_by(Certificate.issued_on.desc(), Certificate.id.desc())
    if "/" not in scopes:
        query = query.where(_below(scopes))
    if wanted.unit_path:
        query = query.where(_below((wanted.unit_path,)))
    if wanted.words:
        query = query.where(_named(wanted.words))
    if wanted.kind:
        query = query.where(Certificate.kind == wanted.kind)
    if wanted.year:
        query = query.where(
            Certificate.issued_on >= date(wanted.year, 1, 1), Certificate.issued_on <= date(wanted.year, 12, 31)
        )
    return query.where(_in_state(wanted.state)) if wanted.state else query


def of_person(person_id: int) -> list[Certificate]:
    """Return somebody's certificates, newest first, also the revoked ones: one query."""
    query = select(Certificate).where(Certificate.person_id == person_id)
    return list(db.session.scalars(query.order_by(Certificate.issued_on.desc(), Certificate.id.desc())))


def by_code(code: str) -> Certificate | None:
    """Return the certificate with this code (in normal form), or None."""
    return db.session.scalar(select(Certificate).where(Certificate.code == code))


def replacing(certificate: Certificate) -> Certificate | None:
    """Return the certificate that replaces this one, or None."""
    return db.session.scalar(select(Certificate).where(Certificate.replaces_id == certificate.id))


def people_below(unit: Unit) -> list[int]:
    """Return the ids of the active people of a unit and all below it, by name."""
    query = (
        select(Person.id)
        .join(Unit, Unit.id == Person.unit_id)
        .where(Unit.path.startswith(unit.path, autoescape=True), Person.is_active)
        .order_by(Person.name, Person.id)
    )
    return list(db.session.scalars(query))


def people_named(usernames: list[str]) -> dict[str, int]:
    """Return ids by sign-in name, of those that exist."""
    query = select(Person.username, Person.id).where(Person.username.in_(usernames))
    return dict(db.session.execute(query).all())


def _below(paths: tuple[str, ...]) -> ColumnElement[bool]:
    return or_(false(), *(Certificate.unit_path.startswith(path, autoescape=True) for path in paths))


def _named(words: str) -> ColumnElement[bool]:
    code = read_code(words)
    if is_code(code):
        return Certificate.code == code
    columns = (Certificate.recipient, Certificate.number, Certificate.subject)
    return or_(*(column.icontains(words, autoescape=True) for column in columns))


def _in_state(state: str) -> ColumnElement[bool]:
    today = local_date(now())
    if state == "revoked":
        return Certificate.revoked_at.is_not(None)
    expired = and_(Certificate.expires_on.is_not(None), Certificate.expires_on < today)
    still = or_(Certificate.expires_on.is_(None), Certificate.expires_on >= today)
    return and_(Certificate.revoked_at.is_(None), expired if state == "expired" else still)
