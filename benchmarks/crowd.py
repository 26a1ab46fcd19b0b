"""500 people sit the same timed exam: `python -m benchmarks.crowd [sqlite|postgresql|all]`.

All start within ten seconds and then save an answer every 15 seconds. No request may fail, and the p95 of a save has to
stay under ten times its median on an idle server.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.cohort import Candidate, Cohort, gather
from benchmarks.site import Site, prepared
from benchmarks.world import application
from tests.support.server import RunningServer

PEOPLE = int(os.environ.get("PEOPLE") or 500)
START_WITHIN_SECONDS = 10.0
SAVE_EVERY_SECONDS = 15.0
RUN_SECONDS = float(os.environ.get("SECONDS") or 75)
IDLE_SAVES = 60
MOST_TIMES_IDLE = 10


@dataclass
class Log:
    """What was seen: seconds of each save, and whatever went wrong."""

    saves: list[float] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def timed_save(candidate: Candidate, log: Log) -> None:
    """Save an answer to some question and note how long it took."""
    position = candidate.chance.choice(list(candidate.choices))
    began = time.perf_counter()
    reply = candidate.save(position, candidate.invent(position))
    log.saves.append(time.perf_counter() - began)
    if reply.status != 200:
        log.errors.append(f"save: {reply.status} {reply.text[:200]}")


def sit(candidate: Candidate, lesson: str, begin: float, end: float, log: Log) -> None:
    """Start at some moment of the first ten seconds, then save again and again."""
    try:
        time.sleep(max(0.0, begin - time.monotonic() + candidate.chance.uniform(0, START_WITHIN_SECONDS)))
        began = time.perf_counter()
        candidate.start(lesson)
        candidate.read(candidate.choices)
        log.starts.append(time.perf_counter() - began)
        time.sleep(candidate.chance.uniform(0, SAVE_EVERY_SECONDS))
        while time.monotonic() < end:
            timed_save(candidate, log)
            time.sleep(SAVE_EVERY_SECONDS)
    except Exception as error:
        log.errors.append(f"{type(error).__name__}: {error}")


def at_idle(port: int, cohort: Cohort) -> tuple[float, Candidate]:
    """Return the median seconds of a save while nobody else does anything, and who has read the paper."""
    candidate, log = Candidate(port, cohort.visitors[0], random.Random(1)), Log()
    candidate.start(cohort.lesson)
    candidate.read()
    for _time in range(IDLE_SAVES):
        timed_save(candidate, log)
    return statistics.median(log.saves), candidate


def run(port: int, cohort: Cohort, choices: dict[int, list[str]]) -> Log:
    """Let everybody sit the exam."""
    log, begin = Log(), time.monotonic() + 1
    threads = [
        threading.Thread(
            target=sit,
            args=(
                Candidate(port, visitor, random.Random(number), choices=choices),
                cohort.lesson,
                begin,
                begin + RUN_SECONDS,
                log,
            ),
        )
        for number, visitor in enumerate(cohort.visitors[1:])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return log


def served(site: Site) -> RunningServer:
    """Return the academy as `make run` starts it, on the benchmark's data."""
    settings = {name: site.environ[name] for name in ("DATABASE_URL",) if name in site.environ}
    return RunningServer(Path(site.instance), LOG_LEVEL="error", **settings)


def cpu_seconds(server: RunningServer) -> tuple[float, float]:
    """Return the CPU seconds used so far by the server's processes, and by this one, which shares the machine with them."""
    times = [process.cpu_times() for process in server.family()]
    return sum(each.user + each.system for each in times), time.process_time()


def measure(kind: str) -> bool:
    """Measure on one database and print; return whether the aims are met."""
    with prepared(kind) as site:
        cohort = gather(application(site), PEOPLE + 1)
        server = served(site)
        server.start()
        try:
            idle, reader = at_idle(server.port, cohort)
            before = cpu_seconds(server)
            log = run(server.port, cohort, reader.choices)
            served_with, asked_with = (after - first for after, first in zip(cpu_seconds(server), before, strict=True))
            trouble = server.last_errors()
        finally:
            server.kill9()
    p95 = statistics.quantiles(log.saves, n=20)[-1]
    print(
        f"{kind}: {PEOPLE} people, {len(log.starts)} started (opening took {statistics.median(log.starts):.3f} s in the middle), "
        f"{len(log.saves)} saves, {len(log.errors)} errors; a save took {idle * 1000:.1f} ms at idle, "
        f"{statistics.median(log.saves) * 1000:.1f} ms in the middle, p95 {p95 * 1000:.1f} ms "
        f"({p95 / idle:.1f} times idle), longest {max(log.saves) * 1000:.0f} ms"
    )
    print(f"  CPU: {served_with:.1f} s of the web server and its jobs, {asked_with:.1f} s of those who asked")
    for line in [*log.errors[:3], trouble]:
        print(f"  {line[:400]}")
    return not log.errors and p95 < MOST_TIMES_IDLE * idle


def main() -> int:
    """Measure on the databases asked for."""
    asked = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    kinds = ["sqlite", "postgresql"] if asked == "all" else [asked]
    return 0 if all(list(map(measure, kinds))) else 1


if __name__ == "__main__":
    sys.exit(main())
