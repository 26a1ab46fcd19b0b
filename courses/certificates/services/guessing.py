"""Holding up those who try one code after another.

Looking is a GET, which never writes, so the count is kept in each web process by itself: with two processes twice as many tries are
possible, which changes nothing against 45 random bits. Behind a proxy the address is the visitor's (`ACADEMY_TRUSTED_PROXIES`).
"""

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock

from academy.clock import now

MAX_MISSES = 20
WINDOW = timedelta(minutes=15)
_ADDRESSES = 10_000


class Misses:
    """Wrong codes and names by address, each forgotten after a while."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._times: OrderedDict[str, deque[datetime]] = OrderedDict()

    def too_many(self, address: str) -> bool:
        """Return whether this address has to wait."""
        with self._lock:
            times = self._times.get(address)
            while times and times[0] < now() - WINDOW:
                times.popleft()
            return bool(times) and len(times or ()) >= MAX_MISSES

    def note(self, address: str) -> None:
        """Count a wrong guess."""
        with self._lock:
            times = self._times.setdefault(address, deque(maxlen=MAX_MISSES))
            times.append(now())
            self._times.move_to_end(address)
            if len(self._times) > _ADDRESSES:
                self._times.popitem(last=False)

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._times.clear()


misses = Misses()
