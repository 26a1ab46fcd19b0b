"""Measures scenarios and, turn by turn with each, a bare page of the same size."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import Any

from benchmarks.scenarios import Scenario
from benchmarks.visitor import Answer, Ask, Http, Visitor
from benchmarks.world import World

ROUNDS = 8
AT_A_TIME = 5


@dataclass
class Figures:
    """What was seen of one scenario: CPU seconds and requests of each round, for itself and for the bare page."""

    scenario: Scenario
    bytes: int = 0
    queries: int = 0
    bare_bytes: int = 0
    own: list[tuple[float, int]] = field(default_factory=list)
    bare: list[tuple[float, int]] = field(default_factory=list)

    @property
    def cpu_ms(self) -> float:
        """CPU milliseconds per request."""
        return _per_request(self.own)

    @property
    def bare_ms(self) -> float:
        """The same for the bare page."""
        return _per_request(self.bare)

    @property
    def ratios(self) -> list[float]:
        """Own by bare, round by round."""
        pairs = zip(self.own, self.bare, strict=True)
        return [(own / number) / (bare / times) for (own, number), (bare, times) in pairs]

    @property
    def ratio(self) -> float:
        """The middle one of the ratios of all rounds."""
        return statistics.median(self.ratios)

    def misses(self) -> list[str]:
        """Return the aims that are not met, as words."""
        wanted, found = self.scenario, []
        if wanted.ratio is not None and self.ratio > wanted.ratio:
            found.append(f"ratio {self.ratio:.2f} is above {wanted.ratio:g}")
        if wanted.queries is not None and self.queries > wanted.queries:
            found.append(f"{self.queries} queries are more than {wanted.queries}")
        return found

    def as_json(self) -> dict[str, Any]:
        """Return the figures for a file."""
        return {
            "cpu_ms": round(self.cpu_ms, 3),
            "queries": self.queries,
            "bytes": self.bytes,
            "bare_cpu_ms": round(self.bare_ms, 3),
            "bare_bytes": self.bare_bytes,
            "ratio": round(self.ratio, 3),
            "ratio_least": round(min(self.ratios), 3),
            "ratio_most": round(max(self.ratios), 3),
            "aims": {"ratio": self.scenario.ratio, "queries": self.scenario.queries},
            "met": not self.misses(),
        }


def _per_request(rounds: list[tuple[float, int]]) -> float:
    return 1000 * sum(cpu for cpu, _number in rounds) / sum(number for _cpu, number in rounds)


class Bench:
    """Sends the requests and reads the meter."""

    def __init__(self, http: Http, world: World) -> None:
        self.http = http
        self.world = world
        self.frames: dict[str, int] = {}

    def run(self, scenarios: list[Scenario], rounds: int = ROUNDS) -> list[Figures]:
        """Warm up with one round that does not count, then measure; return the figures in the order of `scenarios`."""
        figures = [Figures(scenario) for scenario in scenarios]
        for number in range(rounds + 1):
            for each in figures:
                self._round(each, counts=number > 0)
        return figures

    def _round(self, figures: Figures, *, counts: bool) -> None:
        """Send the requests of one round a few at a time, and as many for the bare page after each few."""
        scenario, asks = figures.scenario, figures.scenario.requests()
        own = bare = 0.0
        answers: list[Answer] = []
        for start in range(0, len(asks), AT_A_TIME):
            few = asks[start : start + AT_A_TIME]
            cpu, answered = self._measure(few)
            answers += answered
            own += cpu
            figures.bytes = round(statistics.median(len(answer.body) for answer in answers))
            cpu, bares = self._measure([self._bare(scenario, figures.bytes)] * len(few))
            figures.bare_bytes = len(bares[0].body)
            bare += cpu
        scenario.after(answers)
        if counts:
            figures.queries = max([figures.queries, *(answer.queries for answer in answers)])
            figures.own.append((own, len(asks)))
            figures.bare.append((bare, len(asks)))

    def _measure(self, asks: list[Ask]) -> tuple[float, list[Answer]]:
        before = self.http.cpu_seconds()
        answers = [self.http.send(ask) for ask in asks]
        return self.http.cpu_seconds() - before, answers

    def _bare(self, scenario: Scenario, size: int) -> Ask:
        """Return the request for a bare page of `size` bytes, or of the smallest size that the layout has."""
        visitor: Visitor = getattr(self.world, scenario.visitor)
        path = f"/bench/bare/{scenario.layout}"
        if path not in self.frames:
            self.frames[path] = len(self.http.send(Ask(visitor, path)).body)
        return Ask(visitor, f"{path}?pad={max(0, size - self.frames[path])}")
