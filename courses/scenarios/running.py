"""Playing a drill: pure, on what `checking.frozen` made. A path is a list of the places of the choices taken."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

Frozen = dict[str, Any]
MOST_STEPS = 200


@dataclass(frozen=True)
class Run:
    """Where a path leads: the scene one stands in, the steps (scene, place of the choice), the sums of the measures."""

    at: str
    steps: list[tuple[str, int]]
    totals: list[int]


def replay(drill: Frozen, path: Iterable[Any]) -> Run | None:
    """Return where `path` leads, or None when the drill (no longer) has such a path."""
    scenes = drill["scenes"]
    at, steps, totals = drill["start"], [], [0] * len(drill["measures"])
    for place in path:
        choices = scenes[at]["choices"]
        if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < len(choices):
            return None
        choice = choices[place]
        steps.append((at, place))
        totals = [sum(pair) for pair in zip(totals, choice["points"], strict=True)]
        at = choice["to"]
        if at not in scenes:
            return None
    return Run(at, steps, totals)


def best_of(drill: Frozen, scene: str) -> int | None:
    """Return the place of the best choice in a scene, None where the author marked none."""
    choices = drill["scenes"][scene]["choices"]
    return next((place for place, choice in enumerate(choices) if choice["best"]), None)


def best_run(drill: Frozen) -> Run | None:
    """Return the run that always takes the best choice, or None when that never ends."""
    path: list[int] = []
    for _step in range(len(drill["scenes"]) + 1):
        run = replay(drill, path)
        if run is None or drill["scenes"][run.at]["ending"]:
            return run
        best = best_of(drill, run.at)
        if best is None:
            return None
        path.append(best)
    return None


def mark(drill: Frozen, run: Run) -> Fraction:
    """Return what share of the points of the best run a finished run has earned, from 0 to 1."""
    best = best_run(drill)
    most = sum(best.totals) if best else 0
    if most <= 0:
        return Fraction(drill["scenes"][run.at]["ending"] == "good")
    return min(Fraction(1), max(Fraction(0), Fraction(sum(run.totals), most)))


def depths(drill: Frozen) -> dict[str, int]:
    """Return after how many decisions each scene is first reached; scenes never reached come last."""
    found, edge = {drill["start"]: 0}, [drill["start"]]
    while edge:
        following: list[str] = []
        for scene in edge:
            for choice in drill["scenes"][scene]["choices"]:
                if choice["to"] in drill["scenes"] and choice["to"] not in found:
                    found[choice["to"]] = found[scene] + 1
                    following.append(choice["to"])
        edge = following
    last = max(found.values()) + 1
    return {scene: found.get(scene, last) for scene in drill["scenes"]}


def characters(drill: Frozen, steps: Sequence[tuple[str, int]]) -> int:
    """Return how much there is to read along a run."""
    scenes = drill["scenes"]
    return sum(
        len(scenes[scene]["text"])
        + sum(len(choice["text"]) for choice in scenes[scene]["choices"])
        + len(scenes[scene]["choices"][place]["then"])
        for scene, place in steps
    )
