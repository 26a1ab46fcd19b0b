"""`make bench`; see README.md beside this file."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

from benchmarks import report, whole_quiz
from benchmarks.measuring import ROUNDS, Bench, Figures
from benchmarks.profiling import profile
from benchmarks.scenarios import Scenario, everything
from benchmarks.site import prepared, serving
from benchmarks.visitor import Http
from benchmarks.world import application, build

DATABASES = {"sqlite": ["sqlite"], "postgresql": ["postgresql"], "all": ["sqlite", "postgresql"]}


def chosen(scenarios: list[Scenario]) -> list[Scenario]:
    """Return the scenarios that ONLY names (all without it), with those that have to come before them."""
    only = [word for word in os.environ.get("ONLY", "").replace(",", " ").split() if word]
    if any(word.startswith("quiz-") for word in only):
        only.append("quiz-")
    return [each for each in scenarios if not only or any(each.key.startswith(word) for word in only)]


def measure(kind: str, rounds: int) -> tuple[list[Figures], whole_quiz.Cost]:
    """Measure on one kind of database: each request, and a whole quiz."""
    with prepared(kind) as site:
        world = build(site)
        with serving(site) as port:
            http = Http(port)
            figures = Bench(http, world).run(chosen(everything(world, http)), rounds)
        app = application(site)
        whole_quiz.prepare(app, world.lessons["quiz"])
        server = whole_quiz.database_server(app)
        with serving(site) as port:
            return figures, whole_quiz.measure(Http(port), world.lessons["quiz"], world.learners, server)


def main() -> int:
    """Measure, print, write."""
    warnings.simplefilter("ignore", ResourceWarning)
    if key := os.environ.get("PROFILE"):
        profile(key)
        return 0
    rounds = int(os.environ.get("ROUNDS") or ROUNDS)
    asked = os.environ.get("DB") or ("postgresql" if os.environ.get("DATABASE_URL") else "sqlite")
    if asked not in DATABASES:
        print(f"DB is {asked!r}; use one of {', '.join(DATABASES)}.", file=sys.stderr)
        return 2
    results = {}
    for kind in DATABASES[asked]:
        results[kind], quiz = measure(kind, rounds)
        print(f"\n== {kind}: CPU time of the web server per request, {rounds} rounds\n")
        print(report.table(results[kind]) + "\n\n" + report.verdict(results[kind]))
        if said := report.learners(results[kind]):
            print(said)
        print(f"\n{quiz}", flush=True)
    if target := os.environ.get("JSON"):
        report.write(Path(target), results, rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
