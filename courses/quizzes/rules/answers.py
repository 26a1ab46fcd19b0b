"""The order of answers: an answer given earlier never overwrites a later one."""

from datetime import datetime

CLOCK_SLACK_MS = 60_000
"""How far ahead of the server's clock an answer's sequence may lie before it is cut.

Enough for a server whose clock was just set back; little enough that a forged sequence locks its own question for a
minute at most.
"""


def milliseconds(moment: datetime) -> int:
    """Return the moment as whole milliseconds since 1970, the unit of sequences."""
    return int(moment.timestamp() * 1000)


def accepted_sequence(sent: int | None, stored: int, moment: datetime) -> int:
    """Return the sequence that a save arriving at `moment` is kept under.

    A browser without scripts sends none: its answer is given when it arrives, and so is the newest. Any other keeps what
    it was given, up to a little ahead of our clock.
    """
    arrival = milliseconds(moment)
    if sent is None:
        return max(arrival, stored + 1)
    return max(0, min(sent, arrival + CLOCK_SLACK_MS))


def is_newer(sequence: int, stored: int) -> bool:
    """Whether an answer with this sequence replaces the stored one; repeating a save changes nothing."""
    return sequence > stored
