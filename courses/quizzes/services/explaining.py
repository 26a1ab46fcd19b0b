"""Where the questions of an attempt are explained: asked only for questions whose explanation may be shown."""

from collections.abc import Iterable

from sqlalchemy import bindparam, select

from courses.quizzes.models import Attempt, Response
from courses.quizzes.services.papers import PaperQuestion
from courses.references.services import links
from courses.references.services.links import Link


def links_of(attempt: Attempt) -> dict[int, list[Link]]:
    """Return by position where the questions of an attempt are explained. One query."""
    return _links(attempt, ())


def links_of_checked(attempt: Attempt, questions: Iterable[PaperQuestion], *, show_key: bool) -> dict[int, list[Link]]:
    """Return the same for those questions of an open attempt that were checked and show their key.

    One query; none while nothing is shown.
    """
    shown = [each.position for each in questions if show_key and each.help is not None and each.help.locked]
    return _links(attempt, shown) if shown else {}


_HELD = select(Response.position.label("holder"), Response.question_version_id.label("version_id")).where(
    Response.attempt_id == bindparam("attempt")
)
_SOME = _HELD.where(Response.position.in_(bindparam("positions", expanding=True)))


def _links(attempt: Attempt, positions: Iterable[int]) -> dict[int, list[Link]]:
    if wanted := list(positions):
        return links.of_holders(_SOME, attempt.person_id, attempt=attempt.id, positions=wanted)
    return links.of_holders(_HELD, attempt.person_id, attempt=attempt.id)
