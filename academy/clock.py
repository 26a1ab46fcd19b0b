"""The server's clock: the only source of "now" in the product."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_frozen: list[datetime] = []


def now() -> datetime:
    """Return the present moment as an aware UTC datetime."""
    if _frozen:
        return _frozen[-1]
    return datetime.now(UTC)


@contextmanager
def freeze(moment: datetime) -> Iterator["FrozenClock"]:
    """Hold the clock at `moment` (aware) in every thread; for tests and for reports as of a past date."""
    if moment.tzinfo is None:
        raise ValueError("a frozen moment needs a time zone")
    _frozen.append(moment.astimezone(UTC))
    try:
        yield FrozenClock()
    finally:
        _frozen.pop()


class FrozenClock:
    """Handle on a frozen clock that can be moved forward."""

    def move(self, **delta: float) -> datetime:
        """Advance by `timedelta(**delta)` and return the new moment."""
        _frozen[-1] += timedelta(**delta)
        return _frozen[-1]
