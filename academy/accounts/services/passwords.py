"""Passwords: kept as argon2id hashes, never written down anywhere else."""

import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from academy.accounts.models import Person, new_session_key
from academy.accounts.rules import normal_password, password_problem
from academy.errors import UserError
from academy.i18n import _

# No letters or digits that look alike: the password is read from a screen and typed on a phone.
_LETTERS = "abcdefghjkmnpqrstuvwxyz"
_DIGITS = "23456789"

hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """Return the hash to store."""
    return hasher.hash(normal_password(password))


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return hasher.hash(secrets.token_urlsafe(24))


def matches(stored: str | None, password: str) -> bool:
    """Return whether `password` fits the stored hash; without one (nobody has that name) the work is the same."""
    try:
        return hasher.verify(stored or _nobodys_hash(), normal_password(password)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Return whether the hash was made with other parameters than those of today."""
    return hasher.check_needs_rehash(stored)


def generate() -> str:
    """Return a random password of 10 characters that is easy to read and to type."""
    letters = [secrets.choice(_LETTERS) for _n in range(6)]
    digits = [secrets.choice(_DIGITS) for _n in range(4)]
    return "".join(letters[:3] + digits + letters[3:])


def set_password(person: Person, password: str, must_change: bool = False) -> None:
    """Give `person` a password and end all sessions. Raises UserError (field "new") if the rules forbid it."""
    problem = password_problem(password, (person.username, person.phone))
    if problem:
        raise UserError(problem, field="new")
    person.password_hash = hash_password(password)
    person.must_change_password = must_change
    person.session_key = new_session_key()


def change_password(person: Person, current: str, new: str) -> None:
    """Change one's own password. Raises UserError naming the field "current" or "new"."""
    if not matches(person.password_hash, current):
        raise UserError(_("现在的密码不对"), field="current")
    if matches(person.password_hash, new):
        raise UserError(_("新密码和现在的一样，请换一个"), field="new")
    set_password(person, new)
