"""What of a drill reaches the browser: the scene one stands in, and after the end the debrief of one's own way."""

from fractions import Fraction
from typing import Any

from academy.web import markdown
from courses.lesson_types.base import PlayerContext, step_fields
from courses.scenarios import running
from courses.scenarios.running import Frozen, Run
from courses.scenarios.telling import reviewed, step_of


def shown(drill: Frozen, words: Frozen | None, context: PlayerContext) -> dict[str, Any]:
    """Return what the page of a drill needs; `words`: the same drill in the language of the request, if there is one."""
    state = context.state
    path = state.get("path", [])
    run = running.replay(drill, path)
    stale = run is None
    if run is None:
        run = running.replay(drill, []) or Run(drill["start"], [], [])
    words = words or drill
    scene = words["scenes"][run.at]
    over = bool(drill["scenes"][run.at]["ending"])
    return {
        "step": step_fields(context),
        "lang": "" if words is not drill else "zh-CN",
        "stale": stale,
        "title": scene["title"],
        "html": markdown.render(scene["text"]),
        "choices": [choice["text"] for choice in scene["choices"]],
        "number": len(run.steps) + 1,
        "last": _step(step_of(drill, words, *run.steps[-1])) if run.steps else None,
        "measures": list(zip(words["measures"], run.totals, strict=True)),
        "runs": state.get("runs", 0),
        "worn": len(run.steps) >= running.MOST_STEPS,
        "debrief": _debrief(drill, words, run, context) if over else None,
    }


def _step(step: dict[str, Any]) -> dict[str, Any]:
    """Return what `telling` told of a step, its texts rendered."""
    better = step.get("better")
    return {
        **step,
        "then": markdown.render(step["then"]),
        "why": markdown.render(step.get("why", "")),
        "better": {**better, "why": markdown.render(better["why"])} if better else None,
    }


def _debrief(drill: Frozen, words: Frozen, run: Run, context: PlayerContext) -> dict[str, Any]:
    scene = drill["scenes"][run.at]
    best = running.best_run(drill)
    said = words["scenes"][run.at]
    endings = [each for each in drill["scenes"].values() if each["ending"]]
    return {
        "kind": scene["ending"],
        "html": markdown.render(said["debrief"]),
        "steps": [_step(reviewed(drill, words, *step)) for step in run.steps],
        "worth": running.mark(drill, run),
        "best": Fraction(*context.state.get("best", [0, 1])),
        "measures": list(zip(words["measures"], run.totals, best.totals if best else run.totals, strict=True)),
        "see": [(title, context.lesson_url(title)) for title in (said["see"] or scene["see"])],
        "endings": len(endings),
        "endings_seen": len(set(context.state.get("endings", [])) & set(drill["scenes"])),
    }
