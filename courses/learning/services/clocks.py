"""The clock of each person lies in a room of its own, so that textbooks may spend from it, too."""

from courses.clocks.services import lock_clock

__all__ = ["lock_clock"]
