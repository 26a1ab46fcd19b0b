"""The clock of each person."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from academy.db import Base, JsonList


class StudyClock(Base):
    """Which moments of a person's time, by the server's clock, have been spent.

    One row a person, so that two tabs cannot spend the same minute twice. `spent` are those spent on progress, `studied`
    those counted as study time, both as intervals (see rules). `revision` grows with every change: whoever has read the
    clock without locking it spends time only if nobody else has meanwhile.

    player: the number of the opening that plays a recording now (a name that the room above gives, no reference: it may
    outlive its opening), since when, and until when it is taken to go on playing if nothing more is heard of it.
    """

    __tablename__ = "study_clock"
    __table_args__ = (
        CheckConstraint("revision >= 0", name="revision_counted"),
        CheckConstraint(
            "(player IS NULL) = (player_since IS NULL) AND (player IS NULL) = (player_until IS NULL)",
            name="player_has_times",
        ),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(default=0)
    spent: Mapped[JsonList] = mapped_column(default=list)
    studied: Mapped[JsonList] = mapped_column(default=list)
    player: Mapped[int | None]
    player_since: Mapped[datetime | None]
    player_until: Mapped[datetime | None]
