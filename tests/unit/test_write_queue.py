"""The queue of those who write to SQLite: a turn that could not be had is nobody's."""

from __future__ import annotations

import errno
import fcntl

import pytest

from academy import write_queue
from academy.write_queue import WriteQueue


@pytest.mark.parametrize("failing", ["open", "flock"])
def test_a_turn_that_fails_is_given_back(tmp_path, monkeypatch, failing):
    queue = WriteQueue(str(tmp_path / "academy.sqlite3"))

    def fail(*arguments):
        raise OSError(errno.ENOSPC, "no room")

    with monkeypatch.context() as patch:
        patch.setattr(*((type(tmp_path), "open") if failing == "open" else (fcntl, "flock")), fail)
        with pytest.raises(OSError, match="no room"):
            queue.enter()
    monkeypatch.setattr(write_queue, "LONGEST_WAIT_SECONDS", 0.1)
    assert queue.enter()
    queue.leave()
