"""The right to run a package: a signed word in the address, since the package's own origin has none of our cookies.

It names person, sign-in, package and lesson, and the moment when the page was handed out; it ends after some hours, and at
once when the person signs out everywhere or changes the password.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from academy.accounts.models import Person
from academy.clock import now

SALT = "courses.scorm"
VALID_FOR = timedelta(hours=12)


@dataclass(frozen=True)
class Run:
    """Who runs which package, and where from.

    `work_url`: the lesson's address for steps, "" in a preview, where nothing counts;
    `home`: the origin of the page around it; `began_ms`: when it was handed out; `until_ms`: when it ends.
    """

    person_id: int
    sign_in: str
    sha256: str
    work_url: str
    home: str
    began_ms: int
    until_ms: int

    @property
    def began(self) -> datetime:
        """When the page was handed out."""
        return datetime.fromtimestamp(self.began_ms / 1000, UTC)

    def is_of(self, person: Person | None) -> bool:
        """Return whether the person is still signed in as they were when the run was handed out."""
        return person is not None and person.is_active and hmac.compare_digest(sign_in_of(person), self.sign_in)


def sign_in_of(person: Person) -> str:
    """Return what tells one sign-in of a person from later ones, without giving it away."""
    return hashlib.sha256(f"{SALT}-{person.session_key}".encode()).hexdigest()[:16]


def pseudonym(person: Person) -> str:
    """Return what a package is told instead of a person's number: always the same one, and of no use elsewhere."""
    key = str(current_app.secret_key).encode()
    return hmac.new(key, f"{SALT}-{person.id}".encode(), "sha256").hexdigest()[:16]


def issue(person: Person, sha256: str, work_url: str, home: str) -> str:
    """Return the word by which a person may run a package from now on."""
    began = int(now().timestamp() * 1000)
    until = began + VALID_FOR // timedelta(milliseconds=1)
    return _signed(Run(person.id, sign_in_of(person), sha256, work_url, home, began, until))


def begin(run: Run) -> str:
    """Return the word of a run that begins now, and ends when the one ends that it was opened with."""
    return _signed(replace(run, began_ms=int(now().timestamp() * 1000)))


def _signed(run: Run) -> str:
    return str(_serializer().dumps(list(asdict(run).values())))


def read(token: str) -> Run | None:
    """Return the run that a word stands for, or None where it is forged, of another kind or too old."""
    try:
        run = Run(*_serializer().loads(token))
    except (BadData, TypeError):
        return None
    return run if run.began_ms <= int(now().timestamp() * 1000) <= run.until_ms else None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt=SALT)


class Heard(Mapping[str, Any]):
    """A report that came over the address of a run, whose word was checked: only such a one counts."""

    def __init__(self, values: Mapping[str, Any], run: Run) -> None:
        self._values = dict(values)
        self.run = run

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Any:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
