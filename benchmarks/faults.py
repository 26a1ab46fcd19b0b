"""The power fails ten times while 50 people sit an exam: `python -m benchmarks.faults [sqlite|postgresql|all]`.

Everybody answers as fast as the server acknowledges. At random moments every process of the server gets SIGKILL and is
started again. At the end everybody hands in, twice. What must hold: no answer that was acknowledged is missing, and no
attempt is graded twice or counted twice.
"""

from __future__ import annotations

import http.client
import os
import random
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from academy.db import db
from benchmarks.cohort import Candidate, gather
from benchmarks.site import prepared
from benchmarks.world import application
from courses.learning.models import Evidence
from courses.quizzes.models import Attempt, Response
from tests.support.server import RunningServer

PEOPLE = int(os.environ.get("PEOPLE") or 50)
CUTS = int(os.environ.get("CUTS") or 10)
BETWEEN_CUTS = (1.0, 4.0)
RETRY_SECONDS = 0.3
GIVE_UP_SECONDS = 120


@dataclass
class Diary:
    """What one person was told: for each question the sequence and answer that were acknowledged last, and how many."""

    acknowledged: dict[int, tuple[int, list[str]]] = field(default_factory=dict)
    sent: dict[int, dict[int, list[str]]] = field(default_factory=dict)
    saves: int = 0
    cut_off: int = 0
    refused: list[str] = field(default_factory=list)


def answer_on(candidate: Candidate, diary: Diary, stop: threading.Event) -> None:
    """Answer one question after the other until told to stop; what was cut off is not sent again."""
    while not stop.is_set():
        position = candidate.chance.choice(list(candidate.choices))
        answer, sequence = candidate.invent(position), int(time.time() * 1000)
        sequence = max(sequence, max(diary.sent.get(position, {0: []})) + 1)
        diary.sent.setdefault(position, {})[sequence] = answer
        try:
            reply = candidate.save(position, answer, sequence)
        except (OSError, http.client.HTTPException):
            diary.cut_off += 1
            time.sleep(RETRY_SECONDS)
            continue
        if reply.status != 200:
            diary.refused.append(f"{reply.status} {reply.text[:200]}")
            return
        diary.saves += 1
        diary.acknowledged[position] = (sequence, answer)


def persist(work, *arguments) -> None:  # type: ignore[no-untyped-def]
    """Do something over the network again until it succeeds."""
    until = time.monotonic() + GIVE_UP_SECONDS
    while True:
        try:
            work(*arguments)
            return
        except (OSError, http.client.HTTPException):
            if time.monotonic() > until:
                raise
            time.sleep(RETRY_SECONDS)


def hand_in(candidate: Candidate) -> None:
    """Press the button twice."""
    for _again in range(2):
        reply = candidate.post(f"/attempts/{candidate.token}/submit", {})
        if reply.status != 303:
            raise AssertionError(f"not handed in: {reply.status} {reply.text[:200]}")


def storm(server: RunningServer, candidates: list[Candidate], chance: random.Random) -> list[Diary]:
    """Let everybody answer while the power fails again and again; then let them hand in."""
    diaries, stop = [Diary() for _candidate in candidates], threading.Event()
    threads = [
        threading.Thread(target=answer_on, args=(candidate, diary, stop))
        for candidate, diary in zip(candidates, diaries, strict=True)
    ]
    for thread in threads:
        thread.start()
    for _cut in range(CUTS):
        time.sleep(chance.uniform(*BETWEEN_CUTS))
        server.kill9()
        server.restart()
    time.sleep(BETWEEN_CUTS[0])
    stop.set()
    for thread in threads:
        thread.join()
    for candidate in candidates:
        persist(hand_in, candidate)
    return diaries


def missing(app: Flask, candidates: list[Candidate], diaries: list[Diary]) -> list[str]:
    """Return what is wrong with what the database holds, as sentences."""
    found: list[str] = []
    with app.app_context():
        for candidate, diary in zip(candidates, diaries, strict=True):
            attempt = db.session.scalars(select(Attempt).where(Attempt.token == candidate.token)).one()
            if attempt.state != "submitted":
                found.append(f"{candidate.token} is {attempt.state}")
            rows = db.session.scalars(select(Response).where(Response.attempt_id == attempt.id))
            held = {row.position: row for row in rows}
            for position, (sequence, answer) in diary.acknowledged.items():
                row = held[position]
                sent = diary.sent[position].get(row.sequence)
                if row.sequence < sequence or sent is None:
                    found.append(
                        f"{candidate.token}, question {position}: {answer} was acknowledged, {row.answer} is there"
                    )
        found += _counted_twice({candidate.token for candidate in candidates})
    return found


def _counted_twice(tokens: set[str]) -> list[str]:
    """Return the attempts that progress has counted more than once, or not at all."""
    identities = dict(db.session.execute(select(Attempt.id, Attempt.token).where(Attempt.token.in_(tokens))).all())
    counts: Counter[int] = Counter()
    for credited in db.session.scalars(select(Evidence.credited).where(Evidence.kind == "attempt")):
        counts[credited.get("attempt_id")] += 1
    return [f"{token} was counted {counts[key]} times" for key, token in identities.items() if counts[key] != 1]


def measure(kind: str) -> bool:
    """Run on one database and print; return whether nothing was lost."""
    chance = random.Random(20260309)
    with prepared(kind) as site:
        app = application(site)
        cohort = gather(app, PEOPLE)
        settings = {name: site.environ[name] for name in ("DATABASE_URL",) if name in site.environ}
        server = RunningServer(Path(site.instance), LOG_LEVEL="error", **settings)
        server.start()
        try:
            candidates = [
                Candidate(server.port, visitor, random.Random(chance.random())) for visitor in cohort.visitors
            ]
            for candidate in candidates:
                candidate.start(cohort.lesson)
                candidate.read(candidates[0].choices or None)
            diaries = storm(server, candidates, chance)
        finally:
            server.kill9()
        problems = [line for diary in diaries for line in diary.refused] + missing(app, candidates, diaries)
    print(
        f"{kind}: {PEOPLE} people, {CUTS} times SIGKILL, {sum(diary.saves for diary in diaries)} answers acknowledged, "
        f"{sum(diary.cut_off for diary in diaries)} cut off, {len(problems)} lost, refused or counted wrongly"
    )
    for line in problems[:10]:
        print(f"  {line}")
    return not problems


def main() -> int:
    """Run on the databases asked for."""
    asked = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    kinds = ["sqlite", "postgresql"] if asked == "all" else [asked]
    return 0 if all(list(map(measure, kinds))) else 1


if __name__ == "__main__":
    sys.exit(main())
