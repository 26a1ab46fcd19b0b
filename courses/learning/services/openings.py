"""The ticket of an opening: what reports are bound to.

It names the person, the sign-in, the opening, the version of the lesson and the moment of opening, and is signed; so a
report carries with it, unforgeably, what would otherwise have to be looked up.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from academy.clock import now
from academy.i18n import _, current_locale
from academy.web import tickets
from courses.clocks.rules import EPOCH, MILLISECOND
from courses.learning.models import PlaySession
from courses.learning.services.outcome import ReportRefused

PURPOSE = "opening"
GOOD_FOR = timedelta(hours=12)
"""A page that is open longer has to open its lesson again."""


class Caller(NamedTuple):
    """Who reports, as the session says: to be held against the database with the first query."""

    person_id: int
    session_key: str


@dataclass(frozen=True, slots=True)
class Opening:
    """What a ticket says; `mark` is that of the sign-in, `locale` the language of the page."""

    person_id: int
    play_id: int
    progress_id: int
    lesson_id: int
    lesson_version_id: int
    opened_at: datetime
    mark: str
    locale: str


def ticket_of(session: PlaySession, lesson_id: int, session_key: str) -> str:
    """Return the ticket of an opening; it is never dated earlier than the opening was."""
    opened = -((EPOCH - session.opened_at) // MILLISECOND)
    return tickets.issue(
        PURPOSE,
        session.person_id,
        session.id,
        session.progress_id,
        lesson_id,
        session.lesson_version_id,
        opened,
        tickets.sign_in_mark(session_key),
        current_locale(),
    )


def read_ticket(ticket: str) -> Opening | None:
    """Return what a ticket says, or None for one that we have not signed."""
    values = tickets.read(PURPOSE, ticket)
    if values is None:
        return None
    person, play, progress, lesson, version, opened, mark, locale = values
    seconds, milliseconds = divmod(opened, 1000)
    opened_at = datetime.fromtimestamp(seconds, UTC).replace(microsecond=milliseconds * 1000)
    return Opening(person, play, progress, lesson, version, opened_at, mark, locale)


def opening_for(caller: Caller, lesson_id: int, ticket: str) -> Opening:
    """Return the opening that a report names. Raises ReportRefused for one that is not this person's, here and now."""
    opening = read_ticket(ticket)
    if opening is None:
        raise ReportRefused(_("这一页的学习凭证无效，请刷新后接着学"), "forged ticket", 409, "reopen")
    if opening.person_id != caller.person_id:
        raise ReportRefused(_("这次学习不是从您的账号打开的"), "ticket of another person")
    if opening.lesson_id != lesson_id:
        raise ReportRefused(_("这次学习不是从这一节打开的"), "ticket of another lesson")
    if now() - opening.opened_at > GOOD_FOR:
        raise ReportRefused(_("这一页打开得太久了，请刷新后接着学"), "expired ticket", 409, "reopen")
    if opening.mark != tickets.sign_in_mark(caller.session_key):
        raise ReportRefused(_("您重新登录过，请刷新这一页接着学"), "ticket of an ended sign-in", 409, "reopen")
    return opening
