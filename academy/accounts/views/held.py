"""What somebody typed into a form whose session had ended: carried through signing in, then sent on its way.

The values travel inside the pages as hidden fields, never on the server and never in a cookie. Passwords and tokens
are left out, and nothing is carried that another site sent: see `from_this_site`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from academy.accounts.rules import safe_path

MAX_BYTES = 200 * 1024
LONGEST_SHOWN = 300
TARGET, PREFIX, FILES = "held_target", "held:", "held_files"
NEVER = ("accounts.sign_in", "accounts.change_password")


@dataclass(frozen=True)
class Held:
    """A form that was not accepted: where it goes, and its fields in order. `lost` says why fields are missing."""

    target: str
    fields: tuple[tuple[str, str], ...] = ()
    files_lost: bool = False

    def hidden(self) -> Iterator[tuple[str, str]]:
        """Yield the names and values that carry it inside the sign-in form."""
        yield TARGET, self.target
        if self.files_lost:
            yield FILES, "1"
        for name, value in self.fields:
            yield PREFIX + name, value

    def filled(self) -> list[tuple[str, str]]:
        """Return the fields that hold something, long texts cut: all of what will be sent."""
        shown = [(name, value) for name, value in self.fields if value.strip()]
        return [(name, f"{value[:LONGEST_SHOWN]}…" if len(value) > LONGEST_SHOWN else value) for name, value in shown]

    def typed(self) -> list[str]:
        """Return the texts that a person would recognise: not the keys of choices and the numbers of rows."""
        return [value for _name, value in self.filled() if not value.isascii() or " " in value or len(value) > 20]


def here() -> str:
    """Return the path of this request, with its query."""
    return request.full_path if request.query_string else request.path


def from_this_site() -> bool:
    """Return whether the form was sent by a page of ours; browsers say so, and another site cannot change it."""
    source = request.headers.get("Origin") or request.headers.get("Referer")
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    return source is None or urlsplit(source).netloc == request.host


def take() -> Held | None:
    """Return what was typed in this request; None if it must not or cannot be carried."""
    target = here()
    if not from_this_site() or not accepts_post(target):
        return None
    fields = tuple((name, value) for name, value in request.form.items(multi=True) if _may_be_kept(name))
    if _size(fields) > MAX_BYTES:
        return None
    return Held(target, fields, any(file.filename for file in request.files.values()))


def carried(form: MultiDict[str, str]) -> Held | None:
    """Return what the sign-in form carries; None if that is nothing, or no form of ours."""
    target = safe_path(form.get(TARGET))
    if target is None or not accepts_post(target):
        return None
    pairs = ((name[len(PREFIX) :], value) for name, value in form.items(multi=True) if name.startswith(PREFIX))
    fields = tuple((name, value) for name, value in pairs if _may_be_kept(name))
    return Held(target, fields, FILES in form) if _size(fields) <= MAX_BYTES else None


def accepts_post(target: str) -> bool:
    """Return whether `target` is an address of this site that a form can be sent to."""
    if safe_path(target) is None:
        return False
    try:
        endpoint, _values = current_app.create_url_adapter(request).match(  # type: ignore[union-attr]
            urlsplit(target).path, method="POST"
        )
    except (HTTPException, RequestRedirect):
        return False
    return endpoint not in NEVER


def _may_be_kept(name: str) -> bool:
    lowered = name.casefold()
    return bool(name) and "password" not in lowered and lowered not in {"csrf_token", "current", "new", "again"}


def _size(fields: tuple[tuple[str, str], ...]) -> int:
    return sum(len(name.encode()) + len(value.encode()) for name, value in fields)
