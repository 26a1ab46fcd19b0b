"""What is told of decisions that were taken: at once what came of them, afterwards what would have been better. Plain texts."""

from typing import Any

from courses.scenarios import running
from courses.scenarios.running import Frozen


def step_of(drill: Frozen, words: Frozen, scene: str, place: int) -> dict[str, Any]:
    """Return a decision and its consequence; `words`: the same scenario in the language in which it is told."""
    chosen, said = drill["scenes"][scene]["choices"][place], words["scenes"][scene]["choices"][place]
    changes = zip(words["measures"], chosen["points"], strict=True)
    return {
        "scene": words["scenes"][scene]["title"],
        "text": said["text"],
        "then": said["then"],
        "changes": [(name, amount) for name, amount in changes if amount],
    }


def reviewed(drill: Frozen, words: Frozen, scene: str, place: int) -> dict[str, Any]:
    """Return a decision as it is told afterwards: also where another choice was better, which and why."""
    best = running.best_of(drill, scene)
    said = words["scenes"][scene]["choices"]
    better = said[best] if best is not None and best != place else None
    return {
        **step_of(drill, words, scene, place),
        "was_best": best == place,
        "why": said[place]["why"],
        "better": {"text": better["text"], "why": better["why"]} if better else None,
    }
