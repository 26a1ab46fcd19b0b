"""Who writes to SQLite next.

SQLite lets one transaction write at a time; the others wait by looking again and again, ever less often, so under load
the one that has waited longest is the last to notice that it is its turn, and some give up. Here they stand in a queue:
a lock for the threads of a process, and the lock of a file for processes, which the system hands to whoever came first.
SQLite's own locking stays as it is and still guards against programs that know nothing of the queue.
"""

from __future__ import annotations

import fcntl
import threading
from pathlib import Path
from typing import BinaryIO

LONGEST_WAIT_SECONDS = 15
"""As `busy_timeout`: after that a thread tries without its turn, and SQLite says what is the matter."""
SUFFIX = "-queue"


class WriteQueue:
    """The queue of one database file; a database in memory has threads only."""

    def __init__(self, database: str | None) -> None:
        self._turn = threading.Lock()
        named = database and database != ":memory:"
        self._path = Path(f"{database}{SUFFIX}") if named else None
        self._file: BinaryIO | None = None

    def enter(self) -> bool:
        """Wait for one's turn; return whether it came, in which case `leave` has to be called."""
        if not self._turn.acquire(timeout=LONGEST_WAIT_SECONDS):
            return False
        try:
            if self._path is not None:
                self._file = self._file or self._path.open("ab")
                fcntl.flock(self._file, fcntl.LOCK_EX)
        except BaseException:
            self._turn.release()
            raise
        return True

    def leave(self) -> None:
        """Let the next one write."""
        if self._file is not None:
            fcntl.flock(self._file, fcntl.LOCK_UN)
        self._turn.release()
