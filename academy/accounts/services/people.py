"""Finding people."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from academy.accounts.models import Person, PersonRole, SignInGuard
from academy.accounts.rules import normal_login
from academy.accounts.services.keeping import Keeper
from academy.clock import now
from academy.db import db
from academy.i18n import lazy as _l
from academy.organizations.models import Membership, Unit
from academy.organizations.services import within

STATES = {
    "active": _l("在用"),
    "inactive": _l("停用"),
    "locked": _l("暂时锁定"),
    "never": _l("从未登录"),
    "temporary": _l("还在用临时密码"),
    "all": _l("全部"),
}
ROLE_ORDER = ("admin", "unit_admin", "class_supervisor", "instructor", "trainee")


@dataclass(frozen=True)
class Wanted:
    """Whom somebody looks for. `unit_path` stands for the unit and everything below it; empty values do not restrict."""

    words: str = ""
    unit_path: str = ""
    role: str = ""
    state: str = "active"
    post: str = ""


def visible(keeper: Keeper) -> Any:
    """Return the condition for the people whom `keeper` may see; it needs `Unit` joined to `Person`."""
    return Person.id.is_not(None) if keeper.is_admin else within(keeper.paths)


def find(keeper: Keeper, wanted: Wanted) -> Select[Person]:
    """Return the query for the people who fit, by unit and name, with their units and roles."""
    query = (
        select(Person)
        .outerjoin(Unit, Person.unit_id == Unit.id)
        .where(visible(keeper))
        .options(joinedload(Person.unit), selectinload(Person.roles))
        .order_by(Person.unit_id, Person.name, Person.id)
    )
    for condition in _conditions(wanted):
        query = query.where(condition)
    return query


def _conditions(wanted: Wanted) -> list[Any]:
    conditions = []
    if wanted.words:
        conditions.append(_named(wanted.words))
    if wanted.unit_path:
        conditions.append(within([wanted.unit_path]))
    if wanted.role:
        conditions.append(Person.roles.any(PersonRole.role == wanted.role))
    if wanted.post:
        conditions.append(Person.post == wanted.post)
    if wanted.state in _STATE_CONDITIONS:
        conditions.append(_STATE_CONDITIONS[wanted.state]())
    return conditions


def _named(words: str) -> Any:
    """Part of the name; or of the sign-in name or phone number, typed in whatever way."""
    login = normal_login(words)
    columns = [Person.name.icontains(words, autoescape=True)]
    if login:
        columns += [Person.username.contains(login, autoescape=True), Person.phone.contains(login, autoescape=True)]
    return or_(*columns)


def _is_locked() -> Any:
    names = or_(SignInGuard.login == Person.username, SignInGuard.login == Person.phone)
    return exists().where(names, SignInGuard.locked_until > now())


_STATE_CONDITIONS: dict[str, Any] = {
    "active": lambda: Person.is_active,
    "inactive": lambda: ~Person.is_active,
    "locked": _is_locked,
    "never": lambda: Person.is_active & Person.last_sign_in_at.is_(None),
    "temporary": lambda: Person.is_active & Person.must_change_password,
}


def locked_names(people: Collection[Person]) -> frozenset[int]:
    """Return the ids of those among `people` who cannot sign in at this moment: one query."""
    names = {name: person.id for person in people for name in (person.username, person.phone) if name}
    query = select(SignInGuard.login).where(SignInGuard.login.in_(names), SignInGuard.locked_until > now())
    return frozenset(names[login] for login in db.session.scalars(query))


def get_visible(keeper: Keeper, person_id: int) -> Person | None:
    """Return somebody whom `keeper` may see, with roles and units: one query; else None."""
    query = (
        select(Person)
        .outerjoin(Unit, Person.unit_id == Unit.id)
        .where(Person.id == person_id, visible(keeper))
        .options(joinedload(Person.unit), joinedload(Person.roles).joinedload(PersonRole.unit))
    )
    return db.session.execute(query).unique().scalar_one_or_none()


def memberships(person: Person) -> Sequence[Membership]:
    """Return where somebody belonged, newest first: one query."""
    query = select(Membership).where(Membership.person_id == person.id).options(joinedload(Membership.unit))
    return db.session.scalars(query.order_by(Membership.started_on.desc(), Membership.id.desc())).all()


def numbers(keeper: Keeper, since: Any) -> tuple[int, int]:
    """Return how many active people `keeper` may see, and how many of them have signed in since the moment `since`."""
    recent = func.count().filter(Person.last_sign_in_at >= since)
    query = select(func.count(), recent).select_from(Person).outerjoin(Unit, Person.unit_id == Unit.id)
    row = db.session.execute(query.where(visible(keeper), Person.is_active)).one()
    return row[0], row[1]
