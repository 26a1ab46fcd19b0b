"""Walking through a scenario: what an answer says, in the author's order of choices and in the one that is shown."""

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from academy.i18n import current_locale
from courses.question_types.base import as_content, text_of
from courses.scenarios import running
from courses.scenarios.checking import check, frozen
from courses.scenarios.running import MOST_STEPS, Frozen, Run
from courses.scenarios.script import Issue, Script, read

LIMIT = 20_000
"""Longest text of a scenario, in characters."""


@lru_cache(maxsize=256)
def _looked_at(text: str, _locale: str) -> tuple[Script, tuple[Issue, ...], Frozen | None]:
    script = read(text)
    issues = tuple(check(script))
    sound = script.scenes and not any(issue.blocking for issue in issues)
    return script, issues, frozen(script) if sound else None


def looked_at(content: object) -> tuple[Script, tuple[Issue, ...], Frozen | None]:
    """Return the scenario of a content as it was read, what there is to say about it, and how it is played.

    The last is None while something has to be mended. The name of a measure that the author left out is in the reader's language.
    """
    return _looked_at(text_of(as_content(content), "text")[: LIMIT + 1], current_locale())


def drill_of(content: object) -> Frozen | None:
    """Return the scenario as it is played; None when it cannot be."""
    return looked_at(content)[2]


def order(drill: Frozen, scene: str, order_seed: str | None) -> list[int]:
    """Return the places of a scene's choices in the order in which they are shown. A browser only learns this order."""
    places = range(len(drill["scenes"][scene]["choices"]))
    if order_seed is None:
        return list(places)
    return sorted(places, key=lambda place: hashlib.sha256(f"{order_seed}:{scene}:{place}".encode()).digest())


def run_of(drill: Frozen, answer: object, order_seed: str | None = None) -> Run | None:
    """Return where an answer has led, be it a kept one (`path`) or one that was just sent (`steps`); None for an impossible one."""
    values = as_content(answer)
    if "steps" in values:
        return _sent(drill, values["steps"], order_seed)
    path = values.get("path", [])
    return running.replay(drill, path) if isinstance(path, list) and len(path) <= MOST_STEPS else None


def _sent(drill: Frozen, steps: object, order_seed: str | None) -> Run | None:
    if not isinstance(steps, list) or len(steps) > MOST_STEPS:
        return None
    path: list[int] = []
    for number in steps:
        run = running.replay(drill, path)
        shown = order(drill, run.at, order_seed) if run else []
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < len(shown):
            return None
        path.append(shown[number])
    return running.replay(drill, path)


def shown_steps(drill: Frozen, run: Run, order_seed: str | None) -> list[int]:
    """Return the steps of a run as the page names them, which is how it sends them again."""
    return [order(drill, scene, order_seed).index(place) for scene, place in run.steps]


def ending(drill: Frozen, run: Run) -> str:
    """Return the kind of the ending that a run has reached; empty while it is under way."""
    return str(drill["scenes"][run.at]["ending"])


def kept(drill: Frozen, run: Run) -> dict[str, Any] | None:
    """Return a run as it is stored; None before the first step."""
    return {"path": path(run.steps), "ended": bool(ending(drill, run))} if run.steps else None


def path(steps: Iterable[tuple[str, int]]) -> list[int]:
    """Return the places of the choices of a run."""
    return [place for _scene, place in steps]
