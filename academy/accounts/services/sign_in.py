"""Checking a name and a password, and counting failures so that guessing is hopeless."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from academy.accounts.demo import DEMO, DemoPerson
from academy.accounts.models import Person, SignInGuard, new_session_key
from academy.accounts.rules import LOGIN_LENGTH, Failures, after_failure, normal_login
from academy.accounts.services import passwords
from academy.audit.services import record
from academy.clock import now
from academy.db import db, declare_reading

FORGET_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Outcome:
    """What came of trying to sign in: a person (here for the first time?), or how many tries are left, or a lock's end."""

    person: Person | None = None
    first_time: bool = False
    tries_left: int = 0
    locked_until: datetime | None = None
    deactivated: bool = False


def check(login: str, password: str) -> Outcome:
    """Check what was typed; failures are counted under the typed name, whether or not anybody has it.

    The slow comparison runs outside any transaction, so that on SQLite a crowd that signs in does not hold up the
    others' writes. Tries made at the same moment are counted one by one afterwards, so they win nothing.
    """
    name = normal_login(login)[:LOGIN_LENGTH]
    db.session.rollback()
    declare_reading(True)
    guard = db.session.get(SignInGuard, name)
    query = select(Person.id, Person.password_hash).where(or_(Person.username == name, Person.phone == name))
    identity, stored = db.session.execute(query).one_or_none() or (None, None)
    failures = _failures(guard)
    db.session.rollback()
    declare_reading(False)
    if failures and failures.is_locked(now()):
        return Outcome(locked_until=failures.locked_until)
    right = passwords.matches(stored, password)
    return _count(name, identity if right else None, password)


def _failures(guard: SignInGuard | None) -> Failures | None:
    return Failures(guard.failures, guard.first_failure_at, guard.locked_until) if guard else None


def _count(name: str, identity: int | None, password: str) -> Outcome:
    guard = _locked_guard(name)
    before = _failures(guard) if guard.failures else None
    if before and before.is_locked(now()):
        return Outcome(locked_until=before.locked_until)
    if identity is None:
        return _failed(guard, before)
    db.session.delete(guard)
    query = select(Person).where(Person.id == identity).options(joinedload(Person.roles), joinedload(Person.unit))
    person = db.session.execute(query).unique().scalar_one()
    if not person.is_active:
        return Outcome(deactivated=True)
    if passwords.is_outdated(person.password_hash):
        person.password_hash = passwords.hash_password(password)
    first_time = person.last_sign_in_at is None
    person.last_sign_in_at = now()
    return Outcome(person=person, first_time=first_time)


def _locked_guard(name: str) -> SignInGuard:
    """Return the row for `name`, locked against others until the end of the transaction."""
    guard = db.session.get(SignInGuard, name, with_for_update=True, populate_existing=True)
    if guard is not None:
        return guard
    try:
        with db.session.begin_nested():
            guard = SignInGuard(login=name, failures=0, first_failure_at=now())
            db.session.add(guard)
    except IntegrityError:
        guard = db.session.get_one(SignInGuard, name, with_for_update=True, populate_existing=True)
    return guard


def _failed(guard: SignInGuard, before: Failures | None) -> Outcome:
    after = after_failure(before, now())
    guard.failures, guard.first_failure_at, guard.locked_until = after.count, after.since, after.locked_until
    if after.locked_until:
        record("sign_in.locked", label=guard.login, tries=after.count)
    db.session.execute(delete(SignInGuard).where(SignInGuard.first_failure_at < now() - FORGET_AFTER))
    return Outcome(tries_left=after.tries_left, locked_until=after.locked_until)


def demo_people() -> list[DemoPerson]:
    """Return the demonstration sign-ins whose people exist."""
    names = set(db.session.scalars(select(Person.username).where(Person.username.in_([one.username for one in DEMO]))))
    return [one for one in DEMO if one.username in names]


def locked_until(person: Person) -> datetime | None:
    """Return until when one of the person's names is locked, or None."""
    names = [name for name in (person.username, person.phone) if name]
    query = select(SignInGuard.locked_until).where(SignInGuard.login.in_(names), SignInGuard.locked_until > now())
    return max((moment for moment in db.session.scalars(query) if moment), default=None)


def unlock(person: Person) -> None:
    """Forget the failures under the person's names."""
    names = [name for name in (person.username, person.phone) if name]
    db.session.execute(delete(SignInGuard).where(SignInGuard.login.in_(names)))


def end_sessions(person: Person) -> None:
    """Sign the person out everywhere."""
    person.session_key = new_session_key()
