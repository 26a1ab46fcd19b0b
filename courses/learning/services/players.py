"""Which of a person's players plays: one at a time, and the person chooses which."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select

from academy.clock import now
from academy.db import db
from academy.i18n import _, localized
from courses.catalog.models import LessonVersion
from courses.clocks.services import lock_clock
from courses.learning.models import PlaySession
from courses.learning.rules.watching import GOES_ON_SECONDS
from courses.learning.services.openings import Opening
from courses.learning.services.outcome import OtherPlayer


class Turn(NamedTuple):
    """Who plays: the number of an opening, since when, and until when without another word."""

    player: int | None
    since: datetime | None
    until: datetime | None

    def taken_by_another(self, play_id: int, moment: datetime) -> bool:
        """Return whether somebody else plays at `moment`."""
        return self.player not in (None, play_id) and self.until is not None and self.until > moment


def turn_after(turn: Turn, play_id: int, playing: bool, moment: datetime) -> Turn:
    """Return whose turn it is after a report of `play_id`, which says whether it goes on."""
    if playing:
        goes_on = turn.player == play_id and turn.until is not None and turn.until >= moment
        return Turn(play_id, turn.since if goes_on else moment, moment + timedelta(seconds=GOES_ON_SECONDS))
    return Turn(play_id, turn.since, moment) if turn.player == play_id else turn


def other_player(turn: Turn) -> OtherPlayer:
    """Return the refusal that names what is played elsewhere."""
    lesson = db.session.scalar(
        select(LessonVersion)
        .join(PlaySession, PlaySession.lesson_version_id == LessonVersion.id)
        .where(PlaySession.id == turn.player)
    )
    title = localized(lesson, "title") if lesson else ""
    sentence = _("您正在另一个页面播放“%(title)s”。同一时间只计一处，请选择在哪里看", title=title)
    return OtherPlayer(sentence, title, turn.since or now())


def playing_elsewhere(person_id: int, play_id: int) -> dict[str, Any] | None:
    """Return title and beginning of what another player of this person plays now, or None. The clock is locked."""
    clock = lock_clock(person_id)
    turn = Turn(clock.player, clock.player_since, clock.player_until)
    return other_player(turn).told if turn.taken_by_another(play_id, now()) else None


def keep_player(opening: Opening) -> None:
    """Let this player be the one that counts; another one's time up to now stays credited."""
    clock, moment = lock_clock(opening.person_id), now()
    turn = turn_after(Turn(clock.player, clock.player_since, clock.player_until), opening.play_id, True, moment)
    clock.player, clock.player_since, clock.player_until = turn


def hand_over(before: Opening, session: PlaySession) -> None:
    """Let an opening go on in place of an earlier one of the same page, if that one plays."""
    clock = lock_clock(session.person_id)
    if clock.player == before.play_id:
        clock.player = session.id
