"""Whether a drill holds together: where choices lead, what is never reached, what never ends."""

from typing import Any

from academy.i18n import _
from academy.i18n import lazy as _l
from courses.scenarios.script import Choice, Issue, Scene, Script, key_of, read

Frozen = dict[str, Any]


def check(script: Script) -> list[Issue]:
    """Resolve where the choices lead and what they score; return everything there is to say, in the order of the lines."""
    issues = list(script.issues)
    if not script.scenes:
        return [*issues, Issue(0, _l("还没有场景。先写一行“## 1 第一个电话”，下面写正文和选项"))]
    _resolve(script, issues)
    _score(script, issues)
    for scene in script.scenes:
        issues += _of_scene(scene)
    if not any(issue.blocking for issue in issues):
        issues += _of_ways(script)
    return sorted(issues, key=lambda issue: (not issue.blocking, issue.line))


def check_twin(script: Script, twin: Script) -> list[Issue]:
    """Return where the English text has not the same scenes and choices as the Chinese one."""
    issues = list(twin.issues)
    _resolve(twin, issues)
    known = {key_of(scene.id): scene for scene in twin.scenes}
    for scene in script.scenes:
        other = known.pop(key_of(scene.id), None)
        if other is None:
            issues.append(Issue(0, _l("英文稿里没有场景“%(id)s”。两份稿子要有同样的场景和代号", id=scene.id)))
        elif [choice.to for choice in other.choices] != [choice.to for choice in scene.choices]:
            issues.append(
                Issue(other.line, _l("场景“%(id)s”的选项和中文稿对不上：个数、次序和去处都要一样", id=scene.id))
            )
    issues += [Issue(scene.line, _l("中文稿里没有场景“%(id)s”", id=scene.id)) for scene in known.values()]
    if len(twin.measures) not in (0, len(script.measures)):
        issues.append(Issue(0, _l("英文稿的指标个数和中文稿不一样")))
    return issues


def _resolve(script: Script, issues: list[Issue]) -> None:
    names: dict[str, str] = {}
    for scene in reversed(script.scenes):
        for name in (f"{scene.id} {scene.title}", scene.title):
            names.setdefault(key_of(name), scene.id)
    names |= {key_of(scene.id): scene.id for scene in script.scenes}
    for scene in script.scenes:
        for choice in scene.choices:
            choice.to = names.get(key_of(choice.target), "")
            if choice.target and not choice.to:
                issues.append(
                    Issue(
                        choice.line,
                        _l("没有代号是“%(target)s”的场景。改成已有的代号，或者补写这个场景", target=choice.target[:24]),
                    )
                )


def _score(script: Script, issues: list[Issue]) -> None:
    """Let every choice score in the order of the measures; without a line of measures they are those that were used."""
    declared = bool(script.measures)
    default = _("得分")
    for choice in (choice for scene in script.scenes for choice in scene.choices):
        pairs = [(name or (script.measures or [default])[0], amount) for name, amount in choice.points]
        known = {key_of(name) for name in script.measures}
        for name, _amount in pairs:
            if key_of(name) in known:
                continue
            if declared or len(known) >= 5:
                listed = _("、").join(script.measures)
                issues.append(
                    Issue(choice.line, _l("没有叫“%(name)s”的指标。已有的是：%(list)s", name=name[:20], list=listed))
                )
            else:
                script.measures.append(name)
                known.add(key_of(name))
        choice.points = [(name, amount) for name, amount in pairs if key_of(name) in known]


def _of_scene(scene: Scene) -> list[Issue]:
    issues = []
    if scene.ending and scene.choices:
        issues.append(
            Issue(scene.line, _l("“%(title)s”是结局，不能再有选项。删去选项，或者删去“结局：”", title=scene.title))
        )
    elif not scene.ending and not scene.choices:
        issues.append(
            Issue(
                scene.line,
                _l(
                    "“%(title)s”走到这里就断了：没有选项，也不是结局。写上“- 选项 → 代号”，或者写“结局：好”",
                    title=scene.title,
                ),
            )
        )
    if scene.ending and not scene.debrief:
        issues.append(
            Issue(scene.line, _l("结局“%(title)s”没有复盘。加一行“复盘：”，说说这个结果是怎么来的", title=scene.title))
        )
    if not scene.text.strip():
        issues.append(Issue(scene.line, _l("“%(title)s”没有正文。写几句眼前的情形", title=scene.title)))
    best = [choice for choice in scene.choices if choice.best]
    if scene.choices and len(best) != 1:
        message = (
            _l("“%(title)s”标了不止一个“最佳”，只留一个", title=scene.title)
            if best
            else _l("“%(title)s”没有标出哪个选项最佳。在那个选项下面写“最佳：为什么”", title=scene.title)
        )
        issues.append(Issue(best[1].line if best else scene.line, message))
    if len(scene.choices) == 1:
        issues.append(
            Issue(scene.line, _l("“%(title)s”只有一个选项，没有什么可以决定", title=scene.title), blocking=False)
        )
    issues += [
        Issue(choice.line, _l("选项“%(text)s”没有写后果", text=choice.text[:24]), blocking=False)
        for choice in scene.choices
        if not choice.then
    ]
    return issues


def _of_ways(script: Script) -> list[Issue]:
    scenes = {scene.id: scene for scene in script.scenes}
    start = script.scenes[0]
    issues = []
    reached = _reach({start.id}, {scene.id: {choice.to for choice in scene.choices} for scene in script.scenes})
    issues += [
        Issue(scene.line, _l("没有一个选项通向“%(title)s”，学员永远看不到它", title=scene.title), blocking=False)
        for scene in script.scenes
        if scene.id not in reached
    ]
    back: dict[str, set[str]] = {scene.id: set() for scene in script.scenes}
    for scene in script.scenes:
        for choice in scene.choices:
            back[choice.to].add(scene.id)
    ending = _reach({scene.id for scene in script.scenes if scene.ending}, back)
    issues += [
        Issue(
            scene.line, _l("从“%(title)s”走下去只会绕圈子，到不了任何结局。让其中一个选项通向结局", title=scene.title)
        )
        for scene in script.scenes
        if scene.id not in ending
    ]
    if not any(scene.ending == "good" for scene in script.scenes if scene.id in reached):
        issues.append(Issue(0, _l("没有能走到的好结局。至少有一个结局写“结局：好”")))
    if _loops(start, scenes):
        issues.append(Issue(start.line, _l("一路选“最佳”会绕圈子，到不了结局。检查哪些选项标了“最佳”")))
    return issues


def _reach(begin: set[str], ways: dict[str, set[str]]) -> set[str]:
    seen, open_ = set(begin), list(begin)
    while open_:
        for other in ways.get(open_.pop(), set()) - seen:
            seen.add(other)
            open_.append(other)
    return seen


def _loops(scene: Scene, scenes: dict[str, Scene]) -> bool:
    seen: set[str] = set()
    while scene.choices:
        if scene.id in seen:
            return True
        seen.add(scene.id)
        scene = scenes[next(choice for choice in scene.choices if choice.best).to]
    return False


def examine(text: str, text_en: str) -> tuple[Script, Script | None, list[Issue], list[Issue]]:
    """Return both texts as read, the English one None where there is none, and what there is to say about each."""
    script = read(text)
    issues = check(script)
    if not text_en.strip():
        return script, None, issues, []
    twin = read(text_en)
    return script, twin, issues, check_twin(script, twin)


def frozen(script: Script) -> Frozen:
    """Return a drill as it is kept when it is published: a JSON-able dict; scenes by their id, the first one is `start`."""
    scenes = {
        scene.id: {
            "title": scene.title,
            "text": scene.text,
            "ending": scene.ending,
            "debrief": scene.debrief,
            "see": scene.see,
            "choices": [_frozen_choice(script, choice) for choice in scene.choices],
        }
        for scene in script.scenes
    }
    return {"measures": script.measures, "start": script.scenes[0].id, "scenes": scenes}


def _frozen_choice(script: Script, choice: Choice) -> Frozen:
    changes = [0] * len(script.measures)
    places = {key_of(name): place for place, name in enumerate(script.measures)}
    for name, amount in choice.points:
        if key_of(name) in places:
            changes[places[key_of(name)]] += amount
    return {
        "text": choice.text,
        "to": choice.to,
        "then": choice.then,
        "points": changes,
        "best": choice.best,
        "why": choice.why,
    }


def frozen_twin(script: Script, twin: Script) -> Frozen:
    """Return the English words under the ids of the Chinese scenes."""
    known = {key_of(scene.id): scene for scene in twin.scenes}
    words = frozen(twin)
    scenes = {
        scene.id: words["scenes"][known[key_of(scene.id)].id] for scene in script.scenes if key_of(scene.id) in known
    }
    return {"measures": twin.measures or script.measures, "start": script.scenes[0].id, "scenes": scenes}
